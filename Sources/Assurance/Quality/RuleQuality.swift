public import Domain
public import Incidents

/// How good a rule is, from the verdicts that people gave (spec: incidents, part 5).
public struct RuleQuality: Hashable, Sendable {
  /// The rule.
  public var rule: String
  /// Incidents that it opened.
  public var incidents = 0
  /// Of those that were judged, how many were real; duplicates and tests are left out.
  public var precision: Proportion
  /// Incidents without a verdict.
  public var unjudged = 0
  /// Incidents that ended without an action or a note.
  public var noise: Proportion
  /// Incidents whose signals came and went too fast.
  public var flapping = 0
  /// Seconds from the beginning of the impact to its detection.
  public var timeToDetect = Durations()
  /// Seconds from detection to acknowledgement.
  public var timeToAcknowledge = Durations()
  /// Seconds from detection to the end of the impact.
  public var timeToMitigate = Durations()

  /// Durations with their median and 90th percentile.
  public struct Durations: Hashable, Sendable {
    /// Seconds, in no order.
    public var seconds: [Double]

    /// Creates durations.
    public init(seconds: [Double] = []) { self.seconds = seconds }

    /// The value below which a share of the durations lies; nil without any.
    public func quantile(_ share: Double) -> Double? {
      guard !seconds.isEmpty else { return nil }
      let sorted = seconds.sorted()
      return sorted[min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - (share > 0 ? 1 : 0))]
    }

    var json: JSON {
      ["n": JSON(seconds.count), "median": JSON(quantile(0.5)), "p90": JSON(quantile(0.9))]
    }
  }

  /// As the report shows it.
  public var json: JSON {
    [
      "rule": .string(rule), "incidents": JSON(incidents), "precision": precision.json, "unjudged": JSON(unjudged),
      "noise": noise.json, "flapping": JSON(flapping), "time_to_detect": timeToDetect.json,
      "time_to_acknowledge": timeToAcknowledge.json, "time_to_mitigate": timeToMitigate.json,
    ]
  }
}

/// How good the rules together are.
public struct AlertQuality: Hashable, Sendable {
  /// The rules that opened an incident, the noisiest first.
  public var rules: [RuleQuality]
  /// Real incidents that a rule found, of all real ones; what people reported first counts as missed.
  public var recall: Proportion
  /// Real incidents that no rule found.
  public var missed: [Int]

  /// Computes the quality from incidents that were opened in a range of time.
  public init(_ incidents: [Incident]) {
    var byRule: [String: [Incident]] = [:]
    var (found, real) = (0, 0)
    var missed: [Int] = []
    for incident in incidents {
      let rule = incident.detectedBy == "rule" ? incident.signals.first?.key.rule : nil
      if let rule { byRule[rule, default: []].append(incident) }
      // An incident that a person filed is real unless somebody judged otherwise.
      let verdicts = incident.episodes.compactMap(\.verdict)
      let isReal = verdicts.contains(.truePositive) || (rule == nil && verdicts.isEmpty)
      guard isReal, incident.state != .merged else { continue }
      real += 1
      if rule == nil { missed.append(incident.number) } else { found += 1 }
    }
    rules = byRule.map { AlertQuality.quality(of: $0.key, $0.value) }
      .sorted { ($1.incidents, $0.rule) < ($0.incidents, $1.rule) }
    recall = Proportion(found, of: real)
    self.missed = missed
  }

  private static func quality(of rule: String, _ incidents: [Incident]) -> RuleQuality {
    // What an earlier episode was found to be stays so when the signal fires again.
    let judged = incidents.flatMap(\.episodes).compactMap(\.verdict)
    let (good, bad) = (judged.count { $0 == .truePositive }, judged.count { $0 == .falsePositive || $0 == .expected })
    let ended = incidents.filter { !$0.state.isOpen }
    let idle = ended.count { incident in
      incident.actions.isEmpty && !incident.timeline.contains { $0.verb == "incident.note" }
    }
    var quality = RuleQuality(
      rule: rule, precision: Proportion(good, of: good + bad), noise: Proportion(idle, of: ended.count))
    quality.incidents = incidents.count
    quality.unjudged = incidents.count { $0.episodes.allSatisfy { $0.verdict == nil } }
    quality.flapping = incidents.count { $0.signals.contains(where: \.isFlapping) }
    for episode in incidents.flatMap(\.episodes) {
      func add(_ path: WritableKeyPath<RuleQuality, RuleQuality.Durations>, from: Timestamp?, to: Timestamp?) {
        guard let from, let to, to >= from else { return }
        quality[keyPath: path].seconds.append((to - from).inSeconds)
      }
      add(\.timeToDetect, from: episode.impactStartedAt, to: episode.openedAt)
      add(\.timeToAcknowledge, from: episode.openedAt, to: episode.acknowledgedAt)
      add(\.timeToMitigate, from: episode.openedAt, to: episode.mitigatedAt ?? episode.resolvedAt)
    }
    return quality
  }

  /// As the report shows it.
  public var json: JSON {
    [
      "rules": .array(rules.map(\.json)), "recall": recall.json,
      "missed": .array(missed.map { .string(Incident.name($0)) }),
    ]
  }
}

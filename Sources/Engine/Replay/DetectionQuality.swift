public import Domain

/// How well the rules found what the labels say happened.
///
/// An incident that opens or reopens, or a signal that joins an open one, **finds** an episode when
/// - it does so between the episode's start and ``grace`` after its end,
/// - its rule or its category is about the episode's kind (``Topic``), and
/// - its signal names no other tenant than the episode's.
///
/// The first incident of an episode is a true one; further ones are **duplicates**, which count neither for nor against.
/// An incident about drift within an episode, or within the half hour that drift is measured over after it, is
/// **related**: it has the episode's cause. All others are **false**. Recall is the share of episodes that were found;
/// precision is the share of true ones among true and false ones.
public struct DetectionQuality: Sendable {
  /// How long after an episode's end it can still be found.
  public static let grace: Duration = .seconds(300)
  /// How long drift keeps being measured after its cause has ended.
  public static let driftGrace: Duration = .seconds(2_100)

  /// An incident, as it opened.
  public struct Opening: Hashable, Sendable {
    /// The incident's number.
    public var number: Int
    /// Event time.
    public var at: Timestamp
    /// The rule whose signal opened it.
    public var rule: String
    /// The signal's labels.
    public var labels: Labels
    /// The incident's category.
    public var category: String?
    /// The incident's title.
    public var title: String
    /// Whether the signal joined an incident that was open.
    public var isJoining: Bool
  }

  /// An episode and what found it.
  public struct Finding: Sendable {
    /// The episode.
    public var episode: EpisodeLabels.Episode
    /// What found it first; nil when nothing did.
    public var opening: Opening?

    /// From the episode's start to its being found.
    public var timeToDetect: Duration? { opening.map { $0.at - episode.start } }
  }

  /// The episodes.
  public private(set) var findings: [Finding] = []
  /// True incidents.
  public private(set) var trueOpenings: [Opening] = []
  /// False incidents.
  public private(set) var falseOpenings: [Opening] = []
  /// Further incidents of episodes that were found.
  public private(set) var duplicates: [Opening] = []
  /// Incidents about drift that has an episode's cause.
  public private(set) var related: [Opening] = []

  /// Judges the journal of a replay.
  public init(_ journal: [JournalEntry], labels: EpisodeLabels) {
    let openings = DetectionQuality.openings(journal)
    findings = labels.episodes.map { episode in
      let found = openings.filter { DetectionQuality.finds($0, episode) }
      return Finding(episode: episode, opening: found.min { $0.at < $1.at })
    }
    var taken: Set<Int> = []
    for opening in openings where !opening.isJoining {
      let found = labels.episodes.indices.filter { DetectionQuality.finds(opening, labels.episodes[$0]) }
      if let first = found.first(where: { !taken.contains($0) }) {
        taken.insert(first)
        trueOpenings.append(opening)
      } else if !found.isEmpty {
        duplicates.append(opening)
      } else if labels.episodes.contains(where: { DetectionQuality.isRelated(opening, $0) }) {
        related.append(opening)
      } else {
        falseOpenings.append(opening)
      }
    }
  }

  /// How many episodes were found.
  public var found: Int { findings.count { $0.opening != nil } }

  /// The share of episodes that were found; nil without episodes.
  public var recall: Double? { findings.isEmpty ? nil : Double(found) / Double(findings.count) }

  /// The share of true incidents; nil without incidents.
  public var precision: Double? {
    let all = trueOpenings.count + falseOpenings.count
    return all == 0 ? nil : Double(trueOpenings.count) / Double(all)
  }

  /// The median time to detect of the episodes that were found, in seconds.
  public var medianTimeToDetect: Double? {
    let times = findings.compactMap { $0.timeToDetect?.inSeconds }.sorted()
    guard !times.isEmpty else { return nil }
    let middle = times.count / 2
    return times.count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2
  }

  private static func finds(_ opening: Opening, _ episode: EpisodeLabels.Episode) -> Bool {
    opening.at >= episode.start && opening.at <= episode.end + grace && agrees(opening, episode)
      && Topic.fit(kind: episode.kind, opening)
  }

  private static func isRelated(_ opening: Opening, _ episode: EpisodeLabels.Episode) -> Bool {
    opening.rule.hasPrefix("drift:") && opening.at >= episode.start && opening.at <= episode.end + driftGrace
      && agrees(opening, episode)
  }

  private static func agrees(_ opening: Opening, _ episode: EpisodeLabels.Episode) -> Bool {
    guard let tenant = episode.tenant else { return true }
    let named = opening.labels.all.filter { label in
      let name = label.name.lowercased()
      return ["tenant", "customer", "org", "account", "team", "workspace", "project"].contains { name.contains($0) }
    }
    return named.isEmpty || named.contains { $0.value == tenant }
  }

  /// What opened, reopened or joined, in the order of the journal.
  private static func openings(_ journal: [JournalEntry]) -> [Opening] {
    var categories: [Int: (category: String?, title: String)] = [:]
    return journal.compactMap { entry in
      guard let number = entry.object["incident"]?.string.flatMap({ Int($0.drop { !$0.isNumber }) }),
        let signal = entry.data["signal"], let rule = signal["rule"]?.string
      else { return nil }
      let isOpening = entry.act.rawValue == "incident.open"
      guard isOpening || entry.act.rawValue == "incident.reopen" || entry.act.rawValue == "incident.attach" else {
        return nil
      }
      if isOpening {
        categories[number] = (entry.data["category"]?.string, entry.data["title"]?.string ?? rule)
      }
      let labels = (signal["labels"]?.object?.members ?? []).compactMap { name, value in
        value.string.map { Labels.Label(name: name, value: $0) }
      }
      return Opening(
        number: number, at: signal["at"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? entry.at, rule: rule,
        labels: Labels(labels), category: categories[number]?.category, title: categories[number]?.title ?? rule,
        isJoining: entry.act.rawValue == "incident.attach")
    }
  }
}

/// What kinds of episodes and rules are about, by the words in their names.
enum Topic: CaseIterable {
  case attack
  case privacy
  case refusal
  case control
  case volume
  case gap
  case harm
  case agency
  case supply
  case grounding
  case feedback

  var words: [String] {
    switch self {
    case .attack: ["jailbreak", "injection", "attack"]
    case .privacy: ["pii", "personal", "privacy", "secret", "leak"]
    case .refusal: ["refus"]
    case .control: ["guardrail", "fail_open", "fail-open", "unscreened"]
    case .volume: ["abuse", "volume", "burst", "flood", "denial", "cost", "extraction", "distill"]
    case .gap: ["gap", "blind", "silen", "stopped", "thinning", "heartbeat", "no data", "outage", "sampling"]
    case .harm: ["harm", "toxic"]
    case .agency: ["agency", "tool", "loop"]
    case .supply: ["supply", "unrecorded", "artefact", "artifact"]
    case .grounding: ["ground", "misinformation", "hallucinat"]
    case .feedback: ["complaint", "feedback", "report"]
    }
  }

  /// The category that is about the topic and no other.
  var category: String? {
    switch self {
    case .privacy: "privacy"
    case .control: "safety_control_failure"
    case .gap: "monitoring_blind"
    case .harm: "harmful_output"
    default: nil
    }
  }

  static func topics(of text: String) -> Set<Topic> {
    let text = text.lowercased()
    return Set(allCases.filter { $0.words.contains { text.contains($0) } })
  }

  /// Whether an incident is about a kind of episode: a topic in common, a category that is about it, or the name.
  static func fit(kind: String, _ opening: DetectionQuality.Opening) -> Bool {
    let wanted = topics(of: kind)
    let own = topics(of: opening.rule)
    if !wanted.isDisjoint(with: own) { return true }
    if wanted.contains(where: { $0.category != nil && $0.category == opening.category }), !opening.isJoining {
      return true
    }
    if own.isEmpty, !opening.isJoining, !wanted.isDisjoint(with: topics(of: opening.title)) { return true }
    let plain = opening.rule.lowercased().filter { $0.isLetter || $0.isNumber }
    return wanted.isEmpty && plain.contains(kind.lowercased().filter { $0.isLetter || $0.isNumber })
  }
}

extension DetectionQuality {
  /// The judgement as the summary line of a replay carries it.
  public var json: JSON {
    let all = trueOpenings.count + falseOpenings.count
    return [
      "episodes": JSON(findings.count), "detected": JSON(found), "recall": JSON(recall),
      "recall_interval": DetectionQuality.interval(found, of: findings.count), "incidents": JSON(all),
      "true": JSON(trueOpenings.count), "false": JSON(falseOpenings.count), "duplicates": JSON(duplicates.count),
      "related": JSON(related.count), "precision": JSON(precision),
      "precision_interval": DetectionQuality.interval(trueOpenings.count, of: all),
      "median_time_to_detect": JSON(medianTimeToDetect),
      "detections": .array(
        findings.map { finding in
          [
            "episode": .string(finding.episode.id), "kind": .string(finding.episode.kind),
            "tenant": JSON(finding.episode.tenant), "start": JSON(finding.episode.start),
            "end": JSON(finding.episode.end), "detected": .bool(finding.opening != nil),
            "at": JSON(finding.opening?.at), "incident": JSON(finding.opening?.number),
            "rule": JSON(finding.opening?.rule), "time_to_detect": JSON(finding.timeToDetect?.inSeconds),
          ]
        }),
      "false_incidents": DetectionQuality.list(falseOpenings),
      "duplicate_incidents": DetectionQuality.list(duplicates), "related_incidents": DetectionQuality.list(related),
    ]
  }

  /// The judgement for people, line by line.
  public var lines: [String] {
    func share(_ part: Int, _ all: Int) -> String {
      guard all > 0 else { return "\(part)/\(all)" }
      let interval = Proportion(part, of: all).interval
      let (low, high) = (interval.lowerBound, interval.upperBound)
      func percent(_ value: Double) -> String { "\(Int((value * 100).rounded()))" }
      return "\(part)/\(all) (95 %: \(percent(low))–\(percent(high)) %)"
    }
    var lines = [
      "recall     " + share(found, findings.count),
      "precision  " + share(trueOpenings.count, trueOpenings.count + falseOpenings.count)
        + ", duplicates \(duplicates.count), related \(related.count)",
      "time to detect, median  " + (medianTimeToDetect.map { "\(Int($0.rounded())) s" } ?? "unknown"),
    ]
    for finding in findings {
      let episode = "\(finding.episode.id) \(finding.episode.kind) \(finding.episode.tenant ?? "any tenant")"
      if let opening = finding.opening, let time = finding.timeToDetect {
        lines.append("  \(episode): \(Int(time.inSeconds.rounded())) s, INC-\(opening.number) \(opening.rule)")
      } else {
        lines.append("  \(episode): missed")
      }
    }
    for opening in falseOpenings {
      lines.append("  false: INC-\(opening.number) \(opening.at.formatted()) \(opening.rule){\(opening.labels)}")
    }
    return lines
  }

  private static func list(_ openings: [Opening]) -> JSON {
    .array(
      openings.map {
        [
          "number": JSON($0.number), "at": JSON($0.at), "rule": .string($0.rule), "labels": JSON($0.labels),
          "title": .string($0.title), "category": JSON($0.category),
        ]
      })
  }

  private static func interval(_ part: Int, of all: Int) -> JSON {
    guard all > 0 else { return .null }
    let interval = Proportion(part, of: all).interval
    return [JSON(interval.lowerBound), JSON(interval.upperBound)]
  }
}

public import Domain

/// What a detector saw in an agent's run.
public struct Finding: Hashable, Sendable {
  /// How sure and how grave a finding is (spec: trace detectors, the tiers of the table).
  public enum Tier: String, CaseIterable, Comparable, Sendable {
    /// Worth a look; seen in healthy runs too.
    case notice
    /// Rare in healthy runs.
    case warn
    /// Not seen in any healthy run that was measured.
    case incident

    /// Orders tiers from mild to grave.
    public static func < (left: Tier, right: Tier) -> Bool { left.rank < right.rank }

    var rank: Int {
      switch self {
      case .notice: 1
      case .warn: 2
      case .incident: 3
      }
    }

    init?(rank: Int) {
      switch rank {
      case 1: self = .notice
      case 2: self = .warn
      case 3: self = .incident
      default: return nil
      }
    }
  }

  /// The most span ids that a finding carries.
  public static let spanLimit = 16

  /// The detector's name, such as `LOOP_REPEAT`.
  public var detector: String
  /// How grave it is.
  public var tier: Tier
  /// The run that it was seen in; empty for a finding about many runs.
  public var runID: String
  /// The run's agent, where known.
  public var agent: String?
  /// The agent's version, where known.
  public var version: String?
  /// The spans that it rests on, oldest first, the latest 16 of them.
  public var spanIDs: [String]
  /// When the span that completed the pattern ended.
  public var at: Timestamp
  /// One sentence for people.
  public var detail: String
  /// A bounded excerpt of what was seen, secrets masked; control characters are kept as data.
  public var evidence: String

  /// Creates a finding; only the latest 16 span ids are kept.
  public init(
    detector: String, tier: Tier, runID: String, agent: String?, version: String?, spanIDs: [String], at: Timestamp,
    detail: String, evidence: String
  ) {
    self.detector = detector
    self.tier = tier
    self.runID = runID
    self.agent = agent
    self.version = version
    self.spanIDs = Array(spanIDs.suffix(Finding.spanLimit))
    self.at = at
    self.detail = detail
    self.evidence = evidence
  }

  /// The finding as in the output of `leeway traces`, with its run, agent and version.
  public var json: JSON {
    [
      "detector": .string(detector), "tier": .string(tier.rawValue), "run": runID.isEmpty ? .null : .string(runID),
      "agent": JSON(agent),
      "version": JSON(version), "span_ids": .array(spanIDs.map(JSON.string)), "at": JSON(at),
      "detail": .string(detail), "evidence": .string(evidence),
    ]
  }

  /// Reads what ``json`` wrote; nil when a required member is missing.
  public init?(json: JSON) {
    guard let detector = json["detector"]?.string, let tier = json["tier"]?.string.flatMap(Tier.init(rawValue:)),
      let at = json["at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
    else { return nil }
    self.init(
      detector: detector, tier: tier, runID: json["run"]?.string ?? "", agent: json["agent"]?.string,
      version: json["version"]?.string,
      spanIDs: (json["span_ids"]?.array ?? []).compactMap(\.string), at: at,
      detail: json["detail"]?.string ?? "", evidence: json["evidence"]?.string ?? "")
  }
}

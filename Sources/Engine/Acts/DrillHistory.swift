public import Domain

/// What the journal says of drills: which rules were shown to fire, and how the last drill of each kind went.
public struct DrillHistory: Hashable, Sendable {
  /// What is drilled.
  public struct Subject: Hashable, Sendable, Comparable {
    /// `faults`, `traces` or `self-test`.
    public var kind: String
    /// The source whose rules are drilled; empty where the drill does not say.
    public var source: String

    /// Names a subject.
    public init(kind: String, source: String) {
      self.kind = kind
      self.source = source
    }

    /// By kind, then source.
    public static func < (left: Subject, right: Subject) -> Bool {
      (left.kind, left.source) < (right.kind, right.source)
    }
  }

  /// A drill.
  public struct Run: Hashable, Sendable {
    /// When it ended.
    public var at: Timestamp
    /// The rules that fired.
    public var covered: Set<String>
    /// Those that fired in the drill before it and no longer do.
    public var lost: [String]
  }

  private static let limit = 1_000

  /// When a drill last showed that a rule fires, by the rule.
  public private(set) var shown: [String: Timestamp] = [:]
  /// The last drill of each subject.
  public private(set) var last: [Subject: Run] = [:]

  /// The last self-test of each drift gauge, by metric.
  public private(set) var gauges: [String: GaugeSelfTest] = [:]

  /// The last check of health; nil before the first.
  public private(set) var health: Health?

  /// A check of health.
  public struct Health: Hashable, Sendable {
    /// When.
    public var at: Timestamp
    /// How each of the organisation's values came out, in order: `ok`, `warn`, `alarm` or `unknown`.
    public var values: [Value]

    /// A value of the organisation, and how it came out.
    public struct Value: Hashable, Sendable {
      /// The value in words.
      public var name: String
      /// `ok`, `warn`, `alarm` or `unknown`.
      public var state: String
    }
  }

  /// Applies an entry of the journal.
  mutating func apply(_ entry: JournalEntry) {
    if entry.act == .healthCheck {
      let values = (entry.data["values"]?.array ?? []).prefix(Self.limit).compactMap { value in
        value["name"]?.string.flatMap { name in value["state"]?.string.map { Health.Value(name: name, state: $0) } }
      }
      health = Health(at: entry.at, values: values)
    }
    guard entry.act == .drillRun else { return }
    for test in entry.data["gauges"]?.array ?? [] {
      guard let test = GaugeSelfTest(json: test, at: entry.at), gauges.count < Self.limit else { continue }
      gauges[test.metric] = test
    }
    let covered = entry.data["covered"]?.array?.compactMap(\.string) ?? []
    for rule in covered { shown[rule] = entry.at }
    let subject = Subject(
      kind: entry.object["drill"]?.string ?? "", source: entry.object["source"]?.string ?? "")
    guard last[subject] != nil || last.count < Self.limit else { return }
    last[subject] = Run(
      at: entry.at, covered: Set(covered), lost: entry.data["lost"]?.array?.compactMap(\.string) ?? [])
  }
}

public import Assurance
public import Domain
public import Incidents
public import Storage

/// The state that the journal's entries add up to, brought up to date from a store.
public struct JournalFold: Sendable {
  /// The incidents.
  public private(set) var book = IncidentBook()
  /// Versions seen in a source's records: when each was first seen, in the order of the journal.
  public private(set) var versions: [SeenVersion] = []
  /// The newest review of each version.
  public private(set) var reviews: [String: VersionReview] = [:]
  /// How often people have captured or promoted a reference.
  public private(set) var referenceDecisions = 0
  /// The rules that have fired, at most ten thousand.
  public private(set) var firedRules: Set<String> = []
  /// Which rules drills have shown to fire.
  public private(set) var drills = DrillHistory()
  /// What opened incidents, as far as verdicts on them say how good the rules are.
  private var firings = RuleFirings()
  /// What people's verdicts say should change of the rules, by rule.
  public var suggestions: [RuleSuggestion] {
    firings.byRule(book.incidents).sorted { $0.key < $1.key }
      .flatMap { RuleSuggestion.suggestions(for: $0.key, $0.value) }
  }
  /// The assessments.
  public private(set) var register = AssessmentRegister()
  /// The number of the last entry that was applied.
  public private(set) var sequence = 0
  /// Wall time of the last entry that was applied.
  public private(set) var lastEntryAt: Timestamp?

  /// A model, prompt or policy version and the event time of its first record.
  public struct SeenVersion: Hashable, Sendable {
    /// The source.
    public var source: String
    /// The version's name.
    public var version: String
    /// Event time of the first record that carried it.
    public var since: Timestamp
    /// Whether the version was there when the source was first read, so that its appearance is no deploy.
    public var isInitial: Bool
  }

  /// The empty state, before any entry.
  public init() {}

  /// Applies the entries that were appended since the last call. When texts were erased since, everything is folded anew:
  /// nobody may go on showing them.
  public mutating func refresh(_ reader: StoreReader) throws {
    let holdsTexts = sequence > 0
    var isErased = false
    try reader.forEachEntry(after: sequence) { entry in
      apply(entry)
      isErased = isErased || entry.act == .auditErase || Self.erasesTexts(entry)
    }
    guard holdsTexts, isErased else { return }
    var anew = JournalFold()
    try reader.forEachEntry(after: 0) { anew.apply($0) }
    self = anew
  }

  private static func erasesTexts(_ entry: JournalEntry) -> Bool {
    entry.act == .retentionApply && entry.object["kind"]?.string == "texts"
  }

  /// Applies one entry.
  public mutating func apply(_ entry: JournalEntry) {
    book.apply(entry)
    register.apply(entry)
    sequence = entry.sequence
    lastEntryAt = entry.at
    if entry.act == .baselineCapture || entry.act == .baselinePromote, entry.actor.isPerson { referenceDecisions += 1 }
    if entry.act == Verb.signalFiring, let rule = entry.data["rule"]?.string, firedRules.count < 10_000 {
      firedRules.insert(rule)
    }
    drills.apply(entry)
    firings.apply(entry)
    if let review = VersionReview(entry) { reviews[review.version] = review }
    if entry.act == .versionSeen, let source = entry.object["source"]?.string,
      let version = entry.object["version"]?.string,
      let since = entry.data["since"]?.string.flatMap({ Timestamp(rfc3339: $0) })
    {
      versions.append(
        SeenVersion(
          source: source, version: version, since: since, isInitial: entry.data["initial"]?.bool ?? false))
    }
  }
}

extension Verb {
  /// The journal was begun.
  public static let logOpen: Verb = "log.open"
  /// Somebody decided about a version.
  public static let versionReview: Verb = "version.review"
  /// A version appeared in a source's records.
  public static let versionSeen: Verb = "version.seen"
  /// A reference was captured.
  public static let baselineCapture: Verb = "baseline.capture"
  /// A reference was made the one that drift is measured against.
  public static let baselinePromote: Verb = "baseline.promote"
  /// A signal began to fire.
  static let signalFiring: Verb = "signal.firing"
  /// A drill showed which rules fire.
  public static let drillRun: Verb = "drill.run"
  /// Values, sources, metrics and Leeway itself were checked.
  public static let healthCheck: Verb = "health.check"
  /// Somebody decided about a rule.
  public static let ruleDecide: Verb = "rule.decide"
  /// Texts that entries commit to were erased.
  public static let auditErase: Verb = "audit.erase"
  /// The wall clock was set while the collector ran.
  public static let clockStep: Verb = "clock.step"
  /// A configuration took effect.
  public static let configurationLoaded: Verb = "config.loaded"
}

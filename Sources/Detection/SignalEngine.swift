public import Domain
import Expressions
import Measures

/// Steps every signal through its life (spec: incidents, part 1) and says what changed.
///
/// ```
/// inactive → pending (the condition holds) → firing (held for `for`) → recovering (no longer holds, or is within
/// `clear`; `keep_firing_for` runs) → inactive; from firing and recovering → stale or error and back to where it was
/// ```
///
/// Conditions and timers step at boundaries of the source's event time, so that a backlog gives what its replay gives.
/// Only silence is told in elapsed time, by ``checkSilence(_:at:)``. Where there are too few rows to say, a firing
/// signal stays as it is, and a pending one starts anew: its condition has not held all the time.
public struct SignalEngine: Sendable {
  /// Signals that one rule may have; label sets beyond are not watched, and ``notices`` says so.
  public static let signalLimit = 1_000

  /// The rules.
  public let rules: RuleSet
  /// What the operator should know, such as a rule with too many signals; each once.
  public private(set) var notices: [String] = []
  /// For each source the instant from which on all of its records were seen. Windows that reach further back are
  /// incomplete, and so cannot show that something is missing.
  public private(set) var watchedSince: [String: Timestamp] = [:]

  /// The signals that fire in other sources, which may inhibit some of this one.
  public var outside: [SignalKey] = []

  var signals: [String: [Labels: SignalRecord]] = [:]
  /// What was evaluated of each source's rules, by source.
  private var known: [String: KnownIdentities] = [:]

  /// Creates an engine.
  ///
  /// - Parameters:
  ///   - restored: the ``stored`` records of an earlier process.
  ///   - watchedSince: its ``watchedSince``; a source that has restored records but no entry was watched long before.
  public init(rules: RuleSet, restored: [SignalRecord] = [], watchedSince: [String: Timestamp] = [:]) {
    self.rules = rules
    for record in restored {
      signals[record.key.rule, default: [:]][record.key.labels] = record
      if !record.key.rule.hasPrefix(Heartbeat.rulePrefix) { self.watchedSince[record.source] = .distantPast }
    }
    for (source, instant) in watchedSince { self.watchedSince[source] = instant }
  }

  /// The records of all signals that are not inactive, sorted by key.
  public var records: [SignalRecord] { stored.filter { $0.state != .inactive } }

  /// The records that a restart needs: those of ``records``, and inactive ones that were active a short while ago,
  /// for the sake of flapping. Sorted by key.
  public var stored: [SignalRecord] {
    signals.values.flatMap(\.values)
      .map { (record: $0, order: $0.key.description) }
      .sorted { $0.order < $1.order }.map(\.record)
  }

  /// The signals that fire, or did when they were last known.
  public var firing: [SignalKey] {
    signals.values.flatMap(\.values).filter(\.isActive).map(\.key)
  }

  /// What is known of a signal; nil for one that has been inactive for a while.
  public func record(for key: SignalKey) -> SignalRecord? { signals[key.rule]?[key.labels] }

  /// Evaluates the rules of a source at a boundary of its event time; gives the changes, in the order of the rules and
  /// then of the labels.
  ///
  /// Signals that the source's silence has made stale are left alone until ``checkSilence(_:at:)`` or
  /// ``heard(source:at:)`` returns them.
  public mutating func evaluate(
    source: String, at boundary: Timestamp, windows: some WindowReading
  ) -> [SignalTransition] {
    let since = watchedSince[source] ?? boundary - SlotDelta.baseSlot
    watchedSince[source] = since
    var transitions: [SignalTransition] = []
    for (index, rule) in (rules.rules[source] ?? []).enumerated() {
      switch identities(of: rule, index, source, at: boundary, windows: windows) {
      case .failure(let failure): fail(rule, failure.message, at: boundary, &transitions)
      case .success(let identities):
        let hasRecords = signals[rule.definition.name]?.isEmpty == false
        if hasRecords { recover(rule, at: boundary, &transitions) }
        for identity in identities {
          let record = hasRecords ? signals[identity.key.rule]?[identity.key.labels] : nil
          let isLive = record.map { $0.state != .inactive } ?? false
          let reading = rule.read(
            identity, at: boundary, watchedSince: since, isWhole: isLive, windows: windows)
          guard record != nil || reading.outcome == .holds else { continue }
          step(rule, identity.key, reading, at: boundary, &transitions) { from in
            rule.hits(identity, from: from, to: boundary, windows: windows)
          }
        }
      }
    }
    endOrphans(of: source, at: boundary, &transitions)
    inhibit(source, at: boundary, &transitions)
    return transitions
  }

  /// What to evaluate of a rule. While no label set comes or goes and the rule has no signals, it is what it was at the
  /// boundary before.
  private mutating func identities(
    of rule: CompiledRule, _ index: Int, _ source: String, at boundary: Timestamp, windows: some WindowReading
  ) -> Result<[RuleIdentity], RuleFailure> {
    let isUnmarked = signals[rule.definition.name]?.isEmpty ?? true
    if isUnmarked, let generation = windows.generation, let known = known[source], known.generation == generation,
      let identities = known.identities[index]
    {
      return .success(identities)
    }
    let found = labelSets(of: rule, at: boundary, windows: windows).map { sets in
      sets.map { RuleIdentity(rule, labels: $0, windows: windows) }
    }
    if isUnmarked, let generation = windows.generation, case .success(let identities) = found {
      if known[source]?.generation != generation { known[source] = KnownIdentities(generation: generation) }
      known[source]?.identities[index] = identities
    }
    return found
  }

  /// The label sets to evaluate: those with records, and those of signals that are remembered; sorted. Two series that
  /// differ only in labels outside the identity are an error (spec: incident cases, S10).
  private func labelSets(
    of rule: CompiledRule, at boundary: Timestamp, windows: some WindowReading
  ) -> Result<[Labels], RuleFailure> {
    var ordered: [Labels] = rule.by.isEmpty ? [.none] : []
    var identities = Set(ordered)
    var isSorted = true
    var metrics: [String] = []
    for leaf in rule.leaves where leaf.function != .drift && !metrics.contains(leaf.metric) {
      metrics.append(leaf.metric)
      var series: [Labels: Labels] = [:]
      let start = boundary - max(leaf.reach, leaf.memory)
      let sets = windows.labelSets(of: leaf.metric, from: start, to: boundary)
      // Sets with the identity's labels and no others cannot collide.
      let areIdentities = sets.allSatisfy(rule.isIdentity)
      for labels in sets {
        var identity = labels
        if !areIdentities {
          identity = labels.keeping(rule.by)
          if let other = series[identity] {
            let pair = [other, labels].map { "{\($0)}" }.sorted()
            return .failure(
              RuleFailure(
                message: "two series, \(pair[0]) and \(pair[1]), have the same identity labels {\(identity)}"))
          }
          series[identity] = labels
          isSorted = false
        }
        if identities.insert(identity).inserted {
          ordered.append(identity)
          if metrics.count > 1 { isSorted = false }
        }
      }
    }
    for record in (signals[rule.definition.name] ?? [:]).values where record.source == rule.source.name {
      // Records with labels that the rule no longer has are ended by endOrphans.
      let labels = rule.seriesLabels(record.key)
      guard rule.key(labels) == record.key, identities.insert(labels).inserted else { continue }
      ordered.append(labels)
      isSorted = false
    }
    // What the windows list is in order already.
    if isSorted { return .success(ordered) }
    return .success(
      ordered.map { (labels: $0, order: $0.description) }.sorted { $0.order < $1.order }.map(\.labels))
  }

  private struct RuleFailure: Error {
    var message: String
  }

  /// Takes one signal through an evaluation.
  private mutating func step(
    _ rule: CompiledRule, _ key: SignalKey, _ reading: ConditionReading, at boundary: Timestamp,
    _ transitions: inout [SignalTransition], hits: (Timestamp) -> Int
  ) {
    let known = signals[key.rule]?[key.labels]
    guard known != nil || reading.outcome == .holds else { return }
    if known?.state == .stale, known?.silence == .source { return }
    if known == nil, signals[key.rule]?.count ?? 0 >= SignalEngine.signalLimit {
      note("rule \(key.rule) has more than \(SignalEngine.signalLimit) signals; further label sets are not watched")
      return
    }
    var record = known ?? SignalRecord(key: key, source: rule.source.name, since: boundary)
    if reading.hasRows || record.lastRowsAt == nil { record.lastRowsAt = boundary }
    let description = rule.definition.summary
    if record.state == .stale, record.silence == .series, reading.hasRows {
      record.move(to: record.leftState ?? .inactive, at: boundary, description, &transitions)
    }
    record.value = reading.value
    record.threshold = reading.threshold
    record.count = reading.count
    record.onset = reading.onset ?? (record.isActive ? record.onset : nil)
    if let counted = rule.counted.map({ rule.leaves[$0] }), reading.outcome == .holds || record.isActive {
      record.hits = (record.hits ?? 0) + hits(record.hitsThrough ?? boundary - counted.over)
      record.hitsThrough = boundary
    }
    if reading.outcome == .holds { record.notePeak() }
    record.advance(rule.definition, reading, at: boundary, &transitions)
    if record.isActive, record.state != .stale, reading.outcome == .unknown, !reading.hasRows,
      let last = record.lastRowsAt, boundary - last >= rule.source.staleAfter
    {
      record.silence = .series
      record.move(to: .stale, at: boundary, description, &transitions)
    }
    record.remember()
    if let last = transitions.indices.last, transitions[last].key == key, record.isFlapping {
      transitions[last].isFlapping = true
    }
    keep(record)
  }

  /// Stores a record, or forgets it when nothing of it matters any more.
  mutating func keep(_ record: SignalRecord) {
    let isWorthKeeping = record.state != .inactive || record.recent.contains(true)
    signals[record.key.rule, default: [:]][record.key.labels] = isWorthKeeping ? record : nil
  }

  /// Every live signal of a rule that cannot be evaluated goes to `error`; a rule without live signals gets one.
  private mutating func fail(
    _ rule: CompiledRule, _ message: String, at boundary: Timestamp, _ transitions: inout [SignalTransition]
  ) {
    var description = rule.definition.summary
    description.title += ": \(message)"
    note("rule \(rule.definition.name): \(message)")
    var records = records(of: rule).filter { $0.state != .inactive }
    if records.isEmpty { records = [SignalRecord(key: rule.key(.none), source: rule.source.name, since: boundary)] }
    for var record in records where record.state != .error {
      record.move(to: .error, at: boundary, description, &transitions)
      keep(record)
    }
  }

  /// Signals of a rule that can be evaluated again return to the state they left.
  private mutating func recover(
    _ rule: CompiledRule, at boundary: Timestamp, _ transitions: inout [SignalTransition]
  ) {
    for var record in records(of: rule) where record.state == .error {
      record.move(to: record.leftState ?? .inactive, at: boundary, rule.definition.summary, &transitions)
      keep(record)
    }
  }

  private func records(of rule: CompiledRule) -> [SignalRecord] {
    (signals[rule.definition.name] ?? [:]).values
      .filter { $0.source == rule.source.name }
      .sorted { $0.key < $1.key }
  }

  /// Ends signals whose rule is gone, or whose rule is told apart by other labels now.
  private mutating func endOrphans(
    of source: String, at boundary: Timestamp, _ transitions: inout [SignalTransition]
  ) {
    guard signals.values.contains(where: { !$0.isEmpty }) else { return }
    let compiled = Dictionary(
      (rules.rules[source] ?? []).map { ($0.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
    for name in signals.keys.sorted() where !name.hasPrefix(Heartbeat.rulePrefix) {
      let orphans = (signals[name] ?? [:]).values.filter { record in
        guard record.source == source else { return false }
        guard let rule = compiled[name] else { return true }
        return rule.key(rule.seriesLabels(record.key)) != record.key && record.state != .error
      }
      for var record in orphans.sorted(by: { $0.key < $1.key }) {
        let description =
          compiled[name]?.definition.summary
          ?? RuleDescription(name: name, title: "\(name) (the rule is gone)", severity: .notice)
        if record.state != .inactive { record.move(to: .inactive, at: boundary, description, &transitions) }
        signals[name]?[record.key.labels] = nil
      }
    }
  }

  private mutating func note(_ text: String) {
    if !notices.contains(text), notices.count < 100 { notices.append(text) }
  }
}

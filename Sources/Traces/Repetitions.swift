import Domain

/// A tool step as the detectors remember it: hashes instead of text.
struct ToolStep: Hashable, Sendable {
  /// Hash of the tool and its canonical arguments; nil when the trace does not carry the arguments.
  var call: UInt64?
  /// Hash of the result; nil when the trace does not carry it.
  var result: UInt64?
  var isError: Bool
  var spanID: String

  /// One hash of (tool, arguments, result), or nil where either part is unknown.
  var outcome: UInt64? {
    guard let call, let result else { return nil }
    var hash = ContentHash()
    hash.combine(call)
    hash.combine(result)
    return hash.value
  }
}

/// How often an outcome was seen in a run.
struct OutcomeCount: Hashable, Sendable {
  var outcome: UInt64
  var count: Int
  /// The gravest tier that has been reported for it.
  var reported: Finding.Tier?
}

/// The rolling memory of LOOP_REPEAT: the last tool steps of a run, and how often each outcome was seen in all of it.
///
/// Both lists are bounded. When more than ``outcomeLimit`` different outcomes are alive, the one seen longest ago that
/// has not been reported is forgotten, so a loop in progress is never lost.
struct Repetitions: Hashable, Sendable {
  static let stepLimit = 32
  static let outcomeLimit = 40

  /// The last tool steps, oldest first.
  var steps: [ToolStep] = []
  /// The outcomes that are counted, least recently seen first.
  var outcomes: [OutcomeCount] = []
  /// The outcome of the latest step, where known.
  var streakOutcome: UInt64?
  /// How many consecutive steps, up to the latest, had that outcome.
  var streak = 0

  /// What one more step means for the rule.
  struct Observation {
    var count: Int
    var streak: Int
    /// The tier that this step reaches for the first time.
    var newTier: Finding.Tier?
  }

  /// Takes in a tool step. A late one (it began before a step already taken in) is only counted: it belongs somewhere
  /// in the past, so it neither extends nor breaks the streak.
  mutating func add(_ step: ToolStep, isLate: Bool) -> Observation? {
    guard let outcome = step.outcome else {
      if !isLate {
        remember(step)
        streakOutcome = nil
        streak = 0
      }
      return nil
    }
    if !isLate {
      remember(step)
      streak = streakOutcome == outcome ? streak &+ 1 : 1
      streakOutcome = outcome
    }
    var entry = OutcomeCount(outcome: outcome, count: 0)
    if let index = outcomes.lastIndex(where: { $0.outcome == outcome }) { entry = outcomes.remove(at: index) }
    entry.count &+= 1
    let streakNow = streakOutcome == outcome ? streak : 0
    var observation = Observation(count: entry.count, streak: streakNow)
    if let tier = Repetitions.tier(count: entry.count, streak: streakNow), entry.reported.map({ $0 < tier }) ?? true {
      observation.newTier = tier
      entry.reported = tier
    }
    if outcomes.count >= Repetitions.outcomeLimit {
      outcomes.remove(at: outcomes.firstIndex { $0.reported == nil } ?? 0)
    }
    outcomes.append(entry)
    return observation
  }

  /// The rule: notice from 3 anywhere, warn from 4 in a row, incident from 8 in a row or 12 anywhere (spec: trace
  /// detectors, LOOP_REPEAT).
  static func tier(count: Int, streak: Int) -> Finding.Tier? {
    if streak >= 8 || count >= 12 { return .incident }
    if streak >= 4 { return .warn }
    return count >= 3 ? .notice : nil
  }

  /// The remembered spans that had an outcome, oldest first.
  func spanIDs(of outcome: UInt64?) -> [String] {
    steps.filter { $0.outcome == outcome }.map(\.spanID)
  }

  private mutating func remember(_ step: ToolStep) {
    if steps.count >= Repetitions.stepLimit { steps.removeFirst(steps.count - Repetitions.stepLimit + 1) }
    steps.append(step)
  }
}

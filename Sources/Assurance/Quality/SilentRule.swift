public import Domain

/// A rule that has never fired, and whether it could (spec: incidents, part 5; cases, Q03).
public struct SilentRule: Hashable, Sendable {
  /// Why it has never fired.
  public enum State: String, CaseIterable, Sendable {
    /// Its input is there, and its condition never held.
    case quiet
    /// Its input is not there.
    case broken
  }

  /// The rule.
  public var rule: String
  /// The source that it watches.
  public var source: String
  /// Why it has never fired.
  public var state: State
  /// What lacks, where something does.
  public var lacks: String?
  /// When a drill showed that it can fire; nil where none has.
  public var drilledAt: Timestamp?

  /// Judges a rule by its input.
  ///
  /// - Parameters:
  ///   - unseenFields: fields that it reads and no record that was looked at had.
  ///   - silentInputs: metrics of values that it reads and that have had none for a while.
  ///   - sourceIsSilent: whether the source has had no record for a while.
  public init(
    rule: String, source: String, unseenFields: [String], silentInputs: [String], sourceIsSilent: Bool,
    drilledAt: Timestamp?
  ) {
    self.rule = rule
    self.source = source
    self.drilledAt = drilledAt
    if sourceIsSilent {
      lacks = "no record of \(source) in 30 days"
    } else if !unseenFields.isEmpty {
      lacks = "none of the source's first records has \(unseenFields.sorted().prefix(4).joined(separator: ", "))"
    } else if !silentInputs.isEmpty {
      lacks = "no value in 30 days"
    }
    state = lacks == nil ? .quiet : .broken
  }

  /// `quiet (can fire: a drill of 2026-11-20 showed it)`, `broken: none of the source's first records has x`.
  public var sentence: String {
    switch state {
    case .broken: return "broken: \(lacks ?? "no input")"
    case .quiet:
      guard let drilledAt else { return "quiet (can fire: no drill has shown it)" }
      return "quiet (can fire: a drill of \(drilledAt.formatted().prefix(10)) showed it)"
    }
  }

  /// As the report shows it.
  public var json: JSON {
    [
      "rule": .string(rule), "source": .string(source), "state": .string(state.rawValue), "because": JSON(lacks),
      "drilled_at": JSON(drilledAt), "sentence": .string(sentence),
    ]
  }
}

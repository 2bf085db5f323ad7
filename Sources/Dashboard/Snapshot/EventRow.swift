public import Domain

/// Something that happened.
public struct EventRow: Equatable, Sendable {
  /// When it happened.
  public var at: Timestamp
  /// What it is about, at most six letters: `trace`, `op`, `metric`, `drift`, `deploy`, `src`, `rule`.
  public var kind: String
  /// How bad it is; nil for what is merely worth knowing.
  public var severity: Severity?
  /// One line that says what happened.
  public var text: String

  /// Creates an event.
  public init(at: Timestamp, kind: String, severity: Severity? = nil, text: String) {
    self.at = at
    self.kind = kind
    self.severity = severity
    self.text = text
  }
}

/// How one of the five practices stands.
public struct PracticeRow: Equatable, Sendable {
  /// The practice's mark.
  public enum Mark: String, Sendable {
    /// Done and fresh.
    case ok
    /// Something is due.
    case warn
    /// Something is missing or overdue.
    case alarm
    /// Not known.
    case unknown
  }

  /// 1…5, for PM-1…PM-5.
  public var number: Int
  /// One word for it: `monitor`, `drift`, `reassess`, `actions`, `audit`.
  public var title: String
  /// How it stands.
  public var mark: Mark
  /// One sentence that says why.
  public var sentence: String

  /// Creates a row.
  public init(number: Int, title: String, mark: Mark, sentence: String) {
    self.number = number
    self.title = title
    self.mark = mark
    self.sentence = sentence
  }
}

import Domain

/// An act that is not about an incident.
public enum DeskAct: Equatable, Sendable {
  /// What is decided after an assessment.
  public enum Decision: String, CaseIterable, Sendable {
    /// The system stays in use.
    case proceed
    /// It is held back until something has changed.
    case hold
    /// It is taken out of use.
    case retire
  }

  /// One figure of an assessment.
  public struct Figure: Equatable, Sendable {
    /// What was measured.
    public var metric: String
    /// The value.
    public var value: Double
    /// How many cases it rests on.
    public var count: Int?

    /// Creates a figure.
    public init(metric: String, value: Double, count: Int? = nil) {
      self.metric = metric
      self.value = value
      self.count = count
    }

    /// Reads `accuracy=0.94` and `accuracy=0.94:500`.
    init?(_ text: Substring) {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, !parts[0].isEmpty else { return nil }
      let numbers = parts[1].split(separator: ":", maxSplits: 1)
      guard let first = numbers.first, let value = Double(first), value.isFinite else { return nil }
      metric = String(parts[0])
      self.value = value
      guard numbers.count == 2 else { return }
      guard let count = Int(numbers[1]), count > 0 else { return nil }
      self.count = count
    }
  }

  /// Record what an assessment found: figures, and what was found wanting in words.
  case recordAssessment(name: String, Decision, figures: [Figure], finding: String?)
  /// Put an assessment off.
  case snoozeAssessment(name: String, by: Duration, reason: String)

  /// Record what was decided about a version.
  case reviewVersion(String, VersionDecision, reason: String)

  /// What is decided about a version.
  public enum VersionDecision: String, CaseIterable, Sendable {
    /// It is the new normal, and drift is measured against it.
    case accept
    /// It stays, and is looked at again.
    case watch
    /// It is to be rolled back.
    case rollBack = "roll_back"
  }

  /// What it is about.
  var name: String {
    switch self {
    case .reviewVersion(let version, _, _): version
    case .recordAssessment(let name, _, _, _), .snoozeAssessment(let name, _, _): name
    }
  }

  /// What has happened once it is recorded.
  var past: String {
    switch self {
    case .reviewVersion(_, let decision, _): "reviewed: \(decision.rawValue)"
    case .recordAssessment(_, let decision, _, _): "recorded: \(decision.rawValue)"
    case .snoozeAssessment(_, let length, _): "put off by \(length.short)"
    }
  }
}

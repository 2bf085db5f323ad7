public import Domain

/// A unit test of rules: records in, expected states of signals out.
public struct RuleTest: Sendable {
  /// Records that come at regular times.
  public struct Stream: Sendable {
    /// When the first comes, from the test's start.
    public var from: Duration
    /// How far apart they are.
    public var every: Duration
    /// How many there are.
    public var count: Int
    /// The record without its time.
    public var record: JSONObject

    /// The most records that one stream may have.
    public static let limit = 1_000_000
  }

  /// What a signal is expected to do.
  public struct Expectation: Sendable {
    /// The rule.
    public var rule: String
    /// The signal's labels.
    public var labels: Labels
    /// The state that it is in at an instant, from the test's start.
    public var state: (at: Duration, state: SignalState)?
    /// All of its changes, in order: the states that it came to and when.
    public var changes: [Change]?
    /// The line of the file, for messages.
    public var line: Int

    /// A change of state.
    public struct Change: Hashable, Sendable {
      /// When, from the test's start.
      public var at: Duration
      /// The state that the signal came to.
      public var state: SignalState

      /// Creates a change.
      public init(at: Duration, state: SignalState) {
        self.at = at
        self.state = state
      }

      /// `firing 2m`.
      public var description: String { "\(state.rawValue) \(at.inWords)" }
    }
  }

  /// The test's name.
  public var name: String
  /// The source that the records are of; nil for the first.
  public var source: String?
  /// The event time at which it starts.
  public var start: Timestamp
  /// The event time, from the start, up to which rules are evaluated; nil for the last record or expectation.
  public var until: Duration?
  /// The records.
  public var streams: [Stream]
  /// What is expected of signals.
  public var expectations: [Expectation]
  /// The titles of the incidents that open, in order; nil where that is not checked.
  public var incidents: [String]?
}

/// A file of unit tests of rules.
public struct RuleTestFile: Sendable {
  /// The rules under test, with the sources that they watch.
  public var configuration: Configuration
  /// The tests, in order.
  public var tests: [RuleTest]
}

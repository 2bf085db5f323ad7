import Domain

/// How often the live rules are shown to fire: faults put into copies of what the sources have written, and attacks that are
/// replayed.
public struct DrillDefinition: Hashable, Sendable {
  /// How often.
  public var every: Duration
  /// A directory of traces, attacks and their benign twins, that are replayed as well; nil for none.
  public var traces: SourceDefinition.Path?
  /// How many of the newest lines of a log faults are put into; nil for the usual number.
  public var lines: Int?

  /// Creates a schedule.
  public init(every: Duration, traces: SourceDefinition.Path? = nil, lines: Int? = nil) {
    self.every = every
    self.traces = traces
    self.lines = lines
  }
}

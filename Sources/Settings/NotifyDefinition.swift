public import Domain

/// How somebody who looks at no screen is told of incidents: a program of the operator's own, run without a shell.
public struct NotifyDefinition: Hashable, Sendable {
  /// The program, by its absolute path, and its arguments; empty for none. What is to be told it reads from its standard
  /// input, as JSON.
  public var hook: [String] = []
  /// How long it may take before it is killed.
  public var timeout = Duration.seconds(10)
  /// From which severity on incidents are told.
  public var severity = Severity.alarm

  /// Nobody is told.
  public init() {}
}

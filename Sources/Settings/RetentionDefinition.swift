/// For how long what is stored is kept, by its kind. Nothing of the time of a held incident is removed.
public struct RetentionDefinition: Hashable, Sendable {
  /// Summaries, by event time.
  public var summaries = Duration.seconds(400 * 86_400)
  /// Agents' runs with their spans and findings, by their end; nil while there is room (200,000 spans).
  public var traces: Duration?
  /// Erasable texts of people, by when they were written; nil for ever.
  public var texts: Duration?

  /// The usual times.
  public init() {}
}

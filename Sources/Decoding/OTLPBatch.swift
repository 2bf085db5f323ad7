public import Domain

/// What one OTLP export batch held.
public struct OTLPBatch: Hashable, Sendable {
  /// The spans, in the order of the text: exporters write them as they end, children before their parents.
  public var spans: [TraceSpan] = []
  /// How many log records there were.
  public var logRecords = 0
  /// How many metrics there were.
  public var metrics = 0
  /// The log records as records with fields, where they were asked for: see ``OTLPTraceDecoder/init(readsAll:)``.
  public var logs: [JSONObject] = []
  /// The metrics' points, where they were asked for.
  public var points: [MetricPoint] = []
  /// How many spans could not be read, for want of an identity or a start; 1 for a text that is no batch at all.
  public var malformed = 0

  /// Creates an empty batch.
  public init() {}
}

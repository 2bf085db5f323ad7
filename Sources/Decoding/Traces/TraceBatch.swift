public import Domain

/// What a line or a document of a trace file held.
public struct TraceBatch: Hashable, Sendable {
  /// The spans, in the order of the text: exporters write them as they end, children before their parents.
  public var spans: [TraceSpan] = []
  /// How many OTLP log records there were, those that became spans included.
  public var logRecords = 0
  /// How many OTLP metrics there were.
  public var metrics = 0
  /// How many spans or records could not be read.
  public var malformed = 0
  /// Why records could not be read, or only in part, and how often; at most 32 reasons.
  public var reasons: [String: Int] = [:]

  /// Creates an empty batch.
  public init() {}

  /// Adds a span, its identifiers and names bounded.
  mutating func append(_ span: consuming TraceSpan) {
    if span.traceID.utf8.count > 128 { span.traceID = span.traceID.boundedIdentifier() }
    if span.spanID.utf8.count > 128 { span.spanID = span.spanID.boundedIdentifier() }
    if let parent = span.parentID, parent.utf8.count > 128 { span.parentID = parent.boundedIdentifier() }
    if let conversation = span.conversationID, conversation.utf8.count > 1_024 {
      span.conversationID = conversation.boundedIdentifier(1_024)
    }
    if span.name.utf8.count > TraceSpan.messageLimit { span.name = span.name.prefix(utf8: TraceSpan.messageLimit) }
    if let end = span.end, end < span.start { span.end = span.start }
    spans.append(span)
  }

  /// Counts a record that could not be read.
  mutating func refuse(_ reason: String) {
    malformed += 1
    note(reason)
  }

  /// Counts a reason that loses no record.
  mutating func note(_ reason: String) {
    if reasons[reason] != nil || reasons.count < 32 { reasons[reason, default: 0] += 1 }
  }

  /// Adds what another batch held.
  public mutating func add(_ other: TraceBatch) {
    spans += other.spans
    logRecords += other.logRecords
    metrics += other.metrics
    malformed += other.malformed
    for (reason, count) in other.reasons where reasons[reason] != nil || reasons.count < 32 {
      reasons[reason, default: 0] += count
    }
  }
}

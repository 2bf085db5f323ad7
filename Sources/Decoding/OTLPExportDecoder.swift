public import Domain

/// What an OTLP export batch holds beside spans.
public struct OTLPExport: Sendable {
  /// The log records as records with fields; see ``OTLPExportDecoder``.
  public var logs: [JSONObject] = []
  /// The metrics' points.
  public var points: [MetricPoint] = []
}

/// Reads log records and metrics from OTLP in JSON: lines that each hold an export batch, or whole documents. Spans are
/// read by ``OTLPTraceDecoder``.
///
/// A log record becomes an object with `ts` (nanoseconds), `kind` (`log`), `event`, `severity`, `severity_number`,
/// `body`, `trace_id`, `span_id`, `scope`, `resource`, and its attributes; dots in the names of attributes become levels.
public struct OTLPExportDecoder: Sendable {
  private static let members = ["resourceLogs", "resource_logs", "resourceMetrics", "resource_metrics"].map {
    Array($0.utf8)
  }

  /// Creates a decoder.
  public init() {}

  /// Reads one export batch; a text that is none, or holds spans only, gives nothing.
  public func decode(_ line: borrowing RawSpan) -> OTLPExport {
    guard OTLPExportDecoder.mayHold(line) else { return OTLPExport() }
    return decode(line.withUnsafeBytes { Array($0) })
  }

  /// Reads one export batch; see ``decode(_:)-(RawSpan)``.
  public func decode(_ bytes: [UInt8]) -> OTLPExport {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var export = OTLPExport()
    guard let root = try? JSON(parsing: bytes) else { return export }
    for resource in OTLPValue.list(root, "resourceLogs", "resource_logs") ?? [] {
      export.logs += OTLPLogDecoder.records(of: resource)
    }
    for resource in OTLPValue.list(root, "resourceMetrics", "resource_metrics") ?? [] {
      export.points += OTLPMetricDecoder.points(of: resource)
    }
    return export
  }

  /// Whether a member's name occurs in the first bytes, where exporters write it, so that spans alone are not parsed
  /// twice.
  private static func mayHold(_ line: borrowing RawSpan) -> Bool {
    let end = min(line.byteCount, 256)
    var index = 0
    while index < end {
      let quote = ByteSearch.first(0x22, in: line, from: index, to: end)
      guard quote < end else { return false }
      for name in members where quote + 1 + name.count <= line.byteCount {
        var offset = 0
        while offset < name.count, JSONLexer.byte(line, quote + 1 + offset) == name[offset] { offset += 1 }
        if offset == name.count { return true }
      }
      index = quote + 1
    }
    return false
  }
}

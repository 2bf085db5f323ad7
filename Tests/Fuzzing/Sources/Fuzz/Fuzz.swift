import CFuzzer
import Compression
import Decoding
import Domain
import Expressions
import Glibc

/// Feeds libFuzzer's inputs to one of the readers of hostile input; `FUZZ_TARGET` names it: `json`, `records`, `otlp`,
/// `traces` or `zip`.
@main struct Fuzz {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    let target = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    switch target {
    case "json": exit(LLVMFuzzerRunDriver(&count, &arguments) { bytes, length in Inputs.json(copy(bytes, length)) })
    case "records":
      exit(LLVMFuzzerRunDriver(&count, &arguments) { bytes, length in Inputs.records(copy(bytes, length)) })
    case "otlp": exit(LLVMFuzzerRunDriver(&count, &arguments) { bytes, length in Inputs.otlp(copy(bytes, length)) })
    case "traces":
      exit(LLVMFuzzerRunDriver(&count, &arguments) { bytes, length in Inputs.traces(copy(bytes, length)) })
    case "zip": exit(LLVMFuzzerRunDriver(&count, &arguments) { bytes, length in Inputs.zip(copy(bytes, length)) })
    default:
      let usage = "name the target with FUZZ_TARGET: json, records, otlp, traces or zip\n"
      _ = write(STDERR_FILENO, usage, usage.utf8.count)
      exit(64)
    }
  }
}

/// What is done with an input; a broken promise ends the process.
enum Inputs {
  private static let plan = FieldPlan(
    ["a", "b", "a.b", "ts", "message", "level", "status"].compactMap { FieldPath($0) })

  /// The scanner takes what the tree's parser takes, and its places lie within the line.
  static func json(_ bytes: [UInt8]) -> Int32 {
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: plan.paths.count)
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = Array(line)
      let isRecord = scanner.scan(line.span.bytes, into: &table)
      check(table, line)
      if isRecord, String(validating: line, as: UTF8.self) != nil, !line.starts(with: [0xEF, 0xBB, 0xBF]) {
        precondition((try? JSON(parsing: line))?.object != nil, "the scanner took what is no object")
      }
    }
    _ = FormatRecogniser().recognise(head: bytes, path: "")
    return 0
  }

  /// Records do not depend on how the bytes arrive, every record goes on, and all bytes are taken in the end.
  static func records(_ bytes: [UInt8]) -> Int32 {
    guard let kind = bytes.first else { return 0 }
    let rest = Array(bytes.dropFirst())
    let formats: [LogFormat] = [.csv, .tsv, .logfmt, .text, .vLLM, .pattern]
    if Int(kind) % 7 == 6 { return pages(rest) }
    let options = RecordOptions(pattern: try? CapturePattern("^(?<a>[^ ]*) (?<b>.*)$"))
    guard var reader = RecordReader(format: formats[Int(kind) % 7], options: options, plan: plan) else { return 0 }
    var table = FieldTable(columns: plan.paths.count)
    var times = TimestampReader(reference: Timestamp(seconds: 1_795_403_564))
    reader.begin(file: 1, offset: 0, head: { [] })
    var start = 0
    while let record = reader.next(rest.span.bytes, from: start, isFinal: true, into: &table) {
      precondition(record.next > start && record.end <= record.next && record.next <= rest.count)
      let line = Array(rest[start..<max(start, record.end)])
      if record.outcome == .record { check(table, line) }
      for column in table.fields.indices where record.outcome == .record {
        _ = times.read(column, of: table, in: line.span.bytes)
      }
      start = record.next
    }
    precondition(start == rest.count || formats[Int(kind) % 7] == .csv || formats[Int(kind) % 7] == .tsv)
    return 0
  }

  private static func pages(_ bytes: [UInt8]) -> Int32 {
    var reader = PrometheusReader()
    var start = 0
    while let family = reader.next(bytes.span.bytes, from: start, isFinal: true) {
      precondition(family.next > start && family.next <= bytes.count)
      for point in family.points { check(point) }
      start = family.next
    }
    precondition(start == bytes.count)
    return 0
  }

  /// Points, logs and spans of anything.
  static func otlp(_ bytes: [UInt8]) -> Int32 {
    let batch = OTLPExportDecoder().decode(bytes)
    _ = OTLPTraceDecoder().decode(bytes)
    var earlier: Histogram?
    for point in batch.points {
      check(point)
      guard case .histogram(let histogram) = point.value else { continue }
      if let earlier, let added = histogram.added(since: earlier) {
        precondition(added.count >= 0 && added.counts.values.allSatisfy { $0 >= 0 })
      }
      earlier = histogram
    }
    for log in batch.logs {
      var line: [UInt8] = []
      JSON.object(log).write(into: &line)
      precondition((try? JSON(parsing: line)) != nil)
    }
    return 0
  }

  /// Spans of every dialect, from lines or from a whole document, are bounded and say how long they took.
  static func traces(_ bytes: [UInt8]) -> Int32 {
    guard let kind = bytes.first else { return 0 }
    let rest = Array(bytes.dropFirst())
    let formats = LogFormat.allCases.filter(\.holdsTraces)
    guard var decoder = TraceDecoder(format: formats[Int(kind & 0x7F) % formats.count], source: "runs.jsonl") else {
      return 0
    }
    var batch = TraceBatch()
    if kind & 0x80 == 0 {
      batch.add(decoder.decode(document: rest))
    } else {
      for line in rest.split(separator: 0x0A) { batch.add(decoder.decode(line: Array(line).span.bytes)) }
    }
    batch.add(decoder.finish())
    precondition(batch.malformed >= 0 && batch.reasons.count <= 32)
    for span in batch.spans {
      precondition(span.end.map { $0 >= span.start } ?? true, "a span ends before it begins")
      precondition(span.traceID.utf8.count <= 128 && span.spanID.utf8.count <= 128)
      precondition(span.arguments.map { $0.utf8.count <= TraceSpan.contentLimit } ?? true)
      precondition(span.result.map { $0.utf8.count <= TraceSpan.contentLimit } ?? true)
      precondition(span.costUSD.map(\.isFinite) ?? true)
    }
    _ = FormatRecogniser().recognise(head: rest, path: "")
    return 0
  }

  /// No member of an archive grows beyond its limit, and what is read is what its directory promised.
  static func zip(_ bytes: [UInt8]) -> Int32 {
    guard let archive = try? ZIPArchive(bytes) else { return 0 }
    let limit = 1 << 20
    for member in archive.members.prefix(64) {
      precondition(member.name.utf8.count <= 3 * 1_024)
      guard let content = try? archive.read(member, limit: limit) else { continue }
      precondition(content.count <= limit)
    }
    return 0
  }

  private static func check(_ point: MetricPoint) {
    switch point.value {
    case .gauge(let value), .sum(let value, _): precondition(value.isFinite)
    case .histogram(let histogram):
      for range in histogram.ranges { precondition(range.count > 0 && range.lower <= range.upper) }
    }
  }

  private static func check(_ table: FieldTable, _ line: [UInt8]) {
    for (column, field) in table.fields.enumerated() {
      precondition(
        field.start >= 0 && field.start <= field.end && Int(field.end) <= line.count || field.kind == .absent)
      _ = table.text(column, in: line.span.bytes)
      _ = table.number(column, in: line.span.bytes)
    }
  }
}

private func copy(_ bytes: UnsafePointer<UInt8>?, _ length: Int) -> [UInt8] {
  Array(UnsafeBufferPointer(start: bytes, count: length))
}

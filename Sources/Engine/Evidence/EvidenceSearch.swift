import Assurance
import Decoding
import Domain
import Expressions
import Incidents
import Redaction
import Tailing

/// Finds the lines of a query in the bytes of a log.
///
/// An excerpt holds the fields that the rule reads and no others. Of text it shows single words only: prose may be
/// anybody's, and its length says enough.
struct EvidenceSearch {
  /// Lines that are kept of an incident.
  static let lineLimit = 3
  private static let wordLimit = 64
  private static let excerptLimit = 300

  private let query: EvidenceQuery
  private let columns: [(path: FieldPath, column: Int)]
  private let labels: [(column: Int, path: FieldPath, value: String)]
  private let predicates: [CompiledPredicate]
  private let timeColumn: Int?
  private let valueColumn: Int?
  private let redactor: Redactor
  private var scanner: JSONLineScanner
  private var reader: RecordReader?
  private var table: FieldTable
  private var times: TimestampReader
  private var found: [(value: Double, order: Int, line: EvidenceLine)] = []
  /// How many lines there were of the kind.
  private(set) var matched = 0

  /// Makes a query ready for a source; nil where its records are not lines with fields.
  init?(_ query: EvidenceQuery, setup: SourceSetup, reference: Timestamp) {
    guard setup.decoder != .otlp, setup.decoder != .prometheus else { return nil }
    var plan = FieldPlan()
    self.query = query
    columns = query.fields.map { ($0, plan.column(of: $0)) }
    labels = query.labels.map { (plan.column(of: $0.path), $0.path, $0.value) }
    guard let predicates = try? query.predicates.map({ try CompiledPredicate($0, plan: &plan) }) else { return nil }
    self.predicates = predicates
    timeColumn = setup.time.map { plan.column(of: $0) }
    switch query.choice {
    case .newest: valueColumn = nil
    case .largest(let path), .smallest(let path): valueColumn = plan.column(of: path)
    }
    redactor = setup.redactor
    scanner = JSONLineScanner(plan: plan)
    reader = RecordReader(format: setup.decoder, options: setup.records, plan: plan)
    table = FieldTable(columns: plan.paths.count)
    times = TimestampReader(zone: setup.zone, reference: reference)
  }

  /// The best lines so far, in the order of their times.
  var lines: [EvidenceLine] { found.sorted { $0.order < $1.order }.map(\.line) }

  /// Looks through a stretch of a file that begins with a line.
  ///
  /// - Parameters:
  ///   - start: where the stretch begins in the file.
  ///   - head: the first bytes of the file, for formats with a header.
  mutating func look(through bytes: [UInt8], of file: String, from start: Int64, head: () -> [UInt8]) {
    guard reader != nil else {
      LineSplitter.forEachRange(of: bytes.span.bytes) { place, length in
        let line = bytes.span.bytes.extracting(place..<(place + length))
        if scanner.scan(line, into: &table) { take(line, file, start + Int64(place)) }
      }
      return
    }
    reader?.begin(file: 0, offset: start, head: head)
    var place = 0
    while let record = reader?.next(bytes.span.bytes, from: place, isFinal: true, into: &table) {
      if record.outcome == .record {
        take(bytes.span.bytes.extracting(place..<record.end), file, start + Int64(place))
      }
      place = record.next
    }
  }

  private mutating func take(_ line: borrowing RawSpan, _ file: String, _ offset: Int64) {
    let at = timeColumn.flatMap { times.read($0, of: table, in: line) }
    guard at.map({ query.times.contains($0) }) ?? true, isWanted(line) else { return }
    var value = Double(matched)
    if let valueColumn {
      guard let number = table.number(valueColumn, in: line) else { return }
      if case .smallest = query.choice { value = -number } else { value = number }
    }
    matched += 1
    if found.count == Self.lineLimit {
      guard let least = found.indices.min(by: { found[$0].value < found[$1].value }), found[least].value < value else {
        return
      }
      found.remove(at: least)
    }
    let bytes = line.withUnsafeBytes { Array($0) }
    found.append(
      (
        value, matched,
        EvidenceLine(
          file: file, offset: offset, length: bytes.count, hash: Digest256.sha256(bytes).hex, at: at,
          excerpt: excerpt(line))
      ))
  }

  private func isWanted(_ line: borrowing RawSpan) -> Bool {
    for predicate in predicates where !predicate.evaluate(table, line) { return false }
    for label in labels
    where table.text(label.column, in: line).flatMap({ redactor.text($0, of: label.path) }) != label.value {
      return false
    }
    return true
  }

  private func excerpt(_ line: borrowing RawSpan) -> String {
    var parts: [String] = []
    for (path, column) in columns {
      guard let text = table.text(column, in: line), let kept = redactor.text(text, of: path) else { continue }
      let isWord = kept.utf8.count <= Self.wordLimit && !kept.utf8.contains { $0 <= 0x20 }
      parts.append("\(path)=\(isWord ? kept : "(\(text.utf8.count) bytes)")")
    }
    return parts.joined(separator: " ").prefix(utf8: Self.excerptLimit)
  }
}

public import Domain
public import Expressions

/// What a source's configuration says about its records, beside the format.
public struct RecordOptions: Sendable {
  /// Takes a record apart; needed by `pattern`.
  public var pattern: CapturePattern?
  /// Which lines of text begin a record; nil judges by their looks.
  public var recordStart: TextPattern?

  /// Creates options.
  public init(pattern: CapturePattern? = nil, recordStart: TextPattern? = nil) {
    self.pattern = pattern
    self.recordStart = recordStart
  }
}

/// Reads records from a source whose lines are not JSON: cuts the bytes into records, which may be several lines long,
/// and fills a field table with each.
///
/// Fields are named by the header (CSV, TSV), by their keys (logfmt), by the pattern's groups, or are `message`, `level`
/// and `ts` (text). A path names a field when its components, joined by dots, are the field's name.
public struct RecordReader: Sendable {
  /// What was read.
  public enum Outcome: Hashable, Sendable {
    /// A record; the table holds its fields.
    case record
    /// Text that is no record of the format.
    case malformed
    /// A header or a blank line, which count as nothing.
    case passed
  }

  /// One record's place in the bytes.
  public struct Record: Hashable, Sendable {
    /// Where its text ends, without the line break.
    public var end: Int
    /// Where the next record begins.
    public var next: Int
    /// What it is.
    public var outcome: Outcome
  }

  private enum Shape: Sendable {
    case separated(CSVScanner)
    case logfmt
    case pattern(CapturePattern)
    case text
    case vLLM
  }

  /// How many files' headers are kept.
  private static let fileLimit = 256

  private let shape: Shape
  private let framing: EventFraming?
  /// The names and columns of the wanted fields.
  private let wanted: [(name: [UInt8], column: Int)]
  private let plan: FieldPlan
  /// The columns of the fields by their order in the record, -1 for those that nobody wants.
  private var columns: [Int] = []
  private var names: [String] = []
  private var headers: [Int64: CSVHeader] = [:]
  private var order: [Int64] = []
  private var file: Int64?
  private var fields: [RawField] = []
  private var ranges: [Int32] = []

  /// Creates a reader of a format's records for the fields of a plan; nil for formats that are read otherwise, and for
  /// `pattern` without one.
  public init?(format: LogFormat, options: RecordOptions, plan: FieldPlan) {
    self.plan = plan
    wanted = plan.paths.enumerated().map { (Array($1.components.joined(separator: ".").utf8), $0) }
    let events = EventFraming(start: options.recordStart)
    switch format {
    case .csv: (shape, framing) = (.separated(CSVScanner()), nil)
    case .tsv: (shape, framing) = (.separated(CSVScanner(separator: 0x09)), nil)
    case .logfmt: (shape, framing) = (.logfmt, nil)
    case .pattern:
      guard let pattern = options.pattern else { return nil }
      (shape, framing) = (.pattern(pattern), options.recordStart == nil ? nil : events)
      setNames(pattern.names)
    case .text:
      (shape, framing) = (.text, events)
      setNames(TextFields.names)
    case .vLLM:
      (shape, framing) = (.vLLM, events)
      setNames(VLLMFields.names)
    default: return nil
    }
  }

  /// The path of a field; nil for the whole text of a line, which is neither measured nor a label.
  public func path(of name: String) -> FieldPath? {
    switch shape {
    case .text, .vLLM:
      if name == "message" { return nil }
    case .separated, .logfmt, .pattern: break
    }
    return FieldPath(components: name.split(separator: ".", omittingEmptySubsequences: false).map(String.init))
      ?? FieldPath(components: [name])
  }

  /// Whether each file begins with a header that its later parts need.
  public var hasHeaders: Bool { if case .separated = shape { true } else { false } }

  /// Says which file the next bytes are from.
  ///
  /// - Parameter head: gives the first bytes of the file; called where reading goes on in the middle of a file whose
  ///   header is not known.
  public mutating func begin(file: Int64, offset: Int64, head: () -> [UInt8]) {
    guard case .separated(let scanner) = shape else { return }
    if offset == 0 {
      headers[file] = nil
    } else if headers[file] == nil {
      let bytes = head()
      if let found = CSVHeader.read(bytes.span.bytes, with: scanner, isFinal: true) { keep(found.header, of: file) }
    }
    self.file = file
    setNames(headers[file]?.names ?? [])
  }

  /// Reads the record that begins at `start`; nil while it goes on beyond the bytes.
  ///
  /// Places in the table count from `start`.
  public mutating func next(
    _ bytes: RawSpan, from start: Int, isFinal: Bool, into table: inout FieldTable
  ) -> Record? {
    if table.fields.count != plan.paths.count { table = FieldTable(columns: plan.paths.count) }
    guard let record = advance(bytes, from: start, isFinal: isFinal) else { return nil }
    for column in table.fields.indices { table.fields[column] = .absent }
    guard record.outcome == .record else { return record }
    if case .logfmt = shape {
      fillPairs(bytes.extracting(start..<record.end), &table)
    } else {
      for index in 0..<min(columns.count, fields.count) where columns[index] >= 0 {
        table.fields[columns[index]] = fields[index]
      }
    }
    return record
  }

  /// Reads the record that begins at `start` and calls with every field that it has.
  public mutating func next(
    _ bytes: RawSpan, from start: Int, isFinal: Bool, _ body: (_ name: String, _ field: RawField) -> Void
  ) -> Record? {
    guard let record = advance(bytes, from: start, isFinal: isFinal) else { return nil }
    guard record.outcome == .record else { return record }
    if case .logfmt = shape {
      let line = bytes.extracting(start..<record.end)
      _ = LogfmtPairs.forEach(in: line) { from, to, value in body(HeadObject.text(line, from, to), value) }
    } else {
      for (name, field) in zip(names, fields) where field.kind != .absent { body(name, field) }
    }
    return record
  }

  /// Finds the next record and leaves its fields in ``fields``, but for logfmt, whose fields have no order.
  private mutating func advance(_ bytes: RawSpan, from start: Int, isFinal: Bool) -> Record? {
    if case .separated(let scanner) = shape { return separated(scanner, bytes, start, isFinal) }
    guard start < bytes.byteCount else { return nil }
    var record: Record
    if let framing {
      guard let event = framing.next(bytes, from: start, isFinal: isFinal) else { return nil }
      record = Record(end: event.end, next: event.next, outcome: .record)
    } else {
      let feed = ByteSearch.first(0x0A, in: bytes, from: start, to: bytes.byteCount)
      guard feed < bytes.byteCount || isFinal else { return nil }
      let hasReturn = feed > start && JSONLexer.byte(bytes, feed - 1) == 0x0D
      record = Record(end: hasReturn ? feed - 1 : feed, next: min(bytes.byteCount, feed + 1), outcome: .record)
    }
    let line = bytes.extracting(start..<record.end)
    if JSONLexer.skipSpace(line, 0) == line.byteCount {
      record.outcome = .passed
      return record
    }
    switch shape {
    case .separated: break
    case .logfmt:
      if !LogfmtPairs.forEach(in: line, { _, _, _ in }) { record.outcome = .malformed }
    case .pattern(let pattern):
      guard pattern.match(line, into: &ranges) else {
        record.outcome = .malformed
        return record
      }
      fields.removeAll(keepingCapacity: true)
      for index in pattern.names.indices {
        let (from, to) = (ranges[2 * index], ranges[2 * index + 1])
        fields.append(from >= 0 && to > from ? RawField(kind: .string, start: from, end: to) : .absent)
      }
    case .text: TextFields.read(line, into: &fields)
    // What other programs write into the log is text without fields of its own.
    case .vLLM: _ = VLLMFields.read(line, into: &fields)
    }
    return record
  }

  private mutating func separated(_ scanner: CSVScanner, _ bytes: RawSpan, _ start: Int, _ isFinal: Bool) -> Record? {
    guard let file else { return nil }
    if headers[file] == nil {
      // Only a file's first bytes come here; without a header in the middle of a file, the row names the columns.
      guard let found = CSVHeader.read(bytes.extracting(start..<bytes.byteCount), with: scanner, isFinal: isFinal)
      else { return nil }
      keep(found.header, of: file)
      setNames(found.header.names)
      return Record(end: start + found.next, next: start + found.next, outcome: .passed)
    }
    guard let row = scanner.next(bytes, from: start, isFinal: isFinal, into: &fields) else { return nil }
    var record = Record(end: row.end, next: row.next, outcome: .record)
    if fields.isEmpty || isHeader(bytes, start) {
      record.outcome = .passed
    } else if fields.count == 1 && names.count > 1 || row.hasStrayQuotes && fields.count != names.count {
      record.outcome = .malformed
    }
    return record
  }

  /// Whether the row repeats the header, as writers do that were restarted.
  private func isHeader(_ bytes: borrowing RawSpan, _ start: Int) -> Bool {
    guard fields.count == names.count, let first = fields.first, let name = names.first,
      Int(first.end - first.start) == name.utf8.count
    else { return false }
    let line = bytes.extracting(start..<bytes.byteCount)
    for (field, name) in zip(fields, names)
    where HeadObject.text(line, Int(field.start), Int(field.end)) != String(name.utf8.prefix(200)) { return false }
    return true
  }

  private mutating func keep(_ header: CSVHeader, of file: Int64) {
    if headers.updateValue(header, forKey: file) == nil { order.append(file) }
    if order.count > RecordReader.fileLimit { headers[order.removeFirst()] = nil }
  }

  private mutating func setNames(_ names: [String]) {
    guard names != self.names else { return }
    self.names = names
    columns = names.map { name in wanted.first { $0.name.elementsEqual(name.utf8) }?.column ?? -1 }
  }

  private func fillPairs(_ line: borrowing RawSpan, _ table: inout FieldTable) {
    _ = LogfmtPairs.forEach(in: line) { start, end, value in
      for (name, column) in wanted where name.count == end - start {
        var offset = 0
        while offset < name.count, JSONLexer.byte(line, start + offset) == name[offset] { offset += 1 }
        if offset == name.count { table.fields[column] = value }
      }
    }
  }
}

import Domain

/// Tells the formats apart whose lines are not JSON.
struct TextRecogniser {
  private static let lineLimit = 40
  private var lines: [[UInt8]] = []
  private let content: [UInt8]
  private let isWhole: Bool

  /// Takes the first whole lines from `start` on; a single line without its newline counts too.
  init(_ bytes: borrowing RawSpan, start: Int) {
    var lines: [[UInt8]] = []
    let rest = bytes.extracting(start..<bytes.byteCount)
    HeadLines.forEach(in: rest, limit: TextRecogniser.lineLimit) { line in
      if !JSONLineScanner.isBlank(line) { lines.append(TextRecogniser.copy(line, limit: 8_192)) }
    }
    content = TextRecogniser.copy(rest, limit: 65_536)
    isWhole = rest.byteCount == content.count
    if lines.isEmpty { lines.append(TextRecogniser.copy(rest, limit: 8_192)) }
    self.lines = lines
  }

  private static func copy(_ line: borrowing RawSpan, limit: Int) -> [UInt8] {
    line.extracting(0..<min(line.byteCount, limit)).withUnsafeBytes { Array($0) }
  }

  /// The format of the lines.
  func recognise(path: String) -> RecognisedFormat {
    let texts = lines.map { String(decoding: $0, as: UTF8.self) }
    let comments = texts.count { $0.hasPrefix("# HELP ") || $0.hasPrefix("# TYPE ") }
    if comments > 0 {
      let isOpenMetrics = content.suffix(16).elementsEqual("# EOF\n".utf8) || texts.contains { $0 == "# EOF" }
      return RecognisedFormat(
        format: .prometheus, dialect: isOpenMetrics ? "openmetrics" : nil, confidence: 0.95,
        reason: "\(comments) # HELP and # TYPE lines")
    }
    if texts.contains(where: { $0.contains("Avg prompt throughput: ") }) {
      return RecognisedFormat(format: .vLLM, confidence: 0.95, reason: "throughput lines of a vLLM engine")
    }
    if isNamed(path, "tsv"), let table = table(separator: 0x09, format: .tsv, isNamed: true) { return table }
    if isNamed(path, "csv"), let table = table(separator: 0x2C, format: .csv, isNamed: true) { return table }
    let pairs = lines.count { TextRecogniser.isPairs($0) }
    if pairs * 5 >= lines.count * 4 {
      return RecognisedFormat(
        format: .logfmt, confidence: 0.85, reason: "\(pairs) of \(lines.count) lines hold key=value pairs")
    }
    let engine = lines.count { TextRecogniser.isEngine($0) }
    if engine >= 3, engine * 2 >= lines.count {
      return RecognisedFormat(
        format: .vLLM, confidence: 0.7, reason: "\(engine) of \(lines.count) lines begin like those of a vLLM engine")
    }
    if let table = table(separator: 0x09, format: .tsv, isNamed: false) { return table }
    if let table = table(separator: 0x2C, format: .csv, isNamed: false) { return table }
    return text()
  }

  private func isNamed(_ path: String, _ ending: String) -> Bool { path.lowercased().hasSuffix("." + ending) }

  /// Plain text, the surer the more lines say when they were written.
  private func text() -> RecognisedFormat {
    var timed = 0
    var levelled = 0
    for line in lines {
      let bytes = line.span.bytes
      if TextFields.time(bytes, bytes.byteCount) != nil { timed += 1 }
      if TextFields.level(bytes, bytes.byteCount) != nil { levelled += 1 }
    }
    if timed > 0 {
      return RecognisedFormat(
        format: .text, confidence: timed * 2 >= lines.count ? 0.8 : 0.6,
        reason: "lines of text, \(timed) of \(lines.count) with a time, \(levelled) with a level")
    }
    return RecognisedFormat(format: .text, confidence: 0.5, reason: "lines of text without a known structure")
  }

  /// Columns: the same number of them in every record, under a header of different names that are no numbers.
  private func table(separator: UInt8, format: LogFormat, isNamed: Bool) -> RecognisedFormat? {
    let scanner = CSVScanner(separator: separator)
    let bytes = content.span.bytes
    guard let (header, first) = CSVHeader.read(bytes, with: scanner, isFinal: isWhole) else { return nil }
    var fields: [RawField] = []
    var records = 1
    var alike = 1
    var start = first
    while records < TextRecogniser.lineLimit,
      let record = scanner.next(bytes, from: start, isFinal: isWhole, into: &fields)
    {
      start = record.next
      guard !fields.isEmpty else { continue }
      records += 1
      if fields.count == header.names.count, !record.hasStrayQuotes { alike += 1 }
    }
    let names = header.names
    let isHeader = names.allSatisfy { Double($0) == nil } && (isNamed || names.allSatisfy(TextRecogniser.isColumnName))
    let share = Double(alike) / Double(records)
    guard names.count >= 2, isHeader, share >= 0.9, records >= 2 || isNamed else {
      guard isNamed, names.allSatisfy({ Double($0) == nil }) else { return nil }
      return RecognisedFormat(format: format, confidence: 0.6, reason: "the file's name")
    }
    return RecognisedFormat(
      format: format, confidence: isNamed ? 0.95 : 0.8,
      reason: "\(names.count) columns in \(alike) of \(records) records")
  }

  /// Whether a text could be the name of a column rather than part of a sentence.
  private static func isColumnName(_ name: String) -> Bool {
    guard name.utf8.count <= 48, name.utf8.count(where: { $0 == 0x20 }) <= 2, let last = name.last else { return false }
    return last != "." && last != "!" && last != "?" && last != ":" && !name.hasPrefix("column_")
  }

  /// Whether a line begins with `INFO MM-DD HH:MM:SS [file.py:1]`.
  private static func isEngine(_ line: [UInt8]) -> Bool {
    var fields: [RawField] = []
    return VLLMFields.read(line.span.bytes, into: &fields) && fields[2].kind != .absent
  }

  /// Whether a line begins with a `key=value` pair and holds another one; text may end with some without being logfmt.
  private static func isPairs(_ line: [UInt8]) -> Bool {
    var assigned = 0
    var isFirst = true
    var beginsWithPair = false
    let isWellFormed = LogfmtPairs.forEach(in: line.span.bytes) { start, end, value in
      let isPair = value.kind != .isTrue && isKey(line[start..<end])
      if isFirst { beginsWithPair = isPair }
      isFirst = false
      if isPair { assigned += 1 }
    }
    return isWellFormed && beginsWithPair && assigned >= 2
  }

  private static func isKey(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2D, 0x2F, 0x40: true
      default: false
      }
    }
  }
}

/// Tells the formats apart whose lines are not JSON.
struct TextRecogniser {
  private var lines: [[UInt8]] = []

  /// Takes the first whole lines from `start` on; a single line without its newline counts too.
  init(_ bytes: borrowing RawSpan, start: Int) {
    var lines: [[UInt8]] = []
    let content = bytes.extracting(start..<bytes.byteCount)
    HeadLines.forEach(in: content, limit: 40) { line in
      if !JSONLineScanner.isBlank(line) { lines.append(TextRecogniser.copy(line)) }
    }
    if lines.isEmpty { lines.append(TextRecogniser.copy(content)) }
    self.lines = lines
  }

  private static func copy(_ line: borrowing RawSpan) -> [UInt8] {
    line.extracting(0..<min(line.byteCount, 8_192)).withUnsafeBytes { Array($0) }
  }

  /// The format of the lines.
  func recognise(path: String) -> RecognisedFormat {
    let texts = lines.map { String(decoding: $0, as: UTF8.self) }
    let comments = texts.count { $0.hasPrefix("# HELP ") || $0.hasPrefix("# TYPE ") }
    if comments > 0 {
      return RecognisedFormat(
        format: .prometheus, confidence: 0.95, reason: "\(comments) # HELP and # TYPE lines", isDocument: true)
    }
    if texts.contains(where: { $0.contains("Avg prompt throughput: ") }) {
      return RecognisedFormat(format: .vLLM, confidence: 0.95, reason: "throughput lines of a vLLM engine")
    }
    let pairs = lines.count { TextRecogniser.pairs($0) >= 2 }
    if pairs * 5 >= lines.count * 4 {
      return RecognisedFormat(
        format: .logfmt, confidence: 0.85, reason: "\(pairs) of \(lines.count) lines hold key=value pairs")
    }
    if let table = table(separator: 0x09, format: .tsv, isNamed: path.hasSuffix(".tsv")) { return table }
    if let table = table(separator: 0x2C, format: .csv, isNamed: path.hasSuffix(".csv")) { return table }
    return RecognisedFormat(format: .text, confidence: 0.5, reason: "lines of text without a known structure")
  }

  /// Columns: the same number of them on every line, under a header of different names that are no numbers.
  private func table(separator: UInt8, format: LogFormat, isNamed: Bool) -> RecognisedFormat? {
    guard let first = lines.first else { return nil }
    let header = TextRecogniser.cells(first, separator: separator)
    let names = header.map { String(decoding: first[$0], as: UTF8.self) }
    let isHeader = Set(names).count == names.count && names.allSatisfy { !$0.isEmpty && Double($0) == nil }
    let alike = lines.count { TextRecogniser.cells($0, separator: separator).count == header.count }
    let share = Double(alike) / Double(lines.count)
    guard header.count >= 2, isHeader, share >= 0.9, lines.count >= 2 || isNamed else {
      guard isNamed, isHeader else { return nil }
      return RecognisedFormat(format: format, confidence: 0.6, reason: "the file's name")
    }
    return RecognisedFormat(
      format: format, confidence: isNamed ? 0.95 : 0.8,
      reason: "\(header.count) columns on \(alike) of \(lines.count) lines")
  }

  /// The ranges of a line's cells; separators within double quotes do not separate.
  private static func cells(_ line: [UInt8], separator: UInt8) -> [Range<Int>] {
    var cells: [Range<Int>] = []
    var start = 0
    var isQuoted = false
    for (index, byte) in line.enumerated() {
      if byte == 0x22 {
        isQuoted.toggle()
      } else if byte == separator, !isQuoted {
        cells.append(start..<index)
        start = index + 1
      }
    }
    cells.append(start..<line.count)
    return cells
  }

  /// How many `key=value` pairs a line holds; a key is letters, digits and `_ . - /`, and begins a word.
  private static func pairs(_ line: [UInt8]) -> Int {
    var count = 0
    var keyLength = 0
    var isKey = true
    var isQuoted = false
    for byte in line {
      if byte == 0x22 {
        isQuoted.toggle()
        isKey = false
      } else if isQuoted {
        continue
      } else if byte == 0x20 {
        isKey = true
        keyLength = 0
      } else if byte == 0x3D {
        if isKey, keyLength > 0 { count += 1 }
        isKey = false
      } else if isKey {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2D, 0x2F, 0x40: keyLength += 1
        default: isKey = false
        }
      }
    }
    return count
  }
}

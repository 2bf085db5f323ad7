import Decoding
import Domain

/// Takes the rows out of a file's bytes as they come.
struct RowReader {
  private enum Format {
    case unknown
    case objects(JSONFlattener)
    case values(CSVScanner, [String])
  }

  private(set) var outcome = TableFile.Outcome()
  private var format = Format.unknown
  private var table = FieldTable(columns: 0)
  private var isSkipping = false

  /// Gives the rows that are whole; returns how many bytes are done with.
  mutating func take(_ bytes: RawSpan, isFinal: Bool, _ row: TableFile.Row) -> Int {
    var start = 0
    if case .unknown = format {
      start = recognise(bytes, isFinal: isFinal)
      if case .unknown = format { return 0 }
    }
    switch format {
    case .unknown: return 0
    case .objects(var flattener):
      // The flattener must have one owner, or it would be copied.
      format = .unknown
      start = takeObjects(bytes, from: start, isFinal: isFinal, &flattener, row)
      format = .objects(flattener)
    case .values(let scanner, let names):
      start = takeValues(bytes, from: start, isFinal: isFinal, scanner, names, row)
    }
    return start
  }

  /// Looks for the first character, and for the header of separated values.
  private mutating func recognise(_ bytes: RawSpan, isFinal: Bool) -> Int {
    let hasMark =
      bytes.byteCount >= 3 && bytes.byte(0) == 0xEF && bytes.byte(1) == 0xBB && bytes.byte(2) == 0xBF
    var first = hasMark ? 3 : 0
    while first < bytes.byteCount, [0x20, 0x09, 0x0A, 0x0D].contains(bytes.byte(first)) { first += 1 }
    guard first < bytes.byteCount else { return 0 }
    if bytes.byte(first) == 0x7B {
      format = .objects(JSONFlattener())
      return first
    }
    var counts: [UInt8: Int] = [:]
    for index in first..<bytes.byteCount {
      let byte = bytes.byte(index)
      if byte == 0x0A { break }
      if byte == 0x2C || byte == 0x09 || byte == 0x3B { counts[byte, default: 0] += 1 }
    }
    let separator = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0x2C
    let scanner = CSVScanner(separator: separator)
    guard let read = CSVHeader.read(bytes, with: scanner, isFinal: isFinal) else { return 0 }
    format = .values(scanner, read.header.names)
    return read.next
  }

  private mutating func takeValues(
    _ bytes: RawSpan, from start: Int, isFinal: Bool, _ scanner: CSVScanner, _ names: [String], _ row: TableFile.Row
  ) -> Int {
    var start = start
    while let record = scanner.next(bytes, from: start, isFinal: isFinal, into: &table.fields) {
      // In a file of one column a blank line is a row without a value.
      if !table.fields.isEmpty || names.count == 1 {
        if table.fields.count > names.count {
          outcome.hasMoreColumns = true
          table.fields.removeLast(table.fields.count - names.count)
        }
        while table.fields.count < names.count { table.fields.append(.absent) }
        row(names, table, bytes.extracting(start..<record.end))
        outcome.rows += 1
      }
      start = record.next
    }
    return start
  }

  private mutating func takeObjects(
    _ bytes: RawSpan, from start: Int, isFinal: Bool, _ flattener: inout JSONFlattener, _ row: TableFile.Row
  ) -> Int {
    var start = start
    while start < bytes.byteCount {
      guard let end = bytes.lineFeed(from: start) ?? (isFinal ? bytes.byteCount : nil) else { break }
      let line = bytes.extracting(start..<end)
      start = min(bytes.byteCount, end + 1)
      if isSkipping {
        isSkipping = false
      } else if !JSONLineScanner.isBlank(line) {
        if flattener.scan(line, into: &table) {
          row(flattener.names, table, line)
          outcome.rows += 1
        } else {
          outcome.malformed += 1
        }
      }
    }
    if bytes.byteCount - start > TableFile.lineLimit {
      // The rest of a line that is too long is passed over, piece by piece.
      if !isSkipping { outcome.malformed += 1 }
      isSkipping = true
      start = bytes.byteCount
    } else if isSkipping {
      start = bytes.byteCount
    }
    outcome.hasMoreColumns = flattener.hasMore
    return start
  }
}

extension RawSpan {
  /// A byte.
  fileprivate func byte(_ index: Int) -> UInt8 { unsafeLoad(fromByteOffset: index, as: UInt8.self) }

  /// The place of the first line feed from a place on.
  fileprivate func lineFeed(from start: Int) -> Int? {
    extracting(start..<byteCount).withUnsafeBytes { bytes in
      bytes.firstIndex(of: 0x0A).map { start + $0 }
    }
  }
}

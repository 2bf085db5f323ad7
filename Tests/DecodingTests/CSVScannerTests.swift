import Decoding
import Domain
import Testing

@Suite struct CSVScannerTests {
  /// All records as texts; nil stands for a missing field.
  private func records(_ text: String, separator: UInt8 = 0x2C) -> [[String?]] {
    records(Array(text.utf8), separator: separator)
  }

  private func records(_ bytes: [UInt8], separator: UInt8 = 0x2C) -> [[String?]] {
    let scanner = CSVScanner(separator: separator)
    var table = FieldTable(columns: 0)
    var found: [[String?]] = []
    var start = 0
    while let record = scanner.next(bytes.span.bytes, from: start, isFinal: true, into: &table.fields) {
      let line = bytes.span.bytes.extracting(start..<record.end)
      found.append(table.fields.indices.map { table.text($0, in: line) })
      #expect(record.next > start)
      start = record.next
    }
    #expect(start == bytes.count)
    return found
  }

  @Test(arguments: [
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
    ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
    ("1,,3\n,,\n", [["1", nil, "3"], [nil, nil, nil]]),
    ("\"\",x\n", [["", "x"]]),
    ("\"a,b\",\"c\nd\r\ne\",\"say \"\"hi\"\"\"\n", [["a,b", "c\nd\r\ne", "say \"hi\""]]),
    ("\"\"\"\"\n", [["\""]]),
    ("a\"b,c\n", [["a\"b", "c"]]),
    ("x\n\n\r\ny\n", [["x"], [], [], ["y"]]),
    ("\"a\"\r\n\"b\"", [["a"], ["b"]]),
    ("1,2,\n", [["1", "2", nil]]),
    ("long long long value,another quite long value\n", [["long long long value", "another quite long value"]]),
  ])
  func `records follow the grammar`(text: String, expected: [[String?]]) {
    #expect(records(text) == expected)
  }

  @Test func `tabs separate where they are told to, and commas do not`() {
    #expect(records("a,1\tb\n", separator: 0x09) == [["a,1", "b"]])
  }

  @Test func `a record waits for its end, and a quoted line break is not one`() {
    let scanner = CSVScanner()
    var fields: [RawField] = []
    let whole = Array("\"a\nb\",2\r\n3,4\n".utf8)
    let first = 9
    for length in 1..<whole.count {
      let part = Array(whole[..<length])
      let record = scanner.next(part.span.bytes, from: 0, isFinal: false, into: &fields)
      #expect((record != nil) == (length >= first), "after \(length) bytes")
      if let record { #expect(record.next == first && record.end == 7) }
    }
  }

  @Test func `a quote that is never closed costs one record, not the file`() {
    let bytes = Array("1,\"open\n2,ok\n".utf8)
    #expect(records(bytes) == [["1", "\"open"], ["2", "ok"]])
    let scanner = CSVScanner()
    var fields: [RawField] = []
    var long = Array("1,\"open\n".utf8)
    #expect(scanner.next(long.span.bytes, from: 0, isFinal: false, into: &fields) == nil)
    while long.count <= CSVScanner.recordLimit { long += Array("2,some more text\n".utf8) }
    let record = scanner.next(long.span.bytes, from: 0, isFinal: false, into: &fields)
    #expect(record?.end == 7 && record?.next == 8 && record?.hasStrayQuotes == true)
  }

  @Test func `text after a closing quote stays in its field and is marked`() {
    let scanner = CSVScanner()
    var table = FieldTable(columns: 0)
    let bytes = Array("\"a\"b,c\n".utf8)
    let record = scanner.next(bytes.span.bytes, from: 0, isFinal: true, into: &table.fields)
    #expect(record?.hasStrayQuotes == true)
    #expect(table.text(0, in: bytes.span.bytes) == "\"a\"b")
    #expect(table.text(1, in: bytes.span.bytes) == "c")
  }

  @Test func `places do not depend on where the record stands or how the bytes are cut`() {
    var random = SplitMix64(seed: 7)
    let pieces = ["a", "\"", ",", "\n", "\r\n", "\"\"", "12.5", "é", "\"x,\ny\"", " "]
    for _ in 0..<2_000 {
      let text = (0..<Int.random(in: 1...24, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let whole = Array(text.utf8)
      let direct = records(whole)
      // Arriving byte by byte, a record is taken as soon as it is whole.
      let scanner = CSVScanner()
      var table = FieldTable(columns: 0)
      var found: [[String?]] = []
      var start = 0
      for length in 1...whole.count {
        let part = Array(whole[..<length])
        while let record = scanner.next(
          part.span.bytes, from: start, isFinal: length == whole.count, into: &table.fields)
        {
          let line = part.span.bytes.extracting(start..<record.end)
          found.append(table.fields.indices.map { table.text($0, in: line) })
          start = record.next
        }
      }
      #expect(found == direct, "\(text.debugDescription)")
    }
  }

  @Test func `a header has one different name for every column`() {
    let bytes = Array("\u{FEFF}\n id ,score,,score,\"a \"\"b\"\"\"\r\n1,2,3,4,5\n".utf8)
    let found = CSVHeader.read(bytes.span.bytes, with: CSVScanner(), isFinal: false)
    #expect(found?.header.names == ["id", "score", "column_3", "score_2", "a \"b\""])
    #expect(found?.next == bytes.count - 10)
    #expect(FieldPath("score" as String).flatMap { found?.header.column(of: $0) } == 1)
    #expect(FieldPath("a.b" as String).flatMap(CSVHeader(["x", "a.b"]).column(of:)) == 1)
    #expect(CSVHeader.read(Array("a,b".utf8).span.bytes, with: CSVScanner(), isFinal: false) == nil)
  }
}

import Decoding
import Domain
import Testing

/// A scanner that has seen many lines, against one that sees each line first and so reads it member by member.
@Suite struct LineTemplateTests {
  private static let values = [
    "1", "-0.5", "12345678901234567890", "1e5", "true", "false", "null", "\"\"", #""a\"b""#, "\"eight by\"",
    "\"a longer text of more than sixteen bytes\"", "[]", "{}", #"[1,{"x":2}]"#, #"{"b":1}"#, #"{"b":[{}],"z":0}"#,
    "01",
    "tru", "\"open", "{", "\"tab\tinside\"",
  ]

  @Test(arguments: 0..<30)
  func `a line that fits a template has the fields that the grammar finds`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let plan = plan("a", "nest.b", "nest.c", "list", "last")
    var experienced = JSONLineScanner(plan: plan)
    var (table, expected) = (FieldTable(columns: 5), FieldTable(columns: 5))
    let space = seed % 3 == 0 ? " " : ""
    for number in 0..<400 {
      func value() -> String { LineTemplateTests.values.randomElement(using: &random) ?? "1" }
      let plain = number % 2 == 0 ? "7" : "\"seven\""
      var line = "{\"a\":\(space)\(value()),\"skipped name\":\(value()),"
      line += "\"nest\":{\"b\":\(plain),\"x\":\(plain),\"c\":\(value())},\"list\":\(value())\(space)}"
      switch number % 23 {
      case 3: line = line.replacing("\"nest\":{", with: "\"nest\":null,\"other\":{")
      case 5: line = line.replacing("\"list\"", with: "\"nest\":{\"c\":3},\"list\"")
      case 7: line = line.replacing("}", with: "},", maxReplacements: 1)
      case 11: line = line.replacing("\"a\"", with: "\"last\":\"first\",\"a\"")
      case 13: line += "  "
      case 17: line += "x"
      case 19: line.removeLast(Int.random(in: 0..<line.count, using: &random))
      default: break
      }
      let bytes = Array(line.utf8)
      var fresh = JSONLineScanner(plan: plan)
      let isRecord = fresh.scan(bytes.span.bytes, into: &expected)
      #expect(experienced.scan(bytes.span.bytes, into: &table) == isRecord, "\(line)")
      #expect(table.fields == expected.fields, "\(line)")
    }
  }

  /// Every place where a line can be cut, with what follows it in the file right behind.
  @Test(arguments: [
    #"{"a":"one","nest":{"b":12,"c":"three"},"list":[],"last":"a longer text of more than sixteen bytes"}"#,
    #"{"a":1,"nest":{"b":true,"c":null},"list":2.5,"last":7}"#,
  ])
  func `what stands behind a line says nothing about it`(line: String) {
    let plan = plan("a", "nest.b", "nest.c", "list", "last")
    var scanner = JSONLineScanner(plan: plan)
    var (table, expected) = (FieldTable(columns: 5), FieldTable(columns: 5))
    let bytes = Array(line.utf8)
    for _ in 0..<3 { #expect(scanner.scan(bytes.span.bytes, into: &expected)) }
    for next in ["\n" + line, "\"}}}}}}}}}}}}}}}}}}", ",\"more\":1}", "0123456789012345678", "                  "] {
      let all = bytes + Array(next.utf8)
      for cut in bytes.indices {
        let (part, wide) = (all.span.bytes.extracting(0..<cut), all.span.bytes.extracting(0..<min(all.count, cut + 16)))
        #expect(!scanner.scan(part, within: wide, into: &table), "\(cut) \(next)")
        #expect(table.fields.allSatisfy { $0.kind == .absent })
      }
      let wide = all.span.bytes.extracting(0..<min(all.count, bytes.count + 16))
      #expect(scanner.scan(all.span.bytes.extracting(0..<bytes.count), within: wide, into: &table))
      #expect(table.fields == expected.fields)
    }
  }

  @Test func `only a line that looks unlike the usual ones is unfamiliar`() {
    var scanner = JSONLineScanner(plan: plan("a", "b.c"))
    var table = FieldTable(columns: 2)
    func scan(_ line: String) { _ = scanner.scan(Array(line.utf8).span.bytes, into: &table) }
    for number in 0..<50 { scan(#"{"a":\#(number),"b":{"c":"\#(number)"},"d":[]}"#) }
    #expect(scanner.missedLines == 1)
    scanner.becomeFamiliar()
    let before = scanner.unfamiliarLines
    scan(#"{"a":51,"b":{"c":null},"d":[1,2]}"#)
    #expect(scanner.unfamiliarLines == before)
    for _ in 0..<3 { scan(#"{"a":51,"b":{"c":null},"e":[1,2]}"#) }
    #expect(scanner.unfamiliarLines == before + 3 && scanner.missedLines == 2)
    #expect(scanner.familiarNames == ["a", "b.c", "d"])
    #expect(scanner.names(in: Array(#"{"b":{"x":{}},"a":1}"#.utf8).span.bytes) == ["b.x", "a"])
  }
}

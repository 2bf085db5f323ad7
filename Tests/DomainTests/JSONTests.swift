import Testing

@testable import Domain

@Suite struct JSONTests {
  @Test(arguments: [
    #"{"b":1,"a":[true,null,-0.5,"x\ny"]}"#, "[]", "{}", #""caf\u00e9 \ud83d\ude80""#, "12345678901234567890", "-0",
  ])
  func `what is written is read back`(text: String) throws {
    let document = try JSON(parsing: text)
    #expect(try JSON(parsing: document.text) == document)
  }

  @Test func `the canonical form sorts names and uses the shortest escapes`() throws {
    let document = try JSON(parsing: #"{"z":"\u0001\u002f\t","a":{"é":1,"b":2}}"#)
    #expect(document.canonical == #"{"a":{"b":2,"é":1},"z":"\u0001/\t"}"#)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "01", "1.", ".5", "+1", "NaN", "tru", "\"\u{1}\"", "\"\\x\"", "[1 2]",
    "{} {}",
    "-", "1e", "\"abc",
  ])
  func `text that is not JSON is refused with a place`(text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `names are in the order of their UTF-16 code units`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let scalars: [Unicode.Scalar] = [
      "a", "b", "Z", "~", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{10000}",
      "\u{1F600}", "\u{10FFFF}",
    ]
    func name() -> String {
      var name = ""
      for _ in 0..<Int(random.next() % 4) { name.unicodeScalars.append(scalars[Int(random.next() % 14)]) }
      return name
    }
    for _ in 0..<200 {
      let (one, other) = (name(), name())
      #expect(
        JSON.precedes(one, other) == one.utf16.lexicographicallyPrecedes(other.utf16), "\(one.utf16) \(other.utf16)")
    }
  }

  @Test func `control characters, quotes and backslashes are escaped, each the shortest way`() {
    let text = String(String.UnicodeScalarView((0..<0x21).compactMap(Unicode.Scalar.init))) + "\"\\/é\u{7F}"
    let expected =
      "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u0010\\u0011\\u0012"
      + "\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f \\\"\\\\/é\u{7F}\""
    #expect(JSON.string(text).text == expected)
  }

  @Test func `nesting is bounded`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try JSON(parsing: deep) }
  }

  @Test(arguments: 0..<300)
  func `damaged documents never trap`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var bytes = Array(#"{"a":[1,2.5e3,"x\u00e9\ud83d\ude80"],"b":{"c":null,"d":true}}"#.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    bytes.removeLast(Int.random(in: 0...10, using: &random))
    if let document = try? JSON(parsing: bytes) {
      #expect((try? JSON(parsing: document.text)) != nil)
    }
  }

  @Test func `labels survive their encoding whatever they hold`() {
    let labels = Labels(["tenant": "a,b=\"c\"", "model": "m\n"])
    #expect(Labels(encoded: labels.encoded) == labels)
    #expect(labels.keeping(["tenant"]) == Labels(["tenant": "a,b=\"c\""]))
  }
}

@Suite struct DecimalNumberTests {
  @Test(arguments: [
    ("0", 0.0), ("-12.5", -12.5), ("007", 7), ("+3", 3), ("1e3", 1_000), ("0.1", 0.1),
    ("123456789012345678901", 1.2345678901234568e20),
    ("2.2250738585072014e-308", 2.2250738585072014e-308), ("9007199254740993", 9.007199254740992e15),
  ])
  func `numbers are read exactly`(text: String, expected: Double) {
    let bytes = Array(text.utf8)
    #expect(DecimalNumber.parse(bytes.span.bytes, 0, bytes.count) == expected)
  }

  @Test(arguments: ["", "-", ".", "1.", "1..2", "0x10", "nan", "inf", "1e400", "1 ", "--1", "1e"])
  func `what is not a finite number is refused`(text: String) {
    let bytes = Array(text.utf8)
    #expect(DecimalNumber.parse(bytes.span.bytes, 0, bytes.count) == nil)
  }

  @Test(arguments: 0..<200)
  func `the fast path agrees with the standard library`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let text =
      "\(Int.random(in: -999_999...999_999, using: &random)).\(Int.random(in: 0...999_999_999, using: &random))"
    let bytes = Array(text.utf8)
    #expect(DecimalNumber.parse(bytes.span.bytes, 0, bytes.count) == Double(text))
  }
}

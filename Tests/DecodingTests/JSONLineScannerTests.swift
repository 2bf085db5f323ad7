import Decoding
import Domain
import Testing

@Suite struct JSONLineScannerTests {
  @Test func `wanted fields are found wherever they stand`() {
    let line = #"{"a":1,"meta":{"status":500,"x":[1,{"status":3}]},"status":200,"ok":true,"no":null}"#
    #expect(fields(line, plan("status", "meta.status", "ok", "no", "gone")) == ["200", "500", "true", nil, nil])
  }

  @Test func `of members with the same name the last one counts`() {
    #expect(fields(#"{"a":1,"a":2}"#, plan("a")) == ["2"])
    #expect(fields(#"{"a":{"b":1},"a":{"c":2}}"#, plan("a.b", "a.c")) == [nil, "2"])
    #expect(fields(#"{"a":{"b":{"c":1}},"a":5}"#, plan("a.b.c", "a")) == [nil, "5"])
  }

  @Test func `names with escapes and names with dots are compared after unescaping`() {
    #expect(fields(#"{"st\u0061tus":1,"gen_ai.system":"x","gen_ai":{"system":"y"}}"#, plan("status")) == ["1"])
    let line = #"{"gen_ai.system":"x","gen_ai":{"system":"y"},"\ud83d\ude80\/\n":7}"#
    #expect(fields(line, plan(#"gen_ai\.system"#, "gen_ai.system", "🚀/\n")) == ["x", "y", "7"])
  }

  @Test func `a path may be a field and lead to others at once`() {
    let plan = plan("a", "a.b", "a.b.c")
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: 3)
    let line = Array(#"{"a":{"b": {"c":[1]} }}"#.utf8)
    #expect(scanner.scan(line.span.bytes, into: &table))
    #expect(
      table.fields == [
        RawField(kind: .object, start: 5, end: 22), RawField(kind: .object, start: 11, end: 20),
        RawField(kind: .array, start: 16, end: 19),
      ])
  }

  @Test func `strings keep their escapes until they are asked for`() {
    #expect(fields(#"{"a":"x\"\\\u00e9\ud83d\ude80\n","b":"plain"}"#, plan("a", "b")) == ["x\"\\é🚀\n", "plain"])
    #expect(fields(#"{"a":"\ud800"}"#, plan("a")) == ["\u{FFFD}"])
  }

  @Test(arguments: [
    "", " ", "null", "[]", "\"x\"", "1", "{", "{}{}", "{} x", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":}", "{a:1}",
    "{\"a\":1 \"b\":2}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":1e}",
    "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":tru}", "{\"a\":truely}", "{\"a\":nul", "{\"a\":\"\u{1}\"}",
    "{\"a\":\"\t\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u12", "{\"a\":\"x", "{\"a\":[1,]}",
    "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":{]}", "{\"z\":{\"a\":1,}}", "{\"z\":[{\"a\" 1}]}", "{\"a\":1]", "\u{0}{}",
  ])
  func `what is not exactly one object is refused`(line: String) {
    #expect(fields(line, plan("a", "b")) == nil)
  }

  @Test(arguments: [
    "{}", " { } \r", "{\"a\":{},\"b\":[]}", "{ \"a\" : 1 , \"b\" : [ ] }", "{\"a\":-0,\"b\":1E+2}", "\u{FEFF}{\"a\":1}",
    "{\"a\":123456789012345678901234567890}", "{\"z\":[[],{},[{\"a\":[null]}],\"\\u0000\"]}", "{\"\":1}",
  ])
  func `every object is a record`(line: String) {
    #expect(fields(line, plan("a", "b")) != nil)
  }

  @Test func `numbers are taken as they are written`() {
    let plan = plan("a", "b", "c", "d")
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: 4)
    let line = Array(#"{"a":1e3,"b":-0,"c":"12.5","d":12345678901234567890}"#.utf8)
    #expect(scanner.scan(line.span.bytes, into: &table))
    #expect(
      (0..<4).map { table.number($0, in: line.span.bytes) } == [1_000, -0.0, 12.5, 12_345_678_901_234_567_168])
  }

  @Test func `a refused line leaves no field behind`() {
    let plan = plan("a", "b.c")
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: 2)
    let good = Array(#"{"a":1,"b":{"c":2}}"#.utf8)
    #expect(scanner.scan(good.span.bytes, into: &table))
    let bad = Array(#"{"a":1,"b":{"c":2},"#.utf8)
    #expect(!scanner.scan(bad.span.bytes, into: &table))
    #expect(table.fields == [.absent, .absent])
  }

  @Test(arguments: [1, 31, 62, 63, 64, 65, 200, 100_000])
  func `nesting beyond 64 levels is refused, wanted or not`(levels: Int) {
    func nested(_ open: String, _ close: String) -> String {
      "{\"a\":" + String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels) + "}"
    }
    for path in ["a", "b", "a.a.a"] {
      #expect((fields(nested("[", "]"), plan(path)) != nil) == (levels < 64))
      #expect((fields(nested("{\"a\":", "}"), plan(path)) != nil) == (levels < 64))
    }
  }

  @Test func `bytes that are no UTF-8 are tolerated within strings`() {
    let plan = plan("a", "b")
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: 2)
    let line = Array("{\"a\":\"".utf8) + [0xFF, 0xC0, 0xAF] + Array("\",\"b\":1}".utf8)
    #expect(scanner.scan(line.span.bytes, into: &table))
    #expect(table.number(1, in: line.span.bytes) == 1)
  }

  @Test func `only white space is blank`() {
    for (text, isBlank) in [("", true), (" \t\r\n", true), ("x", false), ("\u{0}", false), ("  {}", false)] {
      let bytes = Array(text.utf8)
      #expect(JSONLineScanner.isBlank(bytes.span.bytes) == isBlank)
    }
  }

  @Test func `a steady format is expected after its first lines and a new one is noticed`() {
    let plan = plan("a", "d.e")
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: 2)
    func scan(_ line: String) {
      let bytes = Array(line.utf8)
      #expect(scanner.scan(bytes.span.bytes, into: &table))
      #expect(table.text(0, in: bytes.span.bytes) == "1" && table.text(1, in: bytes.span.bytes) == "2")
    }
    for _ in 0..<3 {
      scan(#"{"a":1,"b":"x","c":true,"d":{"e":2},"last":null}"#)
      scan(#"{"a":1,"b":"x","d":{"e":2}}"#)
    }
    let learned = scanner.unexpectedMembers
    for _ in 0..<100 {
      scan(#"{"a":1,"b":"x","c":true,"d":{"e":2},"last":null}"#)
      scan(#"{"a":1,"b":"x","d":{"e":2}}"#)
    }
    #expect(scanner.unexpectedMembers == learned)
    scan(#"{"new":1,"a":1,"d":{"f":1,"e":2}}"#)
    #expect(scanner.unexpectedMembers > learned)
  }

  @Test func `a source whose members never settle is read all the same`() {
    let plan = plan("wanted")
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: 1)
    for number in 0..<5_000 {
      let line = Array(#"{"k\#(number)":0,"wanted":\#(number),"l\#(number * 7 % 1_000)":[]}"#.utf8)
      #expect(scanner.scan(line.span.bytes, into: &table))
      #expect(table.number(0, in: line.span.bytes) == Double(number))
    }
  }
}

import Expressions
import Testing

@Suite struct CapturePatternTests {
  private func groups(_ pattern: String, _ text: String) throws -> [String: String]? {
    let pattern = try CapturePattern(pattern)
    let bytes = Array(text.utf8)
    var ranges: [Int32] = []
    guard pattern.match(bytes.span.bytes, into: &ranges) else { return nil }
    var found: [String: String] = [:]
    for (index, name) in pattern.names.enumerated() where ranges[2 * index] >= 0 {
      found[name] = String(decoding: bytes[Int(ranges[2 * index])..<Int(ranges[2 * index + 1])], as: UTF8.self)
    }
    return found
  }

  @Test func `named groups are found among others`() throws {
    let pattern = #"^(?<ip>[^ ]+) (?:- )*(\[)(?P<at>[^]]+)\] "(?<method>[A-Z]+)[^"]*" (?<status>\d+)( (?<bytes>\d+))?$"#
    let line = #"10.0.0.7 - - [23/Nov/2026:03:12:44 +0000] "GET /v1 HTTP/1.1" 200"#
    #expect(
      try groups(pattern, line)
        == ["ip": "10.0.0.7", "at": "23/Nov/2026:03:12:44 +0000", "method": "GET", "status": "200"])
    #expect(try groups(pattern, line + " 512")?["bytes"] == "512")
    #expect(try groups(pattern, "something else") == nil)
  }

  @Test func `brackets hide parentheses, and escapes are kept`() throws {
    #expect(try groups(#"(?<a>[](]+)x\((?<b>.)"#, "]((x(y") == ["a": "]((", "b": "y"])
  }

  @Test(arguments: [
    ("plain", "names no field"), ("(?<a>x)(?<a>y)", "two groups"), ("(?<1>x)", "no name"), ("(?=x)(?<a>y)", "(?…"),
    ("(?<a>.*?)b", "lazy"), ("(?<a>x", "nmatched"), (#"(?<a>x)\1"#, "back-references"),
    ("(?<a>" + String(repeating: "x", count: 2_000) + ")", "longer"),
  ])
  func `what would mean something else is refused`(pattern: String, word: String) {
    do {
      _ = try CapturePattern(pattern)
      Issue.record("accepted")
    } catch {
      #expect(error.reason.contains(word), "\(error)")
    }
  }
}

import Testing

@testable import Terminal

@Suite struct ClipboardSequenceTests {
  @Test(
    "base64 with padding (RFC 4648, part 10)",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func base64(_ text: String, _ encoded: String) {
    #expect(ClipboardSequence.base64(Array(text.utf8)) == Array(encoded.utf8))
  }

  @Test("text with control characters cannot end the sequence")
  func hostile() {
    let bytes = ClipboardSequence.bytes("a\u{07}\u{1B}\\b\u{9C}")
    #expect(bytes.prefix(7) == ArraySlice("\u{1B}]52;c;".utf8))
    #expect(bytes.last == 7)
    #expect(bytes.dropFirst(7).dropLast().allSatisfy { $0 >= 0x2B && $0 < 0x7B })
  }

  @Test("long text is cut between characters")
  func long() {
    let kept = ClipboardSequence.longest / 3
    let bytes = ClipboardSequence.bytes(String(repeating: "€", count: 40_000))
    #expect(bytes == ClipboardSequence.bytes(String(repeating: "€", count: kept)))
    #expect(bytes.count < ClipboardSequence.longest * 4 / 3 + 16)
  }
}

import Screen
import Testing

@Suite("Sanitised text")
struct SanitisedTextTests {
  @Test(arguments: [
    ("\u{1B}[31mred\u{1B}]0;title\u{07}", "␛[31mred␛]0;title␇"),
    ("a\nb\tc\r", "a␊b␉c␍"),
    ("\u{7F}\u{9B}31m", "␡␦31m"),
    ("user\u{202E}txt.exe\u{2066}", "user\u{FFFD}txt.exe\u{FFFD}"),
    ("zero\u{200B}\u{200D}\u{FEFF}\u{AD}width", "zerowidth"),
    ("a\u{2028}b\u{E000}c\u{FFFE}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}"),
    ("e\u{301}", "e\u{301}"),
    ("\u{301}x", "◌\u{301}x"),
    ("non\u{A0}breaking", "non breaking"),
    ("❤\u{FE0F}", "❤"),
    ("👍\u{1F3FD}", "👍"),
  ])
  func `becomes harmless and stays readable`(text: String, expected: String) {
    #expect(SanitisedText.string(text) == expected)
  }

  @Test func `a glyph keeps at most four marks`() {
    let zalgo = "a" + String(repeating: "\u{301}", count: 50) + "b"
    let shown = SanitisedText.string(zalgo)
    #expect(shown.unicodeScalars.count == 6)
    #expect(DisplayWidth.of(zalgo) == 2)
  }

  @Test func `invalid UTF-8 becomes replacement characters`() {
    let text = String(decoding: [0x61, 0xFF, 0xC3, 0x62] as [UInt8], as: UTF8.self)
    #expect(SanitisedText.string(text) == "a\u{FFFD}\u{FFFD}b")
  }
}

@Suite("Display width")
struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("한국", 4), ("각", 2), ("👍", 2), ("👨\u{200D}👩", 4), ("ｱ", 1),
    ("Ａ", 2),
    ("🇩🇪", 2), ("─━▁█⣿■▲", 7), ("\u{1B}[0m", 4), ("\u{3099}", 1), ("か\u{3099}", 2),
  ])
  func `of text`(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
    #expect(DisplayWidth.of(SanitisedText.string(text)) == width)
  }

  @Test(arguments: [
    ("refund value", 12, "refund value"), ("refund value", 8, "refund …"), ("漢字漢字", 5, "漢字…"),
    ("漢字漢字", 4, "漢…"), ("abc", 0, ""), ("abc", 1, "…"), ("漢", 1, "…"), ("abc", 3, "abc"),
  ])
  func `truncation`(text: String, width: Int, expected: String) {
    #expect(text.truncated(toWidth: width) == expected)
  }

  @Test func `an ellipsis wider than the room is left out`() {
    #expect("abcdef".truncated(toWidth: 2, ellipsis: "...") == "ab")
  }

  @Test func `padding counts columns`() {
    #expect("漢".padded(toWidth: 4) == "漢  ")
    #expect("漢".padded(toWidth: 4, .right) == "  漢")
    #expect("漢字".fitted(toWidth: 3, .right) == "漢…")
    #expect("漢字".fitted(toWidth: 3, .right).count == 2)
  }
}

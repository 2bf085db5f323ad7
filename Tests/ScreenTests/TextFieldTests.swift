import Screen
import Testing

@Suite("Text field")
struct TextFieldTests {
  private func field(_ text: String, _ keys: [Key], limit: Int = 500) -> TextField {
    var field = TextField(text, limit: limit)
    for key in keys { field.handle(key) }
    return field
  }

  @Test(
    arguments: [
      ([.char("x")], "abc dex", 7), ([.home, .char("x")], "xabc de", 1), ([.backspace], "abc d", 5),
      ([.home, .delete], "bc de", 0), ([.left, .left, .backspace], "abcde", 3), ([.ctrl("w")], "abc ", 4),
      ([.ctrl("w"), .ctrl("w")], "", 0), ([.left, .ctrl("u")], "e", 0), ([.home, .ctrl("k")], "", 0),
      ([.home, .left, .backspace], "abc de", 0), ([.end, .right, .delete], "abc de", 6),
      ([.paste("1\r\n2\u{1B}[0m")], "abc de1 2[0m", 12),
    ] as [([Key], String, Int)])
  func `edits`(keys: [Key], text: String, cursor: Int) {
    let result = field("abc de", keys)
    #expect(result.text == text)
    #expect(result.cursor == cursor)
  }

  @Test func `keys that do not edit are left to others`() {
    var field = TextField("a")
    let results = [field.handle(.enter), field.handle(.up)]
    #expect(results == [false, false])
    #expect(field.text == "a")
  }

  @Test func `a character of several scalars is one step`() {
    let result = field("👍e\u{301}", [.backspace])
    #expect(result.text == "👍")
    #expect(field("e", [.char("\u{301}")]).cursor == 1)
  }

  @Test func `the limit holds wherever text is inserted`() {
    #expect(field("abcd", [.char("x")], limit: 4).text == "abcd")
    #expect(field("abcd", [.home, .paste("123")], limit: 5).text == "1abcd")
    #expect(field("", [.paste(String(repeating: "a", count: 9_999))], limit: 10).text.count == 10)
    #expect(
      field("a", [.paste(String(repeating: "\u{301}", count: 99_999))], limit: 10).text.unicodeScalars.count <= 81)
  }

  @Test func `scrolls so that the cursor is in view`() {
    var surface = Surface(columns: 6, rows: 1)
    TextField("abcdefghij").draw(on: &surface, in: Rect(x: 1, y: 0, width: 4, height: 1))
    #expect(surface.lines == [" hij"])
    #expect(surface.cursor == Surface.Position(x: 4, y: 0))
    var wide = Surface(columns: 4, rows: 1)
    TextField("漢字漢").draw(on: &wide, in: Rect(x: 0, y: 0, width: 4, height: 1))
    #expect(wide.lines == ["漢"])
    #expect(wide.cursor == Surface.Position(x: 2, y: 0))
  }
}

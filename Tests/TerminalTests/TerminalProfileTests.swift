import Screen
import Terminal
import Testing

@Suite("Terminal profile")
struct TerminalProfileTests {
  private func profile(_ environment: [String: String], isUTF8: Bool = true) throws -> TerminalProfile {
    try TerminalProfile(isUTF8: isUTF8) { environment[$0] }
  }

  @Test(arguments: [
    (1 << 24, ColorDepth.c256), (256, .c256), (88, .c16), (16, .c16), (8, .c16), (2, .mono), (0, .mono),
  ])
  func `takes as many colours as the terminal has`(count: Int, depth: ColorDepth) throws {
    #expect(try profile(["TERM": "xterm"]).depth(colorCount: count) == depth)
    #expect(try profile(["TERM": "xterm", "NO_COLOR": ""]).depth(colorCount: count) == depth)
    #expect(try profile(["TERM": "xterm", "NO_COLOR": "1"]).depth(colorCount: count) == .mono)
  }

  @Test(arguments: [
    ("xterm-256color", true, GlyphSet.unicode), ("xterm-256color", false, .ascii), ("linux", true, .ascii),
    ("vt100", true, .ascii), ("tmux-256color", true, .unicode),
  ])
  func `suggests glyphs that the terminal shows`(type: String, isUTF8: Bool, glyphs: GlyphSet) throws {
    #expect(try profile(["TERM": type], isUTF8: isUTF8).glyphs == glyphs)
  }

  @Test func `only modern terminals are asked for modern modes`() throws {
    #expect(try profile(["TERM": "screen-256color"]).isModern)
    #expect(try !profile(["TERM": "linux"]).isModern)
    #expect(try !profile(["TERM": "vt220"]).isModern)
  }

  @Test(arguments: [
    (nil, TerminalError.typeUnset), ("", .typeUnset), ("dumb", .typeTooSimple("dumb")),
    ("../../etc/passwd", .typeUnknown("../../etc/passwd")), ("a\u{1B}[31m", .typeUnknown("a\u{1B}[31m")),
  ])
  func `an unusable type says what to do`(type: String?, expected: TerminalError) {
    #expect(throws: expected) { try profile(type.map { ["TERM": $0] } ?? [:]) }
    #expect(expected.description.contains("TERM=xterm-256color"))
    #expect(expected.description.unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }
}

import Screen
import Testing

@testable import Terminal

@Suite("Terminal colours")
struct TerminalColorsTests {
  private let bright = ThemeColor(RGB(0xF0C41B), c256: 220, c16: 11)

  @Test func `each depth takes its own index`() {
    #expect(TerminalColors(depth: .c256, colorCount: 256).foreground(bright) == (220, false))
    #expect(TerminalColors(depth: .c16, colorCount: 16).foreground(bright) == (11, false))
    #expect(TerminalColors(depth: .mono, colorCount: 0).foreground(bright) == (-1, false))
    #expect(TerminalColors(depth: .c256, colorCount: 256).foreground(nil) == (-1, false))
  }

  @Test func `eight colours show bright ones bold, and bright black as white`() {
    let colors = TerminalColors(depth: .c16, colorCount: 8)
    #expect(colors.foreground(bright) == (3, true))
    #expect(colors.foreground(ThemeColor(RGB(0x7C8690), c256: 244, c16: 8)) == (7, false))
    #expect(colors.background(bright) == 3)
  }

  @Test(arguments: Role.allCases) func `no role of the default theme is black on eight colours`(role: Role) {
    let color = TerminalColors(depth: .c16, colorCount: 8).foreground(Theme.leewayDark[role].foreground)
    #expect(color.index != 0)
  }
}

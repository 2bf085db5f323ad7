import Glibc
import Screen
import Testing

@Suite("Theme")
struct ThemeTests {
  /// Relative luminance after WCAG 2.1.
  private func luminance(_ color: RGB) -> Double {
    func linear(_ part: UInt8) -> Double {
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
  }

  @Test(arguments: Role.allCases) func `every role of the default theme can be read on its canvas`(role: Role) {
    let theme = Theme.leewayDark
    let text = luminance(theme[role].foreground?.rgb ?? theme.canvas.foreground)
    let behind = luminance(theme.canvas.background)
    #expect((text + 0.05) / (behind + 0.05) >= 4.5)
  }

  @Test func `severities differ without colours`() {
    let glyphs = Glyphs.ascii
    #expect(Set([glyphs.ok, glyphs.warn, glyphs.alarm, glyphs.stale, glyphs.verify, glyphs.acknowledged]).count == 6)
    #expect(Theme.leewayDark[.badgeAlarm].attributes.contains(.reverse))
    #expect(Theme.leewayDark[.stale].attributes.contains(.underline))
  }

  @Test func `an override inherits what it leaves out`() {
    let theme = Theme(
      name: "mine", kind: .dark, inherits: .leewayDark,
      overrides: [
        .warn: RoleOverride(c256: 3), .dim: RoleOverride(foreground: RGB(0xFF0000)),
        .title: RoleOverride(attributes: []),
        .foreground: RoleOverride(background: RGB(0x000000)),
      ])
    #expect(theme[.warn].foreground == ThemeColor(RGB(0xF0C41B), c256: 3, c16: 11))
    #expect(theme[.warn].attributes == .bold)
    #expect(theme[.dim].foreground == ThemeColor(RGB(0xFF0000), c256: 196, c16: 9))
    #expect(theme[.title].attributes.isEmpty)
    #expect(theme[.foreground].background?.c256 == 16)
    #expect(theme[.alarm] == Theme.leewayDark[.alarm])
  }

  @Test(arguments: [
    ("#56B4E9", true), ("#ffffff", true), ("56B4E9", false), ("#12345", false), ("#1234567", false), ("#+12345", false),
    ("#GG0000", false), ("", false),
  ])
  func `colours are read strictly`(text: String, isColor: Bool) {
    let color = RGB(hex: text)
    #expect((color != nil) == isColor)
    if let color { #expect(color.hex == text.uppercased()) }
  }

  @Test(arguments: 16...255 as ClosedRange<UInt32>) func `a colour of the palette is its own nearest`(index: UInt32) {
    let steps: [UInt32] = [0, 95, 135, 175, 215, 255]
    let cube = index - 16
    let value =
      index >= 232
      ? (8 + 10 * (index - 232)) * 0x010101
      : steps[Int(cube / 36)] << 16 | steps[Int(cube / 6 % 6)] << 8 | steps[Int(cube % 6)]
    let nearest = UInt32(RGB(value).nearest256)
    let (grayLevel, isGray) = (value & 0xFF, value % 0x010101 == 0)
    #expect(nearest == index || (isGray && grayLevel > 0))
  }
}

@Suite("Exporters")
struct ExporterTests {
  private var surface: Surface {
    var surface = Surface(columns: 12, rows: 2)
    surface.write("■ <a&b>", x: 0, y: 0, style: Style(.alarm))
    surface.write("漢 █▁", x: 1, y: 1)
    return surface
  }

  @Test func `plain text has no trailing spaces`() {
    #expect(PlainTextExporter.export(surface) == "■ <a&b>\n 漢 █▁\n")
  }

  @Test(arguments: [
    (ColorDepth.mono, "\u{1B}[0;1m"), (.c16, "\u{1B}[0;1;91m"), (.c256, "\u{1B}[0;1;38;5;209m"),
    (.trueColor, "\u{1B}[0;1;38;2;255;138;76m"),
  ])
  func `ANSI text uses the depth's colours`(depth: ColorDepth, sequence: String) {
    let text = ANSIExporter.export(surface, theme: .leewayDark, depth: depth)
    #expect(text == sequence + "■ <a&b>\u{1B}[0m\n 漢 █▁\n")
  }

  @Test func `SVG is escaped and places every glyph`() {
    let svg = SVGExporter.export(surface, theme: .leewayDark)
    let look = "fill=\"#FF8A4C\" font-weight=\"bold\" y=\"22\""
    #expect(svg.contains("<text \(look) x=\"8\">■</text>"))
    #expect(svg.contains("<text \(look) x=\"26 35 44 53 62\">&lt;a&amp;b&gt;</text>"))
    #expect(svg.contains("<rect width=\"100%\" height=\"100%\" fill=\"#101418\"/>"))
    #expect(svg.contains("d=\"M44 27h9v19h-9z"))
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
  }

  @Test func `hostile text cannot leave its cell in any export`() {
    var surface = Surface(columns: 60, rows: 1)
    surface.write("\u{1B}]52;c;eA==\u{07}</text><script>\u{0}", x: 0, y: 0)
    #expect(!ANSIExporter.export(surface, theme: .leewayDark, depth: .c256).contains("\u{1B}"))
    #expect(!SVGExporter.export(surface, theme: .leewayDark).contains("<script"))
    #expect(PlainTextExporter.export(surface).unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
  }
}

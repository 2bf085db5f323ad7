extension Theme {
  /// The default theme: no glyph below a contrast of 4.5:1 on #101418, in simulated colour blindness too, and every
  /// severity told by its glyph and word as well.
  public static let leewayDark = Theme(
    name: "leeway-dark", kind: .dark, canvas: Theme.canvas(of: .dark),
    roles: [
      .foreground: RoleStyle(),
      .dim: RoleStyle(gray),
      .title: RoleStyle(bright, .bold),
      .rule: RoleStyle(ThemeColor(RGB(0x7C8690), c256: 244, c16: 8)),
      .focus: RoleStyle(sky, .bold),
      .key: RoleStyle(sky, .bold),
      .ok: RoleStyle(ThemeColor(RGB(0x4FC3A1), c256: 79, c16: 2)),
      .warn: RoleStyle(yellow, .bold),
      .alarm: RoleStyle(orange, .bold),
      .acknowledged: RoleStyle(ThemeColor(RGB(0xD99AC5), c256: 176, c16: 13)),
      .stale: RoleStyle(gray, .underline),
      .verify: RoleStyle(sky),
      .sparkTechnical: RoleStyle(ThemeColor(RGB(0x8FC7EA), c256: 110, c16: 6)),
      .sparkBusiness: RoleStyle(ThemeColor(RGB(0xB9A7F2), c256: 146, c16: 5)),
      .deploy: RoleStyle(ThemeColor(RGB(0xE3DB7A), c256: 186, c16: 3), .bold),
      .selection: RoleStyle(nil, .reverse),
      .badgeAlarm: RoleStyle(orange, [.bold, .reverse]),
      .badgeWarn: RoleStyle(yellow, .bold),
      .header: RoleStyle(bright, .bold),
      .gaugeTrack: RoleStyle(ThemeColor(RGB(0x7C8690), c256: 244, c16: 8)),
      .limitWarn: RoleStyle(gray),
      .limitAlarm: RoleStyle(gray, .bold),
      .input: RoleStyle(bright, .underline),
      .error: RoleStyle(orange, .bold),
    ])

  private static let gray = ThemeColor(RGB(0x9AA4AE), c256: 247, c16: 7)
  private static let bright = ThemeColor(RGB(0xE6EAEE), c256: 255, c16: 15)
  private static let sky = ThemeColor(RGB(0x56B4E9), c256: 74, c16: 14)
  private static let yellow = ThemeColor(RGB(0xF0C41B), c256: 220, c16: 11)
  private static let orange = ThemeColor(RGB(0xFF8A4C), c256: 209, c16: 9)
}

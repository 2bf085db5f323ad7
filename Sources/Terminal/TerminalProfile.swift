public import Screen

/// What the environment says about a terminal, before it is opened.
public struct TerminalProfile: Hashable, Sendable {
  /// The terminal type, `TERM`.
  public let type: String
  /// The glyphs that the terminal most likely shows.
  public let glyphs: GlyphSet
  /// Whether it is asked to paste in brackets, to tell focus changes, and to show each frame at once. Modern terminals
  /// ignore what they do not know; hardware and consoles are left alone.
  public let isModern: Bool
  /// Whether the person asked for no colours: `NO_COLOR` is there and not empty (no-color.org).
  public let refusesColor: Bool

  /// Reads the environment.
  public init(isUTF8: Bool, environment: (String) -> String?) throws(TerminalError) {
    guard let type = environment("TERM"), !type.isEmpty else { throw .typeUnset }
    guard type.utf8.count <= 64, type.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }) else {
      throw .typeUnknown(type)
    }
    if type == "dumb" || type == "unknown" { throw .typeTooSimple(type) }
    self.type = type
    let modernPrefixes = [
      "xterm", "tmux", "screen", "alacritty", "foot", "kitty", "wezterm", "rxvt", "konsole", "vte", "gnome", "contour",
      "iterm", "putty", "mintty", "st-", "nsterm",
    ]
    isModern = type == "st" || modernPrefixes.contains { type.hasPrefix($0) }
    glyphs = isUTF8 && isModern ? .unicode : .ascii
    refusesColor = environment("NO_COLOR").map { !$0.isEmpty } ?? false
  }

  /// The depth to draw with on a terminal of so many colours (0 for none). 24 bits are not used: the palette of 256
  /// holds every theme's second choice, and works everywhere.
  public func depth(colorCount: Int) -> ColorDepth {
    if refusesColor { return .mono }
    switch colorCount {
    case 256...: return .c256
    case 8...: return .c16
    default: return .mono
    }
  }

  /// Written after the screen is taken.
  var modesOn: String { isModern ? "\u{1B}[?2004h\u{1B}[?1004h" : "" }
  /// Written before the screen is given back.
  var modesOff: String { isModern ? "\u{1B}[?1004l\u{1B}[?2004l" : "" }
  /// Written by the crash handler: every mode that may be on, off.
  var restore: String {
    isModern
      ? "\u{1B}[?2026l\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1004l\u{1B}[?2004l\u{1B}[m\u{1B}[?25h\u{1B}[?1049l\r\n"
      : "\u{1B}[m\u{1B}[?25h\r\n"
  }
  /// Written before each frame: the terminal shows nothing of it until it is whole.
  var framePrefix: String { isModern ? "\u{1B}[?2026h" : "" }
  /// Written after each frame.
  var frameSuffix: String { isModern ? "\u{1B}[?2026l" : "" }
}

/// The named characters that views draw with, in one glyph set.
public struct Glyphs: Hashable, Sendable {
  /// Which set these are of.
  public let set: GlyphSet
  /// An ordinary row.
  public let ok: String
  /// A warning.
  public let warn: String
  /// An alarm.
  public let alarm: String
  /// No recent data.
  public let stale: String
  /// Waiting for verification.
  public let verify: String
  /// Acknowledged.
  public let acknowledged: String
  /// Stands before the selected row.
  public let selected: String
  /// A deployment.
  public let deploy: String
  /// Horizontal rule.
  public let rule: String
  /// Vertical rule between groups of the top line.
  public let bar: String
  /// Filled part of a gauge.
  public let gaugeFull: String
  /// Empty part of a gauge.
  public let gaugeEmpty: String
  /// Lower end of a gauge's confidence band.
  public let bandLow: String
  /// Upper end of a gauge's confidence band.
  public let bandHigh: String
  /// Warning limit of a gauge.
  public let limitWarn: String
  /// Alarm limit of a gauge.
  public let limitAlarm: String
  /// A limit line across a graph.
  public let limitLine: String
  /// Something was cut off.
  public let ellipsis: String
  /// Done, true.
  public let check: String
  /// Failed, false.
  public let cross: String
  /// The return key.
  public let enter: String
  /// From one thing to the next.
  public let arrow: String
  /// Nothing there.
  public let none: String
  /// Separates words of a caption.
  public let dot: String
  /// Rising.
  public let rising: String
  /// Falling.
  public let falling: String
  /// A full block: the current one of two distributions.
  public let barFull: String
  /// A light block: the reference of two distributions.
  public let barLight: String
  /// Opens a choice.
  public let choiceLeft: String
  /// Closes a choice.
  public let choiceRight: String
  /// Tree: a child with siblings after it.
  public let treeBranch: String
  /// Tree: the last child.
  public let treeLast: String
  /// Tree: passing by a branch.
  public let treeLine: String
  /// A fold that is open.
  public let unfolded: String
  /// Where a path along rows begins.
  public let pathStart: String
  /// Where it passes by.
  public let pathLine: String
  /// Where it ends.
  public let pathEnd: String
  /// Nine samples from nothing to full.
  public let ramp: [Character]

  /// The glyphs of a set.
  public init(_ set: GlyphSet) {
    let fancy = set != .ascii
    func pick(_ unicode: String, _ ascii: String) -> String { fancy ? unicode : ascii }
    self.set = set
    ok = pick("·", ".")
    warn = pick("▲", "!")
    alarm = pick("■", "#")
    stale = "?"
    verify = pick("○", "o")
    acknowledged = pick("◐", "a")
    selected = pick("▸", ">")
    deploy = pick("▼", "v")
    rule = pick("─", "-")
    bar = pick("│", "|")
    gaugeFull = pick("━", "=")
    gaugeEmpty = pick("─", "-")
    bandLow = pick("├", "[")
    bandHigh = pick("┤", "]")
    limitWarn = pick("┊", ":")
    limitAlarm = pick("┃", "|")
    limitLine = pick("┄", "-")
    ellipsis = pick("…", "~")
    check = pick("✓", "v")
    cross = pick("✗", "x")
    enter = pick("⏎", "Enter")
    arrow = pick("→", ">")
    none = pick("—", "-")
    dot = pick("·", ".")
    rising = pick("↗", "/")
    falling = pick("↘", "\\")
    barFull = pick("█", "#")
    barLight = pick("░", ":")
    choiceLeft = pick("‹", "<")
    choiceRight = pick("›", ">")
    treeBranch = pick("├─", "|-")
    treeLast = pick("└─", "`-")
    treeLine = pick("│ ", "| ")
    unfolded = pick("▾", "v")
    pathStart = pick("╭", "/")
    pathLine = pick("│", "|")
    pathEnd = pick("╰", "\\")
    ramp = fancy ? [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : Array(" .:-=+*#@")
  }

  /// Everything, braille too.
  public static let unicode = Glyphs(.unicode)
  /// No braille.
  public static let block = Glyphs(.block)
  /// ASCII only.
  public static let ascii = Glyphs(.ascii)

  /// The ASCII character that stands for a glyph on a terminal that shows nothing else; `?` when there is none.
  public static func asciiStandIn(for glyph: Character) -> Character {
    if let ascii = glyph.asciiValue { return ascii >= 0x20 && ascii < 0x7F ? glyph : "?" }
    if let known = standIns[glyph] { return known }
    guard let base = glyph.unicodeScalars.first else { return "?" }
    if base.isASCII { return Character(base) }
    switch base.value {
    case 0x2400...0x2421, 0x2426: return "^"
    case 0x2500...0x257F: return "+"
    case 0x2581...0x2588: return ascii.ramp[Int(base.value) - 0x2580]
    case 0x2800: return " "
    case 0x2801...0x28FF: return ascii.ramp[max(1, (base.value & 0xFF).nonzeroBitCount)]
    case 0xC0...0x24F, 0x1E00...0x1EFF: return letter(of: base) ?? "?"
    default: return "?"
    }
  }

  /// The letter of a Latin letter with a diacritic, by the scalar's Unicode name.
  private static func letter(of scalar: Unicode.Scalar) -> Character? {
    guard let words = scalar.properties.name?.split(separator: " "), words.count >= 4, words[0] == "LATIN",
      words[2] == "LETTER", words[3].count == 1, let letter = words[3].first
    else { return nil }
    return words[1] == "SMALL" ? letter.lowercased().first : letter
  }

  private static let standIns: [Character: Character] = [
    "·": ".", "•": "*", "▲": "!", "■": "#", "○": "o", "●": "*", "◐": "a", "▸": ">", "▶": ">", "◂": "<", "▾": "v",
    "▼": "v", "─": "-", "━": "=", "┄": "-", "┈": "-", "╌": "-", "│": "|", "┃": "|", "┊": ":", "┆": ":", "├": "[",
    "┤": "]", "└": "`", "…": "~", "✓": "v", "✗": "x", "✔": "v", "✘": "x", "⏎": "<", "→": ">", "←": "<", "↑": "^",
    "↓": "v", "↗": "/", "↘": "\\", "↙": "/", "↖": "\\", "—": "-", "–": "-", "‐": "-", "‑": "-", "−": "-", "‹": "<",
    "›": ">", "«": "<", "»": ">", "“": "\"", "”": "\"", "„": "\"", "‘": "'", "’": "'", "×": "x", "÷": "/", "±": "~",
    "≈": "~", "≤": "<", "≥": ">", "≠": "!", "∅": "0", "∞": "8", "€": "E", "£": "L", "¥": "Y", "¢": "c", "°": "o",
    "µ": "u", "μ": "u", "Δ": "d", "δ": "d", "σ": "s", "Σ": "S", "λ": "l", "α": "a", "β": "b", "π": "p", "χ": "x",
    "²": "2", "³": "3", "¹": "1", "½": "h", "░": ":", "▒": "=", "▓": "#", "▀": "\"", "▌": "|", "▐": "|", "§": "S",
    "©": "c", "®": "r", "™": "t", "ß": "s", "æ": "a", "Æ": "A", "ø": "o", "Ø": "O", "œ": "o", "Œ": "O", "†": "+",
    "\u{FFFD}": "?", "\u{25CC}": "o", "\u{2426}": "^",
  ]
}

import ArgumentParser
import Dashboard
import Domain
import Engine
import Screen
import Storage

/// `leeway render SCREEN WxH`: any screen of the current state, without a terminal.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw a screen to text, ANSI or SVG.",
    discussion: """
      Screens: overview, drift, incidents, incident (the worst open one, or incident:412), traces, trace (the newest one with a
      finding, or trace:ID), assess, audit, help.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The screen.")
  var screen: String

  @Argument(help: "Its size, such as 120x40.")
  var size: String

  @Option(help: "The theme.")
  var theme = "leeway-dark"

  @Option(help: "braille, block or ascii.")
  var glyphs = "braille"

  @Option(help: "mono, 16, 256 or true.")
  var color = "256"

  @Option(help: "text, ansi or svg.")
  var format = "text"

  func run() throws {
    let parts = size.split(separator: "x").compactMap { Int($0) }
    guard parts.count == 2, (1...1_000).contains(parts[0]), (1...1_000).contains(parts[1]) else {
      throw ValidationError("a size is columns x rows such as 120x40, not '\(size)'")
    }
    guard theme == Theme.leewayDark.name || theme == "auto" else {
      throw ValidationError("there is no theme '\(theme)': leeway-dark is the one there is")
    }
    let sets: [String: Glyphs] = ["braille": .unicode, "block": Glyphs(.block), "ascii": Glyphs(.ascii)]
    let depths: [String: ColorDepth] = ["mono": .mono, "16": .c16, "256": .c256, "true": .trueColor]
    guard let glyphSet = sets[glyphs] else { throw ValidationError("--glyphs takes braille, block or ascii") }
    guard let depth = depths[color] else { throw ValidationError("--color takes mono, 16, 256 or true") }
    let surface = try draw(Size(columns: parts[0], rows: parts[1]), glyphSet)
    switch format {
    case "text": StandardOutput.write(PlainTextExporter.export(surface))
    case "ansi": StandardOutput.write(ANSIExporter.export(surface, theme: .leewayDark, depth: depth))
    case "svg": StandardOutput.write(SVGExporter.export(surface, theme: .leewayDark))
    default: throw ValidationError("--format takes text, ansi or svg, not '\(format)'")
    }
  }

  private func draw(_ size: Size, _ glyphs: Glyphs) throws -> Surface {
    let now = SystemWallClock().now()
    var projector = Projector(
      store: try shared.openStore(.readOnly), actor: OperatorIdentity.current(claimed: nil), collecting: .attached)
    var model = Model(snapshot: try projector.snapshot(now: now), size: size)
    _ = update(&model, .tick(now))
    for key in try keys(for: model) {
      for command in update(&model, .key(key)) {
        switch command {
        case .loadDetail(let number): projector.detailNumbers.insert(number)
        case .show(let request): projector.board = request
        default: continue
        }
        _ = update(&model, .snapshot(try projector.snapshot(now: now)))
      }
    }
    return render(model, size: size, now: now, glyphs: glyphs)
  }

  /// The keys that lead an operator to the screen.
  private func keys(for model: Model) throws -> [Key] {
    let name = screen.split(separator: ":").first.map(String.init) ?? screen
    switch name {
    case "overview": return []
    case "drift": return [.char("2")]
    case "incidents": return [.char("3")]
    case "traces": return [.char("4")]
    case "trace":
      guard let id = screen.split(separator: ":", maxSplits: 1).dropFirst().first else {
        return [.char("4"), .char("f"), .enter]
      }
      return [.char("4"), .char("/")] + id.map { Key.char($0) } + [.enter, .enter]
    case "assess": return [.char("5")]
    case "audit": return [.char("6")]
    case "help": return [.char("?")]
    case "incident":
      guard let number = screen.split(separator: ":").dropFirst().first else { return [.enter] }
      return [.char("/")] + number.map { Key.char($0) } + [.enter, .enter]
    default:
      throw ValidationError(
        "there is no screen '\(screen)': overview, drift, incidents, incident, traces, trace, assess, audit or help")
    }
  }
}

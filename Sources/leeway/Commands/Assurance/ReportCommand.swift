import ArgumentParser
import Dashboard
import Domain
import Engine
import Screen
import Storage

/// `leeway report`: shift hand-over and oversight in one document.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Shift hand-over and oversight report.",
    discussion: """
      Covers the last 24 hours unless --from and --to say otherwise. Says whether the information is sufficient for an
      audit, and what is missing. HTML is one file without scripts or anything from the network.
      """)

  @OptionGroup var shared: SharedOptions
  @Option(help: "From when, RFC 3339, or a duration back such as 12h.") var from: String?
  @Option(help: "Until when, RFC 3339 (default: now).") var to: String?
  @Option(help: "md, html or json.") var format: String?
  @Option(help: "Write it to this file (0600) instead.", completion: .file()) var output: String?

  func run() throws {
    let format = format ?? (shared.json ? "json" : "md")
    guard ["md", "html", "json"].contains(format) else {
      throw ValidationError("--format takes md, html or json, not '\(format)'")
    }
    let now = SystemWallClock().now()
    let end = try Metrics.instant(to, "--to")
    let start: Timestamp?
    if let from, let length = Duration(text: from) {
      start = (end ?? now) - length
    } else {
      start = try Metrics.instant(from, "--from")
    }
    if let start, start >= end ?? now { throw ValidationError("--from lies after the end of the range") }
    let store = try shared.openStore(.readOnly)
    let report = try OversightReport(
      store: store, configuration: try shared.loadConfiguration(), from: start, to: end, now: now)
    let title = "Oversight report: \(report.service)"
    let lines: [String] =
      switch format {
      case "json": [report.json.text]
      case "html": ReportText.html(report.blocks, title: title, pictures: try [picture(store, now)])
      default: ReportText.markdown(report.blocks, title: title)
      }
    guard let output else {
      for line in lines { StandardOutput.line(line) }
      return
    }
    try OutputFile.replace(output, with: Array((lines.joined(separator: "\n") + "\n").utf8))
    StandardError.line("leeway: wrote \(output)")
  }

  /// The overview as it stands, as an SVG picture.
  private func picture(_ store: Store, _ now: Timestamp) throws -> String {
    var projector = Projector(store: store, actor: nil, collecting: .attached)
    let size = Size(columns: 120, rows: 40)
    var model = Model(snapshot: try projector.snapshot(now: now), size: size)
    _ = update(&model, .tick(now))
    return SVGExporter.export(render(model, size: size, now: now, glyphs: .unicode), theme: .leewayDark)
  }
}

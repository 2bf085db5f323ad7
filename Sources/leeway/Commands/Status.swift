import ArgumentParser
import Screen
import Storage

/// `leeway status`: what is watched and how it stands.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sources, lag and gaps; signals and incidents by state; the five practices.")

  @OptionGroup var shared: SharedOptions

  func run() throws {
    let report = try StatusReport(store: shared.openStore(.readOnly))
    if shared.json {
      StandardOutput.json(report.json)
    } else {
      for line in report.lines { StandardOutput.line(SanitisedText.string(line)) }
    }
  }
}

import ArgumentParser
import Dashboard
import Domain
import Engine
import Screen
import Storage

/// `leeway drift`: the live drift state of the store.
struct Drift: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How far each watched metric has moved from its reference.",
    discussion: "The debiased population stability index with its 95 % band, from stored summaries alone.")

  @OptionGroup var shared: SharedOptions

  @Option(help: "Only these metrics; may be repeated.")
  var column: [String] = []

  @Option(help: "Exit with 1 at this verdict or a graver one: warn or alarm.")
  var failOn: String?

  func run() throws {
    let store = try shared.openStore(.readOnly)
    var projector = Projector(store: store, actor: nil, collecting: .readOnly)
    let rows = try projector.snapshot(now: SystemWallClock().now()).drift
      .filter { column.isEmpty || column.contains($0.name) }
    if shared.json {
      StandardOutput.json(["schema": 1, "columns": .array(rows.map(Drift.json))])
    } else {
      for row in rows {
        let value = row.value.map { "PSI \(Drift.rounded($0))" } ?? "PSI unknown"
        let band = row.low.flatMap { low in row.high.map { " (\(Drift.rounded(low)) to \(Drift.rounded($0)))" } } ?? ""
        StandardOutput.line(
          SanitisedText.string("\(row.verdict.rawValue) \(row.name) \(value)\(band) n \(row.count ?? 0)"))
      }
    }
    let worst = rows.map(\.verdict)
    let fails = worst.contains(.alarm) || (failOn == "warn" && worst.contains(.warn))
    if failOn != nil, fails { throw CommandFailure(.answerIsNo) }
  }

  private static func rounded(_ value: Double) -> String { String((value * 1_000).rounded() / 1_000) }

  private static func json(_ row: DriftRow) -> JSON {
    [
      "name": .string(row.name), "n_reference": JSON(row.referenceCount), "n_current": JSON(row.count),
      "reference": JSON(row.reference),
      "psi": ["debiased": JSON(row.value), "ci_low": JSON(row.low), "ci_high": JSON(row.high)],
      "movers": .array(
        row.movers.map {
          [
            "label": .string($0.label), "reference_share": JSON($0.referenceShare),
            "current_share": JSON($0.currentShare), "delta_points": JSON($0.deltaPoints),
            "psi_share": JSON($0.contribution),
          ]
        }), "verdict": .string(row.verdict.rawValue),
    ]
  }
}

import ArgumentParser
import Dashboard
import Domain
import Drift
import Engine
import Screen
import Storage

/// `leeway drift`: two files compared, or the live drift state of the store.
struct Drift: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How far columns have moved from their reference: of two files, or of the watched metrics.",
    discussion: """
      With --reference and --current: compares two files, CSV with a header or JSON lines (nested fields have dotted
      names). Without: the debiased population stability index with its 95 % band from stored summaries alone.
      Whole numbers with at most 32 different values are categories, and so is a column with a value that is no number;
      --numeric and --categorical overrule that. Empty, null and NaN are missing; text is told apart by its first 256
      bytes. The p-values take rows for independent: in a time series they are too small.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "A file of what was normal: CSV or JSON lines.", completion: .file())
  var reference: String?

  @Option(help: "A file of what is now.", completion: .file())
  var current: String?

  @Option(help: "Only this column or metric; may be repeated.")
  var column: [String] = []

  @Option(help: "Compare this column by value, whatever it looks like; may be repeated.")
  var numeric: [String] = []

  @Option(help: "Compare this column by category, whatever it looks like; may be repeated.")
  var categorical: [String] = []

  @Option(help: "Exit with 1 at this verdict or a graver one: warn or alarm.")
  var failOn: Threshold?

  @Flag(help: "Shuffle the reference to measure false alarms, and inject known shifts to measure what is seen.")
  var selfTest = false

  /// The verdicts that can fail the command.
  enum Threshold: String, ExpressibleByArgument, CaseIterable {
    case warn, alarm
  }

  func validate() throws {
    guard (reference == nil) == (current == nil) else {
      throw ValidationError("--reference and --current go together: name both files, or none for the live state")
    }
    if reference == nil, selfTest || !numeric.isEmpty || !categorical.isEmpty {
      throw ValidationError(
        "--self-test, --numeric and --categorical are for two files: name --reference and --current")
    }
    if let both = numeric.first(where: categorical.contains) {
      throw ValidationError("\(both) cannot be both --numeric and --categorical: choose one")
    }
  }

  func run() throws {
    guard let reference, let current else { return try runLive() }
    let files = try DriftFiles(
      reference: reference, current: current, columns: column, numeric: Set(numeric), categorical: Set(categorical),
      selfTest: selfTest)
    for remark in files.remarks { StandardError.line("leeway: " + remark) }
    if shared.json { StandardOutput.json(files.json) } else { StandardOutput.write(files.text) }
    try fail(files.hasAlarm, files.hasWarning)
  }

  private func runLive() throws {
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
          SanitisedText.string(
            "\(row.verdict.rawValue) \(row.name) \(value)\(band) n \(row.count ?? 0)" + Drift.distances(row)))
      }
    }
    try fail(rows.contains { $0.verdict == .alarm }, rows.contains { $0.verdict == .warn })
  }

  private func fail(_ hasAlarm: Bool, _ hasWarning: Bool) throws {
    switch failOn {
    case .alarm where hasAlarm, .warn where hasAlarm || hasWarning: throw CommandFailure(.answerIsNo)
    default: return
    }
  }

  private static func rounded(_ value: Double) -> String { String((value * 1_000).rounded() / 1_000) }

  private static func distances(_ row: DriftRow) -> String {
    let bracket = row.kolmogorovSmirnov.map { " KS \(rounded($0.lowerBound)) to \(rounded($0.upperBound))" } ?? ""
    return bracket + (row.wasserstein.map { " W1 \(rounded($0))" } ?? "")
  }

  /// The bracket of the Kolmogorov-Smirnov statistic; its probability is that of the lower end, which is never too small.
  private static func json(_ bracket: ClosedRange<Double>, of row: DriftRow) -> JSON {
    let p = KolmogorovDistribution.upperTail(bracket.lowerBound, row.referenceCount ?? 0, row.count ?? 0)
    return [
      "statistic": .null, "p": JSON(p), "lower": JSON(bracket.lowerBound), "upper": JSON(bracket.upperBound),
    ]
  }

  private static func json(_ row: DriftRow) -> JSON {
    // A mover's contribution is its part of the raw index; the share is that of all parts.
    let index = row.movers.reduce(0) { $0 + ($1.contribution ?? 0) }
    return [
      "name": .string(row.name), "n_reference": JSON(row.referenceCount), "n_current": JSON(row.count),
      "reference": JSON(row.reference),
      "psi": ["debiased": JSON(row.value), "ci_low": JSON(row.low), "ci_high": JSON(row.high)],
      "movers": .array(
        row.movers.map {
          [
            "label": .string($0.label), "reference_share": JSON($0.referenceShare),
            "current_share": JSON($0.currentShare), "delta_points": JSON($0.deltaPoints),
            "psi_share": JSON($0.contribution.map { index > 0 ? $0 / index : 0 }),
          ]
        }), "ks": row.kolmogorovSmirnov.map { json($0, of: row) } ?? .null,
      "wasserstein1": JSON(row.wasserstein), "wasserstein1_over_std": JSON(row.relativeWasserstein),
      "verdict": .string(row.verdict.rawValue),
    ]
  }
}

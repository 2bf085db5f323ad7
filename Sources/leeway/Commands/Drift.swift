import ArgumentParser
import Dashboard
import Domain
import Drift
import Engine
import Glibc
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

      With --score and --label, quality as well: what accuracy, precision, recall and F1 of a classifier are by its own
      scores, calibrated by the reference's labels, with the band of three sampling errors; where the current file has
      labels, what they are in truth. The estimate is blind to concept shift. Of the live state, metrics with an
      `estimate` say the same.

      --self-test of the live state tests every gauge with its own reference and its window's rows. The journal keeps the
      figures (drill.run), and the drift screen shows them with their date.
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

  @Flag(help: "Run with the lowest priority, as the collector does by itself with 'drills:'.")
  var nice = false

  @Option(help: "The column with a classifier's scores, 0 to 1: estimates its quality.")
  var score: String?

  @Option(help: "The column with its answers, 0 or 1; else a score of 0.5 and more is a positive one.")
  var prediction: String?

  @Option(help: "The column with the right answers, 0 or 1, needed in the reference.")
  var label: String?

  @Flag(help: "Of the live state: every label's values as well, against their own past where the store holds it.")
  var segments = false

  /// The verdicts that can fail the command.
  enum Threshold: String, ExpressibleByArgument, CaseIterable {
    case warn, alarm
  }

  func validate() throws {
    guard (reference == nil) == (current == nil) else {
      throw ValidationError("--reference and --current go together: name both files, or none for the live state")
    }
    if reference != nil, segments {
      throw ValidationError("--segments are of the live state: files are compared as a whole")
    }
    guard (score == nil) == (label == nil), prediction == nil || score != nil else {
      throw ValidationError("--score and --label go together, --prediction with both")
    }
    if score != nil, reference == nil || reference == "-" || current == "-" {
      throw ValidationError("--score is for two files, which are read twice: name --reference and --current")
    }
    if reference == nil, !numeric.isEmpty || !categorical.isEmpty {
      throw ValidationError("--numeric and --categorical are for two files: name --reference and --current")
    }
    if let both = numeric.first(where: categorical.contains) {
      throw ValidationError("\(both) cannot be both --numeric and --categorical: choose one")
    }
  }

  func run() throws {
    if nice { _ = Glibc.nice(19) }
    guard let reference, let current else { return try runLive() }
    let files = try DriftFiles(
      reference: reference, current: current, columns: column, numeric: Set(numeric), categorical: Set(categorical),
      selfTest: selfTest)
    for remark in files.remarks { StandardError.line("leeway: " + remark) }
    let quality = try score.flatMap { score in
      try label.map {
        try QualityFiles(
          reference: reference, current: current, columns: .init(score: score, prediction: prediction, label: $0))
      }
    }
    if shared.json {
      var document = files.json.object ?? JSONObject()
      if let quality { document["quality"] = quality.json }
      StandardOutput.json(.object(document))
    } else {
      StandardOutput.write(files.text + (quality?.text ?? ""))
    }
    try fail(files.hasAlarm, files.hasWarning)
  }

  private func runLive() throws {
    let store = try shared.openStore(selfTest ? .existing : .readOnly)
    var projector = Projector(store: store, actor: nil, collecting: .readOnly)
    let rows = try projector.snapshot(now: SystemWallClock().now()).drift
      .filter { column.isEmpty || column.contains($0.name) }
    let compared = projector.comparedDrift
    let comparisons = rows.map { row in compared.first { $0.metric.name == row.name }?.comparison }
    let qualities = try projector.estimatedQualities()
    let volumes = try projector.volumes()
    let tests =
      selfTest
      ? try GaugeTests(
        projector.comparedDrift, rows.map(\.name), store, actor: nice ? .leeway : OperatorIdentity.current(claimed: nil)
      ) : nil
    let parts = segments ? try rows.map { try Drift.segments(of: $0, &projector) } : []
    if shared.json {
      var report = Drift.report(rows, comparisons, parts, qualities, volumes).object ?? JSONObject()
      if let tests { report["self_test"] = tests.json }
      StandardOutput.json(.object(report))
    } else {
      for (index, (row, comparison)) in zip(rows, comparisons).enumerated() {
        let value = row.value.map { "PSI \(Drift.rounded($0))" } ?? "PSI unknown"
        let band = row.low.flatMap { low in row.high.map { " (\(Drift.rounded(low)) to \(Drift.rounded($0)))" } } ?? ""
        let reason = comparison.map { ": \($0.reason)" } ?? ""
        StandardOutput.line(
          SanitisedText.string(
            "\(row.verdict.rawValue) \(row.name) \(value)\(band) n \(row.count ?? 0)" + Drift.distances(row) + reason))
        if let note = volumes[row.name]?.note { StandardOutput.line("  volume  " + note) }
        for line in qualities[row.name].map(Drift.lines) ?? [] {
          StandardOutput.line(SanitisedText.string("  quality  " + line))
        }
        for part in parts.isEmpty ? [] : parts[index] {
          let value = part.gauge.value.map { "PSI \(Drift.rounded($0))" } ?? "PSI unknown"
          let past = part.hasOwnPast ? "" : ", against the whole reference"
          StandardOutput.line(
            SanitisedText.string(
              "  \(part.gauge.verdict.rawValue) \(part.label)=\(part.value) \(value) n \(part.gauge.count ?? 0)\(past)")
          )
        }
      }
    }
    if !shared.json { for line in tests?.lines ?? [] { StandardOutput.line(SanitisedText.string(line)) } }
    try fail(rows.contains { $0.verdict == .alarm }, rows.contains { $0.verdict == .warn })
  }

  /// The live state in the shape of two files' comparison. Metrics that cannot be compared yet say why.
  private static func report(
    _ rows: [DriftRow], _ comparisons: [SummaryComparison?], _ segments: [[DriftSegment]],
    _ qualities: [String: EstimatedQuality.Answer], _ volumes: [String: VolumeComparison]
  ) -> JSON {
    let columns = zip(rows, comparisons).enumerated().map { index, pair -> JSON in
      let (row, comparison) = pair
      let column: JSON =
        comparison?.json ?? [
          "name": .string(row.name), "kind": .null, "n_reference": JSON(row.referenceCount),
          "n_current": JSON(row.count),
          "missing_reference": .null, "missing_current": .null, "reference": JSON(row.reference), "psi": [:],
          "verdict": .string(DriftEstimate.Verdict.tooFew.rawValue),
          "reason": .string(
            row.reference == nil ? "there is no reference yet: leeway baseline capture takes one" : "no rows yet"),
        ]
      guard var object = column.object else { return column }
      switch qualities[row.name] {
      case .known(let quality)?: object["quality"] = quality.json
      case .unknown(let reason)?: object["quality"] = ["method": "cbpe", "reason": .string(reason), "metrics": []]
      case nil: break
      }
      object["volume"] = volumes[row.name]?.json ?? .null
      if segments.indices.contains(index) { object["segments"] = .array(segments[index].map(Drift.json)) }
      return .object(object)
    }
    // Where there are too few rows, nothing was tested.
    let tested = comparisons.compactMap(\.self).filter { $0.estimate.verdict != .tooFew }
    let rejected = BenjaminiHochberg.rejected(tested.map(\.estimate.toleranceP), alpha: DriftFiles.alpha)
    return [
      "schema": 1, "columns": .array(columns),
      "adjusted": [
        "method": "bh", "alpha": JSON(DriftFiles.alpha), "rejected": .array(rejected.map { .string(tested[$0].name) }),
      ],
    ]
  }

  private static func lines(_ answer: EstimatedQuality.Answer) -> [String] {
    switch answer {
    case .known(let quality):
      quality.comparison.lines + [quality.comparison.caution]
        + (quality.isCalibrated ? [] : ["Taken as probabilities: no labels calibrate these scores."])
    case .unknown(let reason): ["cannot tell yet: \(reason)"]
    }
  }

  /// A metric's segments, as the drift screen shows them.
  private static func segments(of row: DriftRow, _ projector: inout Projector) throws -> [DriftSegment] {
    projector.board = BoardRequest(.drift, selection: row.name)
    guard case .drift(let board)? = try projector.snapshot(now: SystemWallClock().now()).board else { return [] }
    return board.segments
  }

  private static func json(_ segment: DriftSegment) -> JSON {
    let gauge = segment.gauge
    return [
      "label": .string(segment.label), "value": .string(segment.value), "n_current": JSON(gauge.count),
      "n_reference": JSON(gauge.referenceCount), "debiased": JSON(gauge.value), "ci_low": JSON(gauge.low),
      "ci_high": JSON(gauge.high), "verdict": .string(gauge.verdict.rawValue), "own_past": .bool(segment.hasOwnPast),
    ]
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
}

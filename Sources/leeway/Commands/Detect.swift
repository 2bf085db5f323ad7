import ArgumentParser
import Domain
import Drift

/// `leeway detect`: one online detector over a column of a file.
struct Detect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an online change detector over a column of CSV or JSON lines.",
    discussion: """
      Prints at which rows a change was reported and where it seems to have begun. Rows count from 0; rows without a
      value are skipped and still count. Parameters (--param name=value, may be repeated), with their defaults:

        adwin         delta=0.002 clock=32 standardise=none
        page-hinkley  delta=0.005 threshold=50 (or lambda) alpha=0.9999 min_instances=30 standardise=none
        cusum         slack=0.5 threshold=8, in deviations; standardise=first-fifth, or mean and deviation
        e-detector    reference=first-half tick=50 bins=20 threshold=1000 (or A) restart=0
        risk          reference=first-fifth, or rate; tolerance=0 tick=50 threshold=1000 (or A) restart=0

      standardise and reference take first-fifth, first-half or a number of rows with a value; a standardised column
      has the mean and the population deviation of those rows at 0 and 1. adwin and page-hinkley start anew after a
      report, as in river 0.26. The e-detector reads the rows after its reference, tick by tick, and reports a change
      once; with restart=1 it forgets the stream after a report, so that a change that stays is reported again. risk takes a
      column of labels, 1 for an error and 0 for none, and reports when their share has risen above rate plus tolerance.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "A file of rows: CSV with a header, or JSON lines.", completion: .file())
  var file: String

  @Option(help: "The column; nested JSON fields have dotted names.")
  var column: String

  @Option(help: "adwin, page-hinkley, cusum, e-detector or risk.")
  var detector: Kind

  @Option(name: .customLong("param"), help: "A parameter as name=value; may be repeated.")
  var parameters: [String] = []

  @Option(name: .customLong("where"), help: "Only rows whose FIELD is VALUE, as FIELD=VALUE; only those count.")
  var condition: String?

  /// The detectors.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case adwin, cusum, risk
    case pageHinkley = "page-hinkley"
    case eDetector = "e-detector"
  }

  func run() throws {
    var parameters = try DetectorParameters(parameters)
    let stream = try StreamFile(path: file, column: column, condition: try condition.map(Detect.split))
    guard !stream.values.isEmpty else {
      throw CommandFailure(.inputUnusable, "\(column) has no values in \(file): name a column with numbers")
    }
    let found: [(at: Int, onset: Int)]
    switch detector {
    case .adwin: found = try adwin(stream.values, &parameters)
    case .pageHinkley: found = try pageHinkley(stream.values, &parameters)
    case .cusum: found = try cusum(stream.values, &parameters)
    case .eDetector: found = try eDetector(stream.values, &parameters)
    case .risk: found = try risk(stream.values, &parameters)
    }
    let rows = found.map { (at: stream.row(of: $0.at), onset: stream.row(of: $0.onset)) }
    if shared.json {
      StandardOutput.json([
        "schema": 1, "n": JSON(stream.rowCount), "missing": JSON(stream.rowCount - stream.values.count),
        "detector": .string(detector.rawValue), "detections": .array(rows.map { JSON($0.at) }),
        "onset": .array(rows.map { JSON($0.onset) }),
      ])
    } else {
      for row in rows { StandardOutput.line("change reported at row \(row.at), began about row \(row.onset)") }
      if rows.isEmpty { StandardOutput.line("no change in \(stream.rowCount) rows") }
    }
  }

  private static func split(_ text: String) throws -> (field: String, value: String) {
    guard let place = text.firstIndex(of: "="), place > text.startIndex else {
      throw ValidationError("'\(text)' is no condition: write FIELD=VALUE")
    }
    return (String(text[..<place]), String(text[text.index(after: place)...]))
  }

  private func adwin(_ values: [Double], _ parameters: inout DetectorParameters) throws -> [(at: Int, onset: Int)] {
    let scale = try parameters.standardisation(of: values, otherwise: .none)
    let detector = AdaptiveWindow(
      delta: try parameters.number("delta", 0.002, within: 1e-300...1),
      clock: try parameters.count("clock", 32, within: 1...1_000_000))
    try parameters.finish()
    return Detect.run(detector, values[...], scale)
  }

  private func pageHinkley(
    _ values: [Double], _ parameters: inout DetectorParameters
  ) throws -> [(at: Int, onset: Int)] {
    let scale = try parameters.standardisation(of: values, otherwise: .none)
    let detector = PageHinkley(
      delta: try parameters.number("delta", 0.005), threshold: try parameters.number("threshold", "lambda", 50),
      alpha: try parameters.number("alpha", 0.9999, within: 0...1),
      leastValues: try parameters.count("min_instances", 30, within: 1...1_000_000_000))
    try parameters.finish()
    return Detect.run(detector, values[...], scale)
  }

  private func cusum(_ values: [Double], _ parameters: inout DetectorParameters) throws -> [(at: Int, onset: Int)] {
    let (mean, deviation) = (try parameters.number("mean"), try parameters.number("deviation"))
    let known = mean.flatMap { mean in deviation.flatMap { Standardisation(mean: mean, deviation: $0) } }
    if known == nil, mean != nil || deviation != nil {
      throw ValidationError("mean and deviation go together, and the deviation is above 0: give both, or neither")
    }
    let scale = try known ?? parameters.standardisation(of: values, otherwise: .share(5))
    let detector = CumulativeSum(
      mean: scale?.mean ?? 0, deviation: scale?.deviation ?? 1, slack: try parameters.number("slack", "k", 0.5),
      threshold: try parameters.number("threshold", "h", 8))
    try parameters.finish()
    return detector.map { Detect.run($0, values[...], nil) } ?? []
  }

  private func eDetector(_ values: [Double], _ parameters: inout DetectorParameters) throws -> [(at: Int, onset: Int)] {
    let rows = try parameters.rows("reference", of: values.count, otherwise: .share(2)) ?? 0
    let detector = BinnedDetector(
      reference: SortedSample(Array(values.prefix(rows))), bins: try parameters.count("bins", 20, within: 2...256),
      tick: try parameters.count("tick", 50, within: 1...1_000_000),
      threshold: try parameters.number("threshold", "A", 1_000, within: 1...1e300),
      restarts: try parameters.count("restart", 0, within: 0...1) == 1)
    try parameters.finish()
    guard let detector else {
      throw CommandFailure(.inputUnusable, "there are no rows for a reference: set --param reference=N")
    }
    return Detect.run(detector, values[rows...], nil)
  }

  private func risk(_ values: [Double], _ parameters: inout DetectorParameters) throws -> [(at: Int, onset: Int)] {
    if let other = values.first(where: { $0 != 0 && $0 != 1 }) {
      throw CommandFailure(.inputUnusable, "\(column) holds \(other), which is no label: 1 for an error, 0 for none")
    }
    let known = try parameters.number("rate")
    let rows = known == nil ? try parameters.rows("reference", of: values.count, otherwise: .share(5)) ?? 0 : 0
    let rate = known ?? values.prefix(rows).reduce(0, +) / Double(max(1, rows))
    let tolerance = try parameters.number("tolerance", 0, within: 0...1)
    let detector = RiskStream(
      reference: rate, tolerance: tolerance, tick: try parameters.count("tick", 50, within: 1...1_000_000),
      threshold: try parameters.number("threshold", "A", 1_000, within: 1...1e300),
      restarts: try parameters.count("restart", 0, within: 0...1) == 1)
    try parameters.finish()
    guard let detector else {
      throw CommandFailure(
        .inputUnusable, "a rate of \(rate) plus \(tolerance) is not between 0 and 1: set --param tolerance=0.01")
    }
    return Detect.run(detector, values[rows...], nil)
  }

  private static func run(
    _ detector: some OnlineDetector, _ values: ArraySlice<Double>, _ scale: Standardisation?
  ) -> [(at: Int, onset: Int)] {
    var detector = detector
    var found: [(at: Int, onset: Int)] = []
    for index in values.indices {
      if let back = detector.update(scale?(values[index]) ?? values[index]) {
        found.append((index, max(values.startIndex, index - back)))
      }
    }
    return found
  }
}

import Dashboard
import Domain

extension Fixture {
  static let driftCourse = metric(
    "prompt_tokens", "prompt length", .technical, "", course(0.01, 0.31, from: 90).map { $0.map { max(0, $0) } },
    MetricLimit(warn: 0.1, alarm: 0.25), .alarm)

  static func segment(
    _ label: String, _ value: String, _ psi: Double, _ count: Int, _ verdict: DriftRow.Verdict, ownPast: Bool = true
  ) -> DriftSegment {
    DriftSegment(
      label: label, value: value,
      gauge: DriftRow(
        name: "prompt_tokens", value: verdict == .tooFew ? nil : psi, verdict: verdict, count: count,
        referenceCount: 9_000, reference: "v2.3.9"), hasOwnPast: ownPast)
  }

  /// The drift screen of the column that moved most.
  static let driftBoard = DriftBoard(
    row: drift[0], reason: "PSI 0.31 (0.29–0.33): the whole band is above 0.25",
    kolmogorovSmirnov: 0.24...0.26, course: driftCourse,
    segments: [
      segment("channel", "email", 0.44, 1_204, .alarm), segment("lang", "de", 0.38, 902, .alarm),
      segment("channel", "chat", 0.19, 2_377, .warn), segment("lang", "en", 0.12, 2_980, .warn, ownPast: false),
      segment("tier", "free", 0.09, 3_105, .ok), segment("tier", "pro", 0.06, 1_707, .ok),
      segment("region", "us", 0.05, 1_020, .ok), segment("region", "eu\u{1B}[31m", 0, 12, .tooFew),
    ],
    labels: ["channel", "lang", "region", "tier"], versions: ["v2.3.9", "v2.4.0", "v2.4.1"],
    comparisons: [
      VersionComparison(
        title: "PSI prompt length",
        cells: [.init(text: "0.00"), .init(text: "0.09"), .init(text: "0.31", health: .alarm)]
      ),
      VersionComparison(
        title: "refusal rate", cells: [.init(text: "3.1 %"), .init(text: "3.2 %"), .init(text: "4.2 %", health: .warn)]),
      VersionComparison(
        title: "CSAT", cells: [.init(text: "4.4"), .init(text: nil), .init(text: nil, missingRows: 1_240)]),
    ],
    meaning: [
      ">1.6k rose from 2 % to 8 % of the rows; 100–200 fell from 30 % to 19 %.",
      "PSI 0.31 (0.29–0.33): the whole band is above 0.25.", "channel email moved most (0.44), chat hardly (0.19).",
      "Above the first mark since 02:58, 9m after v2.4.1 came.",
    ], incident: 411)

  /// A snapshot with a board's data.
  static func with(_ board: BoardContent) -> Snapshot {
    var snapshot = snapshot
    snapshot.board = board
    return snapshot
  }
}

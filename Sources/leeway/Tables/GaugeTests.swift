import Domain
import Drift
import Engine
import Measures
import Storage

/// Self-tests of the live drift gauges, each with its own reference and as many rows as its window holds.
struct GaugeTests {
  private let at: Timestamp
  private let tests: [(name: String, test: DriftSelfTest?)]

  /// Tests the gauges of metrics, and journals what was found.
  init(_ compared: [DriftProjection.Compared], _ names: [String], _ store: Store, actor: Actor) throws {
    at = SystemWallClock().now()
    tests = compared.filter { names.contains($0.metric.name) }.map { ($0.metric.name, GaugeTests.test($0)) }
    let known = tests.compactMap { name, test in test.map { GaugeSelfTest(metric: name, at: .epoch, $0) } }
    guard !known.isEmpty else { return }
    let draft = EntryDraft(
      .drillRun, object: ["drill": "self-test"],
      data: [
        "gauges": .array(known.map(\.json)), "caught": JSON(known.reduce(0) { $0 + $1.seen }),
        "of": JSON(known.reduce(0) { $0 + $1.rounds }),
        "false_alarms": JSON(known.reduce(0) { $0 + $1.falseAlarms }),
      ])
    try JournalDesk(store: store).record(draft, actor: actor, clock: SystemWallClock())
  }

  private static func test(_ compared: DriftProjection.Compared) -> DriftSelfTest? {
    guard let comparison = compared.comparison, let cells = comparison.cells, cells.reference.count <= 256 else {
      return nil
    }
    return DriftSelfTest(
      reference: cells.reference, fine: (comparison.fineCells ?? cells).reference,
      currentRows: comparison.estimate.currentCount, settings: compared.metric.drift ?? DriftSettings())
  }

  /// The member `self_test` of the live document, as of two files.
  var json: JSON {
    [
      "at": JSON(at), "seed": 1,
      "columns": .array(
        tests.map { name, test in
          test?.json(name: name)
            ?? ["name": .string(name), "reason": "too few rows or cells in the reference to shuffle"]
        }),
    ]
  }

  /// A line a gauge.
  var lines: [String] {
    tests.map { name, test in
      guard let test else { return "self-test \(name): too few rows or cells in the reference to shuffle" }
      return "\(name): " + GaugeSelfTest(metric: name, at: at, test).sentence
    }
  }
}

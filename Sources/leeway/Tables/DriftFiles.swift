import Domain
import Drift
import Engine
import Measures
import Screen

/// Two files compared column by column.
struct DriftFiles {
  /// The columns in the order of the reference, then those that only the current file has.
  private(set) var columns: [ColumnComparison] = []
  /// What was passed over, for people.
  private(set) var remarks: [String] = []

  private var tests: [(name: String, test: DriftSelfTest?)] = []
  private let hasSelfTest: Bool
  static let alpha = 0.05

  /// Reads and compares.
  ///
  /// - Throws: exit 65 when a wanted column is in neither file, or a file has no columns; and as ``TableFile`` does.
  init(
    reference: String, current: String, columns wanted: [String], numeric: Set<String>, categorical: Set<String>,
    selfTest: Bool
  ) throws {
    hasSelfTest = selfTest
    var left = try SampleFile(path: reference, wanted: Set(wanted), categorical: categorical)
    var right = try SampleFile(path: current, wanted: Set(wanted), categorical: categorical)
    remarks = left.remarks + right.remarks
    let known = Set(left.names)
    let names = left.names + right.names.filter { !known.contains($0) }
    for name in wanted where !names.contains(name) {
      throw CommandFailure(.inputUnusable, "neither file has a column '\(name)': look at the header or the field names")
    }
    for name in numeric.union(categorical) where !names.contains(name) {
      remarks.append("there is no column '\(name)' to compare")
    }
    guard !names.isEmpty else {
      throw CommandFailure(.inputUnusable, "\(reference) and \(current) have no columns: name files with a header")
    }
    var scratch: [Double] = []
    for name in names {
      let (first, second) = (left.take(name), right.take(name))
      let kind: ColumnComparison.Kind? =
        numeric.contains(name) ? .numeric : categorical.contains(name) ? .categorical : nil
      if kind == .numeric, first.holdsText || second.holdsText {
        remarks.append("\(name) holds values that are no numbers: compared by category")
      }
      let column = ColumnComparison(name: name, reference: first, current: second, kind: kind, scratch: &scratch)
      if selfTest { tests.append((name, DriftFiles.test(column))) }
      columns.append(column)
    }
  }

  private static func test(_ column: ColumnComparison) -> DriftSelfTest? {
    guard let cells = column.cells, cells.reference.count <= 256 else { return nil }
    return DriftSelfTest(
      reference: cells.reference, fine: (column.fineCells ?? cells).reference, currentRows: column.currentCount)
  }

  /// Whether a column alarms.
  var hasAlarm: Bool { columns.contains { $0.verdict == .alarm } }
  /// Whether a column warns.
  var hasWarning: Bool { columns.contains { $0.verdict == .warn } }

  /// The columns whose change is not tolerated, at most one in twenty of them by chance.
  private var rejected: [String] {
    let tested = columns.filter { $0.toleranceP != nil }
    return BenjaminiHochberg.rejected(tested.map { $0.toleranceP ?? 1 }, alpha: Self.alpha).map { tested[$0].name }
  }

  /// The document of the contract.
  var json: JSON {
    var object = JSONObject([
      ("schema", 1), ("columns", .array(columns.map(\.json))),
      (
        "adjusted",
        ["method": "bh", "alpha": JSON(Self.alpha), "rejected": .array(rejected.map(JSON.string))]
      ),
    ])
    if hasSelfTest {
      object["self_test"] = [
        "at": JSON(SystemWallClock().now()), "seed": 1,
        "columns": .array(
          tests.map { entry in
            entry.test?.json(name: entry.name)
              ?? ["name": .string(entry.name), "reason": "too few rows or cells in the reference to shuffle"]
          }),
      ]
    }
    return .object(object)
  }

  /// A line a column, the gravest first.
  var text: String {
    let order: [DriftEstimate.Verdict] = [.alarm, .warn, .tooFew, .ok]
    let width = min(32, columns.map { DisplayWidth.of(SanitisedText.string($0.name)) }.max() ?? 0)
    var lines: [String] = []
    for verdict in order {
      for column in columns where column.verdict == verdict {
        let name = SanitisedText.string(column.name)
        let mark = verdict.rawValue.padded(toWidth: 7)
        lines.append(
          "\(mark)  \(name.padded(toWidth: width))  \(column.referenceCount) → \(column.currentCount) rows  "
            + SanitisedText.string(column.reason))
      }
    }
    let rejected = rejected
    lines.append(
      columns.allSatisfy { $0.toleranceP == nil }
        ? "There is nothing to compare."
        : rejected.isEmpty
          ? "No column changed by more than is tolerated (Benjamini-Hochberg at \(Self.alpha))."
          : "Changed by more than is tolerated (Benjamini-Hochberg at \(Self.alpha)): "
            + rejected.map { SanitisedText.string($0) }.joined(separator: ", "))
    return (lines + testLines).joined(separator: "\n") + "\n"
  }

  private var testLines: [String] {
    tests.map { entry in
      guard let test = entry.test else { return "self-test \(SanitisedText.string(entry.name)): too few rows or cells" }
      let seen = test.detections.map { detection in
        let delay = detection.medianDelay.map { ", e-detector after \($0) rows" } ?? ""
        return "PSI \(detection.psi): warned \(DriftFiles.percent(detection.warnRate)), "
          + "alarmed \(DriftFiles.percent(detection.alarmRate))\(delay)"
      }
      return "self-test \(SanitisedText.string(entry.name)): without drift \(DriftFiles.percent(test.falseWarnRate)) "
        + "warned, \(DriftFiles.percent(test.falseAlarmRate)) alarmed; " + seen.joined(separator: "; ")
    }
  }

  private static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }
}

import Dashboard
import Domain
import Drift
import Engine

/// What a column's drift means, in plain sentences that each rest on figures of the board.
struct DriftMeaning {
  var board: DriftBoard
  var deploys: [DeployedVersion]
  var incidents: [IncidentRow]
  /// The column's comparison; nil where there is nothing to compare.
  var comparison: SummaryComparison?
  /// What quality did since it began.
  var harm: [String] = []
  /// How many rows there are, beside the same hours of earlier days; nil where that is not known.
  var volume: VolumeComparison?
  /// How far the gauge can be trusted; nil where nobody has tested it.
  var selfTest: GaugeSelfTest?
  /// Values that were of another type than the metric's, since the source was first read.
  var otherType = 0
  var end: Timestamp

  var sentences: [String] {
    var sentences: [String] = []
    switch board.row.verdict {
    case .noReference:
      return [
        "Nothing to compare with yet: the first half hour, or as many as 500 rows take, becomes the reference by itself."
      ]
    case .tooFew: return [board.reason] + [volumeSentence].compactMap { $0 }
    case .ok: sentences.append("No more change than is tolerated, or than chance makes: \(board.reason).")
    // Whether it harms comes before where and when: a small screen shows the first sentences only.
    case .warn, .alarm: sentences += [movers, board.reason + "."].compactMap { $0 } + harm.prefix(1)
    }
    sentences += [missing, typeSentence, volumeSentence, place, onset].compactMap { $0 }
    sentences += (comparison?.notes ?? []).map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
    if board.row.verdict == .warn || board.row.verdict == .alarm {
      if let related { sentences.append(related) }
      sentences += harm.dropFirst()
      if harm.isEmpty {
        sentences.append("Shape alone cannot say whether it harms: see the metrics of quality beside the versions.")
      }
    }
    sentences.append(
      selfTest?.sentence ?? "How far to trust this gauge: nobody has tested it yet (leeway drift --self-test).")
    return sentences
  }

  /// The bins that gained and lost most.
  private var movers: String? {
    let moved = board.row.movers.sorted { $0.deltaPoints > $1.deltaPoints }
    guard let up = moved.first, let down = moved.last, up.deltaPoints > 0.5 else { return nil }
    var text = "\(up.label) rose from \(percent(up.referenceShare)) to \(percent(up.currentShare)) of the rows"
    if down.deltaPoints < -0.5 {
      text += "; \(down.label) fell from \(percent(down.referenceShare)) to \(percent(down.currentShare))"
    }
    return text + "."
  }

  private var typeSentence: String? {
    otherType == 0
      ? nil : "\(otherType) values were of another type since the source was first read, and count as missing."
  }

  private var volumeSentence: String? { volume?.note.map { "Volume: \($0)" } }

  /// How many records hold no value, where they are counted and any does not.
  private var missing: String? {
    guard let comparison, let then = comparison.missingReference, let now = comparison.missingCurrent, then + now > 0
    else { return nil }
    func share(_ missing: Int, _ values: Int) -> String {
      let tenths = Int((Double(missing) / Double(max(1, missing + values)) * 1_000).rounded())
      return "\(tenths / 10).\(tenths % 10) %"
    }
    return "\(share(now, comparison.estimate.currentCount)) of the records hold no value; in the reference "
      + "\(share(then, comparison.estimate.referenceCount))."
  }

  /// Which segment moved most, and which hardly.
  private var place: String? {
    let told = board.segments.filter { ($0.gauge.value ?? -1) >= 0 && $0.gauge.verdict != .tooFew && $0.hasOwnPast }
    guard let worst = told.max(by: { ($0.gauge.value ?? 0) < ($1.gauge.value ?? 0) }),
      worst.gauge.verdict == .warn || worst.gauge.verdict == .alarm
    else { return nil }
    let others = told.filter { $0.label == worst.label && $0.value != worst.value }
    guard let least = others.min(by: { ($0.gauge.value ?? 0) < ($1.gauge.value ?? 0) }) else { return nil }
    if least.gauge.verdict == .ok {
      return "\(worst.label) \(worst.value) moved most (\(two(worst.gauge.value))), "
        + "\(least.value) hardly (\(two(least.gauge.value)))."
    }
    return "Every \(worst.label) moved: from \(least.value) (\(two(least.gauge.value))) "
      + "to \(worst.value) (\(two(worst.gauge.value)))."
  }

  /// When the statistic last rose above the first mark, and the index of that sample; nil where it is not above.
  static func onset(of board: DriftBoard) -> (at: Timestamp, index: Int)? {
    guard board.row.verdict == .warn || board.row.verdict == .alarm, let last = board.course.end else { return nil }
    let samples = board.course.samples
    var first: Int?
    for (index, value) in samples.enumerated().reversed() {
      guard let value, value > board.row.warn else { break }
      first = index
    }
    return first.map { (last - .seconds(board.course.bucketSeconds * (samples.count - 1 - $0)), $0) }
  }

  /// When it began, and which version came shortly before.
  private var onset: String? {
    guard let (began, first) = Self.onset(of: board) else { return nil }
    let time = began.formatted().dropFirst(11).prefix(5)
    guard first > 0 else { return "Above the first mark since before \(time), where the graph begins." }
    let deploy = deploys.last { $0.since <= began && began - $0.since <= board.window + .seconds(1_800) }
    guard let deploy else { return "Above the first mark since \(time); no new version was seen shortly before." }
    return "Above the first mark since \(time), \((began - deploy.since).short) after \(deploy.name) came."
  }

  /// Open incidents of the same hour.
  private var related: String? {
    let near = incidents.filter { incident in
      incident.isOpen && incident.number != board.incident && end - incident.openedAt <= .seconds(3_600)
    }
    guard !near.isEmpty else { return nil }
    let names = near.prefix(3).map { "\($0.title) (INC-\(incidentNumber($0.number)))" }
    return "Open in the same hour: " + names.joined(separator: ", ") + "."
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private func two(_ value: Double?) -> String {
    let hundredths = Int(((value ?? 0) * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}

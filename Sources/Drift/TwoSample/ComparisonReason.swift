import Measures

extension ColumnComparison {
  /// The verdict of spec: drift with its reason, the cells that moved most, and what else an operator should know.
  static func judge(
    _ cells: CountComparison?, _ labels: [String]?, _ rows: (reference: Int, current: Int), _ toleranceP: Double?,
    _ notes: [String], _ settings: DriftSettings
  ) -> (DriftEstimate.Verdict, String) {
    let ending = notes.map { "; " + $0 }.joined()
    let (n, m) = rows
    guard let cells, let toleranceP else {
      let side = n == 0 && m == 0 ? "neither side has" : n == 0 ? "the reference has no" : "the current side has no"
      return (.tooFew, "nothing to compare: \(side) values in this column\(ending)")
    }
    let (verdict, reason) = DriftEstimate.judge(cells.stability, n, m, toleranceP, settings)
    guard verdict == .warn || verdict == .alarm else { return (verdict, reason + ending) }
    let movers = cells.movers(2).map { mover in
      let place = cells.labels.firstIndex(of: mover.label)
      let label = place.flatMap { labels?[$0] } ?? mover.label
      return "\(label) from \(percent(mover.referenceShare)) to \(percent(mover.currentShare))"
    }
    return (verdict, "\(reason); moved most: \(movers.joined(separator: ", "))\(ending)")
  }

  /// Says that the share of missing values changed, when it did by more than a point and chance does not do that.
  static func missingNote(
    _ reference: (missing: Int, values: Int), _ current: (missing: Int, values: Int)
  ) -> String? {
    let left = (hits: reference.missing, rows: saturatingSum(reference.missing, reference.values))
    let right = (hits: current.missing, rows: saturatingSum(current.missing, current.values))
    guard let change = ProportionComparison(reference: left, current: right), change.p < 0.001,
      change.difference.magnitude > 0.01
    else { return nil }
    let shares = (Double(left.hits) / Double(left.rows), Double(right.hits) / Double(right.rows))
    return "missing values went from \(percent(shares.0)) to \(percent(shares.1))"
  }

  static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}

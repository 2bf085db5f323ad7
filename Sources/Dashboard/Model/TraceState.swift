/// What the operator has chosen on the trace screen.
struct TraceState: Equatable, Sendable {
  /// The run that is shown in full.
  var run: String?
  /// The run that others are compared with.
  var baseline: String?
  /// Whether the shown run stands beside the baseline.
  var isCompared = false
  /// The selected span, an index among the rows.
  var span = 0
  /// The selected finding, an index among the findings; nil before any was gone to.
  var finding: Int?
  /// The spans whose children are folded, and the repeated calls that are unfolded, by span id.
  var folded: Set<String> = []
  var unfolded: Set<String> = []

  /// Which part of the board is asked for.
  var request: BoardRequest {
    BoardRequest(.traces, selection: run, other: isCompared ? baseline : nil)
  }

  /// Whether a row is hidden below a folded span, or is one of equal calls that are told as one.
  func hides(_ index: Int, in spans: [TraceSpanRow]) -> Bool {
    var row = spans[index]
    if row.isRepeat, !unfolded.contains(first(ofRepeat: index, in: spans)) { return true }
    guard !folded.isEmpty else { return false }
    while let parent = row.parent {
      row = spans[parent]
      if folded.contains(row.id) { return true }
    }
    return false
  }

  /// The id of the first of the equal calls that a row belongs to.
  private func first(ofRepeat index: Int, in spans: [TraceSpanRow]) -> String {
    var index = index
    while index > 0, spans[index].isRepeat { index -= 1 }
    return spans[index].id
  }

  /// The next row that is shown, from `index` in steps of 1 or -1; nil at the end.
  func visible(after index: Int, step: Int, in spans: [TraceSpanRow]) -> Int? {
    var next = index + step
    while spans.indices.contains(next) {
      if !hides(next, in: spans) { return next }
      next += step
    }
    return nil
  }

  /// At most `height` rows that are shown, with the selected one in the middle where there are enough on both sides.
  /// However many spans there are, only about as many are looked at as are shown.
  func window(height: Int, in spans: [TraceSpanRow]) -> [Int] {
    guard height > 0, !spans.isEmpty else { return [] }
    var selected = max(0, min(span, spans.count - 1))
    if hides(selected, in: spans) { selected = visible(after: selected, step: -1, in: spans) ?? 0 }
    var before: [Int] = []
    var after: [Int] = [selected]
    while before.count < height - 1, let next = visible(after: before.last ?? selected, step: -1, in: spans) {
      before.append(next)
    }
    while after.count < height, let next = visible(after: after[after.count - 1], step: 1, in: spans) {
      after.append(next)
    }
    let above = min(before.count, max(height / 2, height - after.count))
    return Array(before.prefix(above).reversed()) + after.prefix(height - above)
  }
}

import Domain

/// The recent slots of one series.
///
/// Counters and ratios of whole numbers, which rules ask for most, are kept as running totals; everything else as
/// summaries, with merged blocks for long windows.
struct SeriesHistory: Sendable {
  private var scalars: ScalarHistory?
  private var blocks = BlockHistory()

  /// Starts with the first slot of a series.
  init(_ summary: Summary, slot: Int64) {
    switch summary {
    case .counter: scalars = ScalarHistory(kind: .counter)
    case .ratio: scalars = ScalarHistory(kind: .ratio)
    case .gauge, .distribution, .category: break
    }
    merge(summary, slot: slot)
  }

  /// Whether nothing is kept.
  var isEmpty: Bool { scalars?.isEmpty ?? blocks.isEmpty }

  /// Adds to a slot.
  mutating func merge(_ summary: Summary, slot: Int64) {
    if let pair = scalars?.pair(of: summary), scalars?.merge(pair, slot: slot) == true { return }
    if let scalars {
      for (slot, summary) in scalars.slots { blocks.merge(summary, slot: slot) }
      self.scalars = nil
    }
    blocks.merge(summary, slot: slot)
  }

  /// What the slots in a range add up to; nil where there are none.
  mutating func sum(in range: Range<Int64>) -> Summary? {
    if let scalars { return scalars.sum(in: range) }
    var fold = SummaryFold()
    blocks.forEach(in: range) { fold.add($0) }
    return fold.summary
  }

  /// Forgets slots outside a range.
  mutating func keep(_ range: Range<Int64>) {
    if scalars != nil { scalars?.keep(range) } else { blocks.keep(range) }
  }
}

import Domain

/// The recent slots of a series of any kind, with merged blocks of 6 and 60 slots made when a window first needs them: an hour's
/// window at any boundary costs about thirty merges instead of 360.
struct BlockHistory: Sendable {
  /// Slots a block.
  private static let widths: [Int64] = [1, 6, 60]

  /// Summaries by block number, for each width; blocks without any are left out.
  private var levels: [[(number: Int64, summary: Summary)]] = []

  /// Whether nothing is kept.
  var isEmpty: Bool { levels.first?.isEmpty ?? true }

  /// Adds to a slot.
  mutating func merge(_ summary: Summary, slot: Int64) {
    if levels.isEmpty { levels = Array(repeating: [], count: BlockHistory.widths.count) }
    let place = BlockHistory.place(of: slot, in: levels[0])
    if place < levels[0].count, levels[0][place].number == slot {
      levels[0][place].summary.merge(summary)
    } else {
      levels[0].insert((slot, summary), at: place)
    }
    for level in 1..<levels.count {
      let number = BlockHistory.block(of: slot, width: BlockHistory.widths[level])
      let place = BlockHistory.place(of: number, in: levels[level])
      if place < levels[level].count, levels[level][place].number == number { levels[level].remove(at: place) }
    }
  }

  /// Forgets slots outside a range.
  mutating func keep(_ range: Range<Int64>) {
    guard !levels.isEmpty else { return }
    for (level, width) in BlockHistory.widths.enumerated() {
      // Only blocks that lie wholly inside hold nothing of what is forgotten.
      let first = BlockHistory.block(of: range.lowerBound + width - 1, width: width)
      let end = BlockHistory.block(of: range.upperBound, width: width)
      let tail = BlockHistory.place(of: end, in: levels[level])
      if tail < levels[level].count { levels[level].removeSubrange(tail...) }
      let count = BlockHistory.place(of: first, in: levels[level])
      if count > 0 { levels[level].removeFirst(count) }
    }
  }

  /// Calls `body` with summaries that together cover the slots in `range`.
  mutating func forEach(in range: Range<Int64>, _ body: (Summary) -> Void) {
    guard !levels.isEmpty else { return }
    var slot = range.lowerBound
    var place = BlockHistory.place(of: slot, in: levels[0])
    while place < levels[0].count {
      slot = max(slot, levels[0][place].number)
      guard slot < range.upperBound else { return }
      let level = widestLevel(at: slot, before: range.upperBound)
      if level == 0 {
        body(levels[0][place].summary)
        slot += 1
        place += 1
      } else {
        let width = BlockHistory.widths[level]
        body(block(slot / width, level: level))
        slot += width
        place = BlockHistory.place(of: slot, in: levels[0])
      }
    }
  }

  /// The slots in `range` one by one.
  func slots(in range: Range<Int64>) -> ArraySlice<(number: Int64, summary: Summary)> {
    let first = BlockHistory.place(of: range.lowerBound, in: levels[0])
    return levels[0][first..<max(first, BlockHistory.place(of: range.upperBound, in: levels[0]))]
  }

  private func widestLevel(at slot: Int64, before end: Int64) -> Int {
    for level in stride(from: levels.count - 1, to: 0, by: -1) {
      let width = BlockHistory.widths[level]
      if slot % width == 0, slot + width <= end { return level }
    }
    return 0
  }

  private mutating func block(_ number: Int64, level: Int) -> Summary {
    let place = BlockHistory.place(of: number, in: levels[level])
    if place < levels[level].count, levels[level][place].number == number { return levels[level][place].summary }
    let width = BlockHistory.widths[level]
    var fold = SummaryFold()
    for (_, summary) in slots(in: number * width..<(number + 1) * width) { fold.add(summary) }
    let summary = fold.summary ?? .counter(CounterSummary())
    levels[level].insert((number, summary), at: place)
    return summary
  }

  private static func block(of slot: Int64, width: Int64) -> Int64 {
    slot / width - (slot % width < 0 ? 1 : 0)
  }

  /// The index of the first block whose number is at least `number`.
  private static func place(of number: Int64, in blocks: [(number: Int64, summary: Summary)]) -> Int {
    if let last = blocks.last, last.number < number { return blocks.count }
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

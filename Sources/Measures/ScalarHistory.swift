/// The recent slots of a series of two whole numbers a slot, kept as running totals: a window of any length is one
/// subtraction.
///
/// Whole numbers below 2^53 add and subtract exactly, so a window gives the same whenever the totals began.
struct ScalarHistory: Sendable {
  /// What the two numbers of a slot are.
  enum Kind: Sendable {
    /// Records, and what their field adds up to.
    case counter
    /// The denominator and the numerator.
    case ratio
  }

  /// Two numbers that are added up slot by slot.
  struct Pair: Equatable, Sendable {
    var count: Int64
    var part: Int64

    static let zero = Pair(count: 0, part: 0)

    static func + (left: Pair, right: Pair) -> Pair {
      Pair(count: left.count &+ right.count, part: left.part &+ right.part)
    }

    static func - (left: Pair, right: Pair) -> Pair {
      Pair(count: left.count &- right.count, part: left.part &- right.part)
    }

    /// Whether no total of such pairs has left the range of exact doubles.
    var isExact: Bool { count.magnitude < Pair.limit && part.magnitude < Pair.limit }

    private static let limit: UInt64 = 1 << 53
  }

  /// A slot, with the totals of all slots up to and with it.
  private struct Mark: Sendable {
    var slot: Int64
    var total: Pair
  }

  let kind: Kind
  private var marks: [Mark] = []
  /// The first mark that counts; those before it are forgotten, and make room now and then.
  private var first = 0
  /// The total before the first mark.
  private var base = Pair.zero

  init(kind: Kind) { self.kind = kind }

  /// Whether nothing is kept.
  var isEmpty: Bool { first == marks.count }

  /// The numbers of a summary of this kind; nil for another kind, or where they are not whole.
  func pair(of summary: Summary) -> Pair? {
    switch (kind, summary) {
    case (.counter, .counter(let counter)):
      guard let part = Int64(exactly: counter.sum) else { return nil }
      let pair = Pair(count: Int64(counter.count), part: part)
      return pair.isExact ? pair : nil
    case (.ratio, .ratio(let ratio)):
      let pair = Pair(count: Int64(ratio.denominator), part: Int64(ratio.numerator))
      return pair.isExact ? pair : nil
    default: return nil
    }
  }

  /// The summary that a pair stands for.
  private func summary(_ pair: Pair) -> Summary {
    switch kind {
    case .counter: .counter(CounterSummary(count: Int(pair.count), sum: Double(pair.part)))
    case .ratio: .ratio(RatioSummary(numerator: Int(pair.part), denominator: Int(pair.count)))
    }
  }

  /// Adds to a slot; false, and nothing added, where a total would leave the range of exact doubles.
  mutating func merge(_ pair: Pair, slot: Int64) -> Bool {
    let newest = marks.last?.total ?? base
    guard (newest + pair).isExact else { return false }
    let place = self.place(of: slot)
    if place == marks.count || marks[place].slot != slot {
      let before = place > first ? marks[place - 1].total : base
      marks.insert(Mark(slot: slot, total: before), at: place)
    }
    for index in place..<marks.count { marks[index].total = marks[index].total + pair }
    return true
  }

  /// What the slots in a range add up to; nil where there are none.
  func sum(in range: Range<Int64>) -> Summary? {
    let start = place(of: range.lowerBound)
    let end = place(of: range.upperBound)
    guard start < end else { return nil }
    return summary(marks[end - 1].total - (start > first ? marks[start - 1].total : base))
  }

  /// The slots one by one.
  var slots: [(slot: Int64, summary: Summary)] {
    var before = base
    return marks[first...].map { mark in
      defer { before = mark.total }
      return (mark.slot, summary(mark.total - before))
    }
  }

  /// Forgets slots outside a range.
  mutating func keep(_ range: Range<Int64>) {
    let end = place(of: range.upperBound)
    if end < marks.count { marks.removeSubrange(end...) }
    let start = place(of: range.lowerBound)
    if start > first {
      base = marks[start - 1].total
      first = start
    }
    if first > marks.count / 2 {
      marks.removeFirst(first)
      first = 0
    }
  }

  /// The index of the first mark whose slot is at least `slot`.
  @inline(__always)
  private func place(of slot: Int64) -> Int {
    guard first < marks.count, marks[first].slot < slot else { return first }
    guard let last = marks.last, last.slot >= slot else { return marks.count }
    // Where no slot is missing, a slot's place follows from the last one's.
    let (back, overflow) = last.slot.subtractingReportingOverflow(slot)
    if !overflow, back < Int64(marks.count - first) {
      let guess = marks.count - 1 - Int(back)
      if marks[guess].slot == slot { return guess }
    }
    var (low, high) = (first, marks.count)
    while low < high {
      let middle = (low + high) / 2
      if marks[middle].slot < slot { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

import Measures

/// The fixed bins of a numeric reference: ranges of ``BucketGrid`` buckets, each closed at its upper end, so that any
/// stored distribution can be counted into them exactly (spec: drift, formula 1).
public struct NumericCells: Hashable, Sendable {
  /// How many bins a reference has at most.
  public static let limit = 200

  /// The last bucket of each bin, ascending. Values beyond the last one still count to the last bin.
  public let uppers: [Int16]
  /// How many of the reference's values each bin holds; at least 1.
  public let counts: [Int]
  /// Whether every bin is one single bucket: the reference has no other values.
  public let isExact: Bool

  /// The reference's values.
  public var count: Int { counts.reduce(0, saturatingSum) }

  /// Creates bins; nil when they do not ascend, a count is below 1, or the numbers of them differ or are 0.
  init?(uppers: [Int16], counts: [Int], isExact: Bool) {
    guard !uppers.isEmpty, uppers.count == counts.count, uppers.count <= NumericCells.limit,
      counts.allSatisfy({ $0 > 0 }), zip(uppers, uppers.dropFirst()).allSatisfy({ $0 < $1 }),
      uppers.allSatisfy({ abs(Int($0)) <= Int(BucketGrid.last) })
    else { return nil }
    self.uppers = uppers
    self.counts = counts
    self.isExact = isExact
  }

  /// Chooses bins of nearly equal shares; nil for an empty distribution.
  init?(_ distribution: DistributionSummary) {
    let all = NumericCells(unchecked: distribution.buckets, distribution.counts, isExact: true)
    guard distribution.buckets.count > NumericCells.limit else {
      self.init(uppers: all.uppers, counts: all.counts, isExact: true)
      return
    }
    let merged = all.merged(NumericCells.limit)
    self.init(uppers: merged.uppers, counts: merged.counts, isExact: false)
  }

  /// Bins of a stratum, of which some may hold nothing.
  init(unchecked uppers: [Int16], _ counts: [Int], isExact: Bool) {
    self.uppers = uppers
    self.counts = counts
    self.isExact = isExact
  }

  /// At most `wanted` bins of nearly equal shares, made of neighbours; ties may leave fewer.
  func merged(_ wanted: Int) -> NumericCells {
    guard uppers.count > max(1, wanted) else { return self }
    let total = Double(count)
    var cumulative = 0.0
    let below = counts.map { count in
      cumulative += Double(count)
      return cumulative
    }
    var ends: [Int] = []
    var index = 0
    for part in 1..<max(2, wanted) {
      let target = total * Double(part) / Double(wanted)
      while index + 1 < below.count, abs(below[index + 1] - target) <= abs(below[index] - target) { index += 1 }
      if index < below.count - 1, ends.last != index { ends.append(index) }
    }
    if wanted <= 1 { ends = [] }
    ends.append(uppers.count - 1)
    var start = 0
    var sums: [Int] = []
    for end in ends {
      sums.append(counts[start...end].reduce(0, saturatingSum))
      start = end + 1
    }
    return NumericCells(unchecked: ends.map { uppers[$0] }, sums, isExact: false)
  }

  /// How many of a distribution's values fall into each bin. When the bins are all of the reference's values, the rest
  /// is counted as unseen; otherwise the outer bins are open.
  func count(_ distribution: DistributionSummary, separatingUnseen: Bool) -> (cells: [Int], unseen: Int) {
    var cells = Array(repeating: 0, count: uppers.count)
    var unseen = 0
    var cell = 0
    for (index, bucket) in distribution.buckets.enumerated() {
      while cell < uppers.count - 1, bucket > uppers[cell] { cell += 1 }
      let count = distribution.counts[index]
      if separatingUnseen, bucket != uppers[cell] {
        unseen = saturatingSum(unseen, count)
      } else {
        cells[cell] = saturatingSum(cells[cell], count)
      }
    }
    return (cells, unseen)
  }

  /// Names of the bins: `≤50`, `50–100`, `>1.6k`; single values by their representative.
  func labels(areValues: Bool) -> [String] {
    if areValues { return uppers.map { ShortNumber.text(BucketGrid.representative($0)) } }
    guard uppers.count > 1 else { return ["all"] }
    let bounds = uppers.map { ShortNumber.text(BucketGrid.upperBound($0)) }
    return uppers.indices.map { index in
      if index == 0 { return "≤\(bounds[0])" }
      return index == uppers.count - 1 ? ">\(bounds[index - 1])" : "\(bounds[index - 1])–\(bounds[index])"
    }
  }
}

/// The sum of two counts, or the largest count where it would overflow.
func saturatingSum(_ left: Int, _ right: Int) -> Int {
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? .max : sum
}

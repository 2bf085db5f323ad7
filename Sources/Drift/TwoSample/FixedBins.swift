/// Counts a stream of values into fixed bins, each closed at its upper end, so that an atom on an edge is counted whole
/// (spec: drift, formula 1).
public struct FixedBins: Hashable, Sendable {
  /// The ends between bins, ascending; at most 255.
  public let innerEdges: [Double]
  /// How many values each bin has seen.
  public private(set) var counts: [Int]
  /// How many values were missing or NaN.
  public private(set) var missing = 0

  // The edges padded with infinity to a power of two, so that the search is the same few steps for every value.
  private let padded: [Double]

  /// Bins between the quantiles of a reference sample; ties may leave fewer than `bins`.
  public init(_ reference: SortedSample, bins: Int = 200) {
    // The outer bins are open, so an edge may be the least value or the greatest when many rows have it.
    var edges: [Double] = []
    let parts = max(1, min(256, bins))
    for index in 1..<max(2, parts) where parts > 1 {
      guard let edge = reference.quantile(Double(index) / Double(parts)), edges.last != edge else { continue }
      edges.append(edge)
    }
    innerEdges = edges
    counts = Array(repeating: 0, count: innerEdges.count + 1)
    padded = innerEdges + Array(repeating: .infinity, count: 256 - innerEdges.count)
  }

  /// Counts values.
  public mutating func add(_ values: some Sequence<Double>) {
    let last = counts.count - 1
    var notNumbers = 0
    counts.withUnsafeMutableBufferPointer { counts in
      padded.withUnsafeBufferPointer { edges in
        for value in values {
          if value.isNaN {
            notNumbers &+= 1
            continue
          }
          // The number of edges below the value, by halving without branches.
          var place = 0
          place &+= edges[place &+ 127] < value ? 128 : 0
          place &+= edges[place &+ 63] < value ? 64 : 0
          place &+= edges[place &+ 31] < value ? 32 : 0
          place &+= edges[place &+ 15] < value ? 16 : 0
          place &+= edges[place &+ 7] < value ? 8 : 0
          place &+= edges[place &+ 3] < value ? 4 : 0
          place &+= edges[place &+ 1] < value ? 2 : 0
          place &+= edges[place] < value ? 1 : 0
          counts[min(place, last)] &+= 1
        }
      }
    }
    missing += notNumbers
  }

  /// Counts one row without a value.
  public mutating func addMissing() { missing += 1 }

  /// The same bins, empty.
  public func emptied() -> FixedBins {
    var bins = self
    bins.counts = Array(repeating: 0, count: counts.count)
    bins.missing = 0
    return bins
  }

  /// The ends between which the Kolmogorov-Smirnov statistic of the raw values lies (spec: drift, formula 3); from 0 to
  /// 1 when a side is empty.
  public func kolmogorovSmirnov(_ current: FixedBins) -> ClosedRange<Double> {
    Reference.kolmogorovSmirnov(counts, current.counts)
  }
}

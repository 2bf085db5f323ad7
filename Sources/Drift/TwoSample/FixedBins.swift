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
  public mutating func add(_ values: [Double]) {
    let last = counts.count - 1
    var notNumbers = 0
    counts.withUnsafeMutableBufferPointer { counts in
      padded.withUnsafeBufferPointer { edges in
        values.withUnsafeBufferPointer { values in
          for value in values {
            // The number of edges below the value, by halving without branches: which way it goes is chance.
            var place = FixedBins.isBelow(edges[127], value) &<< 7
            place &+= FixedBins.isBelow(edges[place &+ 63], value) &<< 6
            place &+= FixedBins.isBelow(edges[place &+ 31], value) &<< 5
            place &+= FixedBins.isBelow(edges[place &+ 15], value) &<< 4
            place &+= FixedBins.isBelow(edges[place &+ 7], value) &<< 3
            place &+= FixedBins.isBelow(edges[place &+ 3], value) &<< 2
            place &+= FixedBins.isBelow(edges[place &+ 1], value) &<< 1
            place &+= FixedBins.isBelow(edges[place], value)
            // NaN is above no edge, so it went to the first bin.
            let isNumber = value == value ? 1 : 0
            counts[min(place, last)] &+= isNumber
            notNumbers &+= 1 &- isNumber
          }
        }
      }
    }
    missing += notNumbers
  }

  @inline(__always)
  private static func isBelow(_ edge: Double, _ value: Double) -> Int { edge < value ? 1 : 0 }

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

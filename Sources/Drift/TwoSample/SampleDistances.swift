/// Distances between two numeric samples, exact from their sorted values in one pass.
public struct SampleDistances: Hashable, Sendable {
  /// The largest distance of the two cumulative shares: the Kolmogorov-Smirnov statistic. nil when a side is empty.
  public let kolmogorovSmirnov: Double?
  /// The first Wasserstein distance, in the column's unit: how far a row had to move on average. nil when a side is
  /// empty or holds infinite values.
  public let wasserstein: Double?

  /// Measures both distances.
  public init(_ reference: SortedSample, _ current: SortedSample) {
    let (left, right) = (reference.values, current.values)
    guard let firstLeft = left.first, let firstRight = right.first, let lastLeft = left.last,
      let lastRight = right.last
    else {
      (kolmogorovSmirnov, wasserstein) = (nil, nil)
      return
    }
    let isFinite = reference.isFinite && current.isFinite
    let extreme = max(firstLeft.magnitude, firstRight.magnitude, lastLeft.magnitude, lastRight.magnitude)
    let unit = extreme > 1e150 && isFinite ? extreme : 1
    let (n, m) = (Double(left.count), Double(right.count))
    var (i, j, largest, sum) = (0, 0, 0.0, 0.0)
    var previous = min(firstLeft, firstRight)
    var gap = 0.0
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        while i < left.count || j < right.count {
          let value =
            j == right.count ? left[i] : i == left.count ? right[j] : left[i] < right[j] ? left[i] : right[j]
          if isFinite { sum += gap * (value / unit - previous / unit) }
          while i < left.count, left[i] == value { i &+= 1 }
          while j < right.count, right[j] == value { j &+= 1 }
          gap = (Double(i) / n - Double(j) / m).magnitude
          if gap > largest { largest = gap }
          previous = value
        }
      }
    }
    kolmogorovSmirnov = min(1, largest)
    wasserstein = isFinite ? min(sum * unit, .greatestFiniteMagnitude) : nil
  }
}

import RealModule

/// ADWIN2: keeps the longest window whose halves have no different means, and reports when it had to shrink.
///
/// Bifet and Gavalda, "Learning from time-varying data with adaptive windowing" (2007), with an exponential histogram
/// of at most five buckets a row; the choices that the paper leaves open are those of spec: drift, formula 10.
public struct AdaptiveWindow: OnlineDetector, Hashable {
  /// The least values on either side of a cut.
  private static let leastSide = 5
  /// The width up to which no cut is looked for.
  private static let grace = 10
  private static let rowLimit = 5
  private static let rowStride = AdaptiveWindow.rowLimit + 1

  /// How sure a cut must be: the probability of a false one, about.
  public let delta: Double
  /// How many values come between two looks.
  public let clock: Int
  /// The values in the window.
  public private(set) var width = 0

  // Row i holds buckets of 2^i values, the oldest first; `rowStride` places a row.
  private var totals = [Double](repeating: 0, count: AdaptiveWindow.rowStride)
  private var squares = [Double](repeating: 0, count: AdaptiveWindow.rowStride)
  private var used = [0]
  private var total = 0.0
  private var variance = 0.0
  private var sinceLook = 0
  private var mustRestart = false

  /// Creates an empty window.
  public init(delta: Double = 0.002, clock: Int = 32) {
    self.delta = max(1e-300, min(1, delta))
    self.clock = max(1, clock)
    sinceLook = 0
  }

  /// The mean of the values in the window; 0 for an empty one.
  public var mean: Double { width > 0 ? total / Double(width) : 0 }

  /// Takes the next value; after a change the window that is left holds what came since.
  public mutating func update(_ value: Double) -> Int? {
    if mustRestart { self = AdaptiveWindow(delta: delta, clock: clock) }
    insert(value)
    sinceLook += 1
    guard sinceLook == clock else { return nil }
    sinceLook = 0
    guard width > AdaptiveWindow.grace, shrink() else { return nil }
    mustRestart = true
    return width - 1
  }

  private mutating func insert(_ value: Double) {
    width += 1
    if width > 1 {
      let before = Double(width - 1)
      let distance = value - total / before
      variance += before * distance * distance / Double(width)
    }
    total += value
    var (row, rowTotal, rowSquares) = (0, value, 0.0)
    while true {
      let place = row &* AdaptiveWindow.rowStride
      totals[place &+ used[row]] = rowTotal
      squares[place &+ used[row]] = rowSquares
      used[row] &+= 1
      guard used[row] > AdaptiveWindow.rowLimit else { return }
      let size = Double(1 << row)
      let distance = totals[place] / size - totals[place &+ 1] / size
      rowTotal = totals[place] + totals[place &+ 1]
      rowSquares = squares[place] + squares[place &+ 1] + size * size * distance * distance / (size + size)
      removeOldest(2, row)
      row &+= 1
      if row == used.count {
        used.append(0)
        totals.append(contentsOf: repeatElement(0, count: AdaptiveWindow.rowStride))
        squares.append(contentsOf: repeatElement(0, count: AdaptiveWindow.rowStride))
      }
    }
  }

  private mutating func removeOldest(_ count: Int, _ row: Int) {
    let place = row &* AdaptiveWindow.rowStride
    used[row] &-= count
    for index in 0..<used[row] {
      totals[place &+ index] = totals[place &+ index &+ count]
      squares[place &+ index] = squares[place &+ index &+ count]
    }
  }

  private mutating func dropOldestBucket() -> Double {
    let row = used.count - 1
    let place = row * AdaptiveWindow.rowStride
    let size = Double(1 << row)
    let mean = totals[place] / size
    width -= 1 << row
    total -= totals[place]
    let rest = Double(width)
    let distance = mean - total / rest
    variance -= squares[place] + size * rest * distance * distance / (size + rest)
    removeOldest(1, row)
    if used[row] == 0, row > 0 {
      used.removeLast()
      totals.removeLast(AdaptiveWindow.rowStride)
      squares.removeLast(AdaptiveWindow.rowStride)
    }
    return size
  }

  private mutating func shrink() -> Bool {
    var found = false
    while cutExists() {
      found = true
      _ = dropOldestBucket()
    }
    return found
  }

  /// Looks at the cuts between buckets, from the oldest on.
  private func cutExists() -> Bool {
    guard width > 1 else { return false }
    let all = Double(width)
    let doubt = Double.log(2 * Double.log(all) / delta)
    let spread = 2 * (variance / all) * doubt
    let slope = 2.0 / 3.0 * doubt
    let least = Double(AdaptiveWindow.leastSide)
    var (left, right, leftTotal, rightTotal) = (0.0, all, 0.0, total)
    for row in stride(from: used.count - 1, through: 0, by: -1) {
      let size = Double(1 << row)
      let place = row &* AdaptiveWindow.rowStride
      for bucket in 0..<used[row] {
        left += size
        right -= size
        leftTotal += totals[place &+ bucket]
        rightTotal -= totals[place &+ bucket]
        if row == 0, bucket == used[0] - 1 { return false }
        guard left >= least, right >= least else { continue }
        let reciprocal = 1 / (left - least + 1) + 1 / (right - least + 1)
        let bound = (spread * reciprocal).squareRoot() + slope * reciprocal
        if (leftTotal / left - rightTotal / right).magnitude > bound { return true }
      }
    }
    return false
  }
}

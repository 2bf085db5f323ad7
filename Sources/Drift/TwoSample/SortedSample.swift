import RealModule

/// The values of a numeric column in order; infinite ones are values, NaN is none.
public struct SortedSample: Hashable, Sendable {
  /// The values, ascending.
  public let values: [Double]

  /// Sorts values; those that are NaN are left out.
  public init(_ values: [Double]) {
    var scratch: [Double] = []
    self.init(taking: values.contains { $0.isNaN } ? values.filter { !$0.isNaN } : values, scratch: &scratch)
  }

  /// Sorts values that hold no NaN, with a buffer that may be used again.
  init(taking values: [Double], scratch: inout [Double]) {
    var values = values
    RadixSort.sort(&values, scratch: &scratch)
    self.values = values
  }

  /// The number of values.
  public var count: Int { values.count }

  /// Whether there are infinite values.
  public var isFinite: Bool { (values.first?.isFinite ?? true) && (values.last?.isFinite ?? true) }

  /// The value at position `share (count - 1)`, between neighbours by a straight line; nil without values.
  public func quantile(_ share: Double) -> Double? {
    guard let last = values.last else { return nil }
    let position = Double(values.count - 1) * max(0, min(1, share))
    let index = Int(position)
    guard index < values.count - 1 else { return last }
    let (left, right, part) = (values[index], values[index + 1], position - position.rounded(.down))
    if left == right || part == 0 { return left }
    guard left.isFinite, right.isFinite else { return part < 0.5 ? left : right }
    let distance = right - left
    guard distance.isFinite else { return left * (1 - part) + right * part }
    return part < 0.5 ? left + distance * part : right - distance * (1 - part)
  }

  /// How many values are below a bound.
  public func count(below bound: Double) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether all values are whole and finite.
  var isWhole: Bool { isFinite && values.allSatisfy { $0 == $0.rounded(.towardZero) } }

  /// The different values with how often each occurs; nil when there are more than `limit`.
  func distinct(limit: Int) -> [(value: Double, count: Int)]? {
    var found: [(value: Double, count: Int)] = []
    for value in values {
      if let last = found.last, last.value == value {
        found[found.count - 1].count += 1
      } else {
        guard found.count < limit else { return nil }
        found.append((value, 1))
      }
    }
    return found
  }

  /// The standard deviation of the values as a whole population; nil without values or with infinite ones.
  public var deviation: Double? {
    guard let first = values.first, let last = values.last, isFinite else { return nil }
    if first == last { return 0 }
    // Squares of huge values overflow, those of tiny ones vanish.
    let scale = max(first.magnitude, last.magnitude)
    let factor = scale > 1e150 || scale < 1e-150 ? scale : 1
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + $1 / factor } / count
    let squares = values.reduce(0) { sum, value in
      let distance = value / factor - mean
      return sum + distance * distance
    }
    return min((squares / count).squareRoot() * factor, .greatestFiniteMagnitude)
  }
}

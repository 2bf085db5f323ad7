/// Bins of nearly equal shares of a reference sample, each closed at its lower end, the outer two open to infinity.
public struct QuantileBins: Hashable, Sendable {
  /// The ends between bins, ascending.
  public let innerEdges: [Double]
  /// The value that most of the reference takes, where quantiles leave nothing to compare: the bins are then the values
  /// below it, itself, and those above.
  public let atom: Double?

  /// Cuts a reference at its quantiles `i / bins`, without the first and the last; ties may leave fewer bins.
  ///
  /// A reference with one value, or with two, or with nearly all rows on one, has no such quantiles in between. It is
  /// cut around its median value instead, so that a constant that jumps is seen.
  public init(_ reference: SortedSample, bins: Int) {
    let quantiles = QuantileBins.quantiles(of: reference, parts: bins)
    let inner = Array(quantiles.dropFirst().dropLast())
    if inner.isEmpty, bins > 1, reference.count > 0 {
      let value = reference.values[(reference.count - 1) / 2]
      atom = value
      innerEdges = value.nextUp > value ? [value, value.nextUp] : [value]
    } else {
      atom = nil
      innerEdges = inner
    }
  }

  /// The different quantiles `i / parts` of a sample, the least and the greatest value among them.
  static func quantiles(of sample: SortedSample, parts: Int) -> [Double] {
    // Multiplied by the step, not divided: other tools place their edges so, and a last bit decides about ties.
    let parts = max(1, parts)
    let step = 1 / Double(parts)
    var found: [Double] = []
    for index in 0...parts {
      guard let value = sample.quantile(index == parts ? 1 : Double(index) * step), found.last != value else {
        continue
      }
      found.append(value)
    }
    return found
  }

  /// How many values of a sample fall into each bin.
  public func counts(_ sample: SortedSample) -> [Int] {
    var counts: [Int] = []
    var start = 0
    for edge in innerEdges {
      let end = sample.count(below: edge)
      counts.append(end - start)
      start = end
    }
    return counts + [sample.count - start]
  }

  /// The names of the bins: `[-inf, 9.7266)`, `[9.7266, 10.67)`, …
  public var labels: [String] {
    if let atom {
      return ["below \(atom)", "exactly \(atom)", "above \(atom)"].prefix(innerEdges.count + 1).map(\.self)
    }
    let ends = ["-inf"] + innerEdges.map(\.description) + ["inf"]
    return zip(ends, ends.dropFirst()).map { "[\($0), \($1))" }
  }

  /// The names of the bins for sentences, with three digits: `below 9.73`, `9.73–10.7`, …, `14.5 or more`.
  var shortLabels: [String] {
    guard atom == nil, let first = innerEdges.first, let last = innerEdges.last else { return labels }
    let between = zip(innerEdges, innerEdges.dropFirst())
    return ["below \(ShortNumber.text(first))"]
      + between.map { "\(ShortNumber.text($0))–\(ShortNumber.text($1))" } + ["\(ShortNumber.text(last)) or more"]
  }
}

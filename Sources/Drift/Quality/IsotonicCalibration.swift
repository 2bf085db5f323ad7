/// Turns scores into probabilities by the best ascending step function through labelled rows (pool adjacent violators;
/// Ayer et al., Annals of Mathematical Statistics 26, 1955), with straight lines between known scores.
public struct IsotonicCalibration: Hashable, Sendable {
  /// The known scores, ascending.
  public let scores: [Double]
  /// The probability of a positive label at each of them.
  public let probabilities: [Double]

  /// Fits labelled scores; nil without rows. Scores that are NaN are left out.
  public init?(_ rows: [(score: Double, isPositive: Bool)]) {
    self.init(blocks: rows.map { ($0.score, $0.isPositive ? 1 : 0, 1) })
  }

  /// Fits counts of labelled rows by score; nil without rows.
  init?(blocks rows: [(score: Double, positives: Double, count: Double)]) {
    var scores: [Double] = []
    var blocks: [(sum: Double, weight: Double, scores: Int)] = []
    for row in rows.filter({ !$0.score.isNaN && $0.count > 0 }).sorted(by: { $0.score < $1.score }) {
      if scores.last == row.score, let last = blocks.last {
        blocks[blocks.count - 1] = (last.sum + row.positives, last.weight + row.count, 1)
      } else {
        scores.append(row.score)
        blocks.append((row.positives, row.count, 1))
      }
    }
    guard !scores.isEmpty else { return nil }
    var pooled: [(sum: Double, weight: Double, scores: Int)] = []
    for block in blocks {
      pooled.append(block)
      while pooled.count > 1 {
        let (left, right) = (pooled[pooled.count - 2], pooled[pooled.count - 1])
        guard left.sum * right.weight >= right.sum * left.weight else { break }
        pooled.removeLast()
        pooled[pooled.count - 1] = (left.sum + right.sum, left.weight + right.weight, left.scores + right.scores)
      }
    }
    self.scores = scores
    probabilities = pooled.flatMap { Array(repeating: $0.sum / $0.weight, count: $0.scores) }
  }

  /// The probability of a positive label at a score; beyond the known ones that of the nearest.
  public func probability(at score: Double) -> Double {
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] < score { low = middle + 1 } else { high = middle }
    }
    guard low < scores.count else { return probabilities[scores.count - 1] }
    guard low > 0, scores[low] != score else { return probabilities[low] }
    let part = (score - scores[low - 1]) / (scores[low] - scores[low - 1])
    return probabilities[low - 1] + part * (probabilities[low] - probabilities[low - 1])
  }
}

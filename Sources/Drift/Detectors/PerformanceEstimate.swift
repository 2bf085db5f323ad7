/// How well a classifier does, estimated from its own scores while labels are still missing: confidence-based
/// performance estimation (spec: drift, formula 12).
///
/// It is right only while the scores stay calibrated: it is **blind to concept shift**, where the same input now
/// deserves another answer.
public struct PerformanceEstimate: Hashable, Sendable {
  /// An estimated quality metric.
  public struct Quality: Hashable, Sendable {
    /// The estimate, 0...1.
    public var value: Double
    /// The standard error that so few rows have; nil without a labelled reference.
    public var samplingError: Double?

    /// The estimate less and plus three sampling errors, within 0...1.
    public var band: ClosedRange<Double>? {
      samplingError.map { max(0, value - 3 * $0)...max(0, min(1, value + 3 * $0)) }
    }
  }

  /// What labelled rows of the reference say about the sampling errors.
  public struct Reference: Hashable, Sendable {
    private let truePositives: Double
    private let falsePositives: Double
    private let falseNegatives: Double
    private let rows: Double

    /// Counts labelled rows; nil without any.
    public init?(_ labelled: [(predicted: Bool, actual: Bool)]) {
      guard !labelled.isEmpty else { return nil }
      func count(_ predicted: Bool, _ actual: Bool) -> Double {
        Double(labelled.count { $0.predicted == predicted && $0.actual == actual })
      }
      (truePositives, falsePositives) = (count(true, true), count(true, false))
      (falseNegatives, rows) = (count(false, true), Double(labelled.count))
    }

    /// The standard error of a share of `hits` among those `relevant` rows, in a chunk of `count` rows of which as many
    /// are relevant as in the reference.
    private func error(_ hits: Double, of relevant: Double, chunk count: Double) -> Double? {
      guard relevant > 0, count > 0 else { return nil }
      let share = hits / relevant
      return (share * (1 - share)).squareRoot() / (count * relevant / rows).squareRoot()
    }

    func accuracyError(_ count: Double) -> Double? {
      error(rows - falsePositives - falseNegatives, of: rows, chunk: count)
    }

    func precisionError(_ count: Double) -> Double? {
      error(truePositives, of: truePositives + falsePositives, chunk: count)
    }

    func recallError(_ count: Double) -> Double? {
      error(truePositives, of: truePositives + falseNegatives, chunk: count)
    }

    /// F1 is the share of true ones among the predicted and the actual positives taken together, where each true
    /// positive counts twice; both countings of a row go together, hence the doubled variance.
    func f1Error(_ count: Double) -> Double? {
      let relevant = truePositives + falsePositives + falseNegatives
      guard relevant > 0, count > 0 else { return nil }
      let share = 2 * truePositives / (relevant + truePositives)
      return (2 * share * (1 - share)).squareRoot() / (count * relevant / rows).squareRoot()
    }
  }

  /// The rows that were read.
  public let count: Int
  /// The share of right answers; nil without rows.
  public let accuracy: Quality?
  /// The share of right ones among the positive answers; nil without positive answers.
  public let precision: Quality?
  /// The share of the positives that are found; nil when none is expected.
  public let recall: Quality?
  /// The harmonic mean of precision and recall; nil when there is nothing positive.
  public let f1: Quality?

  /// Estimates from calibrated probabilities of the positive class and the answers given; values that are NaN are left
  /// out, others are limited to 0...1.
  public init(_ rows: [(probability: Double, predicted: Bool)], reference: Reference? = nil) {
    var (count, truePositives, falsePositives, falseNegatives, right) = (0, 0.0, 0.0, 0.0, 0.0)
    for row in rows where !row.probability.isNaN {
      let probability = max(0, min(1, row.probability))
      count += 1
      right += row.predicted ? probability : 1 - probability
      if row.predicted {
        truePositives += probability
        falsePositives += 1 - probability
      } else {
        falseNegatives += probability
      }
    }
    self.count = count
    let size = Double(count)
    func quality(_ hits: Double, _ relevant: Double, _ error: Double?) -> Quality? {
      relevant > 0 ? Quality(value: hits / relevant, samplingError: error) : nil
    }
    accuracy = quality(right, size, reference?.accuracyError(size))
    precision = quality(truePositives, truePositives + falsePositives, reference?.precisionError(size))
    recall = quality(truePositives, truePositives + falseNegatives, reference?.recallError(size))
    f1 = quality(
      2 * truePositives, 2 * truePositives + falsePositives + falseNegatives, reference?.f1Error(size))
  }
}

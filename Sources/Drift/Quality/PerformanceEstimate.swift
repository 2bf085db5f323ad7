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

  /// Rows of one score and answer.
  struct Outcome: Hashable, Sendable {
    /// The score.
    var score: Double
    /// Whether the answer was positive.
    var predicted: Bool
    /// How many of them deserve a positive answer, known or expected; at most ``count``.
    var positives: Double
    /// How many there are.
    var count: Double
  }

  /// What labelled rows of the reference say about the sampling errors.
  public struct Reference: Hashable, Sendable {
    private let truePositives: Double
    private let falsePositives: Double
    private let falseNegatives: Double
    private let rows: Double

    /// Counts labelled rows; nil without any.
    public init?(_ labelled: [(predicted: Bool, actual: Bool)]) {
      self.init(
        labelled.map { Outcome(score: 0, predicted: $0.predicted, positives: $0.actual ? 1 : 0, count: 1) })
    }

    init?(_ outcomes: [Outcome]) {
      let totals = Totals(outcomes)
      guard totals.rows > 0 else { return nil }
      (truePositives, falsePositives) = (totals.truePositives, totals.falsePositives)
      (falseNegatives, rows) = (totals.falseNegatives, totals.rows)
    }

    /// The standard error of a share of `hits` among those `relevant` rows, in a chunk of `count` rows of which as many
    /// are relevant as in the reference.
    private func error(_ hits: Double, of relevant: Double, chunk count: Double) -> Double? {
      guard relevant > 0, count > 0 else { return nil }
      let share = min(1, max(0, hits / relevant))
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

  /// What outcomes add up to.
  private struct Totals {
    var rows = 0.0
    var right = 0.0
    var truePositives = 0.0
    var falsePositives = 0.0
    var falseNegatives = 0.0

    init(_ outcomes: [Outcome]) {
      for outcome in outcomes {
        rows += outcome.count
        if outcome.predicted {
          right += outcome.positives
          truePositives += outcome.positives
          falsePositives += outcome.count - outcome.positives
        } else {
          right += outcome.count - outcome.positives
          falseNegatives += outcome.positives
        }
      }
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
    self.init(
      outcomes: rows.filter { !$0.probability.isNaN }.map { row in
        Outcome(
          score: row.probability, predicted: row.predicted, positives: max(0, min(1, row.probability)), count: 1)
      }, reference: reference)
  }

  init(outcomes: [Outcome], reference: Reference? = nil) {
    let totals = Totals(outcomes)
    let size = totals.rows
    count = Int(exactly: size) ?? .max
    func quality(_ hits: Double, _ relevant: Double, _ error: Double?) -> Quality? {
      relevant > 0 ? Quality(value: hits / relevant, samplingError: error) : nil
    }
    let (hits, falsePositives, falseNegatives) = (totals.truePositives, totals.falsePositives, totals.falseNegatives)
    accuracy = quality(totals.right, size, reference?.accuracyError(size))
    precision = quality(hits, hits + falsePositives, reference?.precisionError(size))
    recall = quality(hits, hits + falseNegatives, reference?.recallError(size))
    f1 = quality(2 * hits, 2 * hits + falsePositives + falseNegatives, reference?.f1Error(size))
  }

  /// The four metrics by name.
  public var qualities: [(name: String, quality: Quality?)] {
    [("accuracy", accuracy), ("precision", precision), ("recall", recall), ("f1", f1)]
  }
}

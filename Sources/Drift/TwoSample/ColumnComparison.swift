public import Measures

/// A column of two samples compared: every distance, what chance does to it, and what follows in words.
public struct ColumnComparison: Hashable, Sendable {
  /// How a column is compared.
  public enum Kind: String, Hashable, Sendable {
    /// By quantile bins of the reference, and by the values themselves.
    case numeric
    /// By its values as cells.
    case categorical
  }

  /// The most different whole numbers that a column of categories has.
  public static let wholeNumberCategories = 32

  /// The column's name.
  public let name: String
  /// How it is compared.
  public let kind: Kind
  /// The reference's rows with a value.
  public let referenceCount: Int
  /// The current rows with a value.
  public let currentCount: Int
  /// The reference's rows without a value.
  public let missingReference: Int
  /// The current rows without a value.
  public let missingCurrent: Int
  /// Over at most 10 bins, or over the categories; nil when a side has no values.
  public let cells: CountComparison?
  /// Over at most 20 bins; nil for categories and when a side has no values.
  public let fineCells: CountComparison?
  /// The exact statistics of a numeric column; nil for categories.
  public let distances: SampleDistances?
  /// The reference's standard deviation; nil for categories, without values, and with infinite ones.
  public let referenceDeviation: Double?
  /// Categories that only the current side has, the most frequent first.
  public let newCategories: [String]
  /// The probability of at least this much change when the true change is the tolerated one; nil when a side is empty.
  public let toleranceP: Double?
  /// What follows.
  public let verdict: DriftEstimate.Verdict
  /// Why, in words.
  public let reason: String

  /// The probability of at least this Kolmogorov-Smirnov statistic when nothing changed.
  public var kolmogorovSmirnovP: Double? {
    distances?.kolmogorovSmirnov.map { KolmogorovDistribution.upperTail($0, referenceCount, currentCount) }
  }

  /// The Wasserstein distance in standard deviations of the reference; nil where that is 0 or unknown.
  public var relativeWasserstein: Double? {
    guard let distance = distances?.wasserstein, let deviation = referenceDeviation, deviation > 0 else { return nil }
    return min(distance / deviation, .greatestFiniteMagnitude)
  }

  /// Compares the two sides of a column; the sides' numbers are taken and sorted in place, with a buffer that the next
  /// column can use again.
  ///
  /// A column is categorical when a value is no number, and when the values are whole numbers of which both sides
  /// together have at most 32 different ones; `kind` overrules that.
  public init(
    name: String, reference: consuming SampleColumn, current: consuming SampleColumn, kind wanted: Kind? = nil,
    settings: DriftSettings = DriftSettings(), scratch: inout [Double]
  ) {
    self.name = name
    (missingReference, missingCurrent) = (reference.missing, current.missing)
    let textOnOneSide = reference.holdsText != current.holdsText && reference.count > 0 && current.count > 0
    let absent = reference.isAbsent ? "the reference" : current.isAbsent ? "the current side" : nil
    let isText = wanted == .categorical || reference.holdsText || current.holdsText
    if isText {
      reference.countNumbers()
      current.countNumbers()
    }
    let left = SortedSample(taking: reference.takeNumbers(), scratch: &scratch)
    let right = SortedSample(taking: current.takeNumbers(), scratch: &scratch)
    let whole = isText || wanted == .numeric ? nil : ColumnComparison.wholeNumbers(left, right)
    var notes: [String] = []
    var sentenceLabels: [String]?
    if isText || whole != nil {
      kind = .categorical
      let sides: (left: [String: Int], right: [String: Int])
      if let whole {
        sides = (ColumnComparison.counts(whole.left), ColumnComparison.counts(whole.right))
      } else {
        sides = (reference.categories, current.categories)
      }
      let labels = Set(sides.left.keys).union(sides.right.keys).sorted()
      let more = reference.others + current.others > 0
      let (n, m) = (left.count + reference.count, right.count + current.count)
      (referenceCount, currentCount) = (n, m)
      cells = CountComparison(
        labels: labels + (more ? ["other values"] : []),
        reference: labels.map { sides.left[$0] ?? 0 } + (more ? [reference.others] : []),
        current: labels.map { sides.right[$0] ?? 0 } + (more ? [current.others] : []))
      newCategories = labels.filter { sides.left[$0] == nil && n > 0 }
        .sorted { (sides.right[$1] ?? 0, $0) < (sides.right[$0] ?? 0, $1) }
      (fineCells, distances, referenceDeviation) = (nil, nil, nil)
      if labels.count > 50, 2 * labels.count > n + m {
        notes.append("nearly every row has a value of its own, as identifiers do")
      }
    } else {
      kind = .numeric
      (referenceCount, currentCount) = (left.count, right.count)
      let coarse = ColumnComparison.compare(left, right, bins: 10)
      (cells, sentenceLabels) = (coarse.cells, coarse.sentenceLabels)
      fineCells = ColumnComparison.compare(left, right, bins: 20).cells
      distances = SampleDistances(left, right)
      referenceDeviation = left.deviation
      newCategories = []
      if !left.isFinite || !right.isFinite { notes.append("there are infinite values, which have no Wasserstein") }
    }
    if textOnOneSide { notes.append("one side is numbers, the other text") }
    toleranceP = cells?.toleranceP(tau: settings.tau)
    if let absent {
      (verdict, reason) = (.tooFew, "nothing to compare: \(absent) has no such column")
      return
    }
    if let missing = ColumnComparison.missingNote(
      (missingReference, referenceCount), (missingCurrent, currentCount))
    {
      notes.append(missing)
    }
    (verdict, reason) = ColumnComparison.judge(
      cells, sentenceLabels, (referenceCount, currentCount), toleranceP, notes, settings)
  }

  private static func compare(
    _ left: SortedSample, _ right: SortedSample, bins: Int
  ) -> (cells: CountComparison?, sentenceLabels: [String]) {
    let edges = QuantileBins(left, bins: bins)
    let (labels, short) = (edges.labels, edges.shortLabels)
    let (reference, current) = (edges.counts(left), edges.counts(right))
    // Beside an atom only what occurs is a cell.
    let used = labels.indices.filter { edges.atom == nil || reference[$0] > 0 || current[$0] > 0 }
    let cells = CountComparison(
      labels: used.map { labels[$0] }, reference: used.map { reference[$0] }, current: used.map { current[$0] })
    return (cells, used.map { short[$0] })
  }

  private typealias ValueCounts = [(value: Double, count: Int)]

  /// The different values of both sides, when they are whole numbers and few.
  private static func wholeNumbers(
    _ left: SortedSample, _ right: SortedSample
  ) -> (left: ValueCounts, right: ValueCounts)? {
    guard left.count + right.count > 0, let first = left.distinct(limit: wholeNumberCategories),
      let second = right.distinct(limit: wholeNumberCategories),
      Set(first.map(\.value)).union(second.map(\.value)).count <= wholeNumberCategories,
      (first + second).allSatisfy({ $0.value.isFinite && $0.value == $0.value.rounded(.towardZero) })
    else { return nil }
    return (first, second)
  }

  private static func counts(_ values: ValueCounts) -> [String: Int] {
    values.reduce(into: [:]) { $0[SampleColumn.text(of: $1.value), default: 0] += $1.count }
  }
}

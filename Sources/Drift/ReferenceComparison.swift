public import Measures

extension Reference {
  /// How many coarse bins the index is computed over.
  public static let comparedBins = 10

  /// Compares current rows with the reference. A summary of another kind counts as no rows.
  public func compare(_ current: Summary, settings: DriftSettings = DriftSettings()) -> DriftEstimate {
    switch (cells, current) {
    case (.numeric(let cells), .distribution(let distribution)): compare(cells, distribution, settings)
    case (.numeric(let cells), _): compare(cells, DistributionSummary(), settings)
    case (.categorical(let cells), .category(let category)): compare(cells, category, settings)
    case (.categorical(let cells), _): compare(cells, CategorySummary(), settings)
    case (.ratio(let ratio), .ratio(let now)): compare(ratio, now, settings)
    case (.ratio(let ratio), _): compare(ratio, RatioSummary(), settings)
    }
  }

  private func compare(
    _ fine: NumericCells, _ current: DistributionSummary, _ settings: DriftSettings
  ) -> DriftEstimate {
    // A reference of a few single values says nothing about what lies between them: those are cells of their own, and
    // everything else is unseen, as with categories.
    let areValues = fine.isExact && fine.uppers.count <= Reference.comparedBins
    let coarse = areValues ? fine : fine.merged(Reference.comparedBins)
    let (counts, unseen) = coarse.count(current, separatingUnseen: areValues)
    return DriftEstimate(
      reference: name, labels: coarse.labels(areValues: areValues) + (areValues ? ["other values"] : []),
      referenceCounts: coarse.counts + (areValues ? [0] : []), currentCounts: counts + (areValues ? [unseen] : []),
      kolmogorovSmirnov: Reference.kolmogorovSmirnov(
        fine.counts, fine.count(current, separatingUnseen: false).cells), overdispersion: overdispersion,
      settings: settings)
  }

  private func compare(
    _ cells: CategoryCells, _ current: CategorySummary, _ settings: DriftSettings
  ) -> DriftEstimate {
    let (counts, unseen) = cells.count(current)
    return DriftEstimate(
      reference: name, labels: cells.values + ["other categories"], referenceCounts: cells.counts + [cells.unseen],
      currentCounts: counts + [unseen], kolmogorovSmirnov: nil, overdispersion: overdispersion, settings: settings)
  }

  private func compare(_ ratio: RatioSummary, _ current: RatioSummary, _ settings: DriftSettings) -> DriftEstimate {
    DriftEstimate(
      reference: name, labels: ["yes", "no"],
      referenceCounts: [ratio.numerator, ratio.denominator - ratio.numerator],
      currentCounts: [current.numerator, current.denominator - current.numerator], kolmogorovSmirnov: nil,
      overdispersion: overdispersion, settings: settings)
  }

  /// The ends between which the statistic of the raw rows lies: from the cumulative shares at the bins' ends (spec:
  /// drift, formula 3). From 0 to 1 when a side is empty.
  static func kolmogorovSmirnov(_ reference: [Int], _ current: [Int]) -> ClosedRange<Double> {
    let n = Double(reference.reduce(0, saturatingSum))
    let m = Double(current.reduce(0, saturatingSum))
    guard n > 0, m > 0 else { return 0...1 }
    var (low, high) = (0.0, 0.0)
    var (f, g) = (0.0, 0.0)
    for (left, right) in zip(reference, current) {
      let nextF = min(1, f + Double(left) / n)
      let nextG = min(1, g + Double(right) / m)
      low = max(low, abs(nextF - nextG))
      high = max(high, nextF - g, nextG - f)
      (f, g) = (nextF, nextG)
    }
    low = min(1, low)
    return low...max(low, min(1, high))
  }
}

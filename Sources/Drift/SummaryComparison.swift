public import Domain
public import Measures

/// Current rows compared with a reference from stored summaries alone: what ``ColumnComparison`` is for two files.
public struct SummaryComparison: Hashable, Sendable {
  /// The metric's name.
  public let name: String
  /// How it is compared.
  public let kind: ColumnComparison.Kind
  /// The estimate that the gauge shows.
  public let estimate: DriftEstimate
  /// Over at most 10 bins, or over the categories; nil when a side has no values.
  public let cells: CountComparison?
  /// Over at most 20 bins; nil for categories and when a side has no values.
  public let fineCells: CountComparison?
  /// How far rows moved; see ``Reference/wasserstein(_:)``.
  public let wasserstein: Reference.Wasserstein?
  /// Categories that only the current rows have, the most frequent first.
  public let newCategories: [String]
  /// The reference's records without a value; nil where they were not counted.
  public let missingReference: Int?
  /// The current records without a value; nil where they are not counted.
  public let missingCurrent: Int?
  /// What else is worth knowing: values that are missing, or always the same.
  public let notes: [String]

  /// Compares current rows with a reference.
  ///
  /// - Parameter missing: the current records without a value; nil where they are not counted.
  public init(
    name: String, reference: Reference, current: Summary, missing: Int? = nil,
    settings: DriftSettings = DriftSettings()
  ) {
    self.name = name
    missingReference = reference.missing
    missingCurrent = missing
    notes = [
      Self.stratumNote(reference, settings), Self.missingNote(reference, current, missing),
      Self.frozenNote(reference, current),
    ].compactMap { $0 }
    estimate = reference.compare(current, settings: settings)
    let rows = (reference: estimate.cells.map(\.referenceCount), current: estimate.cells.map(\.currentCount))
    cells = CountComparison(labels: estimate.cells.map(\.label), reference: rows.reference, current: rows.current)
    wasserstein = reference.wasserstein(current)
    switch (reference.cells, current) {
    case (.numeric(let fine), .distribution(let distribution)):
      kind = .numeric
      let bins = fine.merged(20)
      fineCells = CountComparison(
        labels: bins.labels(areValues: false), reference: bins.counts,
        current: bins.count(distribution, separatingUnseen: false).cells)
      newCategories = []
    case (.categorical(let known), .category(let category)):
      (kind, fineCells) = (.categorical, nil)
      let names = Set(known.values)
      newCategories =
        known.unseen == 0 ? category.ranked.map(\.value).filter { !names.contains($0) } : []
    case (.numeric, _): (kind, fineCells, newCategories) = (.numeric, nil, [])
    default: (kind, fineCells, newCategories) = (.categorical, nil, [])
    }
  }

  /// The entry of `leeway drift --json`, of the same shape as that of two files. The statistic of Kolmogorov and
  /// Smirnov is a bracket, its probability that of the lower end, which is never too small.
  public var json: JSON {
    var psi = JSONObject()
    if kind == .numeric {
      psi["bins10"] = ColumnComparison.json(cells)
      psi["bins20"] = ColumnComparison.json(fineCells)
    } else {
      psi["categories"] = ColumnComparison.json(cells)
    }
    return [
      "name": .string(name), "kind": .string(kind.rawValue), "n_reference": JSON(estimate.referenceCount),
      "n_current": JSON(estimate.currentCount), "missing_reference": JSON(missingReference),
      "missing_current": JSON(missingCurrent),
      "reference": .string(estimate.reference), "psi": .object(psi),
      "js_distance_base2": JSON(cells?.jensenShannon),
      "ks": estimate.kolmogorovSmirnov.map { bracket in
        [
          "statistic": .null,
          "p": JSON(
            KolmogorovDistribution.upperTail(bracket.lowerBound, estimate.referenceCount, estimate.currentCount)),
          "lower": JSON(bracket.lowerBound), "upper": JSON(bracket.upperBound),
        ]
      } ?? .null,
      "wasserstein1": JSON(wasserstein?.distance), "wasserstein1_over_std": JSON(wasserstein?.relative),
      "chi2": cells.map {
        ["statistic": JSON($0.chiSquare), "dof": JSON($0.degrees), "p": JSON($0.chiSquareP)]
      } ?? .null,
      "total_variation": JSON(cells?.totalVariation), "hellinger": JSON(cells?.hellinger),
      "tolerance_p": JSON(cells == nil ? nil : estimate.toleranceP),
      "new_categories": .array(newCategories.map(JSON.string)),
      "movers": .array(
        (cells?.movers() ?? []).map {
          [
            "label": .string($0.label), "reference_share": JSON($0.referenceShare),
            "current_share": JSON($0.currentShare), "delta_points": JSON($0.deltaPoints),
            "psi_share": JSON($0.psiShare),
          ]
        }), "verdict": .string(estimate.verdict.rawValue), "reason": .string(reason),
    ]
  }

  /// Why the verdict is what it is, with the cells that moved most where it is graver than ok.
  public var reason: String {
    let ending = notes.map { "; " + $0 }.joined()
    guard estimate.verdict == .warn || estimate.verdict == .alarm, let cells else { return estimate.reason + ending }
    let movers = cells.movers(2).map {
      "\($0.label) from \(ColumnComparison.percent($0.referenceShare)) to \(ColumnComparison.percent($0.currentShare))"
    }
    return "\(estimate.reason); moved most: \(movers.joined(separator: ", "))\(ending)"
  }

  private static func stratumNote(_ reference: Reference, _ settings: DriftSettings) -> String? {
    guard let by = settings.stratify else { return nil }
    if let stratum = reference.stratum { return "compared with \(stratum) of the reference" }
    return "compared with the whole reference, which has too few rows of the same \(by.plural)"
  }

  private static func missingNote(_ reference: Reference, _ current: Summary, _ missing: Int?) -> String? {
    guard let then = reference.missing, let now = missing else { return nil }
    return ColumnComparison.missingNote((then, reference.count), (now, current.count))
  }

  /// Says that all values are the same where the reference's were not (the least rows of an alarm are taken for enough).
  private static func frozenNote(_ reference: Reference, _ current: Summary) -> String? {
    guard current.count >= DriftEstimate.alarmRows else { return nil }
    switch (reference.cells, current) {
    case (.numeric(let cells), .distribution(let now)):
      guard cells.counts.count(where: { $0 > 0 }) > 1, now.minimum == now.maximum else { return nil }
      return "every value is \(ShortNumber.text(now.minimum)): is it frozen?"
    case (.categorical(let cells), .category(let now)):
      guard cells.counts.count(where: { $0 > 0 }) > 1, now.ranked.count == 1, let only = now.ranked.first,
        only.count == now.count
      else { return nil }
      return "every value is \(only.value): is it frozen?"
    default: return nil
    }
  }
}

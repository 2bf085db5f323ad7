public import Domain

extension ColumnComparison {
  /// The column's entry of `leeway drift --json`. What is not defined is `null`.
  public var json: JSON {
    var psi = JSONObject()
    if kind == .numeric {
      psi["bins10"] = ColumnComparison.json(cells)
      psi["bins20"] = ColumnComparison.json(fineCells)
    } else {
      psi["categories"] = ColumnComparison.json(cells)
    }
    let statistic = distances?.kolmogorovSmirnov
    let movers = cells?.movers() ?? []
    return [
      "name": .string(name), "kind": .string(kind.rawValue), "n_reference": JSON(referenceCount),
      "n_current": JSON(currentCount), "missing_reference": JSON(missingReference),
      "missing_current": JSON(missingCurrent), "psi": .object(psi),
      "js_distance_base2": JSON(cells?.jensenShannon),
      "ks": kind == .numeric
        ? [
          "statistic": JSON(statistic), "p": JSON(kolmogorovSmirnovP), "lower": JSON(statistic),
          "upper": JSON(statistic),
        ] : .null,
      "wasserstein1": JSON(distances?.wasserstein), "wasserstein1_over_std": JSON(relativeWasserstein),
      "chi2": cells.map {
        ["statistic": JSON($0.chiSquare), "dof": JSON($0.degrees), "p": JSON($0.chiSquareP)]
      } ?? .null,
      "total_variation": JSON(cells?.totalVariation), "hellinger": JSON(cells?.hellinger),
      "tolerance_p": JSON(toleranceP), "new_categories": .array(newCategories.map(JSON.string)),
      "movers": .array(
        movers.map {
          [
            "label": .string($0.label), "reference_share": JSON($0.referenceShare),
            "current_share": JSON($0.currentShare), "delta_points": JSON($0.deltaPoints),
            "psi_share": JSON($0.psiShare),
          ]
        }), "verdict": .string(verdict.rawValue), "reason": .string(reason),
    ]
  }

  static func json(_ cells: CountComparison?) -> JSON {
    [
      "eps1e4": JSON(cells?.psiReplaced), "add1": JSON(cells?.psiAddOne), "debiased": JSON(cells?.stability.debiased),
      "ci_low": JSON(cells?.stability.low), "ci_high": JSON(cells?.stability.high),
    ]
  }
}

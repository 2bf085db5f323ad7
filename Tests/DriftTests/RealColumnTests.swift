import Domain
import Drift
import Measures
import Testing

/// Compares with figures that well-known libraries gave for real columns.
@Suite(.enabled(if: SharedCases.arePresent, "the cases are not beside the package"))
struct RealColumnTests {
  private static func compare(_ rows: [[String: String]], column: String) -> ColumnComparison {
    let sides = SharedCases.sides(rows, column: column)
    var scratch: [Double] = []
    return ColumnComparison(name: column, reference: sides.reference, current: sides.current, scratch: &scratch)
  }

  private static func check(_ cells: CountComparison?, _ expected: JSON?) throws {
    let (cells, expected) = (try #require(cells), try #require(expected))
    #expect(cells.reference.map(Int64.init) == expected["ref_counts"]?.array?.map { $0.integer ?? -1 })
    #expect(cells.current.map(Int64.init) == expected["cur_counts"]?.array?.map { $0.integer ?? -1 })
    #expect(cells.labels == expected["labels"]?.array?.map { $0.string ?? "" })
    #expect(agrees(cells.psiReplaced, try SharedCases.number(expected, "psi_eps1e4")))
    #expect(agrees(cells.psiAddOne, try SharedCases.number(expected, "psi_add1")))
    #expect(agrees(cells.stability.nullMean, try SharedCases.number(expected, "psi_null_mean")))
    #expect(agrees(cells.jensenShannon, try SharedCases.number(expected, "js_distance_base2")))
    #expect(agrees(cells.chiSquare, try SharedCases.number(expected, "chi2")))
    #expect(agrees(cells.chiSquareP, try SharedCases.number(expected, "chi2_p"), 1e-6))
    #expect(agrees(cells.toleranceP(tau: 0.02), try SharedCases.number(expected, "tolerance_p", "0.02"), 1e-6))
    let movers = try #require(expected["top_movers"]?.array)
    for (mover, expected) in zip(cells.movers(), movers) {
      #expect(agrees(mover.psiShare, try SharedCases.number(expected, "psi_share")))
    }
    #expect(cells.movers(1).first?.label == movers.first?["label"]?.string)
    #expect(agrees(cells.movers(1).first?.deltaPoints, try SharedCases.number(movers[0], "delta_pp")))
  }

  @Test(
    "numeric columns agree exactly",
    arguments: ["num_ca_medinc", "num_breast_radius", "num_null_halves", "num_score_2015_2018", "num_age_2015_2018"])
  func numericColumns(name: String) throws {
    let expected = try SharedCases.expected(name)
    let rows = try SharedCases.rows(name)
    let comparison = Self.compare(rows, column: "value")
    #expect(comparison.kind == .numeric)
    #expect(Double(comparison.referenceCount) == (try SharedCases.number(expected, "n_ref")))
    #expect(Double(comparison.currentCount) == (try SharedCases.number(expected, "n_cur")))
    #expect(Double(comparison.missingReference) == (try SharedCases.number(expected, "missing_ref")))
    #expect(Double(comparison.missingCurrent) == (try SharedCases.number(expected, "missing_cur")))
    try Self.check(comparison.cells, expected["ref_quantile_bins_10"])
    try Self.check(comparison.fineCells, expected["ref_quantile_bins_20"])
    let statistic = try SharedCases.number(expected, "ks_statistic")
    #expect(agrees(comparison.distances?.kolmogorovSmirnov, statistic))
    let p = try SharedCases.number(expected, "ks_p_asymp")
    if p > 1e-12 { #expect(agrees(comparison.kolmogorovSmirnovP, p, 1e-6)) }
    #expect(agrees(comparison.distances?.wasserstein, try SharedCases.number(expected, "wasserstein1")))
    #expect(agrees(comparison.relativeWasserstein, try SharedCases.number(expected, "wasserstein1_over_ref_std")))

    let sides = SharedCases.sides(rows, column: "value")
    var bins = FixedBins(SortedSample(sides.reference.numbers))
    var others = bins
    bins.add(sides.reference.numbers)
    others.add(sides.current.numbers)
    let bracket = bins.kolmogorovSmirnov(others)
    #expect(Double(bins.counts.count) == (try SharedCases.number(expected, "fixed_200_bins_right_closed", "n_bins")))
    #expect(agrees(bracket.lowerBound, try SharedCases.number(expected, "fixed_200_bins_right_closed", "ks_lower")))
    #expect(agrees(bracket.upperBound, try SharedCases.number(expected, "fixed_200_bins_right_closed", "ks_upper")))
  }

  @Test("categorical columns agree exactly", arguments: ["cat_embarked", "cat_schooling_2015_2018"])
  func categoricalColumns(name: String) throws {
    let expected = try SharedCases.expected(name)
    let comparison = Self.compare(try SharedCases.rows(name), column: "value")
    #expect(comparison.kind == .categorical && comparison.newCategories.isEmpty && comparison.distances == nil)
    #expect(Double(comparison.referenceCount) == (try SharedCases.number(expected, "n_ref")))
    #expect(Double(comparison.missingReference) == (try SharedCases.number(expected, "missing_ref")))
    try Self.check(comparison.cells, expected["categories"])
  }

  @Test(
    "many columns: each test and what remains of them after Benjamini-Hochberg",
    arguments: ["multi_employment_16cols", "multi_breast_null_30cols"])
  func manyColumns(name: String) throws {
    let expected = try SharedCases.expected(name)
    let rows = try SharedCases.rows(name)
    var (names, values): ([String], [Double]) = ([], [])
    for column in try #require(expected["columns"]?.array) {
      let title = try #require(column["column"]?.string)
      let comparison = Self.compare(rows, column: title)
      let (statistic, p) = (try SharedCases.number(column, "statistic"), try SharedCases.number(column, "p"))
      if column["test"]?.string == "ks" {
        #expect(agrees(comparison.distances?.kolmogorovSmirnov, statistic))
        #expect(agrees(comparison.kolmogorovSmirnovP, p, 1e-6), "\(title)")
      } else {
        #expect(comparison.kind == .categorical && agrees(comparison.cells?.chiSquare, statistic), "\(title)")
        #expect(agrees(comparison.cells?.chiSquareP, p, 1e-6))
      }
      names.append(title)
      values.append(p)
    }
    let adjusted = try #require(expected["fdr_bh"]?["adjusted_p"]?.array)
    #expect(zip(BenjaminiHochberg.adjusted(values), adjusted).allSatisfy { agrees($0, $1.double ?? -1) })
    let rejected = BenjaminiHochberg.rejected(values, alpha: 0.05).map { JSON.string(names[$0]) }
    #expect(rejected == expected["fdr_bh"]?["rejected"]?.array)
  }

  @Test("a canary's scores and error rate against the version before it")
  func canary() throws {
    let expected = try SharedCases.expected("canary_employment")
    var sides = [SampleColumn(name: "score"), SampleColumn(name: "score")]
    var errors = [0, 0]
    for row in try SharedCases.objects("canary_employment") {
      let side = row["version"]?.string == expected["baseline"]?["version"]?.string ? 0 : 1
      sides[side].append(try SharedCases.number(row, "score"))
      errors[side] += Int(try SharedCases.number(row, "error"))
    }
    let rows = (sides[0].count, sides[1].count)
    let rates = try #require(ProportionComparison(reference: (errors[0], rows.0), current: (errors[1], rows.1)))
    #expect(agrees(rates.difference, try SharedCases.number(expected, "error_rate_difference")))
    #expect(agrees(rates.p, try SharedCases.number(expected, "two_proportion_p"), 1e-6))
    var scratch: [Double] = []
    let comparison = ColumnComparison(name: "score", reference: sides[0], current: sides[1], scratch: &scratch)
    try Self.check(comparison.cells, expected["score"]?["ref_quantile_bins_10"])
    try Self.check(comparison.fineCells, expected["score"]?["ref_quantile_bins_20"])
    #expect(
      agrees(comparison.distances?.kolmogorovSmirnov, try SharedCases.number(expected, "score", "ks_statistic")))
    #expect(agrees(comparison.distances?.wasserstein, try SharedCases.number(expected, "score", "wasserstein1")))
  }

  @Test("nights against all hours differ, nights against nights do not")
  func season() throws {
    let expected = try SharedCases.expected("season_water_flow")
    func days(_ name: String) throws -> ClosedRange<String> {
      let ends = (expected[name]?.array ?? []).compactMap(\.string)
      try #require(ends.count == 2 && ends[0] <= ends[1])
      return ends[0]...ends[1]
    }
    let (referenceDays, currentDays) = (try days("reference_days"), try days("current_days"))
    var (all, nights, now, thisNight): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for row in try SharedCases.objects("season_water_flow") {
      guard let time = row["ts"]?.string, let value = row["v"]?.double else { continue }
      let isNight = (Int(time.dropFirst(11).prefix(2)) ?? 24) < 6
      if referenceDays.contains(String(time.prefix(10))) {
        all.append(value)
        if isNight { nights.append(value) }
      } else if currentDays.contains(String(time.prefix(10))) {
        now.append(value)
        if isNight { thisNight.append(value) }
      }
    }
    for (left, right, name) in [
      (all, thisNight, "naive_night_vs_all_hours"), (nights, thisNight, "same_hours_night_vs_night"),
      (all, now, "whole_window_vs_ref"),
    ] {
      let distances = SampleDistances(SortedSample(left), SortedSample(right))
      let statistic = try #require(distances.kolmogorovSmirnov)
      #expect(agrees(statistic, try SharedCases.number(expected, name, "ks")))
      let p = KolmogorovDistribution.upperTail(statistic, left.count, right.count)
      #expect(agrees(p, try SharedCases.number(expected, name, "p"), 1e-6), "\(name) \(p)")
    }
  }

  @Test(
    "stored summaries agree within what bins of 1 % allow",
    arguments: ["num_ca_medinc", "num_breast_radius", "num_null_halves", "num_score_2015_2018"])
  func storedSummaries(name: String) throws {
    let expected = try SharedCases.expected(name)
    let sides = SharedCases.sides(try SharedCases.rows(name), column: "value")
    let estimate = try reference(numeric(sides.reference.numbers)).compare(numeric(sides.current.numbers))
    let index = try SharedCases.number(expected, "ref_quantile_bins_10", "psi_add1")
    #expect(abs(estimate.stability.index - index) <= 0.15 * index + 0.004, "\(estimate.stability.index), \(index)")
    let statistic = try SharedCases.number(expected, "ks_statistic")
    let bracket = try #require(estimate.kolmogorovSmirnov)
    #expect(bracket.lowerBound <= statistic + 1e-12 && statistic <= bracket.upperBound + 1e-12)
    #expect(bracket.upperBound - bracket.lowerBound < 0.06)
  }

  @Test("stored category summaries agree with the exact figures")
  func storedCategories() throws {
    let expected = try SharedCases.expected("cat_schooling_2015_2018")
    let rows = try SharedCases.rows("cat_schooling_2015_2018")
    func summary(_ side: String) -> Summary {
      let counts = rows.reduce(into: [String: Int]()) { counts, row in
        if row["window"] == side, let value = row["value"], !value.isEmpty { counts[value, default: 0] += 1 }
      }
      return .category(CategorySummary(counts: counts))
    }
    let estimate = try reference(summary("reference")).compare(summary("current"))
    #expect(abs(estimate.stability.index - (try SharedCases.number(expected, "categories", "psi_add1"))) < 1e-4)
    #expect(estimate.verdict == .ok)
    let movers = try #require(expected["categories"]?["top_movers"]?.array)
    #expect(estimate.movers.prefix(4).map(\.label) == movers.prefix(4).compactMap { $0["label"]?.string })
    #expect(abs(estimate.movers[0].psiShare - (try SharedCases.number(movers[0], "psi_share"))) < 0.01)
  }
}

import Domain
import Drift
import Foundation
import Measures
import Testing

/// Compares with figures that well-known libraries gave for real columns.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LEEWAY_SHARED"] != nil))
struct RealColumnTests {
  struct Case {
    var sides: [String: [String]] = [:]
    var expected: JSON

    init(_ name: String) throws {
      let folder = try #require(ProcessInfo.processInfo.environment["LEEWAY_SHARED"]) + "/data/drift/\(name)/"
      expected = try JSON(parsing: Array(Data(contentsOf: URL(fileURLWithPath: folder + "expected.json"))))
      let text = try String(contentsOfFile: folder + "input.csv", encoding: .utf8)
      for line in text.split(separator: "\n").dropFirst() {
        let parts = line.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { continue }
        sides[String(parts[0]), default: []].append(String(parts[1].filter { $0 != "\r" }))
      }
    }

    func numbers(_ side: String) -> [Double] { (sides[side] ?? []).compactMap(Double.init) }

    func expected(_ path: String...) throws -> Double {
      try #require(path.reduce(expected as JSON?) { $0?[$1] }?.double)
    }
  }

  @Test(
    "numeric columns agree within what bins of 1 % allow",
    arguments: ["num_ca_medinc", "num_breast_radius", "num_null_halves", "num_score_2015_2018"])
  func numericColumns(name: String) throws {
    let column = try Case(name)
    let stored = try reference(numeric(column.numbers("reference")))
    let estimate = stored.compare(numeric(column.numbers("current")))
    #expect(Double(estimate.referenceCount) == (try column.expected("n_ref")))
    #expect(Double(estimate.currentCount) == (try column.expected("n_cur")))
    let index = try column.expected("ref_quantile_bins_10", "psi_add1")
    #expect(abs(estimate.stability.index - index) <= 0.15 * index + 0.004, "\(estimate.stability.index), \(index)")
    let statistic = try column.expected("ks_statistic")
    let bracket = try #require(estimate.kolmogorovSmirnov)
    #expect(bracket.lowerBound <= statistic + 1e-12 && statistic <= bracket.upperBound + 1e-12)
    #expect(bracket.upperBound - bracket.lowerBound < 0.06)
  }

  @Test("categorical columns agree with the exact figures")
  func categoricalColumn() throws {
    let column = try Case("cat_schooling_2015_2018")
    func summary(_ side: String) -> Summary {
      .category(CategorySummary(counts: (column.sides[side] ?? []).reduce(into: [:]) { $0[$1, default: 0] += 1 }))
    }
    let estimate = try reference(summary("reference")).compare(summary("current"))
    let index = try column.expected("categories", "psi_add1")
    #expect(abs(estimate.stability.index - index) < 1e-4)
    #expect(estimate.verdict == .ok)
    let movers = try #require(column.expected["categories"]?["top_movers"]?.array)
    #expect(estimate.movers.prefix(4).map(\.label) == movers.prefix(4).compactMap { $0["label"]?.string })
    let first = try #require(movers[0]["psi_share"]?.double)
    #expect(abs(estimate.movers[0].psiShare - first) < 0.01)
    let delta = try #require(movers[0]["delta_pp"]?.double)
    #expect(abs(estimate.movers[0].deltaPoints - delta) < 1e-9)
    let counts = (0..<25).map { (estimate.cells[$0].referenceCount, estimate.cells[$0].currentCount) }
    let (statistic, degrees) = ChiSquare.statistic(reference: counts.map(\.0), current: counts.map(\.1))
    #expect(abs(statistic / (try column.expected("categories", "chi2")) - 1) < 1e-9)
    #expect(
      abs(ChiSquare.upperTail(statistic, degrees: degrees) / (try column.expected("categories", "chi2_p")) - 1) < 1e-6)
    let pooled =
      Double(estimate.referenceCount) * Double(estimate.currentCount)
      / Double(estimate.referenceCount + estimate.currentCount)
    for tau in ["0.005", "0.01", "0.02"] {
      let p = ChiSquare.upperTail(statistic, degrees: degrees, noncentrality: pooled * (try #require(Double(tau))))
      #expect(abs(p / (try column.expected("categories", "tolerance_p", tau)) - 1) < 1e-6)
    }
  }
}

import Domain
import Drift
import Measures
import Testing

@Suite struct ReferenceTests {
  @Test("a reference is read again from its JSON, which stays below 10 kB")
  func jsonGoesBothWays() throws {
    var random = SplitMix64(seed: 8)
    let wide = numeric((0..<20_000).map { _ in normal(&random) * 1e6 })
    let words = Dictionary(
      uniqueKeysWithValues: (0..<256).map { (String(repeating: "\u{1}", count: 120) + "\($0)", 5) })
    let summaries: [Summary] = [
      wide, numeric([1, 2, 3]), .category(CategorySummary(counts: ["a": 3, "b": 4], other: 2)),
      .category(CategorySummary(counts: words)), .ratio(RatioSummary(numerator: 1, denominator: 9)),
    ]
    for summary in summaries {
      let stored = try reference(summary, missing: 4)
      #expect(stored.count == summary.count)
      let text = stored.json.text
      #expect(text.utf8.count < 10_000)
      #expect(Reference(json: try JSON(parsing: text)) == stored)
    }
  }

  @Test("JSON that no reference wrote is refused")
  func foreignJSONIsRefused() throws {
    let stored = try reference(numeric((0..<500).map(Double.init))).json
    #expect(Reference(json: stored) != nil)
    func changed(_ name: String, _ value: JSON?) -> JSON {
      guard case .object(var object) = stored else { return .null }
      object[name] = value
      return .object(object)
    }
    for name in [
      "name", "metric", "labels", "kind", "from", "to", "at", "source", "uppers", "counts", "exact",
    ] {
      #expect(Reference(json: changed(name, nil)) == nil)
      #expect(Reference(json: changed(name, .array(["x"]))) == nil)
    }
    #expect(Reference(json: changed("rows", nil))?.missing == nil, "not counted is not none")
    #expect(Reference(json: changed("uppers", [5, 4])) == nil)
    #expect(Reference(json: changed("uppers", [99_999])) == nil)
    #expect(Reference(json: changed("counts", [-1])) == nil)
    #expect(Reference(json: changed("kind", "counter")) == nil)
  }

  @Test("fine bins have nearly equal shares, coarse bins are made of them", arguments: [10, 20, 7, 1])
  func binsHaveEqualShares(bins: Int) throws {
    var random = SplitMix64(seed: 21)
    let stored = try reference(numeric((0..<50_000).map { _ in 1 + 0.3 * normal(&random) }))
    guard case .numeric(let fine) = stored.cells, case .numeric(let coarse) = stored.coarse(bins).cells else {
      Issue.record("a distribution has numeric cells")
      return
    }
    #expect(fine.uppers.count <= 200 && fine.count == 50_000)
    #expect(coarse.uppers.count == bins && coarse.count == 50_000)
    #expect(Set(coarse.uppers).isSubset(of: Set(fine.uppers)))
    #expect(coarse.counts.allSatisfy { abs(Double($0) / 50_000 - 1 / Double(bins)) < 0.03 })
  }

  @Test("what has no rows or no distribution is no reference")
  func unsuitableSummariesAreRefused() {
    #expect(throws: ReferenceError.noRows) { try reference(numeric([])) }
    #expect(throws: ReferenceError.noRows) { try reference(.category(CategorySummary())) }
    #expect(throws: ReferenceError.noRows) { try reference(.ratio(RatioSummary())) }
    #expect(throws: ReferenceError.unsuitable(.counter)) { try reference(.counter(CounterSummary(count: 1, sum: 1))) }
  }
}

@Suite struct ChiSquareTests {
  /// Closed forms: with 2 degrees the tail is exp(-x/2), with 4 it is exp(-x/2) (1 + x/2).
  @Test(
    "the central tail agrees with its closed forms",
    arguments: [(2.0, 0.36787944117144233), (20, 4.5399929762484854e-05)])
  func centralTail(value: Double, expected: Double) {
    #expect(abs(ChiSquare.upperTail(value, degrees: 2) / expected - 1) < 1e-12)
    #expect(abs(ChiSquare.upperTail(value, degrees: 4) / (expected * (1 + value / 2)) - 1) < 1e-12)
  }

  @Test("the noncentral tail falls with the value, rises with the noncentrality, and joins its approximation smoothly")
  func noncentralTail() {
    var previous = 1.0
    for value in stride(from: 1.0, to: 400, by: 7) {
      let tail = ChiSquare.upperTail(value, degrees: 9, noncentrality: 80)
      #expect(tail <= previous && tail >= 0 && tail >= ChiSquare.upperTail(value, degrees: 9, noncentrality: 60))
      previous = tail
    }
    for value in [99_000.0, 100_000, 101_000] {
      let exact = ChiSquare.upperTail(value, degrees: 9, noncentrality: 99_999.9)
      let near = ChiSquare.upperTail(value, degrees: 9, noncentrality: 100_000.1)
      #expect(abs(exact - near) < 0.002)
    }
    #expect(ChiSquare.upperTail(0, degrees: 3) == 1 && ChiSquare.upperTail(1, degrees: 0) == 1)
  }
}

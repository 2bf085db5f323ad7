import Domain
import Measures
import Testing

@testable import Drift

/// How much more a reference's ticks vary than independent rows do (spec: drift, formula 6).
@Suite struct OverdispersionTests {
  /// Ticks of rows each of which occurs so many times over.
  private func ticks(copies: Int, seed: UInt64) -> [Summary] {
    var random = SplitMix64(seed: seed)
    return (0..<60).map { _ in
      let values = (0..<80).flatMap { _ in
        Array(
          repeating: 1 + (0..<3).reduce(0.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }, count: copies
        )
      }
      return .distribution(DistributionSummary(values))
    }
  }

  private func reference(of ticks: [Summary]) throws -> Reference {
    var all = ticks[0]
    for tick in ticks.dropFirst() { all.merge(tick) }
    var reference = try Reference.capture(
      from: all, name: "r", series: SeriesKey(metric: "m"), capturedFrom: .epoch, capturedTo: .epoch + .seconds(3_600),
      capturedAt: .epoch, source: "test")
    reference.measureOverdispersion(ticks)
    return reference
  }

  @Test(arguments: [1, 4, 9], [UInt64(1), 2, 3])
  func `rows that come in clumps vary as much more as the clumps are large`(copies: Int, seed: UInt64) throws {
    let reference = try reference(of: ticks(copies: copies, seed: seed))
    #expect(abs(reference.overdispersion / Double(copies) - 1) < 0.2, "\(reference.overdispersion)")
    let stored = try #require(Reference(json: JSON(parsing: reference.json.text)))
    #expect(abs(stored.overdispersion - reference.overdispersion) < 1e-9)
    #expect(stored == reference)
  }

  @Test func `the tolerance test of clumped rows takes them for what they are`() throws {
    let clumped = ticks(copies: 9, seed: 4)
    let measured = try reference(of: clumped)
    var taken = clumped[0]
    for tick in clumped[1..<6] { taken.merge(tick) }
    var naive = measured
    naive.set(overdispersion: 1)
    #expect(measured.compare(taken).toleranceP > 0.2)
    #expect(naive.compare(taken).toleranceP < measured.compare(taken).toleranceP)
  }

  @Test func `the minutes of slots are the ticks, in whatever order the slots come`() throws {
    let ticks = ticks(copies: 4, seed: 5)
    var measured = try reference(of: ticks)
    measured.measureOverdispersion(ticks)
    var fromSlots = try reference(of: ticks)
    let start = Timestamp(seconds: 1_790_000_040)
    let slots = ticks.enumerated().map { (start: start + .seconds(60 * $0 + 10 * ($0 % 6)), rows: $1) }
    fromSlots.measureOverdispersion(slots: slots.reversed())
    #expect(measured.overdispersion > 2 && fromSlots.overdispersion == measured.overdispersion)
  }

  @Test func `too few ticks say nothing`() throws {
    var reference = try reference(of: ticks(copies: 4, seed: 7))
    let before = reference.overdispersion
    reference.measureOverdispersion(Array(ticks(copies: 1, seed: 8).prefix(9)))
    #expect(reference.overdispersion == before && before > 3)
  }
}

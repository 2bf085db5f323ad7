import Domain
import Testing

@testable import Drift

/// Volume against the same hours of earlier days.
@Suite struct VolumeComparisonTests {
  @Test(
    "only what no earlier day comes near to is out of the ordinary",
    arguments: [
      (1_000, [1_000, 900, 1_100], VolumeComparison.Verdict.ok), (500, [1_000, 900, 1_100], .ok),
      (300, [1_000, 900, 1_100], .fewer), (0, [1_000, 900, 1_100], .fewer), (3_000, [1_000, 900, 1_100], .more),
      // A weekend among the days.
      (300, [1_000, 900, 310, 320, 1_100], .ok),
      // Chance alone.
      (2, [9, 10, 8], .ok), (30, [9, 10, 8], .ok), (0, [3, 0, 4], .ok),
      (0, [1_000, 1_000], .tooFew), (0, [], .tooFew), (7, [0, 0, 0], .tooFew),
    ])
  func verdicts(now: Int, earlier: [Int], verdict: VolumeComparison.Verdict) {
    let comparison = VolumeComparison(now: now, earlier: earlier, length: .seconds(1_800))
    #expect(comparison.verdict == verdict)
    #expect((comparison.note != nil) == (verdict == .fewer || verdict == .more))
  }

  @Test("the note names the days' range") func note() throws {
    let comparison = VolumeComparison(now: 10, earlier: [500, 400, 450, 470], length: .seconds(1_800))
    #expect(comparison.note == "10 rows in 30m, 400 to 500 in the same hours of the last 4 days: is the log complete?")
    #expect(comparison.median == 450 && comparison.json["verdict"] == "fewer")
  }
}

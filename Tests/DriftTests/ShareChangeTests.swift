import Domain
import Measures
import Testing

@testable import Drift

/// The risk e-detector over the slots of a ratio.
@Suite struct ShareChangeTests {
  private func time(_ minute: Int) -> Timestamp { Timestamp(seconds: 1_000_000) + .seconds(60 * minute) }

  /// Minutes of 200 records of which a share is bad.
  private func minutes(_ count: Int, from change: Int, before: Double, after: Double, seed: UInt64) -> [RatioSummary] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { minute in
      let share = minute < change ? before : after
      let bad = (0..<200).count { _ in Double.random(in: 0..<1, using: &random) < share }
      return RatioSummary(numerator: bad, denominator: 200)
    }
  }

  @Test("a rise above what is tolerated is found with its minute and its size", arguments: [UInt64(1), 2, 3, 4])
  func rise(seed: UInt64) throws {
    var detector = try #require(ShareChangeDetector(tolerated: 0.05))
    var found: Int?
    for (minute, rows) in minutes(60, from: 30, before: 0.04, after: 0.12, seed: seed).enumerated() {
      _ = detector.update(rows, from: time(minute))
      if found == nil, let state = detector.state, state.logStatistic > 9.2 { found = minute }
    }
    #expect((30...36).contains(found ?? 0), "\(found ?? -1)")
    let state = try #require(detector.state)
    #expect(abs((state.onset - time(30)).inSeconds) <= 240 && abs(state.share - 0.12) < 0.03, "\(state)")
  }

  @Test("a share below what is tolerated is never taken for a rise", arguments: Array(UInt64(1)...20))
  func calm(seed: UInt64) throws {
    var detector = try #require(ShareChangeDetector(tolerated: 0.05))
    var worst = -Double.infinity
    for (minute, rows) in minutes(500, from: 500, before: 0.045, after: 0, seed: seed).enumerated() {
      _ = detector.update(rows, from: time(minute))
      worst = max(worst, detector.state?.logStatistic ?? worst)
    }
    // A false page a week allows a statistic of 10,080 with ticks of a minute.
    #expect(worst < 9.2, "\(worst)")
  }

  @Test("a stored memory goes on as if nothing had happened, and another's changes nothing", arguments: [1, 13, 31])
  func memory(stop: Int) throws {
    var whole = try #require(ShareChangeDetector(tolerated: 0.05))
    var before = whole
    var after = whole
    for (minute, rows) in minutes(40, from: 30, before: 0.04, after: 0.2, seed: 9).enumerated() {
      let part = RatioSummary(numerator: min(30, rows.numerator), denominator: 30)
      if minute == stop { after.restore(try JSON(parsing: before.json.text)) }
      _ = whole.update(part, from: time(minute))
      if minute < stop {
        _ = before.update(part, from: time(minute))
      } else {
        _ = after.update(part, from: time(minute))
      }
    }
    #expect(after.state == whole.state && whole.state != nil)
    var other = try #require(ShareChangeDetector(tolerated: 0.1))
    other.restore(whole.json)
    #expect(other.state == nil && ShareChangeDetector(tolerated: 0) == nil && ShareChangeDetector(tolerated: 1) == nil)
  }
}

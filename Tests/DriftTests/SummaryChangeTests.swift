import Domain
import Measures
import Testing

@testable import Drift

/// The e-detector over slots of summaries: when a change began, and that its memory can be stored.
@Suite struct SummaryChangeTests {
  /// Minutes of 100 rows; from minute 40 on they are a fifth larger.
  private func minutes(_ count: Int, seed: UInt64) -> [Summary] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { minute in
      numeric((0..<100).map { _ in Double.random(in: 100..<200, using: &random) * (minute < 40 ? 1 : 1.2) })
    }
  }

  private func detector() throws -> SummaryChangeDetector {
    var random = SplitMix64(seed: 1)
    let usual = try reference(numeric((0..<5_000).map { _ in Double.random(in: 100..<200, using: &random) }))
    return try #require(SummaryChangeDetector(usual))
  }

  private func time(_ minute: Int) -> Timestamp { Timestamp(seconds: 1_000_000) + .seconds(60 * minute) }

  @Test func `the onset is the minute in which the change began, while it is recent`() throws {
    var detector = try detector()
    for (minute, rows) in minutes(44, seed: 2).enumerated() { _ = detector.update(rows, from: time(minute)) }
    let state = try #require(detector.state)
    #expect((38...41).contains(Int((state.onset - time(0)).inSeconds / 60)), "\(state)")
    #expect(state.logStatistic > 20 && state.psi > 0.1)
  }

  @Test func `minutes of few rows make one tick, which began with the first of them`() throws {
    var detector = try detector()
    let few = numeric(Array(repeating: 150, count: 20))
    let ticked = (0..<3).map { detector.update(few, from: time($0)) }
    #expect(ticked == [false, false, true])
    #expect(detector.state?.onset == time(0) && detector.state?.rows == 60)
  }

  @Test("a stored memory goes on as if nothing had happened", arguments: [1, 17, 39, 43, 60])
  func memory(stop: Int) throws {
    var whole = try detector()
    var before = try detector()
    var after = try detector()
    for (minute, rows) in minutes(70, seed: UInt64(stop)).enumerated() {
      if minute == stop { after.restore(try JSON(parsing: before.json.text)) }
      _ = whole.update(rows, from: time(minute))
      if minute < stop {
        _ = before.update(rows, from: time(minute))
      } else {
        _ = after.update(rows, from: time(minute))
      }
      if minute >= stop { #expect(after.state == whole.state, "minute \(minute)") }
    }
  }

  @Test func `the memory of another reference, and what nobody wrote, changes nothing`() throws {
    var detector = try detector()
    for (minute, rows) in minutes(5, seed: 3).enumerated() { _ = detector.update(rows, from: time(minute)) }
    let state = detector.state
    let stored = detector.json
    func changed(_ name: String, _ value: JSON) -> JSON {
      guard case .object(var object) = stored else { return .null }
      object[name] = value
      return .object(object)
    }
    let foreign: [JSON] = [
      .null, [], changed("reference", "week-46@0/1"), changed("waiting", [1]), changed("waiting", .array([-1])),
      changed("history", [["ticks": 0, "start_ns": 0, "counts": []]]), changed("history", "x"),
      changed("history", [["ticks": 1, "start_ns": 0, "counts": [1, 2]]]),
    ]
    for json in foreign {
      detector.restore(json)
      #expect(detector.state == state && detector.json == stored, "\(json)")
    }
  }
}

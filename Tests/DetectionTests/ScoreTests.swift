import Detection
import Domain
import Expressions
import Measures
import Testing

@Suite struct ScoreTests {
  /// The instants at which a rule over shares fires; hits of `all` records in each slot.
  private func firings(_ when: String, hits: [Int], all: Int, labels: Labels = .none) throws -> [Int] {
    var engine = engine(try rule("r", when: when, minimumCount: 20, by: labels.all.map(\.name)))
    return (0..<hits.count).filter { slot in
      var windows = FixedWindows()
      windows.slots = (0...slot).map { index in
        (nil, labels, time(Double(index) * 10), .ratio(RatioSummary(numerator: hits[index], denominator: all)))
      }
      return engine.see(windows, at: Double(slot + 1) * 10).contains("inactive>firing")
    }.map { ($0 + 1) * 10 }
  }

  @Test func `A share that has risen is found, one that was always so is not`() throws {
    let usual = (0..<60).map { $0 % 3 == 0 ? 1 : 0 }
    let risen = [Int](repeating: 5, count: 6)
    #expect(try firings("z(ratio(x == 1), 300s) over 60s > 5", hits: usual + risen, all: 12) == [630])
    #expect(try firings("z(ratio(x == 1), 300s) over 60s > 5", hits: [Int](repeating: 5, count: 66), all: 12) == [])
    #expect(try firings("z(ratio(x == 1), 300s) over 60s < -3", hits: risen + risen + risen + usual, all: 12) != [])
  }

  @Test func `Without a quarter of the reference window nothing is said`() throws {
    let early = [0, 0, 0] + [Int](repeating: 12, count: 4)
    #expect(try firings("z(ratio(x == 1), 300s) over 20s > 3", hits: early, all: 12) == [])
  }

  @Test(
    "The score of counts is close to a standard normal deviate",
    arguments: [(100, 100, 0.0), (130, 100, 3.0), (70, 100, -3.3), (0, 20, -6.5)])
  func counts(now: Int, usual: Int, score: Double) throws {
    // A window of 60 s against 600 s at the usual rate.
    var engine = engine(try rule("r", when: "z(count(), 600s) over 60s > -100"))
    for step in 1...66 {
      var windows = FixedWindows()
      windows.slots = [(nil, .none, time(0), counter(usual * 10)), (nil, .none, time(600), counter(now))]
      let transitions = engine.evaluate(source: "s", at: time(Double(step) * 10), windows: windows)
      if step == 66 || transitions.isEmpty == false, let record = engine.record(for: SignalKey(rule: "r")), step == 66 {
        #expect(abs(try #require(record.value) - score) < 0.5, "\(record.value ?? .nan)")
      }
    }
  }

  @Test func `The most frequent value of a field`() throws {
    var engine = engine(try rule("r", when: "top(user where bad == true) over 60s >= 3"))
    var summary = CategorySummary(counts: ["a": 2, "b": 2])
    #expect(engine.see(FixedWindows.always(.category(summary)), at: 0) == [])
    summary.insert("b")
    #expect(engine.see(FixedWindows.always(.category(summary)), at: 10) == ["inactive>firing"])
    #expect(engine.record(for: SignalKey(rule: "r"))?.value == 3)
  }
}

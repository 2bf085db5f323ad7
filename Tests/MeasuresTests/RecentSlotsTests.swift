import Domain
import Measures
import Testing

@Suite struct RecentSlotsTests {
  static func deltas(_ seed: UInt64) -> [SlotDelta] {
    var random = SplitMix64(seed: seed)
    return (0..<600).map { _ in
      let labels = Labels(["model": "m\(Int.random(in: 0..<3, using: &random))", "tenant": "t\(random.next() % 4)"])
      let start = Timestamp(seconds: Double(Int.random(in: -30..<400, using: &random) * 10))
      let values = (0..<3).map { _ in Double(Int.random(in: 1..<999, using: &random)) }
      return SlotDelta(
        series: SeriesKey(metric: "latency", labels: labels), start: start,
        summary: .distribution(DistributionSummary(values)))
    }
  }

  @Test("a window is the sum of its slots, for series and for groups", arguments: 1...8 as ClosedRange<UInt64>)
  func windowsAddUp(seed: UInt64) throws {
    let deltas = Self.deltas(seed)
    var recent = RecentSlots(horizon: .seconds(100_000))
    var random = SplitMix64(seed: seed ^ 99)
    for (index, delta) in deltas.enumerated() {
      recent.merge(delta)
      // Windows are asked for between deltas, so that blocks that were merged once must notice late additions.
      guard index % 20 == 19 else { continue }
      let from = Timestamp(seconds: Double(Int.random(in: -40..<300, using: &random) * 10 + index % 3))
      let to = from + .seconds(Int.random(in: 1..<2_000, using: &random))
      for names in [nil, ["model"], []] as [[String]?] {
        let wanted = names.map { delta.series.labels.keeping($0) } ?? delta.series.labels
        let expected = deltas[...index].filter {
          $0.start >= from && $0.start < to && (names.map($0.series.labels.keeping) ?? $0.series.labels) == wanted
        }
        let found = recent.summary(of: "latency", labels: wanted, by: names, from: from, to: to)
        #expect((found?.count ?? 0) == expected.reduce(0) { $0 + $1.summary.count })
        var sum = DistributionSummary()
        for case .distribution(let part) in expected.map(\.summary) { sum.merge(part) }
        if case .distribution(let window)? = found {
          #expect(window.buckets == sum.buckets && window.counts == sum.counts && window.sum == sum.sum)
          #expect(window.minimum == sum.minimum && window.maximum == sum.maximum)
        } else {
          #expect(expected.isEmpty && found == nil)
        }
      }
    }
  }

  @Test("label sets come in order, cut to the labels that are asked for")
  func labelSetsAreSorted() {
    var recent = RecentSlots()
    for delta in Self.deltas(3) { recent.merge(delta) }
    #expect(recent.labelSets(of: "latency").count == 12)
    #expect(recent.labelSets(of: "latency", by: ["model"]) == ["m0", "m1", "m2"].map { Labels(["model": $0]) })
    #expect(recent.labelSets(of: "latency", by: []) == [.none])
    #expect(recent.labelSets(of: "nothing") == [])
    #expect(recent.metricNames == ["latency"])
  }

  @Test("what lies behind the horizon is forgotten, and a clock that is years ahead pushes nothing out")
  func horizonIsKept() {
    var recent = RecentSlots(horizon: .seconds(600))
    func delta(_ seconds: Double) -> SlotDelta {
      SlotDelta(
        series: SeriesKey(metric: "n"), start: Timestamp(seconds: seconds),
        summary: .counter(CounterSummary(count: 1, sum: 1)))
    }
    for index in 0..<200 { recent.merge(delta(Double(index * 10))) }
    recent.merge(delta(4e9))
    _ = recent.summary(of: "n", labels: .none, from: .epoch, to: Timestamp(seconds: 5e9))
    recent.expire(watermark: Timestamp(seconds: 1_990))
    func count() -> Int? {
      recent.summary(of: "n", labels: .none, from: .distantPast, to: .distantFuture)?.count
    }
    #expect(count() == 60)
    recent.merge(delta(100))
    recent.merge(delta(4e9))
    #expect(count() == 60)
    recent.merge(delta(2_000))
    #expect(count() == 61)
    recent.expire(watermark: Timestamp(seconds: 90_000))
    #expect(count() == nil && recent.metricNames.isEmpty)
  }

  @Test("slots are listed one by one for sparklines")
  func slotsAreListed() {
    var recent = RecentSlots()
    for delta in Self.deltas(4) { recent.merge(delta) }
    let slots = recent.slots(
      of: "latency", labels: .none, by: [], from: Timestamp(seconds: 100), to: Timestamp(seconds: 200))
    #expect(slots.map(\.start.seconds) == slots.map(\.start.seconds).sorted())
    #expect(slots.allSatisfy { $0.start.seconds >= 100 && $0.start.seconds < 200 } && !slots.isEmpty)
  }
}

@Suite struct RetentionTests {
  @Test("rolling up keeps counts and sums exactly", arguments: [60, 600, 3_600])
  func rollUpIsExact(seconds: Int) {
    let slots = RecentSlotsTests.deltas(UInt64(seconds))
    let merged = RollUp.merge(slots, into: .seconds(seconds))
    func totals(_ slots: [SlotDelta]) -> (Int, Double) {
      slots.reduce((0, 0)) {
        ($0.0 + $1.summary.count, $0.1 + ($1.summary.value(of: .sum, over: .seconds(1)) ?? 0))
      }
    }
    #expect(totals(merged) == totals(slots))
    #expect(merged.allSatisfy { $0.start.floored(to: .seconds(seconds)) == $0.start })
    #expect(Set(merged.map { "\($0.start) \($0.series)" }).count == merged.count)
    #expect(merged.map(\.start) == merged.map(\.start).sorted())
    // Twice is the same as once.
    #expect(totals(RollUp.merge(RollUp.merge(slots, into: .seconds(60)), into: .seconds(seconds))) == totals(merged))
  }

  @Test("steps lead from tier to tier and never split a coarser slot")
  func stepsAreAligned() {
    let watermark = Timestamp(seconds: 1_764_000_123)
    let steps = RetentionPolicy.standard.steps(watermark: watermark)
    #expect(steps.map(\.fromResolution) == [.seconds(10), .seconds(60), .seconds(600), .seconds(3_600)])
    #expect(steps.map(\.toResolution) == [.seconds(60), .seconds(600), .seconds(3_600), nil])
    for step in steps {
      let coarse = step.toResolution ?? step.fromResolution
      #expect(step.olderThan.floored(to: coarse) == step.olderThan)
    }
    #expect(watermark - steps[0].olderThan >= .seconds(6 * 3_600))
    #expect(watermark - steps[0].olderThan < .seconds(6 * 3_600 + 60))
  }

  @Test(
    "tiers that do not nest are refused",
    arguments: [
      [(10, 100), (25, 1_000)], [(10, 100), (20, 50)], [(0, 100)], [(10, 5)],
    ])
  func badTiersAreRefused(tiers: [(Int, Int)]) {
    #expect(throws: RetentionPolicy.TierError.self) {
      try RetentionPolicy(tiers: tiers.map { .init(resolution: .seconds($0.0), keep: .seconds($0.1)) })
    }
  }
}

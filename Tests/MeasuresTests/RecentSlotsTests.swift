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

  /// The deltas as another kind of summary.
  static func deltas(_ seed: UInt64, as kind: MetricKind) -> [SlotDelta] {
    deltas(seed).map { delta in
      guard case .distribution(let values) = delta.summary else { return delta }
      var delta = delta
      switch kind {
      case .counter: delta.summary = .counter(CounterSummary(count: values.count, sum: values.sum))
      case .ratio: delta.summary = .ratio(RatioSummary(numerator: values.count - 1, denominator: values.count))
      case .gauge, .category, .distribution: break
      }
      return delta
    }
  }

  @Test(
    "a window is the sum of its slots, whatever was late", arguments: 1...6 as ClosedRange<UInt64>,
    [MetricKind.distribution, .counter, .ratio])
  func windowsAddUp(seed: UInt64, kind: MetricKind) throws {
    let deltas = Self.deltas(seed, as: kind)
    var recent = RecentSlots(horizon: .seconds(100_000))
    var random = SplitMix64(seed: seed ^ 99)
    for (index, delta) in deltas.enumerated() {
      recent.merge(delta)
      // Windows are asked for between deltas, so that blocks that were merged once must notice late additions.
      guard index % 20 == 19 else { continue }
      let from = Timestamp(seconds: Double(Int.random(in: -40..<300, using: &random) * 10 + index % 3))
      let to = from + .seconds(Int.random(in: 1..<2_000, using: &random))
      var sum: Summary?
      for part in deltas[...index]
      where part.series == delta.series && part.start >= from && part.start < to {
        if sum?.merge(part.summary) == nil { sum = part.summary }
      }
      let found = recent.summary(of: "latency", labels: delta.series.labels, from: from, to: to)
      #expect((found == nil) == (sum == nil))
      for statistic in [Statistic.count, .sum, .mean, .minimum, .maximum, .ratio, .quantile(0.9)] {
        #expect(
          found?.value(of: statistic, over: .seconds(1)) == sum?.value(of: statistic, over: .seconds(1)),
          "\(statistic)")
      }
    }
  }

  @Test("sums that are no whole numbers, and sums beyond 2^53, are added in the order of time")
  func inexactSums() {
    for values in [[1, 2.5, 3], [1, 9e15, 9e15, 4], [0.1, 0.2, 0.3]] as [[Double]] {
      var recent = RecentSlots(horizon: .seconds(100_000))
      for (index, value) in values.enumerated() {
        recent.merge(
          SlotDelta(
            series: SeriesKey(metric: "n"), start: Timestamp(seconds: Double(index * 10)),
            summary: .counter(CounterSummary(count: 1, sum: value))))
      }
      let found = recent.summary(of: "n", labels: .none, from: .epoch, to: Timestamp(seconds: 100))
      #expect(found?.value(of: .sum, over: .seconds(1)) == values.dropFirst().reduce(values[0], +))
      #expect(found?.count == values.count)
      let last = recent.summary(of: "n", labels: .none, from: Timestamp(seconds: 20), to: Timestamp(seconds: 100))
      #expect(last?.value(of: .sum, over: .seconds(1)) == values.dropFirst(2).reduce(0, +))
    }
  }

  @Test("label sets come in order, and places stay good until the generation changes")
  func labelSetsAreSorted() throws {
    var recent = RecentSlots(horizon: .seconds(2_000))
    for delta in Self.deltas(3) { recent.merge(delta) }
    #expect(recent.labelSets(of: "latency").count == 12)
    #expect(recent.labelSets(of: "latency") == recent.labelSets(of: "latency").sorted())
    #expect(recent.labelSets(of: "nothing") == [])
    let generation = recent.generation
    let labels = Labels(["model": "m1", "tenant": "t2"])
    let place = try #require(recent.place(of: "latency", labels: labels))
    for delta in Self.deltas(5) { recent.merge(delta) }
    #expect(recent.generation == generation && recent.place(of: "latency", labels: labels) == place)
    let all = { (recent: inout RecentSlots) in
      recent.summary(at: place, from: .distantPast, to: .distantFuture)?.count
    }
    let whole = recent.summary(of: "latency", labels: labels, from: .distantPast, to: .distantFuture)
    #expect(all(&recent) == whole?.count)
    recent.expire(watermark: Timestamp(seconds: 90_000))
    #expect(recent.generation != generation && recent.place(of: "latency", labels: labels) == nil)
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
    #expect(count() == nil && recent.labelSets(of: "n").isEmpty)
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

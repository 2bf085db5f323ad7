import Domain
import Expressions
import Measures
import Testing

/// What is sealed as bytes, against the same metrics drained as values.
@Suite struct SealedSlotsTests {
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `sealed slots hold the bytes of the summaries that values would have`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let value = try #require(FieldPath("value"))
    let word = try #require(FieldPath("word"))
    let label = LabelDefinition(name: "model", path: try #require(FieldPath("model")))
    let isBig = Predicate.compare(value, .greater, .number(100))
    func definitions(_ prefix: String) -> [MetricDefinition] {
      func metric(_ name: String, _ kind: MetricKind, _ field: FieldPath?, _ predicate: Predicate?) -> MetricDefinition
      {
        MetricDefinition(
          name: prefix + name, source: "s", kind: kind, field: field, predicate: predicate, labels: [label])
      }
      return [
        metric("n", .counter, nil, nil), metric("big", .counter, nil, isBig), metric("sum", .counter, value, nil),
        metric("level", .gauge, value, nil), metric("spread", .distribution, value, nil),
        metric("share", .ratio, nil, isBig), metric("word", .category, word, nil),
      ]
    }
    let watched = definitions("w.")
    var plan = FieldPlan()
    var bank = try MeterBank(
      definitions: definitions("s.") + watched,
      uses: Dictionary(uniqueKeysWithValues: watched.map { ($0.name, MeterUse.watched) }), plan: &plan)
    let numbers = [0, -0.0, 1, 250, 0.1, -3.75, 1e300, 4_503_599_627_370_496, 1e-50]
    for round in 0..<3 {
      // Few records and many, few words and many.
      for index in 0..<(round == 0 ? 40 : 3_000) {
        let number = round == 2 ? Double(index) * 0.37 : numbers.randomElement(using: &random) ?? 1
        let word = "w\(Int.random(in: 0..<(round == 2 ? 400 : 6), using: &random))"
        let line = Line(
          plan, ["model": .string("m\(index % 3)"), "value": JSON(number), "word": .string(word + "\n")])
        bank.observe(line, at: Double.random(in: 0..<35, using: &random))
      }
      let values = bank.drain(.watched)
      let sealed = try bank.takeSealed().deltas()
      #expect(values.count == sealed.count && sealed.count > 70)
      for (value, sealed) in zip(values, sealed) {
        #expect(value.series.metric.dropFirst(2) == sealed.series.metric.dropFirst(2))
        #expect(value.series.labels == sealed.series.labels && value.start == sealed.start)
        #expect(value.summary.encode() == sealed.summary.encode())
        #expect(value.summary == sealed.summary)
      }
    }
  }

  @Test func `pieces of a slot add up, also after the room was used again`() throws {
    let label = LabelDefinition(name: "model", path: try #require(FieldPath("model")))
    var plan = FieldPlan()
    var bank = try MeterBank(
      definitions: [MetricDefinition(name: "n", source: "s", kind: .counter, labels: [label])], plan: &plan)
    func take(_ seconds: [Double]) -> SealedSlots {
      for second in seconds { bank.observe(Line(plan, ["model": "a"]), at: second) }
      return bank.takeSealed()
    }
    var all = take([1, 11, 21])
    all.append(take([2, 31]))
    // Five slots need one more than are open at once.
    all.append(take([1, 11, 21, 31, 41, 51, 1]))
    #expect(all.count == 3 + 2 + 7)
    #expect(
      try all.deltas().map { "\(Int($0.start.seconds)) \($0.summary.count)" } == [
        "0 4", "10 2", "20 2", "30 2", "40 1", "50 1",
      ])
    bank.recycle(all)
    let again = take([5])
    #expect(try again.deltas().map(\.summary.count) == [1])
  }
}

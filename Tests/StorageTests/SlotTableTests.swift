import Domain
import Measures
import Storage
import Testing

@Suite struct SlotTableTests {
  static let origin = Timestamp(seconds: 1_790_000_000)

  struct Abandoned: Error {}

  static func counter(_ metric: String, slot: Int, count: Int, sum: Double, tenant: String = "t1") -> SlotDelta {
    SlotDelta(
      series: SeriesKey(metric: metric, labels: ["tenant": tenant].labels), start: origin + .seconds(10 * slot),
      summary: .counter(CounterSummary(count: count, sum: sum)))
  }

  struct Totals: Equatable {
    var slots: Int
    var count: Int
    var sum: Double

    init(_ slots: Int, _ count: Int, _ sum: Double) {
      (self.slots, self.count, self.sum) = (slots, count, sum)
    }
  }

  static func totals(_ store: Store, _ metric: String) throws -> Totals {
    try store.read { reader throws in
      var totals = Totals(0, 0, 0)
      try reader.slots(of: metric) { slot in
        totals.slots += 1
        totals.count += slot.summary.count
        totals.sum += slot.summary.value(of: .sum, over: .seconds(10)) ?? .nan
      }
      return totals
    }
  }

  /// A bank over `latency` by `tenant`, fed with so many records of a seed.
  static func bank(seed: UInt64) throws -> (MeterBank, [SlotDelta]) {
    var random = SplitMix64(seed: seed)
    var plan = FieldPlan()
    let tenant = LabelDefinition(name: "tenant", path: try #require(FieldPath("tenant")))
    func metric(_ name: String) -> MetricDefinition {
      MetricDefinition(
        name: name, source: "s", kind: .distribution, field: FieldPath("latency"), labels: [tenant])
    }
    var bank = try MeterBank(definitions: [metric("sealed"), metric("value")], uses: ["value": .watched], plan: &plan)
    for _ in 0..<900 {
      let text = "t\(Int.random(in: 0..<4, using: &random)) \(Int.random(in: 1..<5_000, using: &random))"
      let bytes = Array(text.utf8)
      var table = FieldTable(columns: plan.paths.count)
      for (column, path) in plan.paths.enumerated() {
        table.fields[column] =
          path == FieldPath("tenant")
          ? RawField(kind: .string, start: 0, end: 2)
          : RawField(kind: .number, start: 3, end: Int32(bytes.count))
      }
      let second = Int.random(in: 0..<200, using: &random)
      bank.observe(table, line: bytes.span.bytes, at: origin + .seconds(second))
    }
    return (bank, bank.drain(.watched))
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `sealed slots are stored as their values are, also into slots that are stored already`(seed: UInt64) throws {
    let store = try StateDirectory().store()
    for round in 0..<3 as Range<UInt64> {
      var (bank, values) = try Self.bank(seed: seed * 10 + round)
      let sealed = bank.takeSealed()
      #expect(sealed.count > 60)
      try store.write { writer in
        try writer.merge(values, amendedBefore: Self.origin + .seconds(50))
        try writer.merge(sealed, amendedBefore: Self.origin + .seconds(50))
      }
    }
    func slots(_ metric: String) throws -> [String] {
      try store.read { reader throws in
        var slots: [String] = []
        try reader.slots(of: metric) { slots.append("\($0.labels) \($0.start) \($0.summary.encode())") }
        return slots
      }
    }
    #expect(try slots("sealed") == slots("value"))
    #expect(try slots("sealed").count == 80)
  }

  @Test func `merging into a stored slot in two transactions equals merging the sum at once`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    let values = [3.0, 700, 12, 0.5, 91, 4_000, 0, -2]
    let key = SeriesKey(metric: "latency")
    for part in [values[..<3], values[3...]] {
      let delta = SlotDelta(series: key, start: Self.origin, summary: .distribution(DistributionSummary(part)))
      try store.write { try $0.merge([delta], amendedBefore: .distantPast) }
    }
    var expected = Summary.distribution(DistributionSummary(values[..<3]))
    expected.merge(.distribution(DistributionSummary(values[3...])))
    let stored = try store.read { reader throws in
      var stored: [Summary] = []
      try reader.slots(of: "latency") { stored.append($0.summary) }
      return stored
    }
    #expect(stored == [expected])
    #expect(stored.first?.count == values.count)
    #expect(stored.first?.value(of: .sum, over: .seconds(10)) == 4_804.5)
  }

  @Test func `labels with quotes, commas and escapes come back as they were`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    let labels = Labels(["tenant": "a\"b,c=d", "path": "\u{1B}[31m\n\u{0}é"])
    let delta = SlotDelta(
      series: SeriesKey(metric: "m", labels: labels), start: Self.origin, summary: .counter(CounterSummary(count: 1)))
    try store.write { try $0.merge([delta], amendedBefore: .distantPast) }
    var found: [Labels] = []
    try store.read { try $0.slots(of: "m") { found.append($0.labels) } }
    #expect(found == [labels])
  }

  @Test func `a transaction that throws leaves nothing, and later series keep their own numbers`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    #expect(throws: Abandoned.self) {
      try store.write { writer in
        // Twice, so that the new number is remembered before the transaction is given up.
        for _ in 0..<2 { try writer.merge([Self.counter("a", slot: 0, count: 1, sum: 5)], amendedBefore: .distantPast) }
        _ = try writer.append([EntryDraft("log.open")], actor: .leeway, at: Self.origin)
        try writer.setDocument("plan", ["x": 1])
        throw Abandoned()
      }
    }
    try store.read { reader throws in
      #expect(try reader.seriesCount() == 0)
      #expect(try reader.lastSequence() == 0)
      #expect(try reader.document("plan") == nil)
    }
    try store.write { writer in
      try writer.merge(
        [Self.counter("b", slot: 0, count: 2, sum: 7), Self.counter("a", slot: 0, count: 3, sum: 11)],
        amendedBefore: .distantPast)
    }
    #expect(try Self.totals(store, "a") == Totals(1, 3, 11))
    #expect(try Self.totals(store, "b") == Totals(1, 2, 7))
  }

  @Test func `rolling up keeps counts and sums exactly, and leaves what is young`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    var random = SplitMix64(seed: 11)
    var count = 0
    var sum = 0.0
    let deltas = (0..<200).map { slot in
      let part = Int.random(in: 1...90, using: &random)
      count += part
      sum += Double(part * 3)
      return Self.counter("m", slot: slot, count: part, sum: Double(part * 3), tenant: "t\(slot % 3)")
    }
    try store.write { try $0.merge(deltas, amendedBefore: .distantPast) }
    let cut = (Self.origin + .seconds(1_200)).floored(to: .seconds(60))
    let step = RollUpStep(fromResolution: .seconds(10), toResolution: .seconds(60), olderThan: cut)
    // One series a transaction, so that the end is found over several.
    var rounds = 0
    while try store.write({ try $0.rollUp([step], limit: 1) }), rounds < 10 { rounds += 1 }
    #expect(rounds == 3)
    let totals = try Self.totals(store, "m")
    #expect(totals.count == count)
    #expect(totals.sum == sum)
    #expect(totals.slots < 200)
    try store.read { reader throws in
      try reader.slots(of: "m") { slot in
        #expect((slot.resolution == .seconds(60)) == (slot.start < cut))
        #expect(slot.start == slot.start.floored(to: slot.resolution))
      }
    }
    // A late record of a slot that was rolled up is merged into the coarse slot, not beside it.
    try store.write { writer in
      try writer.merge([Self.counter("m", slot: 0, count: 1, sum: 3, tenant: "t0")], amendedBefore: .distantFuture)
      _ = try writer.rollUp([step])
    }
    #expect(try Self.totals(store, "m") == Totals(totals.slots, count + 1, sum + 3))
  }

  @Test func `slots past the last tier are dropped`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    try store.write { writer in
      try writer.merge((0..<4).map { Self.counter("m", slot: $0, count: 1, sum: 1) }, amendedBefore: .distantPast)
      _ = try writer.rollUp([
        RollUpStep(fromResolution: .seconds(10), toResolution: nil, olderThan: Self.origin + .seconds(20))
      ])
    }
    #expect(try Self.totals(store, "m").count == 2)
  }

  @Test func `a span of time is asked for with its start and without its end`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    try store.write { writer in
      try writer.merge((0..<6).map { Self.counter("m", slot: $0, count: 1, sum: 1) }, amendedBefore: .distantPast)
    }
    var starts: [Timestamp] = []
    try store.read { reader throws in
      try reader.slots(of: "m", from: Self.origin + .seconds(10), to: Self.origin + .seconds(30)) {
        starts.append($0.start)
      }
      #expect(try reader.lastSlotStart(of: "m") == Self.origin + .seconds(50))
      #expect(try reader.lastSlotStart(of: "none") == nil)
      #expect(try reader.metricNames() == ["m"])
    }
    #expect(starts == [Self.origin + .seconds(10), Self.origin + .seconds(20)])
  }
}

extension [String: String] {
  fileprivate var labels: Labels { Labels(map { Labels.Label(name: $0.key, value: $0.value) }) }
}

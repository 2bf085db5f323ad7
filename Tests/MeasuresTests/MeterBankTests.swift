import Domain
import Expressions
import Measures
import Testing

@Suite struct MeterBankTests {
  let model: LabelDefinition
  let latency: FieldPath
  let status: FieldPath

  init() throws {
    model = LabelDefinition(name: "model", path: try #require(FieldPath("model")))
    latency = try #require(FieldPath("latency"))
    status = try #require(FieldPath("status"))
  }

  func definition(
    _ name: String, _ kind: MetricKind, field: FieldPath? = nil, predicate: Predicate? = nil,
    denominator: Predicate? = nil, labels: [LabelDefinition]? = nil
  ) -> MetricDefinition {
    MetricDefinition(
      name: name, source: "s", kind: kind, field: field, predicate: predicate, denominator: denominator,
      labels: labels ?? [model])
  }

  @Test("every kind counts what it is defined to count")
  func everyKindCounts() throws {
    let isError = Predicate.compare(status, .greaterOrEqual, .number(500))
    let isSlow = Predicate.compare(latency, .greater, .number(100))
    let flag = try #require(FieldPath("flag"))
    var plan = FieldPlan()
    var bank = try MeterBank(
      definitions: [
        definition("requests", .counter), definition("errors", .counter, predicate: isError),
        definition("total", .counter, field: latency), definition("latency", .distribution, field: latency),
        definition("slow_errors", .ratio, predicate: isError, denominator: isSlow),
        definition("error_ratio", .ratio, predicate: isError), definition("flagged", .ratio, field: flag),
        definition("status", .category, field: status), definition("depth", .gauge, field: latency),
      ], plan: &plan)
    for (latency, code, flag) in [(50, 200, true), (150, 500, false), (250, 200, true), (20, 503, true)] {
      bank.observe(
        Line(plan, ["model": "a", "latency": JSON(latency), "status": JSON(code), "flag": .bool(flag)]), at: 1)
    }
    bank.observe(Line(plan, ["model": "a", "status": 200, "latency": "fast"]), at: 2)
    let deltas = bank.drain()
    let byName = Dictionary(uniqueKeysWithValues: deltas.map { ($0.series.metric, $0.summary) })
    #expect(deltas.allSatisfy { $0.series.labels == Labels(["model": "a"]) && $0.start == .epoch })
    #expect(deltas.map(\.series.metric) == deltas.map(\.series.metric).sorted())
    #expect(byName["requests"] == .counter(CounterSummary(count: 5, sum: 5)))
    #expect(byName["errors"] == .counter(CounterSummary(count: 2, sum: 2)))
    #expect(byName["total"] == .counter(CounterSummary(count: 4, sum: 470)))
    #expect(byName["latency"] == .distribution(DistributionSummary([50, 150, 250, 20])))
    #expect(byName["slow_errors"] == .ratio(RatioSummary(numerator: 1, denominator: 2)))
    #expect(byName["error_ratio"] == .ratio(RatioSummary(numerator: 2, denominator: 5)))
    #expect(byName["flagged"] == .ratio(RatioSummary(numerator: 3, denominator: 5)))
    #expect(byName["status"] == .category(CategorySummary(counts: ["200": 3, "500": 1, "503": 1])))
    #expect(byName["depth"]?.value(of: .last, over: .seconds(10)) == 250)
    #expect(bank.drain().isEmpty)
  }

  @Test("a counter whose condition no record met is a known zero, and nothing at all where there were no records")
  func zeroIsKnown() throws {
    var plan = FieldPlan()
    var bank = try MeterBank(
      definitions: [definition("errors", .counter, predicate: .compare(status, .equal, .number(500)))], plan: &plan)
    bank.observe(Line(plan, ["model": "a", "status": 200]), at: 1)
    bank.observe(Line(plan, ["model": "a", "status": 200]), at: 31)
    let deltas = bank.drain()
    #expect(deltas.map(\.start.seconds) == [0, 30])
    #expect(deltas.allSatisfy { $0.summary == .counter(CounterSummary()) })
  }

  @Test(
    "drained in pieces, in any order of lines, the slots add up to the same", arguments: 1...10 as ClosedRange<UInt64>)
  func orderDoesNotMatter(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let definitions = [
      definition("n", .counter), definition("latency", .distribution, field: latency),
      definition("all", .counter, field: latency, labels: []), definition("status", .category, field: status),
    ]
    var plan = FieldPlan()
    var bank = try MeterBank(definitions: definitions, plan: &plan)
    var lines: [(Line, Double)] = (0..<500).map { index in
      let line = Line(
        plan,
        [
          "model": .string("m\(index % 4)"), "latency": JSON(Int.random(in: 0..<900, using: &random)),
          "status": JSON(200 + index % 3),
        ])
      return (line, Double.random(in: 0..<200, using: &random))
    }
    func slots(every batch: Int) -> [SlotDelta] {
      var deltas: [SlotDelta] = []
      for (index, (line, at)) in lines.enumerated() {
        bank.observe(line, at: at)
        if index % batch == batch - 1 { deltas.append(contentsOf: bank.drain()) }
      }
      return RollUp.merge(deltas + bank.drain(), into: .seconds(10))
    }
    func essence(_ slots: [SlotDelta]) -> [String] {
      slots.map { slot in
        if case .distribution(let summary) = slot.summary {
          return "\(slot.start) \(slot.series) \(summary.buckets) \(summary.counts) \(summary.sum)"
        }
        return "\(slot.start) \(slot.series) \(slot.summary.encode())"
      }
    }
    let once = essence(slots(every: 1_000))
    #expect(once.count > 240 && once.count <= 20 * (4 + 4 + 1 + 4))
    lines.shuffle(using: &random)
    #expect(essence(slots(every: 37)) == once)
  }

  @Test("a missing label is left out, and the same text spelt with escapes is the same label")
  func labelsAreText() throws {
    var plan = FieldPlan()
    var bank = try MeterBank(definitions: [definition("n", .counter)], plan: &plan)
    bank.observe(Line(plan, [:]), at: 1)
    bank.observe(Line(plan, ["model": .null]), at: 1)
    bank.observe(Line(plan, ["model": "a\"b"]), at: 1)
    var spelt = Line(plan, ["model": "a\\u0022b"])
    spelt.bytes = Array("a\\u0022b".utf8)
    spelt.table.fields[0] = RawField(kind: .escapedString, start: 0, end: 8)
    bank.observe(spelt, at: 1)
    bank.observe(Line(plan, ["model": 7]), at: 1)
    bank.observe(Line(plan, ["model": "7"]), at: 1)
    let counts = bank.drain().map { "\($0.series.labels):\($0.summary.count)" }
    #expect(counts == [":2", "model=7:2", "model=a\"b:2"])
  }

  @Test("beyond the limit new label sets are counted under other, and the notice names the widest label")
  func labelSetsAreBounded() throws {
    let user = LabelDefinition(name: "user", path: try #require(FieldPath("user")))
    var plan = FieldPlan()
    var bank = try MeterBank(
      definitions: [definition("n", .counter, labels: [model, user])], plan: &plan, labelSetLimit: 10)
    for index in 0..<500 {
      bank.observe(Line(plan, ["model": .string("m\(index % 2)"), "user": .string("u\(index % 100)")]), at: 1)
    }
    let deltas = bank.drain()
    #expect(deltas.count == 11)
    #expect(deltas.reduce(0) { $0 + $1.summary.count } == 500)
    let other = deltas.first { $0.series.labels == Labels(["model": "other", "user": "other"]) }
    #expect(other?.summary.count == 450)
    let notice = try #require(bank.notices.first)
    #expect(notice.metrics == ["n"] && notice.limit == 10 && notice.label == "user" && notice.records == 450)
    #expect(notice.distinctValues == 11)
  }

  @Test("thousands of categories and very long ones are counted, not kept")
  func categoriesAreBounded() throws {
    var plan = FieldPlan()
    var bank = try MeterBank(definitions: [definition("status", .category, field: status, labels: [])], plan: &plan)
    for round in 0..<2 {
      for index in 0..<6_000 {
        bank.observe(Line(plan, ["status": .string("word\(index)")]), at: Double(round))
      }
      bank.observe(Line(plan, ["status": .string(String(repeating: "x", count: 9_000))]), at: 1)
      let deltas = bank.drain()
      #expect(deltas.map(\.summary.count) == [6_001])
    }
  }

  @Test("definitions that cannot be measured are refused with what to do")
  func badDefinitionsAreRefused() {
    func failure(_ definitions: [MetricDefinition]) -> MeterError? {
      var plan = FieldPlan()
      do {
        _ = try MeterBank(definitions: definitions, plan: &plan)
        return nil
      } catch {
        return error
      }
    }
    #expect(failure([definition("a", .gauge)]) == .missingField(metric: "a", kind: .gauge))
    #expect(failure([definition("a", .ratio)]) == .missingCondition(metric: "a"))
    #expect(failure([definition("a", .counter), definition("a", .counter)]) == .repeatedName(metric: "a"))
    #expect(failure([definition("a", .counter)]) == nil)
  }

  @Test("a table that does not fit the line or the plan harms nobody")
  func hostileTablesAreHarmless() throws {
    var plan = FieldPlan()
    var bank = try MeterBank(
      definitions: [definition("n", .counter), definition("status", .category, field: status)], plan: &plan)
    var line = Line(plan, ["model": "a", "status": "x"])
    for field in [RawField(kind: .string, start: 2, end: 900), RawField(kind: .string, start: -4, end: 1)] {
      for column in line.table.fields.indices { line.table.fields[column] = field }
      bank.observe(line, at: 1)
    }
    line.table.fields = []
    bank.observe(line, at: 1)
    #expect(bank.drain().filter { $0.series.metric == "n" }.map(\.summary.count) == [2])
  }
}

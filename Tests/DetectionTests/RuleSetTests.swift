import Detection
import Domain
import Expressions
import Measures
import Testing

@Suite struct RuleSetTests {
  let latency = MetricDefinition(
    name: "latency", source: "a", kind: .distribution, field: FieldPath("latency_ms"), drift: DriftSettings())
  let tenant = FieldPath("org.tenant").map { LabelDefinition(name: "tenant", path: $0) }

  private func sources(_ names: String...) -> [WatchedSource] {
    names.map { WatchedSource(name: $0, labels: tenant.map { [$0] } ?? []) }
  }

  @Test func `Each aggregate becomes a metric with the identity labels, equal ones share one`() throws {
    let when = "ratio(a == 1 where b == 2) over 60s > 0.1 and count() over 60s > 5 and count() over 300s > 9"
    let rules = RuleSet([try rule("r", when: when, source: nil, by: ["tenant", "user.id"])], sources: sources("a"))
    let metrics = rules.derivedMetrics(for: "a")
    #expect(rules.problems.isEmpty)
    #expect(metrics.map(\.name) == ["rule:r#0", "rule:r#1"])
    #expect(metrics.map(\.kind) == [.ratio, .counter])
    #expect(metrics[0].predicate?.description == "a == 1")
    #expect(metrics[0].denominator?.description == "b == 2")
    #expect(metrics[0].labels.map(\.path.description) == ["org.tenant", "user.id"])
    #expect(rules.horizon(for: "a") == .seconds(2_100))
  }

  @Test func `A name in an aggregate that is a metric means the metric's field, and its source`() throws {
    let rules = RuleSet(
      [try rule("r", when: "p95(latency) over 60s > 800", source: nil)], sources: sources("a", "b"), metrics: [latency])
    #expect(rules.derivedMetrics(for: "b").isEmpty)
    let metric = try #require(rules.derivedMetrics(for: "a").first)
    #expect(metric.field?.description == "latency_ms" && metric.kind == .distribution)
  }

  @Test func `A rule without a source watches each source on its own`() throws {
    let rules = RuleSet([try rule("r", source: nil)], sources: sources("a", "b"))
    #expect(rules.derivedMetrics(for: "a").map(\.name) == ["rule:r@a#0"])
    #expect(rules.derivedMetrics(for: "b").map(\.name) == ["rule:r@b#0"])
    var engine = SignalEngine(rules: rules)
    let first = engine.evaluate(source: "a", at: time(0), windows: FixedWindows.share(0.2))
    let second = engine.evaluate(source: "b", at: time(0), windows: FixedWindows.share(0.2))
    #expect((first + second).map(\.key.description) == ["r{source=a}", "r{source=b}"])
    let end = engine.evaluate(source: "a", at: time(10), windows: FixedWindows.share(0.01))
    #expect(end.map(\.key.description) == ["r{source=a}"])
  }

  @Test(
    "Rules that cannot be used say why",
    arguments: [
      (
        "burn_rate(x) over 1h > 14",
        "no objective under 'slos' is named 'x', which burn_rate needs"
      ),
      ("count() over 15s > 1", "a window of 15.0 s is no multiple of 10 s, the length of a slot"),
      ("drift(unknown) > 0.2", "no metric of a is named 'unknown', which drift needs"),
      ("drift(latency) by tenant > 0.2", "drift takes the name of a metric, without 'where' and without 'by'"),
      ("risk(status >= 500) over 60s by tenant > 0.1", "risk watches all records together, without 'by'"),
      (
        "risk(status >= 500) over 60s < 0.1",
        "risk is compared with the share that is tolerated: risk(…) over 10m > 0.02"
      ),
      ("missing(unknown) over 60s > 0.2", "no metric of a is named 'unknown', which missing needs"),
      ("missing(latency) over 2h > 0.2", "the window of missing is a multiple of 10 s up to an hour"),
      (
        "missing(latency) over 60s by tenant > 0.2",
        "missing takes the name of a metric, without 'where' and without 'by'"
      ),
      ("ratio(latency) over 60s > 0.2", "ratio needs a comparison, or a metric of kind ratio, instead of 'latency'"),
      (
        "count() over 60s by x > 1 and count() over 60s by y > 1",
        "'by y' of count differs from 'by x'; a rule has one identity"
      ),
      ("distinct(user) over 60s > 300", "distinct tells at most 256 values apart"),
      ("count() over 14d > 1", "a window is longer than 7 days"),
    ])
  func problem(when: String, message: String) throws {
    let rules = RuleSet([try rule("r", when: when, source: "a")], sources: sources("a"), metrics: [latency])
    #expect(rules.problems == [RuleProblem(rule: "r", message: message)])
    #expect(rules.definitions.isEmpty && rules.derivedMetrics(for: "a").isEmpty)
  }

  @Test func `Unknown sources and names that are taken are problems`() throws {
    let rules = RuleSet([try rule("r", source: "x"), try rule("q"), try rule("q")], sources: sources("s"))
    #expect(
      rules.problems.map(\.description) == [
        "rule r: no source is named 'x'; the sources are: s", "rule q: another rule has the same name",
      ])
  }
}

@Suite struct ConditionTests {
  /// Evaluates a rule every 10 s over counts per slot, and gives the seconds at which it began to fire.
  private func firings(_ when: String, counts: [Int], minimumCount: Int = 0) throws -> [Int] {
    var engine = engine(try rule("r", when: when, minimumCount: minimumCount))
    var windows = FixedWindows()
    for (index, count) in counts.enumerated() where count > 0 {
      windows.slots.append((nil, .none, time(Double(index) * 10), counter(count)))
    }
    return (1...counts.count).filter { step in
      let boundary = time(Double(step) * 10)
      return engine.evaluate(source: "s", at: boundary, windows: windows).contains { $0.to == .firing }
    }.map { $0 * 10 }
  }

  @Test func `An absence shows only once the whole window has been watched`() throws {
    #expect(try firings("absent() over 30s", counts: [0, 0, 0, 0]) == [30])
    #expect(try firings("count() over 30s == 0", counts: [5, 0, 0, 0, 0]) == [40])
    #expect(try firings("count() over 30s < 9", counts: [5, 5, 5, 5, 0, 0]) == [60])
    #expect(try firings("rate() over 20s > 0.9", counts: [5, 20, 20]) == [20])
  }

  @Test func `A change compares with the window before, per second, and needs to have seen it`() throws {
    let steady = [Int](repeating: 10, count: 20)
    #expect(try firings("change(count(), 60s) over 20s > 1.5", counts: steady) == [])
    #expect(try firings("change(count(), 60s) over 20s > 1.5", counts: steady + [10, 40]) == [220])
    #expect(try firings("change(count(), 60s) over 20s < 0.6", counts: steady + [2, 2]) == [220])
    #expect(try firings("change(count(), 60s) over 20s > 1.5", counts: [1, 1, 90, 90, 90]) == [])
    #expect(try firings("change(count(), 60s) over 20s > 1.5", counts: steady + [40, 40], minimumCount: 61) == [])
  }

  @Test func `Unknown parts leave a conjunction open unless another part decides`() throws {
    var engine = engine(
      try rule("and", when: "ratio(x == 1) over 60s > 0.1 and count() over 60s > 5"),
      try rule("or", when: "ratio(x == 1) over 60s > 0.1 or count() over 60s > 5"),
      try rule("not", when: "not ratio(x == 1) over 60s > 0.1"))
    var windows = FixedWindows()
    windows.slots = [("rule:and#1", .none, .distantPast, counter(9)), ("rule:or#1", .none, .distantPast, counter(9))]
    let fired = engine.evaluate(source: "s", at: time(0), windows: windows)
    #expect(fired.map(\.key.rule) == ["or"])
    #expect(fired.first?.value == 9 && fired.first?.threshold == 5)
  }

  @Test func `Drift fires when its whole band is beyond the bound, and says nothing in between`() throws {
    let latency = MetricDefinition(
      name: "latency", source: "s", kind: .distribution, field: FieldPath("ms"), drift: DriftSettings())
    let rules = RuleSet([try rule("d", when: "drift(latency) > 0.25", source: nil)], sources: [], metrics: [latency])
    #expect(rules.driftMetrics(for: "s") == ["latency"])
    var engine = SignalEngine(rules: rules)
    func see(_ psi: Double, _ low: Double, _ n: Int, at seconds: Double) -> [SignalState] {
      engine.evaluate(
        source: "s", at: time(seconds), windows: FixedWindows(driftValue: DriftReading(psi: psi, low: low, n: n))
      ).map(\.to)
    }
    #expect(see(0.4, 0.2, 900, at: 0) == [])
    #expect(see(0.4, 0.3, 199, at: 10) == [])
    #expect(see(0.4, 0.3, 900, at: 20) == [.firing])
    #expect(see(0.3, 0.2, 900, at: 30) == [])
    #expect(see(0.2, 0.1, 900, at: 40) == [.inactive])
  }

  @Test func `risk holds while a detector is sure and the window's share is above the bound still`() throws {
    let rules = RuleSet([try rule("r", when: "risk(wrong == true) over 60s > 0.05")])
    let metric = try #require(rules.derivedMetrics(for: "s").first)
    #expect(metric.kind == .ratio && rules.riskWatches(for: "s") == [metric.name: 0.05])
    var engine = SignalEngine(rules: rules)
    func see(_ share: Double, _ risk: RiskReading?, at seconds: Double) -> [SignalTransition] {
      var windows = FixedWindows.share(share)
      windows.riskValue = risk
      return engine.evaluate(source: "s", at: time(seconds), windows: windows)
    }
    let rise = RiskReading(share: 0.09, rows: 4_000, onset: time(-300))
    #expect(see(0.2, nil, at: 0).isEmpty, "one bad window is no rise")
    let fired = see(0.08, rise, at: 10)
    #expect(fired.map(\.to) == [.firing] && fired.first?.value == 0.09 && fired.first?.count == 4_000)
    #expect(fired.first?.onset == time(-300))
    #expect(see(0.01, rise, at: 20).map(\.to) == [.inactive], "what is over is over, whatever is still remembered")
  }

  @Test func `missing compares the share without a value with that of the reference, over the same stretch`() throws {
    let answers = MetricDefinition(
      name: "latency", source: "s", kind: .distribution, field: FieldPath("ms"),
      predicate: try PredicateParser.parse("kind == 'answer'"), drift: DriftSettings())
    let rules = RuleSet(
      [try rule("m", when: "missing(latency) over 60s > 0.1", source: nil, minimumCount: 100)], sources: [],
      metrics: [answers])
    let counter = try #require(rules.derivedMetrics(for: "s").first)
    #expect(counter.kind == .counter && counter.field == nil && counter.predicate == answers.predicate)
    #expect(rules.recordCounters(for: "s") == ["latency": counter.name])
    var engine = SignalEngine(rules: rules)
    func see(_ values: Int, of records: Int, usually: Double, at seconds: Double) -> [SignalState] {
      var windows = FixedWindows()
      // The stretch ends 20 s before the boundary; what came since is not asked for.
      windows.slots = [
        (counter.name, .none, time(seconds - 40), .counter(CounterSummary(count: records))),
        (counter.name, .none, time(seconds - 20), .counter(CounterSummary(count: 10_000))),
      ]
      windows.presence = PresenceReading(end: time(seconds - 20), values: values, usuallyMissing: usually)
      return engine.evaluate(source: "s", at: time(seconds), windows: windows).map(\.to)
    }
    #expect(see(950, of: 1_000, usually: 0, at: 0) == [])
    #expect(see(500, of: 1_000, usually: 0.45, at: 10) == [])
    #expect(see(20, of: 99, usually: 0, at: 20) == [])
    #expect(see(850, of: 1_000, usually: 0.04, at: 30) == [.firing])
    var blind = FixedWindows()
    blind.slots = [(counter.name, .none, time(0), .counter(CounterSummary(count: 1_000)))]
    #expect(engine.evaluate(source: "s", at: time(40), windows: blind) == [], "unknown ends nothing")
    #expect(see(1_000, of: 1_000, usually: 0.04, at: 50) == [.inactive])
  }

  @Test(
    "The numbers of a distribution",
    arguments: [("mean(x) over 60s > 2.9", true), ("max(x) over 60s >= 5", true), ("min(x) over 60s < 1", false)])
  func distribution(when: String, fires: Bool) throws {
    var engine = engine(try rule("r", when: when))
    let windows = FixedWindows.always(.distribution(DistributionSummary([1, 2, 3, 4, 5])))
    #expect(engine.evaluate(source: "s", at: time(0), windows: windows).isEmpty != fires)
  }
}

import Detection
import Domain
import Expressions
import Measures

/// Windows that give, for every metric, whatever slots a test has put into them.
struct FixedWindows: WindowReading {
  var slots: [(metric: String?, labels: Labels, start: Timestamp, summary: Summary)] = []
  var driftValue: DriftReading?
  var presence: PresenceReading?
  var riskValue: RiskReading?

  /// A share of 1,000 records that holds in every window.
  static func share(_ share: Double, of count: Int = 1_000, labels: Labels = .none) -> FixedWindows {
    let numerator = Int((share * Double(count)).rounded())
    return always(.ratio(RatioSummary(numerator: numerator, denominator: count)), labels: labels)
  }

  /// One summary in every window.
  static func always(_ summary: Summary, labels: Labels = .none) -> FixedWindows {
    FixedWindows(slots: [(nil, labels, .distantPast, summary)])
  }

  private func isIn(_ start: Timestamp, _ from: Timestamp, _ to: Timestamp) -> Bool {
    start == .distantPast || start >= from && start < to
  }

  func labelSets(of metric: String, from: Timestamp, to: Timestamp) -> [Labels] {
    Set(slots.filter { ($0.metric ?? metric) == metric && isIn($0.start, from, to) }.map(\.labels)).sorted()
  }

  /// A series is named by its first slot.
  func series(of metric: String, labels: Labels) -> WindowSeries? {
    slots.firstIndex { ($0.metric ?? metric) == metric && $0.labels == labels }.map(WindowSeries.init)
  }

  func summary(of series: WindowSeries, from: Timestamp, to: Timestamp) -> Summary? {
    let first = slots[series.rawValue]
    var sum: Summary?
    for slot in slots where slot.metric == first.metric && slot.labels == first.labels && isIn(slot.start, from, to) {
      if sum?.merge(slot.summary) == nil { sum = slot.summary }
    }
    return sum
  }

  func drift(metric: String, at instant: Timestamp) -> DriftReading? { driftValue }

  func presence(metric: String, over duration: Duration, at instant: Timestamp) -> PresenceReading? { presence }

  func risk(metric: String) -> RiskReading? { riskValue }
}

/// `seconds` after some instant.
func time(_ seconds: Double) -> Timestamp { Timestamp(seconds: 1_700_000_000 + seconds) }

func counter(_ count: Int) -> Summary { .counter(CounterSummary(count: count, sum: Double(count))) }

/// A rule over a ratio, unless `when` says otherwise.
func rule(
  _ name: String = "refusals", when: String = "ratio(refused == true) over 60s > 0.05", source: String? = "s",
  minimumCount: Int = 0, by: [String] = [], for hold: Duration = .zero, keepFiringFor: Duration = .zero,
  clear: String? = nil
) throws -> RuleDefinition {
  RuleDefinition(
    name: name, source: source, when: try ConditionParser.parse(when), minimumCount: minimumCount, by: by, for: hold,
    keepFiringFor: keepFiringFor, clear: try clear.map { text in try ConditionParser.parseBound(text) })
}

func engine(_ rules: RuleDefinition..., heartbeats: [Heartbeat] = []) -> SignalEngine {
  SignalEngine(rules: RuleSet(rules, sources: [WatchedSource(name: "s")], heartbeats: heartbeats))
}

extension SignalEngine {
  /// The state of the only signal of a rule after evaluating at `seconds`, and the changes as `from>to`.
  mutating func see(_ windows: FixedWindows, at seconds: Double) -> [String] {
    evaluate(source: "s", at: time(seconds), windows: windows).map { "\($0.from)>\($0.to)" }
  }
}

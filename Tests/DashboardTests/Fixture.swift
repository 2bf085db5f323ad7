import Dashboard
import Domain

/// A snapshot like the ones that a busy night gives.
enum Fixture {
  /// 2026-06-14T03:12:44Z.
  static let now = Timestamp(nanoseconds: 1_781_406_764_000_000_000)

  static func ago(_ seconds: Int) -> Timestamp { now - .seconds(seconds) }

  static let windowEnd = now.floored(to: .seconds(10))

  /// A course from the first to the last value, with a ripple; the last `missing` buckets have no rows.
  static func course(_ first: Double, _ last: Double, from turn: Int = 120, missing: Int = 0) -> [Double?] {
    (0..<180).map { index in
      if index >= 180 - missing { return nil }
      let ripple = [0, 0.02, 0.05, 0.03, -0.02, -0.04][index / 4 % 6] * first
      let share = index < turn ? 0 : Double(index - turn + 1) / Double(180 - turn)
      return first + (last - first) * share + (index == 179 ? 0 : ripple)
    }
  }

  static func metric(
    _ name: String, _ title: String, _ aspect: MetricRow.Aspect, _ unit: String, _ samples: [Double?],
    _ limit: MetricLimit?, _ health: MetricRow.Health = .ok, staleFor: Duration? = nil, count: Int? = 4_812
  ) -> MetricRow {
    let known = samples.compactMap { $0 }
    return MetricRow(
      name: name, title: title, aspect: aspect, unit: unit, samples: samples, bucketSeconds: 10, end: windowEnd,
      now: health == .stale ? nil : samples.last.flatMap { $0 }, minimum: known.min(), maximum: known.max(),
      limit: limit, health: health, staleFor: staleFor, count: count)
  }

  static let refundValue = metric(
    "refund_value", "refund value / h", .business, "eur", course(310, 9_480, from: 150),
    MetricLimit(warn: 1_500, alarm: 2_000), .alarm)

  static let metrics = [
    metric(
      "latency", "p95 latency", .technical, "ms", course(420, 1_840), MetricLimit(warn: 1_500, alarm: 2_500), .warn),
    metric("errors", "error rate", .technical, "share", course(0.004, 0.004), MetricLimit(warn: 0.02, alarm: 0.05)),
    metric("tokens", "tokens/s", .technical, "", course(4_300, 4_210), MetricLimit(warn: 800, direction: .below)),
    metric("queue", "queue depth", .technical, "", course(4, 12).map { $0?.rounded() }, MetricLimit(warn: 80)),
    metric("cost", "cost / 1k req", .technical, "usd", course(2.8, 3.12), MetricLimit(warn: 4.5)),
    metric(
      "gpu", "GPU util", .technical, "", course(61, 88, missing: 24).map { $0?.rounded() }, MetricLimit(warn: 97),
      .stale,
      staleFor: .seconds(243)),
    metric(
      "resolved", "resolved w/o human", .business, "share", course(0.66, 0.71),
      MetricLimit(warn: 0.6, direction: .below)),
    metric("csat", "CSAT (1 h)", .quality, "", course(4.4, 4.31), MetricLimit(warn: 3.9, direction: .below)),
    refundValue,
    metric(
      "escalations", "escalations / h", .business, "", course(38, 38).map { $0?.rounded() }, MetricLimit(warn: 70)),
    metric(
      "conversion", "conversion", .business, "share", course(0.034, 0.021), MetricLimit(warn: 0.022, direction: .below),
      .warn),
    metric("flags", "policy flags / 1k", .safety, "", course(2.6, 1.9), MetricLimit(warn: 5), .tooFew, count: 31),
  ]

  static let drift = [
    DriftRow(
      name: "prompt_tokens", title: "prompt length", value: 0.31, low: 0.29, high: 0.33, verdict: .alarm, count: 4_812,
      referenceCount: 52_140, reference: "v2.3.9",
      movers: [
        DriftRow.Mover(label: "0–50", referenceShare: 0.08, currentShare: 0.05, contribution: 0.014),
        DriftRow.Mover(label: "50–100", referenceShare: 0.17, currentShare: 0.11, contribution: 0.026),
        DriftRow.Mover(label: "100–200", referenceShare: 0.30, currentShare: 0.19, contribution: 0.052),
        DriftRow.Mover(label: "200–400", referenceShare: 0.26, currentShare: 0.21, contribution: 0.011),
        DriftRow.Mover(label: "400–800", referenceShare: 0.13, currentShare: 0.22, contribution: 0.047),
        DriftRow.Mover(label: "800–1.6k", referenceShare: 0.05, currentShare: 0.15, contribution: 0.110),
        DriftRow.Mover(label: ">1.6k", referenceShare: 0.02, currentShare: 0.08, contribution: 0.083),
      ]),
    DriftRow(
      name: "topic", title: "topic mix", statistic: "JS", value: 0.14, low: 0.11, high: 0.17, verdict: .warn,
      count: 4_790,
      referenceCount: 52_140, reference: "v2.3.9"),
    DriftRow(
      name: "refusals", title: "refusal rate", statistic: "Δpp", value: 1.1, warn: 2, alarm: 5, verdict: .ok,
      count: 4_812,
      referenceCount: 52_140, reference: "v2.3.9"),
    DriftRow(name: "tone", title: "tone / values", verdict: .tooFew, count: 31, needed: 50, reference: "v2.3.9"),
    DriftRow(name: "tools", title: "tool-call mix", statistic: "χ²/n", verdict: .noReference, count: 912),
  ]

  static let incidents = [
    IncidentRow(
      number: 412, revision: 3, title: "refund-agent issues refunds over limit", severity: .alarm, state: .new,
      openedAt: ago(215)),
    IncidentRow(
      number: 411, revision: 5, title: "prompt length drift (PSI 0.31) since v2.4.1", severity: .warn,
      state: .acknowledged, owner: "mo", openedAt: ago(1_870), acknowledgedBy: "mo", acknowledgedAt: ago(37)),
    IncidentRow(
      number: 409, revision: 9, title: "p95 latency above 1.5 s, eu-1", severity: .warn, state: .mitigating,
      owner: "mo",
      openedAt: ago(4_450), episode: 2, isFlapping: true),
    IncidentRow(
      number: 407, revision: 12, title: "jailbreak cluster 'grandma' (usage)", severity: .warn, state: .monitoring,
      isVerifying: true, owner: "ak", openedAt: ago(18_140), signalsCleared: true),
    IncidentRow(
      number: 405, revision: 11, title: "retrieval index stale", severity: .notice, state: .monitoring,
      owner: "ak", openedAt: ago(27_560)),
    IncidentRow(
      number: 401, revision: 7, title: "tool timeout storm", severity: .alarm, state: .resolved, owner: "ak",
      openedAt: ago(50_000)),
  ]

  static let detail = IncidentDetail(
    category: "money", impact: "7 runs, 7 users, €5 740", version: "v2.4.1",
    timeline: [
      .init(at: ago(1_100), kind: "deploy", text: "v2.4.1 to 50 %"),
      .init(at: ago(560), kind: "trace", severity: .alarm, text: "first refund over €200 (run 9e02)"),
      .init(at: ago(215), kind: "rule", severity: .alarm, text: "F-OVERLIMIT 5 in 10 m, INC-0412 opened"),
      .init(at: ago(214), kind: "notify", text: "bell, OSC 9, hook page-oncall (exit 0)"),
      .init(at: ago(84), kind: "drift", severity: .warn, text: "prompt length PSI 0.31, linked INC-0411"),
      .init(at: ago(3), kind: "trace", severity: .alarm, text: "7th run 9f31 €820"),
    ],
    signals: [
      .init(
        key: "refund-over-limit{agent=refund-agent}", state: .firing, value: 9_480, threshold: 2_000, count: 31,
        since: ago(215), unit: "eur"),
      .init(key: "refund-loop{agent=refund-agent}", state: .stale),
    ],
    evidence: [
      .init(severity: .alarm, text: "trace 9f31 span 14 refund.create amount=820 limit=200"),
      .init(severity: .warn, text: "prompt diff v2.4.0→v2.4.1: limit line dropped"),
      .init(text: "app.log:18204 \"limit not set, using none\""),
    ],
    runbook: .init(
      name: "over-limit-action",
      steps: [
        "Confirm with a trace (evidence 1)", "Check what changed (evidence 2)",
        "Stop the harm: disable tool refund.create", "Roll back to v2.4.0 if a change caused it",
        "Tell finance; list the 7 refunds (y copies)",
      ], done: [0, 1]),
    actions: [
      ActionRow(
        number: 1, kind: .containment, statement: "disabled refund.create in tool policy p-17", state: "verifying",
        owner: "mo", at: ago(120),
        effect: ExpectedEffect(metric: "refund_value", comparison: .less, bound: 2_000, within: .seconds(900)),
        watchedSince: ago(120), metricTitle: "refund value / h", unit: "eur", before: 9_480, current: 1_210
      ).checked([
        CheckRow(
          id: "C-2", plan: "escalations < 70 over 15m, n ≥ 200; guard csat not lower", standing: "observing",
          dueAt: ago(-780)),
        CheckRow(
          id: "C-3", plan: "refund_rate < 0.05 over 1m, n ≥ 30", standing: "proposed", dueAt: ago(60),
          measured: "0.041 (0.038–0.045, n 12000) → 0.0032 (0.0024–0.0043, n 12800): effective"),
      ]),
      ActionRow(
        number: 2, kind: .corrective, statement: "restore the limit line in the prompt", state: "proposed", at: ago(60),
        reason: "the evaluation does not run before the next release"),
    ],
    metric: refundValue,
    similar: [
      .init(number: 288, title: "discount over limit", outcome: "rollback 9 m", worked: true),
      .init(number: 301, title: "refund loop", outcome: "disable tool 4 m", worked: true),
      .init(number: 355, title: "wrong currency", outcome: "prompt fix", worked: false),
    ])

  static let agents = [
    AgentRow(
      name: "refund-agent", runs: Array(repeating: .ok, count: 33) + [.incident, .ok, .incident], note: "7 over limit",
      latest: [
        .init(
          id: "9f31", start: ago(3), duration: .seconds(41), steps: 22, tokens: 18_204, mark: .incident,
          findings: ["POLICY_WRITE_SCOPE refund.create amount=820", "BUDGET_STEPS 22 > 20"]),
        .init(id: "9f30", start: ago(61), steps: 3, mark: .open),
      ]),
    AgentRow(name: "triage-agent", runs: Array(repeating: .ok, count: 35) + [.open], blind: "no tool arguments"),
    AgentRow(
      name: "search-agent", runs: Array(repeating: .ok, count: 28) + [.warn, .ok, .error, .notice], note: "2 loops"),
    AgentRow(name: "mail-agent", runs: Array(repeating: .ok, count: 36)),
  ]

  static let events = [
    EventRow(
      at: ago(3), kind: "trace", severity: .alarm,
      text: "refund-agent run 9f31: refund €820 > limit €200 (finding F-OVERLIMIT)"),
    EventRow(at: ago(37), kind: "op", text: "mo acknowledged INC-0411 \"rolling back prompt template\""),
    EventRow(at: ago(46), kind: "metric", severity: .warn, text: "conversion 2.1 % under 2.2 % for 5 m"),
    EventRow(
      at: ago(84), kind: "drift", severity: .alarm, text: "prompt length PSI 0.31 crossed 0.25 (window 1 h, n=4 812)"),
    EventRow(at: ago(162), kind: "usage", text: "cluster 'grandma' 14 new prompts, 0 succeeded"),
    EventRow(at: ago(180), kind: "deploy", text: "v2.4.1 canary 50 % → 100 %"),
    EventRow(at: ago(254), kind: "src", text: "gpu.csv silent for 4 m"),
    EventRow(at: ago(464), kind: "op", text: "ak handed over to mo"),
  ]

  /// A source that lost something and says nothing.
  static let gpu = {
    var row = SourceRow(
      name: "gpu.csv", file: "/var/log/gpu.csv", state: .stale, age: .seconds(243), linesPerSecond: 0, lagBytes: 0,
      lag: .zero, malformed: 12, gaps: 1, skew: .seconds(612))
    row.format = "csv, 90 % sure: a header and 64 lines of 6 columns"
    row.watermark = ago(243)
    row.latestGaps = [
      .init(path: "/var/log/gpu.csv", from: 20_480, to: 24_576, reason: "truncated before it was read", at: ago(900))
    ]
    row.files = [
      .init(path: "/var/log/gpu.csv.1", state: "finished", offset: 1_048_576, size: 1_048_576),
      .init(path: "/var/log/gpu.csv", state: "caught_up", offset: 81_920, size: 81_920),
    ]
    row.tally.lines = 18_204
    row.tally.late = 7
    row.tally.fieldErrors = ["util": 3]
    row.tally.malformedPlaces = ["/var/log/gpu.csv at byte 512, 48 bytes"]
    row.notices = [
      "gpu: more than 1000 label sets, 42 records counted under \"other\"; leave out the label pod (990 values)"
    ]
    return row
  }()

  /// A source whose history is still being read.
  static let backlog = SourceRow(
    name: "requests.jsonl", file: "/var/log/llm/requests.jsonl", state: .catchingUp, age: .seconds(0),
    linesPerSecond: 21_400, lagBytes: 1_240_000_000, lag: .seconds(11_000), malformed: 3, progress: 0.42,
    timeLeft: .seconds(140))

  static let sources = [
    SourceRow(
      name: "traces.otlp.json", file: "/var/log/otel/traces.otlp.json", state: .ok, age: .seconds(1),
      linesPerSecond: 212, lagBytes: 0),
    SourceRow(
      name: "requests.jsonl", file: "/var/log/llm/requests.jsonl", state: .ok, age: .seconds(0), linesPerSecond: 1_840,
      lagBytes: 20_480, malformed: 3),
    gpu,
    SourceRow(name: "app.log", file: "/var/log/app.log", state: .denied),
    SourceRow(name: "reviews.csv", file: "/srv/reviews/*.csv", state: .waiting),
  ]

  static let practices = [
    PracticeRow(number: 1, title: "monitor", mark: .warn, sentence: "12 metrics, 1 stale (gpu.csv), 2 warn, 1 alarm"),
    PracticeRow(
      number: 2, title: "drift", mark: .alarm, sentence: "5 columns, 1 alarm, 1 warn; review of v2.4.1 not done"),
    PracticeRow(number: 3, title: "reassess", mark: .unknown, sentence: "no assessment is registered"),
    PracticeRow(number: 4, title: "actions", mark: .ok, sentence: "2 actions, 1 being verified"),
    PracticeRow(number: 5, title: "audit", mark: .ok, sentence: "18 204 entries, chain intact"),
  ]

  /// While history is still read.
  static let reading = {
    var reading = snapshot
    reading.sources = [sources[0], backlog, gpu]
    return reading
  }()

  /// What an earlier collector left behind.
  static let uncollected = {
    var old = snapshot
    old.isCollected = false
    old.dataAge = .seconds(11_000)
    return old
  }()

  /// Everything known.
  static let snapshot = Snapshot(
    service: "prod-assistant", takenAt: now, dataAge: .seconds(2), sources: sources,
    counts: StatusCounts(incidents: incidents, metrics: metrics, drift: drift),
    version: DeployedVersion(name: "v2.4.1", since: ago(11_520)),
    deploys: [DeployedVersion(name: "v2.4.1", since: ago(420))],
    metrics: metrics, drift: drift, incidents: incidents, details: [412: detail], agents: agents, events: events,
    practices: practices, operatorName: "mo")
}

extension ActionRow {
  /// The row with these checks.
  func checked(_ checks: [CheckRow]) -> ActionRow {
    var row = self
    row.checks = checks
    return row
  }
}

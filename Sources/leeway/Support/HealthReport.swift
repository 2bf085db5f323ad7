import Assurance
import Dashboard
import Domain
import Engine
import Incidents
import Measures
import Settings
import Storage

/// Whether the watched system stands by the organisation's values, and whether the watching itself still works
/// (practices PM-1 and PM-2).
struct HealthReport {
  /// How one check came out.
  enum State: String {
    case ok
    case warn
    case alarm
    /// It cannot be told; never counts as well.
    case unknown
  }

  /// One check.
  struct Check {
    var name: String
    /// `value`, `source`, `metric` or `self`.
    var kind: String
    var state: State
    var detail: String
    var owner: String?
    var value: MeasuredValue?

    var json: JSON {
      [
        "name": .string(name), "kind": .string(kind), "state": .string(state.rawValue), "detail": .string(detail),
        "owner": JSON(owner), "n": JSON(value?.count), "value": JSON(value?.value), "low": JSON(value?.low),
        "high": JSON(value?.high),
      ]
    }
  }

  /// The checks: values first, then sources, metrics and Leeway itself.
  let checks: [Check]

  /// Whether every check that can be told came out well, and at least one can be told.
  var isOK: Bool {
    checks.contains { $0.state == .ok } && !checks.contains { $0.state == .alarm || $0.state == .warn }
  }

  /// The gravest state of any check.
  var worst: State {
    for state in [State.alarm, .warn, .unknown] where checks.contains(where: { $0.state == state }) { return state }
    return .ok
  }

  /// Evaluates everything now.
  init(store: Store, configuration: Configuration?) throws {
    let now = SystemWallClock().now()
    var projector = Projector(store: store, actor: nil, collecting: .readOnly)
    let snapshot = try projector.snapshot(now: now)
    var checks: [Check] = []
    let plan = try store.read { try WatchPlan.stored($0) }
    try store.read { reader in
      let newest = try reader.sources().compactMap { $0.state["watermark"]?.string.flatMap { Timestamp(rfc3339: $0) } }
      // Values of a log from yesterday are read at its own end.
      let end = newest.max().map { min($0, now) } ?? now
      for value in configuration?.values ?? [] {
        checks.append(try HealthReport.check(WatchPlan.Value(value), plan, end: end, reader))
      }
    }
    for source in snapshot.sources {
      let age = source.age.map { "last line \($0.short) ago" } ?? "no line yet"
      let state: State =
        switch source.state {
        case .ok, .catchingUp, .ended: source.gaps > 0 ? .warn : .ok
        case .waiting: .unknown
        default: .alarm
        }
      let gaps = source.gaps > 0 ? ", \(source.gaps) gaps" : ""
      checks.append(
        Check(name: source.name, kind: "source", state: state, detail: "\(source.state.rawValue), \(age)\(gaps)"))
    }
    for metric in plan?.metrics ?? [] {
      let row = snapshot.metrics.first { $0.name == metric.name }
      var missing: [String] = []
      if metric.owner == nil { missing.append("owner") }
      if metric.why == nil { missing.append("why") }
      if metric.tolerance == nil { missing.append("tolerance") }
      guard row?.health == .stale || !missing.isEmpty else { continue }
      let detail = (row?.health == .stale ? ["no data"] : []) + missing.map { "no \($0)" }
      checks.append(
        Check(
          name: metric.name, kind: "metric", state: row?.health == .stale ? .alarm : .unknown,
          detail: detail.joined(separator: ", "), owner: metric.owner))
    }
    checks.append(try HealthReport.journal(store))
    self.checks = checks
  }

  static func check(
    _ value: WatchPlan.Value, _ plan: WatchPlan?, end: Timestamp, _ reader: StoreReader
  ) throws -> Check {
    var check = Check(
      name: value.name, kind: "value", state: .unknown, detail: "no metric stands for it", owner: value.owner)
    guard let metric = value.metric else { return check }
    let window = min(max(value.checkEvery ?? .seconds(86_400), .seconds(600)), .seconds(7 * 86_400))
    let usual = plan?.metrics.first { $0.name == metric }?.tolerance?.statistic.description
    guard
      let reading = try MetricReading(reader, metric: metric, usual: usual, from: end - window, to: end + .seconds(10))
    else {
      check.detail = "\(metric) has no rows in the last \(window.short)"
      return check
    }
    check.value = reading.value
    let shown =
      "\(reading.statistic) \(metric) \(short(reading.value.value)) over \(window.short), n \(reading.value.count)"
    // A mark above the other says which side is bad.
    let isUpper = (value.alarm ?? .infinity) >= (value.warn ?? -.infinity)
    func isBeyond(_ mark: Double?) -> Bool {
      guard let mark else { return false }
      return isUpper ? reading.value.value > mark : reading.value.value < mark
    }
    if value.warn == nil, value.alarm == nil {
      check.detail = shown + "; no tolerance is set"
    } else if isBeyond(value.alarm) {
      (check.state, check.detail) = (.alarm, shown + ", beyond \(short(value.alarm ?? 0))")
    } else if isBeyond(value.warn) {
      (check.state, check.detail) = (.warn, shown + ", beyond \(short(value.warn ?? 0))")
    } else if reading.value.count < 30 {
      check.detail = shown + "; too few rows to say"
    } else {
      (check.state, check.detail) = (.ok, shown)
    }
    return check
  }

  private static func short(_ value: Double) -> String {
    let scaled = (value * 10_000).rounded() / 10_000
    return scaled == scaled.rounded() && abs(scaled) < 1e9 ? "\(Int(scaled))" : "\(scaled)"
  }

  private static func journal(_ store: Store) throws -> Check {
    var verifier = AuditVerifier()
    try store.read { reader in try reader.lines { verifier.consume($0 + [0x0A]) } }
    let verification = verifier.finish()
    let problem = verification.problems.first.map { "line \($0.line ?? 0): \($0.kind.rawValue)" }
    return Check(
      name: "journal", kind: "self", state: verification.isOK ? .ok : .alarm,
      detail: problem ?? "\(verification.entries) entries verified")
  }

  /// As `leeway health --json` shows it.
  var json: JSON {
    [
      "schema": 1, "ok": .bool(isOK), "worst": .string(worst.rawValue), "checks": .array(checks.map(\.json)),
    ]
  }
}

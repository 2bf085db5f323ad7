import Assurance
import Dashboard
import Detection
import Domain
import Engine
import Incidents
import Measures
import Settings
import Storage

/// What somebody who oversees the system, or takes the next shift, has to know (practice PM-5): figures that commands
/// can show again, and everything that is missing for an audit.
struct OversightReport {
  /// Event and journal times that the report covers.
  let from: Timestamp
  let to: Timestamp
  let service: String
  /// Incidents that were opened, or open, in the range.
  let incidents: [Incident]
  let quality: AlertQuality
  let silences: [(silence: Silence, cost: (real: Int, minutes: Double))]
  let assessments: [Assessment]
  let versions: [JournalFold.SeenVersion]
  let gaps: [StoredGap]
  let metrics: [WatchPlan.Metric]
  let practices: [(id: String, mark: String, sentence: String)]
  /// OWASP LLM classes with the rules that watch for them.
  let coverage: [(owasp: String, rules: [String])]
  /// The rules that have never fired, those that cannot first.
  let silent: [SilentRule]
  /// What verdicts say should change of the rules.
  let suggestions: [RuleSuggestion]
  /// The rules that a drill of the last 30 days has shown to fire.
  let drilled: Set<String>
  let health: HealthReport
  let verification: Verification
  /// Improvements: actions that change the monitoring, and baselines that were promoted.
  let improvements: [String]
  /// When the report was made.
  let madeAt: Timestamp

  /// For how long a drill says something.
  private static let drillLifetime: Duration = .seconds(30 * 86_400)

  /// Gathers everything from a store.
  init(store: Store, configuration: Configuration?, from: Timestamp?, to: Timestamp?, now: Timestamp) throws {
    madeAt = now
    let end = to ?? now
    let start = from ?? end - .seconds(86_400)
    self.from = start
    self.to = end
    var projector = Projector(store: store, actor: nil, collecting: .readOnly)
    let snapshot = try projector.snapshot(now: now)
    service = snapshot.service
    practices = snapshot.practices.map { ("PM-\($0.number)", $0.mark.rawValue, $0.sentence) }
    var fold = JournalFold()
    var promoted: [String] = []
    var verifier = AuditVerifier()
    let (gaps, metrics) = try store.read { reader in
      try fold.refresh(reader)
      try reader.lines { line in
        verifier.consume(line + [0x0A])
        guard let raw = try? AuditChain.parse(line), raw.act == .baselinePromote || raw.act == .ruleDecide,
          raw.at >= start, raw.at < end, promoted.count < 256,
          let entry = try reader.entries(after: raw.sequence - 1, limit: 1).first
        else { return }
        if entry.act == .ruleDecide {
          promoted.append(Self.decision(entry))
          return
        }
        promoted.append(
          "reference \(entry.object["reference"]?.string ?? "") of \(entry.object["metric"]?.string ?? "") promoted by "
            + entry.actor.displayName + (entry.data["reason"]?.string.map { ": \($0)" } ?? ""))
      }
      return (try reader.gaps(), try WatchPlan.stored(reader)?.metrics ?? [])
    }
    verification = verifier.finish()
    self.gaps = gaps.filter { $0.at >= start && $0.at < end }
    self.metrics = metrics
    let book = fold.book
    incidents = book.incidents.filter { incident in
      (incident.openedAt >= start && incident.openedAt < end) || incident.state.isOpen
    }
    quality = AlertQuality(book.incidents.filter { $0.openedAt >= start && $0.openedAt < end })
    silences = book.silences.filter { $0.endsAt >= start && $0.startsAt < end }
      .map { ($0, book.cost(of: $0, at: now)) }
    assessments = fold.register.all
    versions = fold.versions.filter { $0.since >= start && $0.since < end && !$0.isInitial }
    var classes: [String: Set<String>] = [:]
    for rule in configuration?.rules ?? [] { for name in rule.owasp { classes[name, default: []].insert(rule.name) } }
    for incident in book.incidents {
      for name in incident.owasp { classes[name, default: []].formUnion(incident.signals.map(\.key.rule)) }
    }
    coverage = classes.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    drilled = Set(fold.drills.shown.filter { end - $0.value < Self.drillLifetime }.keys)
    suggestions = fold.suggestions
    silent = try SilentRules(fold: fold, now: now).rules(store)
    health = try HealthReport(store: store, configuration: configuration)
    improvements =
      incidents.flatMap { incident in
        incident.actions.filter { $0.kind == .monitoringChange || $0.kind == .preventive }
          .map { "\(incident.name) \($0.sentence) [\($0.state.rawValue)]" }
      } + promoted
  }

  /// What somebody decided about a rule, and what a replay said of it.
  private static func decision(_ entry: JournalEntry) -> String {
    let data = entry.data
    var text = "rule \(entry.object["rule"]?.string ?? "?"): \(data["decision"]?.string ?? "?")"
    if let to = data["to"]?.string { text += " \(data["from"]?.string.map { "\($0) → " } ?? "")\(to)" }
    if let replay = data["replay"], let before = replay["before"]?["fired"]?.integer,
      let after = replay["after"]?["fired"]?.integer
    {
      text += " (fires \(after) times instead of \(before) in a replay)"
    }
    return text + " by \(entry.actor.displayName)" + (data["reason"]?.string.map { ": \($0)" } ?? "")
  }

  /// What an auditor would ask for and not find.
  var missing: [String] {
    var missing: [String] = []
    func add(_ names: [String], _ what: String) {
      guard !names.isEmpty else { return }
      let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
      missing.append("\(what): \(shown)")
    }
    add(metrics.filter { $0.owner == nil }.map(\.name), "metrics without an owner")
    add(metrics.filter { $0.why == nil }.map(\.name), "metrics without a reason")
    add(metrics.filter { $0.tolerance == nil }.map(\.name), "metrics without a tolerance")
    let ended = incidents.filter { !$0.state.isOpen && $0.state != .merged }
    add(ended.filter { $0.verdict == nil }.map(\.name), "ended incidents without a verdict")
    add(incidents.filter { $0.state.isOpen && $0.owner == nil }.map(\.name), "open incidents without an owner")
    add(incidents.filter { $0.state != .dismissed && $0.actions.isEmpty }.map(\.name), "incidents without an action")
    let undecided = incidents.flatMap { incident in
      incident.checks.filter { $0.isOpen && $0.state(at: madeAt) != .observing && $0.startsAt != nil }
        .map { "\(incident.name) \($0.id)" }
    }
    let late = incidents.flatMap { incident in
      incident.actions.filter { $0.isOverdue(at: madeAt) }.map { "\(incident.name) \($0.id)" }
    }
    add(late, "overdue actions")
    add(undecided, "effectiveness checks without a verdict")
    add(silent.filter { $0.state == .broken }.map(\.rule), "rules that cannot fire for lack of input")
    add(
      coverage.filter { !$0.rules.contains(where: drilled.contains) }.map(\.owasp),
      "classes without a rule that passed a drill in 30 days")
    add(
      assessments.filter { $0.state(at: madeAt) == .overdue }.map { "\($0.plan.name) (\($0.because))" },
      "overdue assessments")
    if assessments.isEmpty { missing.append("no assessment is registered: leeway assess add, or 'assessments:'") }
    add(assessments.filter { $0.plan.owner == nil }.map(\.plan.name), "assessments without an owner")
    add(gaps.map { "\($0.path) bytes \($0.from)–\($0.to)" }, "gaps in the data")
    add(
      health.checks.filter { $0.kind == "value" && $0.state == .unknown }.map(\.name), "values that cannot be measured")
    if !verification.isOK { missing.append("the journal does not verify: leeway audit verify") }
    return missing
  }

  /// Whether nothing is missing.
  var isSufficient: Bool { missing.isEmpty }

  /// Open risks: what was accepted, by whom, until when.
  var openRisks: [(name: String, risk: String, acceptor: String, until: Timestamp?)] {
    assessments.compactMap { assessment in
      guard let last = assessment.last, let risk = last.residualRisk else { return nil }
      return (assessment.plan.name, risk, last.approver, last.acceptedUntil)
    }
  }

  /// The report as one JSON document.
  var json: JSON {
    let open = incidents.filter(\.state.isOpen)
    return [
      "schema": 1, "service": .string(service), "from": JSON(from), "to": JSON(to), "made_at": JSON(madeAt),
      "sufficient_for_audit": .bool(isSufficient), "missing": .array(missing.map(JSON.string)),
      "practices": .array(
        practices.map { ["id": .string($0.id), "mark": .string($0.mark), "sentence": .string($0.sentence)] }),
      "incidents": [
        "opened": JSON(incidents.count { $0.openedAt >= from && $0.openedAt < to }), "open": JSON(open.count),
        "unacknowledged": JSON(open.count { $0.state == .new }),
        "all": .array(incidents.map { $0.json(detail: false, now: madeAt) }),
      ],
      "quality": {
        var object = quality.json.object ?? JSONObject()
        object["suggestions"] = .array(suggestions.map(\.json))
        object["never_fired"] = .array(silent.map(\.json))
        return .object(object)
      }(),
      "checks": .array(
        incidents.flatMap { incident in
          incident.checks.map { check -> JSON in
            var object = check.json(at: madeAt).object ?? JSONObject()
            object["incident"] = .string(incident.name)
            return .object(object)
          }
        }),
      "silences": .array(silences.map { $0.silence.json(at: madeAt, cost: $0.cost) }),
      "assessments": .array(assessments.map { $0.json(at: madeAt) }),
      "open_risks": .array(
        openRisks.map {
          [
            "assessment": .string($0.name), "risk": .string($0.risk), "acceptor": .string($0.acceptor),
            "until": JSON($0.until),
          ]
        }),
      "versions": .array(
        versions.map { ["source": .string($0.source), "version": .string($0.version), "since": JSON($0.since)] }),
      "improvements": .array(improvements.map(JSON.string)),
      "coverage": [
        "owasp": .array(
          coverage.map { row -> JSON in
            [
              "class": .string(row.owasp), "rules": .array(row.rules.map(JSON.string)),
              "drilled": .array(row.rules.filter(drilled.contains).map(JSON.string)),
            ]
          })
      ],
      "gaps": .array(
        gaps.map {
          [
            "source": .string($0.source), "path": .string($0.path), "from": .integer($0.from), "to": .integer($0.to),
            "reason": .string($0.reason), "at": JSON($0.at),
          ]
        }),
      "health": health.json,
      "audit": [
        "ok": .bool(verification.isOK), "entries": JSON(verification.entries), "root": .string(verification.root.hex),
        "words": .string(SpokenRoot.words(verification.root)),
      ],
    ]
  }
}

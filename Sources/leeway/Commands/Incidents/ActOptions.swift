import ArgumentParser
import Domain
import Engine
import Incidents
import Settings
import Storage

/// What every changing verb takes: the incident's name, the revision that was seen, a reason, and a claimed name.
struct ActOptions: ParsableArguments {
  @OptionGroup var shared: SharedOptions

  @Option(help: "The revision that you saw: the act is lost when somebody else was faster.")
  var rev: Int?

  @Option(name: [.customLong("reason"), .customLong("why")], help: "Why.")
  var reason: String?

  @Option(name: .customLong("as"), help: "The name to record beside your login.")
  var claimedName: String?

  /// Asks the desk, prints the answer of the contract and fails with exit 1 when the answer is no.
  func perform(_ request: IncidentRequest, on name: String?) throws {
    let policy = try shared.loadConfiguration()?.incidents ?? .standard
    let desk = IncidentDesk(store: try shared.openStore(.readWrite), policy: policy)
    var number: Int?
    if let name {
      guard let found = try desk.number(named: name) else { throw Self.unknown(name) }
      number = found
    }
    let outcome = try desk.perform(
      request, incident: number, expectedRevision: rev, actor: OperatorIdentity.current(claimed: claimedName),
      clock: SystemWallClock())
    switch outcome {
    case .done(let incident):
      if shared.json {
        StandardOutput.json(["schema": 1, "incident": incident.json(detail: false)])
      } else {
        IncidentText.printLine(incident)
      }
    case .conflict(let conflict):
      if shared.json { StandardOutput.json(conflict.json) } else { StandardError.line("leeway: \(conflict)") }
      throw CommandFailure(.answerIsNo)
    case .refused(let refusal):
      if shared.json { StandardOutput.json(refusal.json) } else { StandardError.line("leeway: \(refusal)") }
      throw CommandFailure(.answerIsNo)
    case .unknown: throw Self.unknown(name ?? "")
    }
  }

  /// Asks the desk for each of several incidents, prints what became of them, and fails with exit 1 unless all was done.
  func performAll(_ request: IncidentRequest, on targets: [BulkTarget]) throws {
    let policy = try shared.loadConfiguration()?.incidents ?? .standard
    let desk = IncidentDesk(store: try shared.openStore(.readWrite), policy: policy)
    // A name that is wrong is found before anything is done.
    let numbers = try targets.map { target in
      guard let number = try desk.number(named: target.name) else { throw Self.unknown(target.name) }
      return number
    }
    let actor = OperatorIdentity.current(claimed: claimedName)
    var (done, conflicts, refusals): ([JSON], [JSON], [JSON]) = ([], [], [])
    for (target, number) in zip(targets, numbers) {
      let name = Incident.name(number)
      func named(_ answer: JSON) -> JSON {
        var object = answer.object ?? JSONObject()
        object["incident"] = .string(name)
        return .object(object)
      }
      switch try desk.perform(
        request, incident: number, expectedRevision: target.revision, actor: actor, clock: SystemWallClock())
      {
      case .done(let incident):
        done.append(incident.json(detail: false))
        if !shared.json { IncidentText.printLine(incident) }
      case .conflict(let conflict):
        conflicts.append(named(conflict.json))
        if !shared.json { StandardError.line("leeway: \(name): \(conflict)") }
      case .refused(let refusal):
        refusals.append(named(refusal.json))
        if !shared.json { StandardError.line("leeway: \(name): \(refusal)") }
      case .unknown: throw Self.unknown(target.name)
      }
    }
    if shared.json {
      StandardOutput.json([
        "schema": 1, "incidents": .array(done), "conflicts": .array(conflicts), "refused": .array(refusals),
      ])
    }
    if done.count < targets.count { throw CommandFailure(.answerIsNo) }
  }

  static func unknown(_ name: String) -> CommandFailure {
    CommandFailure(.noSuchInput, "there is no incident '\(name)': leeway incidents list shows them")
  }
}

/// One of several incidents, with the revision that was seen: `412@3`.
struct BulkTarget {
  var name: String
  var revision: Int?

  init(_ text: String) throws {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    name = String(parts[0])
    guard parts.count > 1 else { return }
    guard parts.count == 2, let revision = Int(parts[1]), revision > 0 else {
      throw ValidationError("'\(text)' names no revision: write 412@3")
    }
    self.revision = revision
  }
}

/// How an operator names an action's expected effect.
struct EffectOptions: ParsableArguments {
  @Option(help: "containment, correction, corrective, preventive or monitoring_change.")
  var kind = "correction"

  @Option(name: [.customLong("statement"), .customLong("what")], help: "What is done.")
  var statement: String

  @Option(help: "The metric that should change.")
  var metric: String?

  @Option(help: "The bound that the metric should fall below.")
  var below: Double?

  @Option(help: "The bound that the metric should rise above.")
  var above: Double?

  @Option(help: "How soon, such as 15m.")
  var within = "15m"

  @Option(help: "Who sees to it (default: you).")
  var owner: String?

  @Option(help: "When it is to be done, RFC 3339, or a duration such as 2d from now.")
  var due: String?

  @Option(help: "What supports it: a file with offset, a trace id, a link. May be repeated.")
  var evidence: [String] = []

  func plan(kind forced: CorrectiveAction.Kind? = nil, reason: String?) throws -> ActionPlan {
    guard let kind = forced ?? CorrectiveAction.Kind(rawValue: kind) else {
      let kinds = CorrectiveAction.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--kind takes one of \(kinds), not '\(self.kind)'")
    }
    guard let duration = Duration(text: within) else {
      throw ValidationError("--within takes a duration such as 15m, not '\(within)'")
    }
    var effect: ExpectedEffect?
    switch (metric, below, above) {
    case (nil, nil, nil): effect = nil
    case (let metric?, let bound?, nil):
      effect = ExpectedEffect(metric: metric, relation: .less, bound: bound, within: duration)
    case (let metric?, nil, let bound?):
      effect = ExpectedEffect(metric: metric, relation: .greater, bound: bound, within: duration)
    default: throw ValidationError("an effect needs --metric and one of --below and --above")
    }
    let dueAt = try due.map { text in
      if let length = Duration(text: text) { return SystemWallClock().now() + length }
      guard let instant = try Metrics.instant(text, "--due") else { throw ValidationError("--due takes a time") }
      return instant
    }
    return ActionPlan(
      kind: kind, statement: statement, effect: effect, reason: reason, owner: owner, dueAt: dueAt, evidence: evidence)
  }
}

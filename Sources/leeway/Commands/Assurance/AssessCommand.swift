import ArgumentParser
import Assurance
import Domain
import Engine
import Incidents
import Screen
import Storage

/// `leeway assess`: the register of assessments.
struct AssessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assess", abstract: "Risk, impact, evaluation, red-team and other assessments that come due.",
    subcommands: [List.self, Add.self, Record.self, Due.self, Snooze.self, Trigger.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every assessment, with its last record.")
    @OptionGroup var shared: SharedOptions

    func run() throws {
      let register = try AssessmentDesk(store: try shared.openStore(.readOnly)).register()
      AssessCommand.tell(register.all, json: shared.json)
    }
  }

  struct Due: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What is due or overdue, the longest overdue first.",
      discussion: "With --fail-on overdue (or due) the exit code is 1 when there is any.")
    @OptionGroup var shared: SharedOptions
    @Option(name: .customLong("fail-on"), help: "due or overdue.") var failOn: String?

    func run() throws {
      let register = try AssessmentDesk(store: try shared.openStore(.readOnly)).register()
      let now = SystemWallClock().now()
      let due = register.due(at: now)
      AssessCommand.tell(due, json: shared.json)
      switch failOn {
      case nil: break
      case "due": if !due.isEmpty { throw CommandFailure(.answerIsNo) }
      case "overdue": if due.contains(where: { $0.state(at: now) == .overdue }) { throw CommandFailure(.answerIsNo) }
      default: throw ValidationError("--fail-on takes due or overdue")
      }
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add an assessment, or change its plan.")
    @Argument(help: "Its name.") var name: String
    @OptionGroup var act: ActOptions
    @Option(help: "risk, impact, evaluation, red-team, penetration-test or rule-effectiveness.") var kind: String
    @Option(help: "Who answers for it.") var owner: String?
    @Option(help: "What it covers: system, version, components.") var scope: String?
    @Option(help: "How often it is due, such as 90d.") var every: String?
    @Option(help: "What else makes it due: new_version, incident, drift or law. May be repeated.")
    var trigger: [String] = []

    func run() throws {
      guard let kind = AssessmentPlan.Kind(rawValue: kind) else {
        let kinds = AssessmentPlan.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--kind takes one of \(kinds), not '\(self.kind)'")
      }
      var triggers: Set<AssessmentPlan.Trigger> = every == nil ? [] : [.schedule]
      for text in trigger {
        guard let trigger = AssessmentPlan.Trigger(rawValue: text) else {
          throw ValidationError("--trigger takes new_version, incident, drift or law, not '\(text)'")
        }
        triggers.insert(trigger)
      }
      let cadence = try every.map { text in
        guard let length = Duration(text: text), length > .zero else {
          throw ValidationError("--every takes a duration such as 90d")
        }
        return length
      }
      try AssessCommand.perform(
        .add(
          AssessmentPlan(name: name, kind: kind, owner: owner, scope: scope, every: cadence, triggers: triggers)), act)
    }
  }

  struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record what an assessment found and what was decided.",
      discussion: """
        Results are given by hand (--result accuracy=0.94:500) or read from a file: JSON lines of evaluation results, a
        CSV of metric,value,n, or a log of Inspect AI (.json or .eval).
        """)
    @Argument(help: "The assessment's name.") var name: String
    @OptionGroup var act: ActOptions
    @Option(help: "proceed, hold or retire.") var decision: String
    @Option(help: "A figure: METRIC=VALUE or METRIC=VALUE:N. May be repeated.") var result: [String] = []
    @Option(help: "What was found wanting: TEXT or SEVERITY:TEXT. May be repeated.") var finding: [String] = []
    @Option(name: [.customLong("from"), .customLong("file")], help: "A file of results.", completion: .file())
    var file: String?
    @Option(help: "The version that was assessed.") var version: String?
    @Option(help: "When it was finished, RFC 3339 (default: now).") var at: String?
    @Option(help: "Known-bad cases that the test caught, CAUGHT/OF.") var canaries: String?
    @Option(help: "Who decided (default: you).") var approver: String?
    @Option(help: "What risk remains.") var residualRisk: String?
    @Option(help: "Until when that risk is accepted, RFC 3339.") var acceptedUntil: String?

    func run() throws {
      guard let decision = AssessmentRecord.Decision(rawValue: decision) else {
        throw ValidationError("--decision takes proceed, hold or retire, not '\(self.decision)'")
      }
      var results = try result.map(AssessCommand.figure)
      var source: String?
      if let file {
        let read = try EvaluationFile.read(file)
        results += read.results
        source = read.source
      }
      let actor = OperatorIdentity.current(claimed: act.claimedName)
      let record = AssessmentRecord(
        finishedAt: try Metrics.instant(at, "--at") ?? SystemWallClock().now(), version: version, results: results,
        findings: finding.map(AssessCommand.finding), decision: decision, approver: approver ?? actor.displayName,
        canaries: try canaries.map(AssessCommand.share), source: source, residualRisk: residualRisk,
        acceptedUntil: try Metrics.instant(acceptedUntil, "--accepted-until"))
      try AssessCommand.perform(.record(name: name, record), act)
    }
  }

  struct Snooze: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Put an assessment off, with a reason.")
    @Argument(help: "The assessment's name.") var name: String
    @OptionGroup var act: ActOptions
    @Option(name: .customLong("for"), help: "For how long, such as 14d.") var duration: String

    func run() throws {
      guard let length = Duration(text: duration) else { throw ValidationError("--for takes a duration such as 14d") }
      try AssessCommand.perform(
        .snooze(name: name, until: SystemWallClock().now() + length, reason: act.reason), act)
    }
  }

  struct Trigger: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an assessment due, because of a change of law for example.")
    @Argument(help: "The assessment's name.") var name: String
    @OptionGroup var act: ActOptions
    func run() throws { try AssessCommand.perform(.trigger(name: name, reason: act.reason), act) }
  }

  private static func perform(_ request: AssessmentRequest, _ act: ActOptions) throws {
    let desk = AssessmentDesk(store: try act.shared.openStore(.readWrite))
    let actor = OperatorIdentity.current(claimed: act.claimedName)
    switch try desk.perform(request, actor: actor, clock: SystemWallClock()) {
    case .success(let assessment): tell([assessment], json: act.shared.json, isOne: true)
    case .failure(let refusal):
      if act.shared.json { StandardOutput.json(refusal.json) } else { StandardError.line("leeway: \(refusal)") }
      throw CommandFailure(.answerIsNo)
    }
  }

  private static func tell(_ assessments: [Assessment], json: Bool, isOne: Bool = false) {
    let now = SystemWallClock().now()
    if json {
      let rows = assessments.map { $0.json(at: now) }
      StandardOutput.json(
        isOne ? ["schema": 1, "assessment": rows.first ?? .null] : ["schema": 1, "assessments": .array(rows)])
      return
    }
    for assessment in assessments {
      let state = assessment.state(at: now)
      let due = assessment.dueAt.map { " due \($0.formatted(.seconds))" } ?? ""
      let last = assessment.last.map {
        ", last \($0.decision.rawValue) by \($0.approver) \($0.finishedAt.formatted(.seconds))"
      }
      StandardOutput.line(
        SanitisedText.string(
          "\(state.rawValue) \(assessment.plan.name) (\(assessment.plan.kind.rawValue), "
            + "\(assessment.plan.owner ?? "no owner"))\(due): \(assessment.because)" + (last ?? "")))
      for change in assessment.changes {
        let verdict = change.isClear.map { $0 ? "" : " (within chance)" } ?? ""
        StandardOutput.line(SanitisedText.string("  \(change.metric) \(change.before) → \(change.now)\(verdict)"))
      }
    }
  }

  /// Reads `METRIC=VALUE` and `METRIC=VALUE:N`.
  static func figure(_ text: String) throws -> AssessmentRecord.Result {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let figures = parts.count == 2 ? parts[1].split(separator: ":", maxSplits: 1).map(String.init) : []
    guard parts.count == 2, let first = figures.first, let value = Double(first), value.isFinite else {
      throw ValidationError("--result takes METRIC=VALUE or METRIC=VALUE:N, not '\(text)'")
    }
    var count: Int?
    if figures.count == 2 {
      guard let number = Int(figures[1]), number > 0 else {
        throw ValidationError("the number of cases in '\(text)' is a whole number above 0")
      }
      count = number
    }
    return AssessmentRecord.Result(metric: parts[0], value: value, count: count)
  }

  static func finding(_ text: String) -> AssessmentRecord.Finding {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    if parts.count == 2, let severity = Severity(rawValue: parts[0]) {
      return AssessmentRecord.Finding(severity: severity, text: parts[1].trimmed)
    }
    return AssessmentRecord.Finding(severity: .warn, text: text)
  }

  static func share(_ text: String) throws -> Proportion {
    let parts = text.split(separator: "/").compactMap { Int($0) }
    guard parts.count == 2, parts[1] > 0, (0...parts[1]).contains(parts[0]) else {
      throw ValidationError("--canaries takes CAUGHT/OF such as 9/10, not '\(text)'")
    }
    return Proportion(parts[0], of: parts[1])
  }
}

import Domain
import Expressions

/// POLICY_TOOL: a tool that the agent's policy does not allow: incident.
enum PolicyTool: StepDetector {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard span.operation == .tool else { return }
    let tool = span.tool ?? span.name
    for candidate in context.candidates where !context.policies.policies[candidate].allows(tool: tool) {
      run.report(
        .policyTool, .incident, subject: ContentHash.of(tool), policy: candidate, context, spanIDs: [context.spanID],
        detail:
          "\(StepContext.name(span)) is not among the allowed tools of \(context.policies.policies[candidate].name)",
        evidence: "\(StepContext.name(span))(\(EvidenceExcerpt.of(span.arguments ?? "")))", into: &findings)
    }
  }
}

/// POLICY_ORDER: a tool is called although a step that must come before has not succeeded in the run: incident.
enum PolicyOrder: StepDetector {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard span.operation == .tool else { return }
    let tool = span.tool ?? span.name
    for candidate in context.candidates where !context.policies.policies[candidate].requires.isEmpty {
      for step in context.policies.policies[candidate].required(before: tool)
      where !run.memory.succeeded.contains(ContentHash.of(step).short) {
        if step == "approval", span.approval?.decision == .approve { continue }
        run.report(
          .policyOrder, .incident, subject: ContentHash.of(tool, step), policy: candidate, context,
          spanIDs: [context.spanID], detail: "\(StepContext.name(span)) was called without \(step) before it",
          evidence: "\(StepContext.name(span))(\(EvidenceExcerpt.of(span.arguments ?? "")))", into: &findings)
      }
    }
    if !span.isError { run.memory.succeeded.insert(ContentHash.of(tool).short) }
  }
}

/// What is judged by a call's arguments under one policy: POLICY_LIMIT, POLICY_WRITE_SCOPE, POLICY_EGRESS,
/// POLICY_COMMAND.
enum PolicyArguments {
  static func observe(
    _ facts: CallFacts, _ span: TraceSpan, _ candidate: Int, _ context: StepContext, _ run: inout AgentRun,
    _ findings: inout [Finding]
  ) {
    let policy = context.policies.policies[candidate]
    var name: String { StepContext.name(span) }
    func call() -> String { "\(name)(\(EvidenceExcerpt.of(span.arguments ?? "")))" }
    if let document = facts.document {
      for limit in policy.limits(of: span.tool ?? span.name) where limit.isBroken(by: document) {
        run.report(
          .policyLimit, .incident, subject: ContentHash.of(name, limit.text), policy: candidate, context,
          spanIDs: [context.spanID], detail: "\(name) was called although its arguments are not \(limit.text)",
          evidence: call(), into: &findings)
      }
    }
    if let scope = policy.writeScope {
      for raw in facts.writes {
        let path = NormalPath(raw)
        guard !scope.contains(where: { $0.contains(path) }) else { continue }
        run.report(
          .policyWriteScope, .incident, subject: ContentHash.of(path.text), policy: candidate, context,
          spanIDs: [context.spanID],
          detail: "\(name) writes \(EvidenceExcerpt.of(path.text, limit: 80)), outside of "
            + scope.prefix(3).map(\.text).joined(separator: ", "),
          evidence: call(), into: &findings)
      }
    }
    if let allowed = policy.egressAllow {
      for contact in facts.contacts {
        guard let host = contact.hosts.first(where: { host in !allowed.contains { $0.matches(host) } }) else {
          continue
        }
        run.report(
          .policyEgress, contact.carries ? .incident : .notice,
          subject: ContentHash.of(host.description, contact.carries ? "sends" : "reads"), policy: candidate, context,
          spanIDs: [context.spanID],
          detail: contact.carries
            ? "\(name) sends to \(EvidenceExcerpt.of(host.description, limit: 80)), which is not an allowed host"
            : "\(name) reads from \(EvidenceExcerpt.of(host.description, limit: 80)), which is not an allowed host",
          evidence: call(), into: &findings)
      }
    }
    judgeCommands(facts, policy, candidate, span, context, &run, &findings)
  }

  private static func judgeCommands(
    _ facts: CallFacts, _ policy: AgentPolicy, _ candidate: Int, _ span: TraceSpan, _ context: StepContext,
    _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    var name: String { StepContext.name(span) }
    var reasons: [(String, String)] = []
    for line in facts.lines {
      let commands = facts.lines.count == 1 ? facts.commands : ShellLine.commands(line)
      if let reason = CommandRules.violation(line: line, commands: commands, scope: policy.writeScope) {
        reasons.append((reason, line))
      }
      for denied in policy.deniedCommands where denied.pattern.matches(line) {
        reasons.append(("matches /\(denied.text)/", line))
      }
    }
    for statement in facts.statements {
      if let reason = CommandRules.statement(statement.lowercased()) { reasons.append((reason, statement)) }
      for denied in policy.deniedCommands where denied.pattern.matches(statement) {
        reasons.append(("matches /\(denied.text)/", statement))
      }
    }
    for (reason, line) in reasons {
      run.report(
        .policyCommand, .incident, subject: ContentHash.of(reason), policy: candidate, context,
        spanIDs: [context.spanID], detail: "\(name) ran a command that \(reason)", evidence: EvidenceExcerpt.of(line),
        into: &findings)
    }
  }
}

import Domain

/// What a detector is told of a step besides the span itself.
struct StepContext {
  /// The span's bounded id.
  var spanID: String
  /// When the span ended.
  var at: Timestamp
  /// Whether the step began before one that has been taken in: then it changes counters only.
  var isLate: Bool
  /// The policies that count; more than one while the agent's name is not known.
  var policies: PolicySet
  var candidates: Range<Int>
  /// What the tool's name says of it.
  var nature: ToolNature = []
  /// What the scanner found in the arguments, the result, and the model's answer.
  var arguments = ContentScanner.Marks()
  var result = ContentScanner.Marks()
  var output = ContentScanner.Marks()

  /// The tool's name as findings show it.
  static func name(_ span: TraceSpan) -> String { EvidenceExcerpt.of(span.tool ?? span.name, limit: 60) }
}

/// A detector that judges step by step.
protocol StepDetector {
  /// Takes in a step, and reports into `findings` what it completes.
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding])
}

/// A tier that has been reported, so that a finding is made once and not once a span.
struct RaisedTier: Hashable, Sendable {
  static let limit = 64
  var key: UInt32
  var tier: Finding.Tier
}

/// A finding that counts only if the run's agent turns out to be under this policy.
struct HeldFinding: Hashable, Sendable {
  static let limit = 24
  var policy: Int
  var finding: Finding
}

extension AgentRun {
  /// Reports a finding unless one of the same tier or a graver one has been reported of the same subject.
  ///
  /// - Parameters:
  ///   - subject: what it is about within the run, such as a host; 0 for the run as a whole.
  ///   - policy: the policy that it rests on, where it rests on one.
  mutating func report(
    _ detector: Detector, _ tier: Finding.Tier, subject: UInt64 = 0, policy: Int? = nil, _ context: StepContext,
    spanIDs: @autoclosure () -> [String], detail: @autoclosure () -> String, evidence: @autoclosure () -> String,
    into findings: inout [Finding]
  ) {
    var hash = ContentHash()
    hash.combine(detector.rawValue)
    hash.combine(subject)
    hash.combine(UInt64(policy ?? 0))
    let key = UInt32(truncatingIfNeeded: hash.value)
    if let index = memory.raised.firstIndex(where: { $0.key == key }) {
      guard memory.raised[index].tier < tier else { return }
      memory.raised[index].tier = tier
    } else {
      if memory.raised.count >= RaisedTier.limit { memory.raised.removeFirst() }
      memory.raised.append(RaisedTier(key: key, tier: tier))
    }
    let finding = Finding(
      detector: detector.rawValue, tier: tier, runID: id, agent: agent, version: version, spanIDs: spanIDs(),
      at: context.at, detail: detail(), evidence: evidence())
    if let policy, context.candidates.count > 1 {
      if memory.held.count < HeldFinding.limit { memory.held.append(HeldFinding(policy: policy, finding: finding)) }
    } else {
      keep(finding, into: &findings)
    }
  }

  /// Counts a finding and hands it out.
  mutating func keep(_ finding: Finding, into findings: inout [Finding]) {
    if worstTier.map({ $0 < finding.tier }) ?? true {
      worstTier = finding.tier
      worstDetector = finding.detector
    }
    findingCount &+= 1
    findings.append(finding)
  }

  /// Hands out what was held for a policy that turns out to count, and forgets the rest.
  mutating func release(policy: Int, into findings: inout [Finding]) {
    guard !memory.held.isEmpty else { return }
    let held = memory.held
    memory.held = []
    for held in held where held.policy == policy {
      var finding = held.finding
      finding.agent = agent
      finding.version = version
      keep(finding, into: &findings)
    }
  }
}

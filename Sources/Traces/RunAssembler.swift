public import Domain

/// What one batch of spans, or the passing of event time, did to a run.
public struct RunUpdate: Hashable, Sendable {
  /// The run after the batch.
  public var run: AgentRun
  /// What the batch revealed, in the order of the spans.
  public var findings: [Finding]
  /// Whether the run was open before the batch, or new, and has ended with it.
  public var didEnd: Bool
}

/// Puts spans together into runs, live and in bounded memory, and lets every detector judge them.
///
/// Spans may come in any order and more than once: exporters write a span when it ends, so children precede their
/// parents and the root comes last. Within a batch spans are taken by start time; a step that began before one already
/// taken in changes counters only, and what no order changes: policies, secrets (spec: trace detectors).
public struct RunAssembler: Sendable {
  static let agentLimit = 64

  private var recent: RecentRuns
  private var seen: RecentIdentifiers
  private var books: [String: AgentBook] = [:]
  private var names: AgentNames
  private var natures = ToolNatures()
  private var deadlines = DeadlineQueue()
  /// After so long a silence there may be something to say of a run.
  private let marks: [Duration]
  private var watermark = Watermark()
  /// The latest runs whose model calls stormed, and when.
  private var storms: [(run: UInt64, at: Timestamp)] = []
  private var agentFindings: [Finding] = []
  /// What the ids of runs begin with that are no example of what is usual; nil for none.
  private let canaryPrefix: String?

  /// Creates an assembler that holds at most `capacity` runs and recognises the latest `spanMemory` span ids.
  public init(
    capacity: Int = 10_000, spanMemory: Int = 65_536, policies: PolicySet = .undeclared,
    canaryPrefix: String? = nil
  ) {
    self.canaryPrefix = canaryPrefix
    recent = RecentRuns(capacity: capacity)
    seen = RecentIdentifiers(capacity: spanMemory)
    names = AgentNames(policies: policies)
    let idle = policies.policies.compactMap(\.budgets.idleSeconds).min() ?? Stall.idle
    marks = [min(idle, Stall.idle), Stall.idle, Orphan.patience.inSeconds, Stall.incident + 1].sorted().map {
      .seconds($0 + 1)
    }
  }

  /// How many runs are held.
  public var count: Int { recent.count }

  /// The runs that are held, the one touched last first.
  public var runs: [AgentRun] { recent.newestFirst }

  /// A run that is held.
  public func run(_ id: String) -> AgentRun? { recent[id] }

  /// Which detectors cannot judge which agents, and why, by agent and in the order of the detectors; from the runs that
  /// are held.
  public var blindSpots: [BlindSpot] {
    let hasCostBudget = names.policies.policies.contains { $0.budgets.usd != nil }
    var spots: [BlindSpot] = []
    var tallies: [String: BlindTally] = [:]
    recent.forEach { run in
      let agent = run.agent ?? "unknown"
      if tallies[agent] != nil || tallies.count < 4 * RunAssembler.agentLimit {
        tallies[agent, default: BlindTally()] = tallies[agent, default: BlindTally()] + run.memory.blind
      }
    }
    for (agent, tally) in tallies.sorted(by: { $0.key < $1.key }) {
      for detector in Detector.allCases where detector != .budgetCost || hasCostBudget {
        guard let reason = tally.reason(for: detector.needs) else { continue }
        spots.append(BlindSpot(agent: agent, detector: detector.rawValue, because: reason))
      }
      spots += books[agent]?.blindSpots ?? []
      guard names.policies.leavesOut(agent) else { continue }
      for detector in [Detector.policyTool, .policyWriteScope, .policyEgress]
      where !spots.contains(where: { $0.agent == agent && $0.detector == detector.rawValue }) {
        spots.append(
          BlindSpot(
            agent: agent, detector: detector.rawValue,
            because: "the policy file says nothing of this agent: give it a policy, or all others a 'default'"))
      }
    }
    return spots
  }

  /// Takes the findings about many runs that were made since the last call, oldest first. They name no run.
  public mutating func takeAgentFindings() -> [Finding] {
    let taken = agentFindings
    agentFindings = []
    return taken
  }

  /// The runs of these spans that are not held, in order of appearance: load those that are stored and ``restore(_:)``
  /// them before adding the spans.
  public func missingRunIDs(for spans: [TraceSpan]) -> [String] {
    var known: Set<String> = []
    return spans.compactMap { span in
      let id = span.runID.boundedIdentifier()
      return !recent.contains(id) && known.insert(id).inserted ? id : nil
    }
  }

  /// Takes up a stored run again; one that is already held stays as it is.
  public mutating func restore(_ run: AgentRun) {
    guard !recent.contains(run.id) else { return }
    for step in run.repetitions.steps { _ = seen.insert(SpanKey(run: run.id, span: step.spanID).ended) }
    recent.update(run.id, orInsert: { run }, { _, _ in })
    schedule(run.id)
  }

  /// Learns from ended runs of earlier times, oldest first, what is usual for their agents; finds nothing.
  public mutating func learn(from runs: some Sequence<AgentRun>) {
    for run in runs where run.isEnded && !isCanary(run.id) { _ = book(of: run) { $0.learn(run, compares: false) } }
  }

  /// Takes in a batch of spans and tells what became of each run that it touches, in order of their first span; then of
  /// the runs whose silence the batch's event time reveals.
  public mutating func add(_ spans: [TraceSpan]) -> [RunUpdate] {
    var changes = RunChanges()
    let order = RunAssembler.order(of: spans)
    // Through a pointer, a span is lent; from the array it would be copied with all its texts' references.
    spans.withUnsafeBufferPointer { spans in
      for index in order { add(spans[index], &changes) }
    }
    // A root begins before its children, so within a batch it is taken in before them.
    for id in changes.order where recent.inspect(id, { $0.isEnded }) == true { end(id, &changes) }
    if let now = watermark.time { advance(to: now, &changes) }
    return finish(changes)
  }

  /// Ends the input: runs whose agent was never named are judged by the default policy, and versions are compared as
  /// far as their runs suffice.
  public mutating func finish() -> [RunUpdate] {
    var changes = RunChanges()
    for run in recent.newestFirst.reversed() where !run.memory.held.isEmpty {
      changes.note(run.id, wasEnded: run.isEnded)
      recent.inspect(run.id) { run in
        var findings: [Finding] = []
        run.release(policy: 0, into: &findings)
        changes.add(findings, to: run.id)
      }
    }
    let now = watermark.time ?? .epoch
    for agent in books.keys.sorted() { agentFindings += books[agent]?.finish(at: now) ?? [] }
    return finish(changes)
  }

  private mutating func finish(_ changes: RunChanges) -> [RunUpdate] {
    changes.order.compactMap { id in
      guard let run = recent[id], let change = changes.byRun[id] else { return nil }
      let didEnd = run.isEnded && !change.wasEnded
      return RunUpdate(run: run, findings: change.findings, didEnd: didEnd)
    }
  }

  /// The places of the spans by start, then end, then their own order.
  private static func order(of spans: [TraceSpan]) -> [Int] {
    let keys = spans.indices.map { index in
      (start: spans[index].start.nanoseconds, end: spans[index].end?.nanoseconds ?? .max, index: index)
    }
    let isSorted = zip(keys, keys.dropFirst()).allSatisfy { ($0.start, $0.end) <= ($1.start, $1.end) }
    return isSorted ? keys.map(\.index) : keys.sorted { $0 < $1 }.map(\.index)
  }

  private mutating func add(_ span: TraceSpan, _ changes: inout RunChanges) {
    let id = span.runID.boundedIdentifier()
    let spanID = span.spanID.boundedIdentifier(32)
    let key = SpanKey(run: id, span: spanID)
    if changes.byRun[id] == nil { changes.note(id, wasEnded: recent.inspect(id) { $0.isEnded } ?? false) }
    var isNew = true
    if span.end == nil {
      guard !seen.contains(key.ended), seen.insert(key.open) else { return }
    } else {
      guard seen.insert(key.ended) else { return }
      isNew = !seen.contains(key.open)
    }
    watermark.note(span.end ?? span.start)
    let arrival = Arrival(
      spanID: spanID, isNew: isNew, nature: span.operation == .tool ? natures.nature(of: span.tool ?? span.name) : [],
      isParentSeen: span.parentID.map { isSeen($0.boundedIdentifier(32), in: id) } ?? true)
    let names = names
    var findings: [Finding] = []
    let isCall = span.operation == .tool && span.end != nil
    let (agent, service, isScheduled) = recent.update(id, orInsert: { AgentRun(firstSpan: span, id: id) }) {
      run, isScheduled in
      run.add(span, arrival, names: names, into: &findings)
      return (isCall ? run.agent : nil, span.parentID == nil ? run.service : nil, isScheduled)
    }
    if !isScheduled { schedule(id) }
    if span.parentID == nil, !span.agentIsService, let service, let name = span.agent {
      self.names.note(service: service, agent: name)
    }
    if let agent, books[agent] != nil {
      agentFindings +=
        books[agent]?.note(
          tool: span.tool ?? span.name, isError: span.isError, version: span.version, at: span.end ?? span.start) ?? []
    }
    cascade(&findings, id)
    changes.add(findings, to: id)
  }

  private func isSeen(_ span: String, in run: String) -> Bool {
    let key = SpanKey(run: run, span: span)
    return seen.contains(key.ended) || seen.contains(key.open)
  }

  private func isCanary(_ id: String) -> Bool { canaryPrefix.map(id.hasPrefix) ?? false }

  /// What is judged when a run has ended: its size against what is usual, then the usual against it.
  private mutating func end(_ id: String, _ changes: inout RunChanges) {
    guard !isCanary(id), recent.inspect(id, { $0.steps }) ?? 0 > 0, let run = recent[id] else { return }
    if let usual = books[run.agent ?? "unknown"]?.usualIfEnough {
      var findings: [Finding] = []
      let context = StepContext(
        spanID: run.memory.pace.lastSpan, at: run.end, isLate: false, policies: names.policies,
        candidates: names.candidates(for: run) ?? 0..<1)
      recent.inspect(id) { BudgetDetector.compare(&$0, with: usual, context, &findings) }
      changes.add(findings, to: id)
    }
    agentFindings += book(of: run) { $0.learn(run) }
  }

  /// RETRY_STORM is an incident when three runs storm within two minutes.
  private mutating func cascade(_ findings: inout [Finding], _ id: String) {
    if findings.isEmpty || isCanary(id) { return }
    for index in findings.indices where findings[index].detector == Detector.retryStorm.rawValue {
      let (own, at) = (ContentHash.of(id), findings[index].at)
      storms.removeAll { $0.run == own || $0.at < at - .seconds(120) }
      if storms.count >= 16 { storms.removeFirst() }
      storms.append((own, at))
      if storms.count >= 3 {
        findings[index].tier = .incident
        findings[index].detail += "; \(storms.count) runs at once"
      }
    }
  }

  /// Looks at the runs that nothing has been heard of.
  private mutating func advance(to now: Timestamp, _ changes: inout RunChanges) {
    for id in deadlines.due(at: now) {
      recent.setScheduled(id, false)
      guard let known = recent[id] else { continue }
      var findings: [Finding] = []
      var isOrphan = false
      let context = StepContext(
        spanID: "", at: now, isLate: false, policies: names.policies,
        candidates: names.candidates(for: known) ?? names.policies.candidates)
      let isDone = recent.inspect(id) { run in
        Stall.observeSilence(until: now, context, &run, &findings)
        isOrphan = Orphan.judge(at: now, context, &run, &findings)
        return now - run.end > .seconds(Stall.incident)
      }
      if isOrphan { agentFindings += book(of: known) { $0.noteOrphan(at: now) } }
      if isDone == false { schedule(id) }
      if !findings.isEmpty {
        changes.note(id, wasEnded: known.isEnded)
        changes.add(findings, to: id)
      }
    }
  }

  /// The next instant at which a run's silence would mean something.
  private mutating func schedule(_ id: String) {
    guard let end = recent.inspect(id, { $0.end }) else { return }
    let now = watermark.time ?? .epoch
    guard let next = marks.first(where: { end + $0 > now }) else { return }
    recent.setScheduled(id, true)
    deadlines.schedule(id, at: end + next)
    // Runs that were forgotten leave entries behind, for ever where their times lie far ahead.
    guard deadlines.count > 4 * recent.capacity else { return }
    deadlines = DeadlineQueue()
    var ends: [(id: String, end: Timestamp)] = []
    recent.forEach { ends.append(($0.id, $0.end)) }
    for (id, end) in ends { deadlines.schedule(id, at: end + (marks.first { end + $0 > now } ?? .zero)) }
  }

  private mutating func book(of run: AgentRun, _ body: (inout AgentBook) -> [Finding]) -> [Finding] {
    let agent = run.agent ?? "unknown"
    guard books[agent] != nil || books.count < RunAssembler.agentLimit else { return [] }
    return body(&books[agent, default: AgentBook(agent: agent)])
  }
}

/// What a batch changed, run by run.
struct RunChanges {
  private(set) var order: [String] = []
  private(set) var byRun: [String: (findings: [Finding], wasEnded: Bool)] = [:]

  mutating func note(_ id: String, wasEnded: Bool) {
    guard byRun[id] == nil else { return }
    order.append(id)
    byRun[id] = ([], wasEnded)
  }

  mutating func add(_ findings: [Finding], to id: String) {
    if !findings.isEmpty { byRun[id]?.findings += findings }
  }
}

/// What is known of a span that arrives, besides the span itself.
struct Arrival {
  var spanID: String
  var isNew: Bool
  var nature: ToolNature
  var isParentSeen: Bool
}

/// Tells a span apart, once while it is open and once ended.
struct SpanKey {
  let open: UInt64
  let ended: UInt64

  init(run: String, span: String) {
    var hash = ContentHash()
    hash.combine(run)
    hash.combine(span)
    open = hash.value
    ended = open ^ 0x9E37_79B9_7F4A_7C15
  }
}

public import Domain

/// What one batch of spans did to a run.
public struct RunUpdate: Hashable, Sendable {
  /// The run after the batch.
  public var run: AgentRun
  /// What the batch revealed, in the order of the spans.
  public var findings: [Finding]
  /// Whether the run was open before the batch, or new, and has ended with it.
  public var didEnd: Bool
}

/// Puts spans together into runs, live and in bounded memory, and watches each run for repetition (LOOP_REPEAT).
///
/// Spans may come in any order and more than once: exporters write a span when it ends, so children precede their
/// parents and the root comes last. Within a batch spans are taken by start time; a tool step that began before one
/// already taken in changes counters only (spec: trace detectors).
public struct RunAssembler: Sendable {
  /// The name of the repetition detector.
  public static let loopRepeat = "LOOP_REPEAT"
  static let agentLimit = 256

  private var recent: RecentRuns
  private var seen: RecentIdentifiers
  private var blindByAgent: [String: BlindTally] = [:]

  /// Creates an assembler that holds at most `capacity` runs and recognises the latest `spanMemory` span ids.
  public init(capacity: Int = 10_000, spanMemory: Int = 65_536) {
    recent = RecentRuns(capacity: capacity)
    seen = RecentIdentifiers(capacity: spanMemory)
  }

  /// How many runs are held.
  public var count: Int { recent.count }

  /// The runs that are held, the one touched last first.
  public var runs: [AgentRun] { recent.newestFirst }

  /// A run that is held.
  public func run(_ id: String) -> AgentRun? { recent[id] }

  /// Which detectors cannot judge which agents, from the tool calls of the runs that are held,
  /// sorted by agent.
  public var blindSpots: [BlindSpot] {
    blindByAgent.sorted { $0.key < $1.key }.compactMap { agent, tally in
      tally.reason.map { BlindSpot(agent: agent, detector: RunAssembler.loopRepeat, because: $0) }
    }
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
    for step in run.repetitions.steps { _ = seen.insert(RunAssembler.endedHash(run.id, step.spanID)) }
    forgetBlindness(ofAdding: run.id)
    note(run.blindTally, of: run.agent)
    recent.update(run.id, orInsert: { run }, { _ in })
  }

  /// Takes in a batch of spans and tells what became of each run that it touches, in order of their first span.
  public mutating func add(_ spans: [TraceSpan]) -> [RunUpdate] {
    let sorted = spans.indices.sorted { left, right in
      let (first, second) = (spans[left], spans[right])
      if first.start != second.start { return first.start < second.start }
      let (firstEnd, secondEnd) = (first.end ?? .distantFuture, second.end ?? .distantFuture)
      return firstEnd != secondEnd ? firstEnd < secondEnd : left < right
    }
    var order: [String] = []
    var changes: [String: (findings: [Finding], wasEnded: Bool)] = [:]
    for index in sorted {
      let span = spans[index]
      let id = span.runID.boundedIdentifier()
      if changes[id] == nil {
        order.append(id)
        changes[id] = ([], recent[id]?.isEnded ?? false)
      }
      if let finding = add(span, to: id) { changes[id]?.findings.append(finding) }
    }
    return order.compactMap { id in
      guard let run = recent[id], let change = changes[id] else { return nil }
      return RunUpdate(run: run, findings: change.findings, didEnd: run.isEnded && !change.wasEnded)
    }
  }

  private static func endedHash(_ run: String, _ span: String) -> UInt64 { ContentHash.of(run, span, "ended") }

  private mutating func add(_ span: TraceSpan, to id: String) -> Finding? {
    let spanID = span.spanID.boundedIdentifier(32)
    let openHash = ContentHash.of(id, spanID, "open")
    var isNew = true
    if span.end == nil {
      isNew = !seen.contains(RunAssembler.endedHash(id, spanID)) && seen.insert(openHash)
    } else {
      guard seen.insert(RunAssembler.endedHash(id, spanID)) else { return nil }
      isNew = !seen.contains(openHash)
    }
    forgetBlindness(ofAdding: id)
    var before = BlindTally()
    var agentBefore: String?
    let (finding, agent, after) = recent.update(id, orInsert: { AgentRun(firstSpan: span, id: id) }) { run in
      before = run.blindTally
      agentBefore = run.agent
      let finding = run.add(span, spanID: spanID, isNew: isNew)
      return (finding, run.agent, run.blindTally)
    }
    if before != after || agentBefore != agent {
      note(BlindTally() - before, of: agentBefore)
      note(after, of: agent)
    }
    return finding
  }

  private mutating func forgetBlindness(ofAdding id: String) {
    if let victim = recent.victim(ofAdding: id) { note(BlindTally() - victim.blindTally, of: victim.agent) }
  }

  private mutating func note(_ change: BlindTally, of agent: String?) {
    guard change != BlindTally() else { return }
    let name = agent ?? "unknown"
    guard blindByAgent[name] != nil || blindByAgent.count < RunAssembler.agentLimit else { return }
    let tally = (blindByAgent[name] ?? BlindTally()) + change
    blindByAgent[name] = tally.toolCalls > 0 ? tally : nil
  }
}

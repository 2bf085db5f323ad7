import Domain

/// The agents' runs as OTLP in JSON: spans are exported when they end, in one batch an agent every two seconds, so
/// children come before their parents and the root comes last.
struct AgentLog: Sendable {
  private struct EndedSpan {
    var agent: Int
    var end: Timestamp
    var bytes: [UInt8]
  }

  private static let flushInterval: Int64 = 2_000_000_000

  private let script: FaultScript
  private let liveStart: Timestamp
  private let runsPerSecond: Double
  private var dice: Dice
  private var nextRun: Timestamp
  private var flush: Timestamp
  /// Spans of runs that have begun, in no order; a handful of runs overlap.
  private var ended: [EndedSpan] = []
  /// Lines of the flush at `flush` that are still to be handed out, the first one last.
  private var ready: [[UInt8]] = []

  init(seed: UInt64, start: Timestamp, liveStart: Timestamp, script: FaultScript, runsPerSecond: Double) {
    self.script = script
    self.liveStart = liveStart
    self.runsPerSecond = runsPerSecond
    dice = Dice(seed: seed)
    nextRun = start
    flush = start.floored(toNanoseconds: AgentLog.flushInterval)
    nextRun = start + .nanoseconds(dice.gap(perSecond: runsPerSecond))
    addLoops(after: start, to: nextRun)
    prepare()
  }

  /// When the next line is due.
  var next: Timestamp { flush }

  /// The line that is due.
  mutating func line() -> [UInt8] {
    let line = ready.popLast() ?? []
    if ready.isEmpty { prepare() }
    return line
  }

  /// Moves to the next flush that has something to export.
  private mutating func prepare() {
    while ready.isEmpty {
      flush = flush + .nanoseconds(AgentLog.flushInterval)
      while nextRun < flush {
        addRun(at: nextRun)
        let following = nextRun + .nanoseconds(dice.gap(perSecond: runsPerSecond))
        addLoops(after: nextRun, to: following)
        nextRun = following
      }
      for (index, agent) in AgentProfile.all.enumerated().reversed() {
        let due = ended.filter { $0.agent == index && $0.end < flush }.sorted { $0.end < $1.end }
        guard !due.isEmpty else { continue }
        ready.append(AgentLog.batch(agent, due.map(\.bytes)))
      }
      ended.removeAll { $0.end < flush }
    }
  }

  private mutating func addLoops(after first: Timestamp, to last: Timestamp) {
    for fault in script.faults(from: first - liveStart, to: last - liveStart) {
      guard case .agentLoop(let name, let repeats) = fault.fault, liveStart + fault.at > first,
        let index = AgentProfile.all.firstIndex(where: { $0.name == name })
      else { continue }
      addLoop(index, at: liveStart + fault.at, repeats: repeats)
    }
  }

  private mutating func addRun(at start: Timestamp) {
    var rest = dice.unit()
    var index = 0
    for (candidate, agent) in AgentProfile.all.enumerated() {
      index = candidate
      rest -= agent.share
      if rest < 0 { break }
    }
    let agent = AgentProfile.all[index]
    var run = AgentSpanWriter(agent: agent, start: start, dice: &dice)
    let calls = agent.calls.lowerBound + dice.below(agent.calls.count)
    for _ in 0..<calls {
      add(run.modelCall(&dice), of: index)
      let tool = dice.pick(agent.tools)
      let argument = run.argument(of: tool, &dice)
      if dice.chance(0.02) { add(run.toolCall(tool, argument, result: nil, &dice), of: index) }
      let result = run.result(of: tool, &dice)
      add(run.toolCall(tool, argument, result: result, &dice), of: index)
    }
    add(run.modelCall(&dice), of: index)
    add(run.root(), of: index)
  }

  private mutating func addLoop(_ index: Int, at start: Timestamp, repeats: Int) {
    let agent = AgentProfile.all[index]
    var run = AgentSpanWriter(agent: agent, start: start, dice: &dice)
    let tool = agent.tools[0]
    let argument = run.argument(of: tool, &dice)
    for _ in 0..<max(1, repeats) {
      add(run.modelCall(&dice), of: index)
      add(run.toolCall(tool, argument, result: "{\"hits\":0,\"hint\":\"try again\"}", &dice), of: index)
    }
    add(run.modelCall(&dice), of: index)
    add(run.root(), of: index)
  }

  private mutating func add(_ span: (end: Timestamp, bytes: [UInt8]), of agent: Int) {
    ended.append(EndedSpan(agent: agent, end: span.end, bytes: span.bytes))
  }

  private static func batch(_ agent: AgentProfile, _ spans: [[UInt8]]) -> [UInt8] {
    var text = ByteText()
    text.add("{\"resourceSpans\":[{\"resource\":{\"attributes\":[")
    text.add("{\"key\":\"service.name\",\"value\":{\"stringValue\":\"prod-assistant\"}},")
    text.add("{\"key\":\"service.version\",\"value\":{\"stringValue\":\"")
    text.add(agent.version)
    text.add("\"}}]},\"scopeSpans\":[{\"scope\":{\"name\":\"assistant.agents\"},\"spans\":[")
    for (index, span) in spans.enumerated() {
      if index > 0 { text.add(",") }
      text.add(span)
    }
    text.add("]}]}]}\n")
    return text.bytes
  }
}

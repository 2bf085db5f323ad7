import Domain

/// How long the latest steps have matched those one period before, for periods 2 to 5.
struct CycleMemory: Hashable, Sendable {
  static let periods = 2...5
  /// Matching steps by period, from period 2 on.
  var matches = [0, 0, 0, 0]
  /// The latest outcomes, at most 5, oldest first.
  var outcomes: [UInt64] = []
}

/// LOOP_CYCLE: a period of 2 to 5 calls with equal arguments and results, repeated: warn from 3 times, incident from 5.
enum LoopCycle: StepDetector {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard span.operation == .tool, !context.isLate else { return }
    guard let outcome = run.repetitions.steps.last?.outcome else {
      run.memory.cycle = CycleMemory()
      return
    }
    var reached: (period: Int, times: Int)?
    let count = run.memory.cycle.outcomes.count
    for period in CycleMemory.periods {
      let matches = count >= period && run.memory.cycle.outcomes[count - period] == outcome
      run.memory.cycle.matches[period - 2] = matches ? run.memory.cycle.matches[period - 2] + 1 : 0
      let times = run.memory.cycle.matches[period - 2] / period + 1
      // The same call over and over is LOOP_REPEAT's.
      let isVaried = run.memory.cycle.outcomes.suffix(period - 1).contains { $0 != outcome }
      if times >= 3, isVaried, reached == nil { reached = (period, times) }
    }
    if count >= 5 { run.memory.cycle.outcomes.removeFirst() }
    run.memory.cycle.outcomes.append(outcome)
    guard let reached else { return }
    let steps = run.repetitions.steps.suffix(reached.period * reached.times)
    run.report(
      .loopCycle, reached.times >= 5 ? .incident : .warn, context, spanIDs: steps.map(\.spanID),
      detail: "\(reached.period) calls repeated \(reached.times) times with the same arguments and the same results",
      evidence: "last: \(StepContext.name(span))(\(EvidenceExcerpt.of(span.arguments ?? "")))", into: &findings)
  }
}

/// What an agent said last, and how often in a row.
struct TextMemory: Hashable, Sendable {
  var hash: UInt64?
  /// What it was asked, where that is recorded.
  var question: UInt64?
  var count = 0
  var spanIDs: [String] = []
}

/// LOOP_CONTENT: the same text, letters and white space aside, in three answers without a tool call or another question between: warn.
enum LoopContent: StepDetector {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard !context.isLate else { return }
    if span.operation == .tool || span.toolRequests?.isEmpty == false {
      if run.memory.text.count > 0 { run.memory.text = TextMemory() }
      return
    }
    guard span.operation == .model, let text = span.outputText, let hash = normalised(text) else { return }
    // The same answer to another question is no monologue.
    let question = span.inputText.map { ContentHash.of($0) }
    if run.memory.text.hash == hash, run.memory.text.question == question {
      run.memory.text.count += 1
      run.memory.text.spanIDs = run.memory.text.spanIDs.suffix(Finding.spanLimit - 1) + [context.spanID]
    } else {
      run.memory.text = TextMemory(hash: hash, question: question, count: 1, spanIDs: [context.spanID])
    }
    guard run.memory.text.count >= 3 else { return }
    let (count, spans) = (run.memory.text.count, run.memory.text.spanIDs)
    run.report(
      .loopContent, .warn, context, spanIDs: spans,
      detail: "the same answer \(count) times in a row, without a tool call between",
      evidence: EvidenceExcerpt.of(text), into: &findings)
  }

  /// A hash of the text in lower case with single spaces; nil when nothing is left.
  private static func normalised(_ text: String) -> UInt64? {
    var hash = ContentHash()
    var isEmpty = true
    var wasSpace = true
    for byte in text.utf8 {
      let isSpace = byte <= 0x20
      if isSpace, wasSpace { continue }
      wasSpace = isSpace
      if !isSpace { isEmpty = false }
      let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      hash.combine(UInt64(isSpace ? 0x20 : folded))
    }
    if isEmpty { return nil }
    return hash.value
  }
}

/// NO_PROGRESS: twelve tool calls without a result that was not seen before: notice only.
enum NoProgress: StepDetector {
  static let limit = 12

  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard span.operation == .tool, !context.isLate, let result = run.repetitions.steps.last?.result else { return }
    if run.memory.results.insert(result.short) {
      run.memory.callsSinceNew = 0
      return
    }
    run.memory.callsSinceNew += 1
    guard run.memory.callsSinceNew >= limit else { return }
    let spans = run.repetitions.steps.suffix(limit).map(\.spanID)
    run.report(
      .noProgress, .notice, context, spanIDs: spans,
      detail: "\(limit) tool calls in a row brought no result that was not seen before",
      evidence: "\(StepContext.name(span)) → \(EvidenceExcerpt.of(span.result ?? ""))", into: &findings)
  }
}

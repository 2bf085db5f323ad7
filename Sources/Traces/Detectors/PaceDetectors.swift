import Domain

/// When a run's steps happened.
struct PaceMemory: Hashable, Sendable {
  /// The latest end of a step.
  var lastEnd: Timestamp?
  var lastSpan = ""
  /// The trace of the latest step.
  var lastTrace: UInt32 = 0
  /// Whether the latest step was an answer that nothing follows until a person speaks again.
  var isWaiting = false
  /// Spans that have begun and not ended.
  var open = 0
  /// Whether the times are made up.
  var isSynthetic = false
}

/// STALL: no step for longer than 120 s, or than the policy's `idle_seconds`: warn; incident from 600 s.
///
/// A pause between an answer and the next question is a person's, and is passed over; so is one between two traces.
enum Stall: StepDetector {
  static let idle = 120.0
  static let incident = 600.0

  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    let trace = ContentHash.of(span.traceID).short
    if span.hasSyntheticTime {
      run.memory.pace.isSynthetic = true
    } else if !context.isLate, let last = run.memory.pace.lastEnd, !run.memory.pace.isWaiting,
      run.memory.pace.lastTrace == trace, span.start > last + .seconds(1)
    {
      let gap = (span.start - last).inSeconds
      let before = run.memory.pace.lastSpan
      judge(
        gap, "nothing happened for \(BudgetDetector.figure(gap)) s between two steps", incident: true,
        [before, context.spanID], context, &run, &findings)
    }
    if run.memory.pace.lastEnd.map({ $0 <= context.at }) ?? true {
      run.memory.pace.lastEnd = context.at
      run.memory.pace.lastSpan = context.spanID
      run.memory.pace.lastTrace = trace
      run.memory.pace.isWaiting = isAnswer(span)
    }
  }

  /// Judges a run that has been silent until now.
  static func observeSilence(
    until now: Timestamp, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    let pace = run.memory.pace
    guard !run.isEnded, run.steps > 0 || pace.open > 0, !pace.isWaiting, !pace.isSynthetic else { return }
    let silence = (now - run.end).inSeconds
    // Exporters write a span when it ends: only a span that is known to be open tells a standstill from a lost end.
    judge(
      silence, "the run is open and has been silent for \(BudgetDetector.figure(silence)) s", incident: pace.open > 0,
      [pace.lastSpan].filter { !$0.isEmpty }, context, &run, &findings)
  }

  private static func judge(
    _ gap: Double, _ detail: String, incident: Bool, _ spans: [String], _ context: StepContext, _ run: inout AgentRun,
    _ findings: inout [Finding]
  ) {
    for candidate in context.candidates {
      let idle = context.policies.policies[candidate].budgets.idleSeconds ?? Stall.idle
      guard gap > idle else { continue }
      run.report(
        .stall, incident && gap >= max(Stall.incident, idle) ? .incident : .warn, policy: candidate, context,
        spanIDs: spans, detail: detail, evidence: "limit \(BudgetDetector.figure(idle)) s", into: &findings)
    }
  }

  private static func isAnswer(_ span: TraceSpan) -> Bool {
    guard span.operation == .model, !span.isError, span.toolRequests?.isEmpty ?? true else { return false }
    if let reasons = span.finishReasons, !reasons.isEmpty {
      return reasons.allSatisfy { ["stop", "end_turn", "STOP", "completed"].contains($0) }
    }
    return span.outputText?.isEmpty == false
  }
}

/// ORPHAN: a span's parent has not been seen 300 s of event time after the run's latest span: notice.
enum Orphan {
  static let patience: Duration = .seconds(300)
  static let limit = 16

  /// Notes the span, and the parent that it waits for.
  static func note(_ span: TraceSpan, _ arrival: Arrival, _ run: inout AgentRun) {
    if !run.memory.parents.isEmpty {
      let own = ContentHash.of(arrival.spanID)
      run.memory.parents.removeAll { $0 == own }
    }
    guard !arrival.isParentSeen, run.memory.parents.count < limit,
      let parent = span.parentID?.boundedIdentifier(32)
    else { return }
    let hash = ContentHash.of(parent)
    if !run.memory.parents.contains(hash) { run.memory.parents.append(hash) }
  }

  static func judge(
    at now: Timestamp, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) -> Bool {
    guard !run.memory.parents.isEmpty, now >= run.end + patience else { return false }
    let before = run.findingCount
    let count = run.memory.parents.count
    let last = run.memory.pace.lastSpan
    run.report(
      .orphan, .notice, context, spanIDs: [last].filter { !$0.isEmpty },
      detail: "\(count) parent span\(count == 1 ? " is" : "s are") missing 300 s after the run's latest span",
      evidence: "the process ended before it exported them, or they were lost on the way", into: &findings)
    return run.findingCount > before
  }
}

import Domain

/// The failures of a run's tools.
struct ErrorMemory: Hashable, Sendable {
  struct FailedCall: Hashable, Sendable {
    var call: UInt32
    var count: Int
  }

  static let callLimit = 16
  /// Failed tool calls in a row, up to the latest.
  var streak = 0
  /// Their spans, the latest 16.
  var spanIDs: [String] = []
  /// How often each call failed since it last succeeded.
  var failed: [FailedCall] = []
}

/// TOOL_ERROR_STREAK: failed tool calls in a row, or failures of the same call: notice from 3, warn from 4 in a row,
/// incident from 6 in a row or 5 of the same.
enum ToolErrorStreak: StepDetector {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard span.operation == .tool, !context.isLate else { return }
    let call = run.repetitions.steps.last?.call?.short
    guard span.isError else {
      run.memory.errors.streak = 0
      if !run.memory.errors.spanIDs.isEmpty { run.memory.errors.spanIDs = [] }
      if !run.memory.errors.failed.isEmpty { run.memory.errors.failed.removeAll { $0.call == call } }
      return
    }
    run.memory.errors.streak += 1
    run.memory.errors.spanIDs = run.memory.errors.spanIDs.suffix(Finding.spanLimit - 1) + [context.spanID]
    var same = 0
    if let call {
      if let index = run.memory.errors.failed.firstIndex(where: { $0.call == call }) {
        same = run.memory.errors.failed[index].count + 1
        run.memory.errors.failed[index].count = same
      } else {
        same = 1
        if run.memory.errors.failed.count >= ErrorMemory.callLimit { run.memory.errors.failed.removeFirst() }
        run.memory.errors.failed.append(ErrorMemory.FailedCall(call: call, count: 1))
      }
    }
    let streak = run.memory.errors.streak
    guard let tier = tier(streak: streak, same: same) else { return }
    let spans = run.memory.errors.spanIDs
    run.report(
      .toolErrorStreak, tier, context, spanIDs: spans,
      detail: streak >= same
        ? "\(streak) tool calls failed in a row" : "the same call of \(StepContext.name(span)) failed \(same) times",
      evidence: "\(StepContext.name(span))(\(EvidenceExcerpt.of(span.arguments ?? ""))) → "
        + EvidenceExcerpt.of(span.statusMessage ?? span.errorType ?? span.result ?? "error"), into: &findings)
  }

  static func tier(streak: Int, same: Int) -> Finding.Tier? {
    if streak >= 6 || same >= 5 { return .incident }
    if streak >= 4 { return .warn }
    return streak >= 3 || same >= 3 ? .notice : nil
  }
}

/// The failures of a run's model calls.
struct RetryMemory: Hashable, Sendable {
  static let limit = 16
  /// When the latest failed model calls ended, oldest first.
  var times: [Timestamp] = []
  var spanIDs: [String] = []
}

/// RETRY_STORM: failed model calls of one run within 60 s, or a high attempt number: warn from 5, incident from 10, or
/// when three runs storm within two minutes.
enum RetryStorm: StepDetector {
  static let window: Duration = .seconds(60)

  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard span.operation == .model, !context.isLate, span.isError || (span.attempt ?? 0) > 1 else { return }
    let at = context.at
    while let first = run.memory.retries.times.first,
      first < at - window || run.memory.retries.times.count >= RetryMemory.limit
    {
      run.memory.retries.times.removeFirst()
      run.memory.retries.spanIDs.removeFirst()
    }
    if span.isError {
      run.memory.retries.times.append(at)
      run.memory.retries.spanIDs.append(context.spanID)
    }
    let count = max(run.memory.retries.times.count, span.attempt ?? 0)
    guard count >= 5 else { return }
    let spans = run.memory.retries.spanIDs
    run.report(
      .retryStorm, count >= 10 ? .incident : .warn, context, spanIDs: spans.isEmpty ? [context.spanID] : spans,
      detail: (span.attempt ?? 0) >= count
        ? "attempt \(count) of the same model call" : "\(count) model calls failed within a minute",
      evidence: EvidenceExcerpt.of(span.errorType ?? span.statusMessage ?? "error"), into: &findings)
  }
}

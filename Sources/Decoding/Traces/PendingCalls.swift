import Domain

/// Tool calls that have been asked for and not answered yet, in bounded memory.
struct PendingCalls: Sendable {
  private var calls = RecentMap<String, TraceSpan>(capacity: 1_024)

  /// Remembers a call under its run and id; one that has to go for it is given as an open span.
  mutating func ask(_ call: TraceSpan, run: String, id: String, into batch: inout TraceBatch) {
    if let evicted = calls.set(run + "\u{0}" + id, call) { batch.append(evicted) }
  }

  /// The call that a result answers, ended.
  mutating func answer(
    run: String, id: String, at end: Timestamp, result: String?, isError: Bool
  ) -> TraceSpan? {
    guard var call = calls.take(run + "\u{0}" + id) else { return nil }
    call.end = max(end, call.start)
    call.setResult(result)
    call.isError = isError
    return call
  }

  /// Gives the calls that were never answered, as open spans.
  mutating func finish(into batch: inout TraceBatch) {
    for (_, call) in calls.all { batch.append(call) }
    calls = PendingCalls().calls
  }
}

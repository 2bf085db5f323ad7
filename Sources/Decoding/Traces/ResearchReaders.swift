import Domain

/// Reads runs of tau-bench: one a record, without times.
struct TauBenchReader: TraceRecordReader {
  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    guard let messages = record[known: "traj"]?.array else {
      batch.refuse("a record without traj")
      return
    }
    let task = TraceValue.content(record[known: "task_id"]) ?? "?"
    let trial = TraceValue.content(record[known: "trial"]) ?? "0"
    let content = SpanIdentity.span(JSON.array(messages).canonical)
    var run = MessageRun(
      trace: "tau-\(task.prefix(utf8: 32))-\(trial.prefix(utf8: 32))-\(content)", name: "tau-bench", agent: "tau-bench")
    for message in messages {
      guard message.object != nil else {
        batch.refuse("a message that is no object")
        continue
      }
      if message[known: "role"]?.string == "tool" {
        let text = message[known: "content"].flatMap { TraceValue.content($0) }
        run.answer(
          ChatMessages.ToolResult(
            callID: message[known: "tool_call_id"]?.string, content: text,
            isError: text.map { $0.hasPrefix("Error") } ?? false))
      } else {
        run.add(message)
      }
    }
    run.finish(into: &batch) { root in
      if let reward = record[known: "reward"]?.double {
        root.evaluations = [TraceSpan.Evaluation(name: "reward", score: reward, label: nil)]
      }
    }
  }
}

/// Reads failure-attribution records of Who&When: one run of several agents a document, without times.
struct WhoAndWhenReader: TraceRecordReader {
  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    guard let messages = record[known: "history"]?.array else {
      batch.refuse("a record without history")
      return
    }
    let name = TraceValue.name(record[known: "question_ID"]) ?? SpanIdentity.trace(JSON.array(messages).canonical)
    var run = MessageRun(trace: name.boundedIdentifier(), name: "who-and-when", agent: nil)
    var before: String?
    for message in messages {
      guard let text = message[known: "content"]?.string else {
        batch.refuse("a message without content")
        continue
      }
      let role = TraceValue.name(message[known: "role"]) ?? "unknown"
      let speaker = TraceValue.name(message[known: "name"]) ?? WhoAndWhenReader.agent(role)
      if role == "human" {
        run.add(["role": "user", "content": .string(text)])
      } else if speaker == "Computer_terminal" {
        var call = run.next("execute_tool terminal", .tool)
        call.tool = "terminal"
        call.agent = before
        call.setResult(text)
        call.isError = text.hasPrefix("exitcode: ") && !text.hasPrefix("exitcode: 0")
        run.append(call)
      } else {
        run.add(["role": "assistant", "content": .string(text)], speaker: speaker)
        before = speaker
      }
    }
    run.finish(into: &batch) { root in
      root.agent = "who-and-when"
      if let agent = TraceValue.name(record[known: "mistake_agent"]) {
        root.evaluations = [
          TraceSpan.Evaluation(
            name: "mistake_step", score: TraceValue.amount(record[known: "mistake_step"]), label: agent)
        ]
      }
      if let question = record[known: "question"]?.string { root.setInputText(question) }
    }
  }

  /// `Orchestrator (-> WebSurfer)` speaks for the Orchestrator.
  private static func agent(_ role: String) -> String {
    guard let bracket = role.range(of: " (") else { return role }
    return String(role[..<bracket.lowerBound])
  }
}

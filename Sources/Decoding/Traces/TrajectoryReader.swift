import Domain

/// Reads trajectories of SWE-agent (`.traj`) and mini-SWE-agent: one run a document, without times.
///
/// Source of the shape: SWE-agent's `docs/usage/trajectories.md`; mini-SWE-agent's messages by samples.
struct TrajectoryReader: TraceRecordReader {
  mutating func read(_ record: JSON, into batch: inout TraceBatch) {
    if let messages = record.array {
      history(messages, of: .null, name: "mini-swe-agent", &batch)
    } else if let steps = record[known: "trajectory"]?.array, !steps.isEmpty {
      trajectory(steps, of: record, &batch)
    } else if let messages = (record[known: "history"] ?? record[known: "messages"])?.array {
      history(
        messages, of: record, name: record[known: "messages"] == nil ? "swe-agent" : "mini-swe-agent", &batch)
    } else {
      batch.refuse("neither trajectory nor history nor messages")
    }
  }

  private func run(_ record: JSON, _ content: [JSON], name: String) -> MessageRun {
    var run = MessageRun(trace: SpanIdentity.trace(name, JSON.array(content).canonical), name: name, agent: name)
    let info = record[known: "info"]
    run.version = TraceValue.name(info?[known: "swe_agent_version"] ?? info?[known: "mini_version"])
    let configured = info?[known: "config"] ?? TraceValue.unwrapped(record[known: "replay_config"])
    run.model = TraceValue.name(
      configured?[known: "model"]?[known: "model_name"] ?? configured?[known: "agent"]?[known: "model"]?[known: "name"])
    return run
  }

  private func trajectory(_ steps: [JSON], of record: JSON, _ batch: inout TraceBatch) {
    var run = run(record, steps, name: "swe-agent")
    for step in steps {
      guard step.object != nil else {
        batch.refuse("a step that is no object")
        continue
      }
      var model = run.next("chat", .model)
      model.setOutputText(step[known: "response"]?.string ?? step[known: "thought"]?.string)
      let action = step[known: "action"]?.string.map(TrajectoryReader.trimmed) ?? ""
      let tool = action.isEmpty ? nil : TrajectoryReader.command(action)
      model.toolRequests =
        tool.map {
          [TraceSpan.ToolRequest(id: nil, name: $0, argumentsHash: ContentHash.of(action))]
        } ?? []
      model.inputMessages = step[known: "query"]?.array?.count
      run.append(model)
      guard let tool else { continue }
      var call = run.next("execute_tool \(tool)", .tool)
      call.tool = tool
      call.setArguments(action)
      call.setResult(step[known: "observation"]?.string ?? "")
      if let seconds = TraceValue.amount(step[known: "execution_time"]) {
        call.end = call.start + .seconds(min(seconds, 86_400))
      }
      call.isError = TrajectoryReader.failed(call.result)
      run.append(call)
    }
    finish(&run, of: record, &batch)
  }

  private func history(_ messages: [JSON], of record: JSON, name: String, _ batch: inout TraceBatch) {
    var run = run(record, messages, name: name)
    for message in messages {
      guard message.object != nil else {
        batch.refuse("a message that is no object")
        continue
      }
      let role = message[known: "role"]?.string
      let text = ChatMessages.message(message).text
      if role == "user", run.hasOpenCall {
        let code = TrajectoryReader.element("returncode", of: text)
        run.answer(
          ChatMessages.ToolResult(
            callID: nil, content: TrajectoryReader.element("output", of: text) ?? text,
            isError: code.map { TrajectoryReader.trimmed($0) != "0" } ?? TrajectoryReader.failed(text)))
      }
      run.add(message)
      guard role == "assistant", message[known: "tool_calls"] == nil else { continue }
      if let action = TrajectoryReader.code(in: text) ?? message[known: "action"]?.string {
        let action = TrajectoryReader.trimmed(action)
        run.ask(
          TraceSpan.ToolRequest(
            id: nil, name: TrajectoryReader.command(action), argumentsHash: ContentHash.of(action)), arguments: action)
      }
    }
    finish(&run, of: record, &batch)
  }

  private func finish(_ run: inout MessageRun, of record: JSON, _ batch: inout TraceBatch) {
    let info = record[known: "info"]
    let statistics = info?[known: "model_stats"]
    run.finish(into: &batch) { root in
      if let cost = TraceValue.amount(statistics?[known: "instance_cost"]), cost > 0 { root.costUSD = cost }
      if let status = TraceValue.name(info?[known: "exit_status"]) {
        root.evaluations = [TraceSpan.Evaluation(name: "exit_status", score: nil, label: status)]
      }
      if let tokens = TraceValue.count(statistics?[known: "tokens_sent"]), tokens > 0 { root.inputTokens = tokens }
      if let tokens = TraceValue.count(statistics?[known: "tokens_received"]), tokens > 0 {
        root.outputTokens = tokens
      }
    }
  }

  /// The program of a command line: what calls of one tool have in common.
  static func command(_ action: String) -> String {
    String(action.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }).first ?? "command")
      .prefix(utf8: 128)
  }

  private static func trimmed(_ text: String) -> String {
    var slice = text[...]
    while let first = slice.first, first.isWhitespace { slice.removeFirst() }
    while let last = slice.last, last.isWhitespace { slice.removeLast() }
    return String(slice)
  }

  /// The shell's own words for a command that could not run.
  private static func failed(_ observation: String?) -> Bool {
    guard let observation else { return false }
    let head = observation.prefix(utf8: 2_048)
    return ["Traceback (most recent call last)", "command not found", "EXECUTION TIMED OUT", "SyntaxError: "].contains {
      head.contains($0)
    }
  }

  /// The last fenced block of shell commands in an answer.
  private static func code(in text: String) -> String? {
    guard let close = text.range(of: "\n```", backwards: true) else { return nil }
    guard let open = text[..<close.lowerBound].range(of: "```", backwards: true) else { return nil }
    let block = text[open.upperBound..<close.lowerBound]
    guard let line = block.firstIndex(of: "\n") else { return nil }
    return String(block[block.index(after: line)...])
  }

  /// The text of an element such as `<returncode>1</returncode>`.
  private static func element(_ name: String, of text: String) -> String? {
    guard let open = text.range(of: "<\(name)>"), let close = text.range(of: "</\(name)>", backwards: true),
      open.upperBound <= close.lowerBound
    else { return nil }
    return String(text[open.upperBound..<close.lowerBound])
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The first, or the last, place of a text within this one.
  func range(of other: String, backwards: Bool = false) -> Range<Index>? {
    let view = self[...].utf8
    let needle = Array(other.utf8)
    guard let first = needle.first else { return nil }
    func match(_ start: Index) -> Range<Index>? {
      var index = start
      for byte in needle {
        guard index < view.endIndex, view[index] == byte else { return nil }
        index = view.index(after: index)
      }
      return start..<index
    }
    var index = backwards ? view.endIndex : view.startIndex
    while backwards ? index > view.startIndex : index < view.endIndex {
      if backwards { index = view.index(before: index) }
      if view[index] == first, let found = match(index) { return found }
      if !backwards { index = view.index(after: index) }
    }
    return nil
  }
}

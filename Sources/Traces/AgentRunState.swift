public import Domain

extension AgentRun {
  /// Everything about the run, the detectors' rolling memory included, so that it can be stored and resumed.
  public var json: JSON {
    let steps = repetitions.steps.map { step in
      JSON.string(
        (step.call?.hexadecimal ?? "-") + " " + (step.result?.hexadecimal ?? "-") + (step.isError ? " e " : " o ")
          + step.spanID)
    }
    let outcomes = repetitions.outcomes.map { entry in
      JSON.string("\(entry.outcome.hexadecimal) \(entry.count) \(entry.reported?.rank ?? 0)")
    }
    return [
      "v": 1, "id": .string(id), "trace": .string(traceID), "agent": JSON(agent), "version": JSON(version),
      "start": .integer(start.nanoseconds), "end": .integer(end.nanoseconds), "ended": .bool(isEnded),
      "spans": JSON(spans), "steps": JSON(self.steps), "model_calls": JSON(modelCalls), "tool_calls": JSON(toolCalls),
      "tool_errors": JSON(toolErrors), "input_tokens": JSON(inputTokens), "output_tokens": JSON(outputTokens),
      "cost_usd": JSON(costUSD), "tier": JSON(worstTier?.rawValue), "findings": JSON(findingCount),
      "no_arguments": JSON(callsWithoutArguments), "no_result": JSON(callsWithoutResult),
      "agent_root": .bool(agentIsRoot), "version_root": .bool(versionIsRoot),
      "root_end": rootEnd.map { .integer($0.nanoseconds) } ?? .null,
      "last_step": lastStepStart.map { .integer($0.nanoseconds) } ?? .null,
      "streak": JSON(repetitions.streak), "streak_of": JSON(repetitions.streakOutcome?.hexadecimal),
      "ring": .array(steps), "outcomes": .array(outcomes),
    ]
  }

  /// Reads what ``json`` wrote; nil when it is not such a document. Unreadable steps are dropped and negative or
  /// oversized numbers clamped, so a damaged document never makes more than a wrong count.
  public init?(json: JSON) {
    guard json["v"]?.integer == 1, let id = json["id"]?.string, let trace = json["trace"]?.string,
      let start = json["start"]?.integer, let end = json["end"]?.integer
    else { return nil }
    func count(_ name: String) -> Int { Int(min(max(0, json[name]?.integer ?? 0), 1 << 53)) }
    func known(_ name: String) -> Int? { json[name]?.integer == nil ? nil : count(name) }
    func time(_ name: String) -> Timestamp? { json[name]?.integer.map { Timestamp(nanoseconds: $0) } }
    self.init(
      id: id.boundedIdentifier(), traceID: trace.boundedIdentifier(), start: Timestamp(nanoseconds: start),
      end: Timestamp(nanoseconds: end))
    agent = json["agent"]?.string?.boundedIdentifier()
    version = json["version"]?.string?.boundedIdentifier()
    isEnded = json["ended"]?.bool ?? false
    spans = count("spans")
    steps = count("steps")
    modelCalls = count("model_calls")
    toolCalls = count("tool_calls")
    toolErrors = count("tool_errors")
    inputTokens = known("input_tokens")
    outputTokens = known("output_tokens")
    costUSD = json["cost_usd"]?.double
    worstTier = json["tier"]?.string.flatMap(Finding.Tier.init(rawValue:))
    findingCount = count("findings")
    callsWithoutArguments = count("no_arguments")
    callsWithoutResult = count("no_result")
    agentIsRoot = json["agent_root"]?.bool ?? false
    versionIsRoot = json["version_root"]?.bool ?? false
    rootEnd = time("root_end")
    lastStepStart = time("last_step")
    repetitions.streak = count("streak")
    repetitions.streakOutcome = json["streak_of"]?.string.flatMap { UInt64($0, radix: 16) }
    repetitions.steps = (json["ring"]?.array ?? []).suffix(Repetitions.stepLimit).compactMap {
      $0.string.flatMap(ToolStep.init(stored:))
    }
    repetitions.outcomes = (json["outcomes"]?.array ?? []).suffix(Repetitions.outcomeLimit).compactMap {
      $0.string.flatMap(OutcomeCount.init(stored:))
    }
  }
}

extension ToolStep {
  fileprivate init?(stored text: String) {
    let parts = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    self.init(
      call: UInt64(parts[0], radix: 16), result: UInt64(parts[1], radix: 16), isError: parts[2] == "e",
      spanID: String(parts[3]).boundedIdentifier(32))
  }
}

extension OutcomeCount {
  fileprivate init?(stored text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 3, let outcome = UInt64(parts[0], radix: 16), let count = Int(parts[1]), count >= 0,
      let rank = Int(parts[2])
    else { return nil }
    self.init(outcome: outcome, count: count, reported: Finding.Tier(rank: rank))
  }
}

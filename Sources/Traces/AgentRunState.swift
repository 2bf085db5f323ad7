public import Domain

extension AgentRun {
  /// Everything about the run, the detectors' memory included, so that it can be stored and resumed.
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
      "v": 2, "id": .string(id), "trace": .string(traceID), "agent": JSON(agent), "version": JSON(version),
      "start": .integer(start.nanoseconds), "end": .integer(end.nanoseconds), "ended": .bool(isEnded),
      "spans": JSON(spans), "steps": JSON(self.steps), "model_calls": JSON(modelCalls), "tool_calls": JSON(toolCalls),
      "tool_errors": JSON(toolErrors), "input_tokens": JSON(inputTokens), "output_tokens": JSON(outputTokens),
      "cost_usd": JSON(costUSD), "tier": JSON(worstTier?.rawValue), "worst": JSON(worstDetector),
      "findings": JSON(findingCount),
      "agent_service": .bool(agentIsService), "service": JSON(service), "agent_root": .bool(agentIsRoot),
      "version_root": .bool(versionIsRoot), "root_end": rootEnd.map { .integer($0.nanoseconds) } ?? .null,
      "last_step": lastStepStart.map { .integer($0.nanoseconds) } ?? .null,
      "streak": JSON(repetitions.streak), "streak_of": JSON(repetitions.streakOutcome?.hexadecimal),
      "ring": .array(steps), "outcomes": .array(outcomes), "memory": memory.json,
    ]
  }

  /// Reads what ``json`` wrote; nil when it is not such a document. Unreadable steps are dropped and negative or
  /// oversized numbers clamped, so a damaged document never makes more than a wrong count. A run that an older version
  /// stored begins with an empty memory.
  public init?(json: JSON) {
    guard let version = json["v"]?.integer, (1...2).contains(version), let id = json["id"]?.string,
      let trace = json["trace"]?.string, let start = json["start"]?.integer, let end = json["end"]?.integer
    else { return nil }
    func known(_ name: String) -> Int? { json[name]?.integer == nil ? nil : json.count(name) }
    self.init(
      id: id.boundedIdentifier(), traceID: trace.boundedIdentifier(), start: Timestamp(nanoseconds: start),
      end: Timestamp(nanoseconds: end))
    agent = json["agent"]?.string?.boundedIdentifier()
    self.version = json["version"]?.string?.boundedIdentifier()
    isEnded = json["ended"]?.bool ?? false
    spans = json.count("spans")
    steps = json.count("steps")
    modelCalls = json.count("model_calls")
    toolCalls = json.count("tool_calls")
    toolErrors = json.count("tool_errors")
    inputTokens = known("input_tokens")
    outputTokens = known("output_tokens")
    costUSD = json["cost_usd"]?.double
    worstTier = json["tier"]?.string.flatMap(Finding.Tier.init(rawValue:))
    worstDetector = json["worst"]?.string?.boundedIdentifier(64)
    findingCount = json.count("findings")
    agentIsService = json["agent_service"]?.bool ?? false
    service = json["service"]?.string?.boundedIdentifier()
    agentIsRoot = json["agent_root"]?.bool ?? false
    versionIsRoot = json["version_root"]?.bool ?? false
    rootEnd = json.time("root_end")
    lastStepStart = json.time("last_step")
    repetitions.streak = json.count("streak")
    repetitions.streakOutcome = json["streak_of"]?.string.flatMap { UInt64($0, radix: 16) }
    repetitions.steps = (json["ring"]?.array ?? []).suffix(Repetitions.stepLimit).compactMap {
      $0.string.flatMap(ToolStep.init(stored:))
    }
    repetitions.outcomes = (json["outcomes"]?.array ?? []).suffix(Repetitions.outcomeLimit).compactMap {
      $0.string.flatMap(OutcomeCount.init(stored:))
    }
    if let stored = json["memory"] { memory = RunMemory(json: stored) }
  }
}

extension JSON {
  /// A count, within what a `Double` holds exactly; 0 where there is none.
  func count(_ name: String) -> Int { Int(Swift.min(Swift.max(0, self[name]?.integer ?? 0), 1 << 53)) }

  /// An instant in nanoseconds.
  func time(_ name: String) -> Timestamp? { self[name]?.integer.map { Timestamp(nanoseconds: $0) } }

  /// The texts of a list, at most so many, each bounded.
  func texts(_ name: String, _ limit: Int, bytes: Int = 64) -> [String] {
    (self[name]?.array ?? []).prefix(limit).compactMap { $0.string?.boundedIdentifier(bytes) }
  }

  /// The whole numbers of a list that fit, at most so many.
  func numbers(_ name: String, _ limit: Int) -> [UInt32] {
    (self[name]?.array ?? []).prefix(limit).compactMap { $0.integer.flatMap(UInt32.init(exactly:)) }
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

import Domain

extension RunMemory {
  /// The memory as a document; what is empty is left out, since most of it is in most runs.
  var json: JSON {
    var object = JSONObject()
    func put(_ name: String, _ value: JSON, unless isEmpty: Bool) { if !isEmpty { object[name] = value } }
    func list(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
    func list(_ numbers: some Sequence<UInt32>) -> JSON { .array(numbers.map { .integer(Int64($0)) }) }
    put("cycle", .array(cycle.matches.map { JSON($0) }), unless: cycle == CycleMemory())
    put("cycle_of", list(cycle.outcomes.map(\.hexadecimal)), unless: cycle.outcomes.isEmpty)
    put("said", JSON(text.hash?.hexadecimal), unless: text.hash == nil)
    put("asked", JSON(text.question?.hexadecimal), unless: text.question == nil)
    put("said_times", JSON(text.count), unless: text.count == 0)
    put("said_in", list(text.spanIDs), unless: text.spanIDs.isEmpty)
    put("errors", JSON(errors.streak), unless: errors.streak == 0)
    put("errors_in", list(errors.spanIDs), unless: errors.spanIDs.isEmpty)
    put("failed", list(errors.failed.flatMap { [$0.call, UInt32(clamping: $0.count)] }), unless: errors.failed.isEmpty)
    put("retries", .array(retries.times.map { .integer($0.nanoseconds) }), unless: retries.times.isEmpty)
    put("retries_in", list(retries.spanIDs), unless: retries.spanIDs.isEmpty)
    put("results", .string(results.text), unless: results.hashes.isEmpty)
    put("since_new", JSON(callsSinceNew), unless: callsSinceNew == 0)
    put("sensitive", sensitive.map(\.json) ?? .null, unless: sensitive == nil)
    put("marks", .array(marks.map(\.json)), unless: marks.isEmpty)
    put("named", .string(named.text), unless: named.hashes.isEmpty)
    put("parents", list(parents.map(\.hexadecimal)), unless: parents.isEmpty)
    put("pace", pace.json, unless: pace == PaceMemory())
    put("succeeded", .string(succeeded.text), unless: succeeded.hashes.isEmpty)
    put("tools", list(path.tools), unless: path.tools.isEmpty)
    put("ways", list(path.transitions), unless: path.transitions.isEmpty)
    put("threes", list(path.trigrams), unless: path.trigrams.isEmpty)
    put("at", list([UInt32(path.beforeLast), UInt32(path.last)]), unless: path.transitions.isEmpty)
    put("refuses", .bool(true), unless: !isRefusal)
    put("raised", list(raised.flatMap { [$0.key, UInt32($0.tier.rank)] }), unless: raised.isEmpty)
    put("held", .array(held.map { ["policy": JSON($0.policy), "finding": $0.finding.json] }), unless: held.isEmpty)
    put("blind", blind.json, unless: blind == BlindTally())
    return .object(object)
  }

  /// Reads what ``json`` wrote, each list within its limit; what cannot be read is as if it had not been.
  init(json: JSON) {
    let matches = json.numbers("cycle", 4)
    if matches.count == 4 { cycle.matches = matches.map { Int($0) } }
    cycle.outcomes = json.texts("cycle_of", 5).compactMap { UInt64($0, radix: 16) }
    text = TextMemory(
      hash: json["said"]?.string.flatMap { UInt64($0, radix: 16) },
      question: json["asked"]?.string.flatMap { UInt64($0, radix: 16) }, count: json.count("said_times"),
      spanIDs: json.texts("said_in", Finding.spanLimit))
    errors.streak = json.count("errors")
    errors.spanIDs = json.texts("errors_in", Finding.spanLimit)
    let failed = json.numbers("failed", 2 * ErrorMemory.callLimit)
    errors.failed = stride(from: 0, to: failed.count - 1, by: 2).map {
      ErrorMemory.FailedCall(call: failed[$0], count: Int(failed[$0 + 1]))
    }
    let times = (json["retries"]?.array ?? []).prefix(RetryMemory.limit).compactMap(\.integer)
    let spans = json.texts("retries_in", RetryMemory.limit)
    if times.count == spans.count {
      retries = RetryMemory(times: times.map { Timestamp(nanoseconds: $0) }, spanIDs: spans)
    }
    results = RecentHashes(limit: results.limit, text: json["results"]?.string)
    callsSinceNew = json.count("since_new")
    sensitive = json["sensitive"].flatMap(SensitiveRead.init(json:))
    marks = (json["marks"]?.array ?? []).prefix(InjectionMark.limit).map(InjectionMark.init(json:))
    named = RecentHashes(limit: named.limit, text: json["named"]?.string)
    parents = json.texts("parents", Orphan.limit).compactMap { UInt64($0, radix: 16) }
    if let stored = json["pace"] { pace = PaceMemory(json: stored) }
    succeeded = RecentHashes(limit: succeeded.limit, text: json["succeeded"]?.string)
    path.tools = json.texts("tools", PathMemory.toolLimit)
    path.transitions = json.numbers("ways", PathMemory.transitionLimit)
    path.trigrams = json.numbers("threes", PathMemory.trigramLimit)
    let places = json.numbers("at", 2).map { min(Int($0), PathMemory.outside) }
    if places.count == 2 { (path.beforeLast, path.last) = (places[0], places[1]) }
    isRefusal = json["refuses"]?.bool ?? false
    let raised = json.numbers("raised", 2 * RaisedTier.limit)
    self.raised = stride(from: 0, to: raised.count - 1, by: 2).compactMap { index in
      Finding.Tier(rank: Int(raised[index + 1])).map { RaisedTier(key: raised[index], tier: $0) }
    }
    held = (json["held"]?.array ?? []).prefix(HeldFinding.limit).compactMap { stored in
      stored["finding"].flatMap(Finding.init(json:)).map { HeldFinding(policy: stored.count("policy"), finding: $0) }
    }
    if let stored = json["blind"] { blind = BlindTally(json: stored) }
  }
}

extension SensitiveRead {
  fileprivate var json: JSON {
    ["step": JSON(step), "at": .integer(at.nanoseconds), "span": .string(spanID), "what": .string(what)]
  }

  fileprivate init?(json: JSON) {
    guard let at = json.time("at"), let span = json["span"]?.string else { return nil }
    self.init(
      step: json.count("step"), at: at, spanID: span.boundedIdentifier(32),
      what: json["what"]?.string?.boundedIdentifier() ?? "")
  }
}

extension InjectionMark {
  fileprivate var json: JSON {
    ["step": JSON(step), "span": .string(spanID), "tokens": .array(tokens.map { .integer(Int64($0)) })]
  }

  fileprivate init(json: JSON) {
    self.init(
      step: json.count("step"), spanID: json["span"]?.string?.boundedIdentifier(32) ?? "",
      tokens: json.numbers("tokens", InjectionMark.tokenLimit))
  }
}

extension PaceMemory {
  fileprivate var json: JSON {
    [
      "end": lastEnd.map { .integer($0.nanoseconds) } ?? .null, "span": .string(lastSpan),
      "trace": .integer(Int64(lastTrace)), "waits": .bool(isWaiting), "open": JSON(open), "made_up": .bool(isSynthetic),
    ]
  }

  fileprivate init(json: JSON) {
    self.init(
      lastEnd: json.time("end"), lastSpan: json["span"]?.string?.boundedIdentifier(32) ?? "",
      lastTrace: UInt32(clamping: json.count("trace")), isWaiting: json["waits"]?.bool ?? false,
      open: json.count("open"), isSynthetic: json["made_up"]?.bool ?? false)
  }
}

extension BlindTally {
  fileprivate var json: JSON {
    [
      "tools": JSON(toolCalls), "models": JSON(modelCalls),
      "without": .array(BlindTally.contents.indices.map { .integer(Int64(counts[$0])) }),
    ]
  }

  fileprivate init(json: JSON) {
    self.init(toolCalls: json.count("tools"), modelCalls: json.count("models"))
    for (index, count) in json.numbers("without", BlindTally.contents.count).enumerated() {
      counts[index] = Int32(clamping: count)
    }
  }
}

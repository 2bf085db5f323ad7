import Domain

/// The fields of a line of vLLM's server log.
///
/// `INFO MM-DD HH:MM:SS [file:line] message`; every few seconds an engine tells its throughput (the wording is that of
/// vllm/v1/metrics/loggers.py).
enum VLLMFields {
  /// The names, in the order in which ``read(_:into:)`` fills the fields. Throughputs are in tokens per second, usage
  /// and hit rate in percent.
  static let names = [
    "ts", "level", "location", "message", "engine", "prompt_throughput", "generation_throughput", "running_requests",
    "waiting_requests", "kv_cache_usage_percent", "prefix_cache_hit_percent",
  ]

  private static let marks: [(column: Int, texts: [StaticString])] = [
    (4, ["Engine "]), (5, ["Avg prompt throughput: "]), (6, ["Avg generation throughput: "]), (7, ["Running: "]),
    (8, ["Waiting: ", "Pending: "]), (9, ["KV cache usage: "]), (10, ["Prefix cache hit rate: "]),
  ]

  /// Reads one event; false where it does not begin like a line of the log.
  static func read(_ event: borrowing RawSpan, into fields: inout [RawField]) -> Bool {
    fields.removeAll(keepingCapacity: true)
    fields.append(contentsOf: repeatElement(.absent, count: names.count))
    let count = event.byteCount
    let end = ByteSearch.first(0x0A, in: event, from: 0, to: count)
    var index = 0
    // Workers put their name before the line: `(EngineCore_0 pid=12) INFO …`.
    if count > 0, JSONLexer.byte(event, 0) == 0x28 {
      index = ByteSearch.first(0x29, in: event, from: 0, to: end) + 1
      while index < end, JSONLexer.byte(event, index) == 0x20 { index += 1 }
    }
    let rest = event.extracting(min(index, count)..<count)
    guard let level = TextFields.level(rest, end - index), level.lowerBound == 0,
      let time = TextFields.time(rest, end - index), time.lowerBound == level.upperBound + 1
    else {
      fields[3] = TextFields.place(0..<count)
      return false
    }
    fields[0] = TextFields.place((time.lowerBound + index)..<(time.upperBound + index))
    fields[1] = TextFields.place((level.lowerBound + index)..<(level.upperBound + index))
    index += time.upperBound
    while index < end, JSONLexer.byte(event, index) == 0x20 { index += 1 }
    if index < end, JSONLexer.byte(event, index) == 0x5B {
      let close = ByteSearch.first(0x5D, in: event, from: index, to: end)
      if close < end {
        fields[2] = TextFields.place((index + 1)..<close)
        index = min(end, close + 1)
        while index < end, JSONLexer.byte(event, index) == 0x20 { index += 1 }
      }
    }
    fields[3] = TextFields.place(index..<count)
    guard find("Avg prompt throughput: ", event, index, end) != nil else { return true }
    for (column, texts) in marks {
      for text in texts {
        guard let start = find(text, event, index, end) else { continue }
        var stop = start
        while stop < end, JSONLexer.byte(event, stop) &- 0x30 < 10 || JSONLexer.byte(event, stop) == 0x2E { stop += 1 }
        if stop > start { fields[column] = TextFields.place(start..<stop) }
        break
      }
    }
    return true
  }

  /// The place after the first occurrence of a text.
  private static func find(_ text: StaticString, _ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Int? {
    let length = text.utf8CodeUnitCount
    var index = start
    while index + length <= end {
      index = ByteSearch.first(text.utf8Start[0], in: bytes, from: index, to: end - length + 1)
      guard index + length <= end else { return nil }
      var offset = 1
      while offset < length, JSONLexer.byte(bytes, index + offset) == text.utf8Start[offset] { offset += 1 }
      if offset == length { return index + length }
      index += 1
    }
    return nil
  }
}

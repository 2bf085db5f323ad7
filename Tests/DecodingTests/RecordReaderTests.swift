import Decoding
import Domain
import Expressions
import Testing

@Suite struct RecordReaderTests {
  /// The records of a text: the wanted fields of each, nil where it is malformed.
  private func read(
    _ text: String, as format: LogFormat, _ plan: FieldPlan, options: RecordOptions = RecordOptions()
  ) throws -> [[String?]?] {
    let bytes = Array(text.utf8)
    var reader = try #require(RecordReader(format: format, options: options, plan: plan))
    reader.begin(file: 1, offset: 0, head: { [] })
    var table = FieldTable(columns: 0)
    var found: [[String?]?] = []
    var start = 0
    while let record = reader.next(bytes.span.bytes, from: start, isFinal: true, into: &table) {
      let line = bytes.span.bytes.extracting(start..<record.end)
      switch record.outcome {
      case .record: found.append(plan.paths.indices.map { table.text($0, in: line) })
      case .malformed: found.append(nil)
      case .passed: break
      }
      start = record.next
    }
    #expect(start == bytes.count)
    return found
  }

  @Test func `rows are read by the names in the header`() throws {
    let text = "\u{FEFF}ts,user.tier,note,latency\r\n1,gold,\"a, \"\"b\"\"\nc\",12.5\r\n2,,,\r\n"
    #expect(
      try read(text, as: .csv, plan("latency", "user.tier", "note", "gone"))
        == [["12.5", "gold", "a, \"b\"\nc", nil], [nil, nil, nil, nil]])
    #expect(try read("a\tb\n1\t2\n", as: .tsv, plan("b")) == [["2"]])
  }

  @Test func `rows that are too long or too short are read as far as they go, hopeless ones are malformed`() throws {
    let text = "a,b,c\n1,2\n1,2,3,4\nsome text\n\na,b,c\n\"x\"y,2\n"
    #expect(
      try read(text, as: .csv, plan("a", "b", "c")) == [["1", "2", nil], ["1", "2", "3"], nil, nil])
  }

  @Test func `reading goes on in the middle of a file by the header at its start`() throws {
    let whole = Array("a,b\n1,2\n3,4\n".utf8)
    let other = Array("b,a\n".utf8)
    let plan = plan("a")
    var reader = try #require(RecordReader(format: .csv, options: RecordOptions(), plan: plan))
    var table = FieldTable(columns: 1)
    func next(_ bytes: [UInt8], file: Int64, offset: Int64, head: [UInt8]) -> String? {
      reader.begin(file: file, offset: offset, head: { head })
      guard let record = reader.next(bytes.span.bytes, from: 0, isFinal: false, into: &table) else { return nil }
      return record.outcome == .record ? table.text(0, in: bytes.span.bytes.extracting(0..<record.end)) : nil
    }
    #expect(next(Array(whole[8...]), file: 1, offset: 8, head: whole) == "3")
    #expect(next(Array("5,6\n".utf8), file: 2, offset: 4, head: other) == "6")
    #expect(next(Array("7,8\n".utf8), file: 1, offset: 12, head: []) == "7", "the first file's header is still known")
  }

  @Test(arguments: [
    ("a=1 b=two", ["1", "two", nil]), (#"b="x \"y\" z" c a=-3.5"#, ["-3.5", "x \"y\" z", "true"]),
    ("a= b=\"\"", [nil, "", nil]), ("a=1 a=2", ["2", nil, nil]), ("note a=x=y", ["x=y", nil, nil]),
    ("\"loose\" a=1", ["1", nil, nil]),
  ])
  func `pairs are read with quotes, escapes and keys alone`(line: String, expected: [String?]) throws {
    #expect(try read(line + "\n", as: .logfmt, plan("a", "b", "c")) == [expected])
  }

  @Test(arguments: ["just words here", "a=\"open", "=x"])
  func `lines without a pair are malformed`(line: String) throws {
    #expect(try read(line + "\n", as: .logfmt, plan("a")) == [nil])
  }

  @Test func `a pattern names the fields, and lines that it does not match are malformed`() throws {
    let options = RecordOptions(pattern: try CapturePattern("^(?<level>[A-Z]+) (?<ms>[0-9]+)ms( (?<user.id>.+))?$"))
    #expect(
      try read("INFO 12ms u1\r\nbad\nWARN 7ms\n", as: .pattern, plan("level", "ms", "user.id"), options: options)
        == [["INFO", "12", "u1"], nil, ["WARN", "7", nil]])
    #expect(RecordReader(format: .pattern, options: RecordOptions(), plan: plan("a")) == nil)
  }

  @Test(arguments: [
    ("2026-11-23 03:12:44,120 ERROR it broke", "ERROR", "2026-11-23 03:12:44,120"),
    ("[2026-11-23T03:12:44.120Z] [warn] hm", "warn", "2026-11-23T03:12:44.120Z"),
    ("Nov 23 03:12:44 host sshd[12]: fine", nil, "Nov 23 03:12:44"),
    ("<34>Nov  3 03:12:44 host su: fine", nil, "Nov  3 03:12:44"),
    ("10.0.0.7 - - [23/Nov/2026:03:12:44 +0100] \"GET / HTTP/1.1\" 200", nil, "23/Nov/2026:03:12:44 +0100"),
    ("2026/11/23 03:12:44 [error] 12#12: upstream", "error", "2026/11/23 03:12:44"),
    ("time=x level=warning msg", "warning", nil), ("INFO: started", "INFO", nil), ("no information here", nil, nil),
    ("INFORM the user", nil, nil), ("2026-11-23 03:12:44 +0100 FATAL x", "FATAL", "2026-11-23 03:12:44 +0100"),
  ])
  func `text has a level and a time where it shows them`(line: String, level: String?, time: String?) throws {
    #expect(try read(line + "\n", as: .text, plan("message", "level", "ts")) == [[line, level, time]])
  }

  @Test func `a line of an engine's log is taken apart`() throws {
    let line =
      "(EngineCore_0 pid=7) INFO 11-23 16:00:10 [loggers.py:248] Engine 003: Avg prompt throughput: 751.8 tokens/s, "
      + "Avg generation throughput: 177.5 tokens/s, Running: 16 reqs, Waiting: 0 reqs, GPU KV cache usage: 64.1%, "
      + "Prefix cache hit rate: 24.4%"
    let plan = plan(
      "ts", "level", "location", "engine", "prompt_throughput", "generation_throughput", "running_requests",
      "waiting_requests", "kv_cache_usage_percent", "prefix_cache_hit_percent")
    #expect(
      try read(line + "\nfree text\n", as: .vLLM, plan) == [
        ["11-23 16:00:10", "INFO", "loggers.py:248", "003", "751.8", "177.5", "16", "0", "64.1", "24.4"],
        [String?](repeating: nil, count: 10),
      ])
  }
}

@Suite struct EventFramingTests {
  private func events(_ text: String, start: TextPattern? = nil) -> [String] {
    let framing = EventFraming(start: start)
    let bytes = Array(text.utf8)
    var found: [String] = []
    var from = 0
    while let event = framing.next(bytes.span.bytes, from: from, isFinal: true) {
      found.append(String(decoding: bytes[from..<event.end], as: UTF8.self))
      from = event.next
    }
    return found
  }

  @Test func `a Python trace belongs to the line before it, up to the exception's name`() {
    let chained = """
      2026-11-23 03:12:44 ERROR failed
      Traceback (most recent call last):
        File "a.py", line 1, in f
          g()
      KeyError: 'x'

      During handling of the above exception, another exception occurred:

      Traceback (most recent call last):
        File "b.py", line 2, in h
      ValueError: bad
      """
    #expect(
      events(chained + "\n2026-11-23 03:12:45 INFO next\nplain\n") == [
        chained, "2026-11-23 03:12:45 INFO next", "plain",
      ])
    let bare = "Traceback (most recent call last):\n  File \"a\"\nOSError: x"
    #expect(events(bare + "\n" + bare + "\n") == [bare, bare])
  }

  @Test func `a Java trace belongs to the line before it`() {
    let trace =
      "12:00 WARN oops\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\nCaused by: x.YException\n\t... 3 more"
    #expect(events(trace + "\nnext\n") == [trace, "next"])
  }

  @Test func `a configured pattern says what begins an event`() throws {
    let start = try TextPattern("^[0-9]+ ")
    #expect(events("1 a\nb\n  c\n2 d\n", start: start) == ["1 a\nb\n  c", "2 d"])
  }

  @Test func `an event waits for what may follow, and is cut when it grows without end`() {
    let framing = EventFraming()
    let open = Array("a\n b\n".utf8)
    #expect(framing.next(open.span.bytes, from: 0, isFinal: false) == nil)
    #expect(framing.next(open.span.bytes, from: 0, isFinal: true)?.end == 4)
    let long = Array((["x"] + [String](repeating: " y", count: 5_000)).joined(separator: "\n").utf8)
    #expect(framing.next(long.span.bytes, from: 0, isFinal: false)?.next == 2 + 3 * (EventFraming.lineLimit - 1))
  }
}

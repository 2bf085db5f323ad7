import Domain
import Engine
import Measures
import Settings
import Storage
import Testing

/// Sources whose records are not JSON lines, from the file to the store.
@Suite struct FormatTests {
  private static let later = Timestamp(rfc3339: "2026-11-24T00:00:00Z") ?? .epoch

  private func collect(_ directory: WatchedDirectory, _ file: String) throws -> Store {
    let options = CollectorOptions(paths: [directory.path + "/" + file])
    return try directory.collect(options, at: SetClock(FormatTests.later))
  }

  private func sum(_ store: Store, _ metric: String, _ statistic: Statistic = .sum) throws -> Double? {
    try store.read { reader in
      var merged: Summary?
      try reader.slots(of: metric) { slot in
        if merged?.merge(slot.summary) == nil { merged = slot.summary }
      }
      return merged?.value(of: statistic, over: .seconds(10))
    }
  }

  @Test func `a table goes on where it was left, by the header at its start`() throws {
    let directory = try WatchedDirectory()
    let rows = (0..<40).map { "2026-11-23T03:12:\(10 + $0).000Z,\($0),\"note \($0),\nsecond line\"" }
    try directory.write("t.csv", ["ts,latency,note"] + rows.prefix(20))
    _ = try collect(directory, "t.csv")
    try directory.append("t.csv", rows.dropFirst(20))
    let store = try collect(directory, "t.csv")
    #expect(try sum(store, "latency") == 780)
    #expect(try store.count(of: "records") == 40)
  }

  @Test func `what two collectors read of a growing cumulative stream is counted once`() throws {
    func line(_ seconds: Int, _ value: Int, start: Int = 0) -> String {
      let base: Int64 = 1_795_400_000_000_000_000
      let time = { (at: Int) in base + Int64(at) * 1_000_000_000 }
      let counts = "[\"\(value)\",\"0\"]"
      return #"{"resourceMetrics":[{"scopeMetrics":[{"metrics":["#
        + #"{"name":"n","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"startTimeUnixNano":"\#(time(start))","timeUnixNano":"\#(time(seconds))","asInt":"\#(value)"}]}},"#
        + #"{"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[{"startTimeUnixNano":"\#(time(start))","timeUnixNano":"\#(time(seconds))","count":"\#(value)","sum":\#(value),"bucketCounts":\#(counts),"explicitBounds":[2]}]}}]}]}]}"#
    }
    let directory = try WatchedDirectory()
    try directory.write("m.jsonl", [line(60, 5), line(120, 9), line(120, 9)])
    _ = try collect(directory, "m.jsonl")
    // Goes on, begins anew, and goes on.
    try directory.append("m.jsonl", [line(180, 12), line(300, 4, start: 240), line(360, 10, start: 240)])
    let store = try collect(directory, "m.jsonl")
    #expect(try sum(store, "n") == 22)
    #expect(try sum(store, "h") == 22)
    #expect(try store.count(of: "h") == 22)
    let plan = try #require(try store.read { try WatchPlan.stored($0) })
    #expect(plan.metrics.map(\.name).contains("n") && plan.metrics.map(\.name).contains("h"))
  }

  @Test func `a stack trace is one record wherever the file was cut`() throws {
    let text = (0..<6).map {
      "2026-11-23 03:12:1\($0),120 ERROR failed\nTraceback (most recent call last):\n  File \"a\"\nValueError: \($0)\n"
    }.joined()
    for cut in stride(from: 1, to: text.utf8.count, by: 37) {
      let directory = try WatchedDirectory()
      try directory.write("app.log", [])
      try directory.appendText("app.log", String(decoding: text.utf8.prefix(cut), as: UTF8.self))
      // Reading once takes what is there to the end of its last line, so cut between events only.
      guard text.utf8.prefix(cut).last == 0x0A, text.utf8.dropFirst(cut).first == 0x32 else { continue }
      _ = try collect(directory, "app.log")
      try directory.appendText("app.log", String(decoding: text.utf8.dropFirst(cut), as: UTF8.self))
      #expect(try collect(directory, "app.log").count(of: "records") == 6)
    }
    let whole = try WatchedDirectory()
    try whole.write("app.log", [])
    try whole.appendText("app.log", text)
    let store = try collect(whole, "app.log")
    #expect(try store.count(of: "records") == 6)
    #expect(try store.count(of: "level") == 6)
  }

  @Test func `a configured pattern and zone are applied`() throws {
    let directory = try WatchedDirectory()
    try directory.write(
      "access.log", ["10.0.0.1 [23/Nov/2026:04:12:44] 200 12", "broken", "10.0.0.1 [23/Nov/2026:04:12:45] 500 30"])
    let yaml = """
      service: web
      sources:
        - name: access
          paths: ["access.log"]
          pattern: '^(?<ip>[^ ]+) \\[(?<at>[^]]+)\\] (?<status>\\d+) (?<ms>\\d+)$'
          time: at
          timezone: "+01:00"
      metrics:
        - { name: slow, source: access, kind: distribution, field: ms }
        - { name: failures, source: access, kind: ratio, where: "status >= 500" }
      """
    let (configuration, problems) = ConfigurationLoader.load(yaml: yaml, file: directory.path + "/leeway.yaml")
    let options = CollectorOptions(configuration: try #require(configuration, "\(problems)"))
    let store = try directory.collect(options, at: SetClock(FormatTests.later))
    #expect(try sum(store, "slow") == 42)
    #expect(try sum(store, "failures", .ratio) == 0.5)
    let slots = try store.slots()
    #expect(slots.contains { $0.hasPrefix("slow{} 2026-11-23T03:12:40.000Z") }, "\(slots)")
    let state = try store.read { try $0.sources().first { $0.name == "access" }?.state }
    #expect(state?["malformed"]?.integer == 1)
  }

  @Test func `every form of a number in a JSON line has one result, and wrong types are counted apart`() throws {
    let directory = try WatchedDirectory()
    let values = [
      "1e3", "-0", "1E+2", "12345678901234567890", "\"12.5\"", "null", "true", "\"slow\"", "{}", "[1]", "NaN",
      "Infinity",
    ]
    var lines = values.enumerated().map { #"{"ts":"2026-11-23T03:12:\#(10 + $0.offset)Z","v":\#($0.element)}"# }
    lines += ["", "  ", "null", "[]", "1", #"{"v":1"#, #"{"ts":"2026-11-23T03:13:00Z","v":7,"v":8}"#]
    try directory.write("n.jsonl", lines)
    let yaml = """
      service: s
      sources: [{ name: app, paths: ["n.jsonl"], time: ts }]
      metrics:
        - { name: all, source: app, kind: counter }
        - { name: v, source: app, kind: distribution, field: v }
      """
    let (configuration, problems) = ConfigurationLoader.load(yaml: yaml, file: directory.path + "/leeway.yaml")
    let options = CollectorOptions(configuration: try #require(configuration, "\(problems)"))
    let store = try directory.collect(options, at: SetClock(FormatTests.later))
    // 1000, 0, 100, the double next to the 20 digits, 12.5 and the last of two members of the same name.
    #expect(try store.count(of: "v") == 6)
    let expected: Double = 1_000 + 100 + 12_345_678_901_234_567_168 + 12.5 + 8
    #expect(try sum(store, "v") == expected)
    #expect(try store.count(of: "all") == 11)
    let state = try store.read { try $0.sources().first?.state }
    #expect(state?["field_errors"]?["v"]?.integer == 4)
    #expect(state?["malformed"]?.integer == 6 && state?["lines"]?.integer == 17)
  }

  @Test func `a late line lands in its own slot, and one of a skewed clock moves nothing`() throws {
    let directory = try WatchedDirectory()
    try directory.write(
      "a.jsonl",
      (0..<30).map { #"{"ts":"2026-11-23T03:12:\#(10 + $0)Z","v":1}"# } + [
        #"{"ts":"2026-11-23T03:11:05Z","v":5}"#, #"{"ts":"2031-01-01T00:00:00Z","v":9}"#,
      ])
    let store = try collect(directory, "a.jsonl")
    let slots = try store.slots().filter { $0.hasPrefix("records{} ") }
    #expect(slots.first?.hasPrefix("records{} 2026-11-23T03:11:00.000Z") == true)
    #expect(slots.last?.hasPrefix("records{} 2031-01-01") == true)
    let state = try store.read { try $0.sources().first?.state }
    #expect(state?["skewed"]?.integer == 1 && state?["watermark"] == "2026-11-23T03:12:39.000Z")
  }

  @Test func `a replay reads what the collector reads`() throws {
    let page =
      "# scraped_at 2026-11-23T03:12:44Z\n# TYPE a gauge\na 1\n# scraped_at 2026-11-23T03:13:44Z\n# TYPE a gauge\na 2\n"
    let table = "ts,v\n" + (0..<50).map { "2026-11-23T03:12:\(10 + $0).000Z,\($0)\n" }.joined()
    for (name, text, lines) in [
      ("a.prom", page, 2), ("t.csv", table, 50), ("l.log", "ts=1795403564 a=1\nts=1795403565 a=2\n", 2),
    ] {
      let input = Replayer.Input(path: name, bytes: Array(text.utf8))
      let summary = try Replayer(
        options: CollectorOptions(paths: [name]), until: nil, wallTime: FormatTests.later
      ).run([[input]]) { _ in }
      #expect(summary.lines == lines && summary.malformed == 0, "\(name)")
    }
  }
}

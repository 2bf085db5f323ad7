import Domain
import Engine
import Settings
import Storage
import Testing

@Suite struct CollectorTests {
  @Test func `collecting a file finds the incidents that its replay finds`() throws {
    let directory = try WatchedDirectory()
    let options = try directory.options()
    try directory.write("app.jsonl", NightLog.lines)
    let store = try directory.collect(options, at: SetClock(NightLog.later))
    let replayed = try Replayed(options, [NightLog.lines])
    #expect(try store.openings() == replayed.openings)
    #expect(try store.openings().map(\.openedAt) == [NightLog.firing("t1"), NightLog.firing("t2")])
    #expect(try store.count(of: "requests") == 2_400)
    var live: [String] = []
    for entry in try store.read({ try $0.entries(after: 0) }) where entry.act.rawValue.hasPrefix("incident.") {
      live.append(entry.act.rawValue)
    }
    #expect(live.filter { $0 == "incident.open" }.count == 2)
  }

  @Test func `reading once more counts nothing twice`() throws {
    let directory = try WatchedDirectory()
    let options = try directory.options()
    try directory.write("app.jsonl", NightLog.lines)
    let clock = SetClock(NightLog.later)
    let before = try directory.collect(options, at: clock)
    let slots = try before.slots()
    let sequence = try before.read { try $0.lastSequence() }
    let after = try directory.collect(options, at: clock)
    #expect(try after.slots() == slots)
    #expect(try after.read { try $0.lastSequence() } == sequence)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `a restart after every few lines changes neither counts nor incidents`(seed: UInt64) throws {
    let whole = try WatchedDirectory()
    try whole.write("app.jsonl", NightLog.lines)
    let expected = try whole.collect(try whole.options(), at: SetClock(NightLog.later))

    let directory = try WatchedDirectory()
    let options = try directory.options()
    let lines = NightLog.lines
    var random = SplitMix64(seed: seed)
    var read = 0
    try directory.write("app.jsonl", [])
    let clock = SetClock(NightLog.origin)
    while read < lines.count {
      let next = min(lines.count, read + Int.random(in: 1...160, using: &random))
      try directory.append("app.jsonl", lines[read..<next])
      read = next
      clock.set(NightLog.origin + .milliseconds(read * 500 + 100))
      _ = try directory.collect(options, at: clock)
    }
    clock.set(NightLog.later)
    let store = try directory.collect(options, at: clock)
    #expect(try store.slots() == expected.slots())
    #expect(try store.openings() == expected.openings())
    #expect(try store.openings().count == 2)
  }

  @Test func `a half written line counts once, when it is whole`() throws {
    let directory = try WatchedDirectory()
    let options = try directory.options()
    let clock = SetClock(NightLog.later)
    try directory.write("app.jsonl", NightLog.lines.prefix(10))
    let next = NightLog.line(5, "t1")
    let half = next.prefix(next.count / 2)
    try directory.appendText("app.jsonl", String(half))
    #expect(try directory.collect(options, at: clock).count(of: "requests") == 10)
    try directory.appendText("app.jsonl", String(next.dropFirst(half.count)) + "\n")
    #expect(try directory.collect(options, at: clock).count(of: "requests") == 11)
  }

  @Test func `a first record without a time does not disable rules`() throws {
    let store = try collect(first: "{\"status\":\"ok\",\"tenant\":\"t1\"}")
    #expect(try store.store.openings().map(\.openedAt) == [NightLog.firing("t1"), NightLog.firing("t2")])
    #expect(try store.store.count(of: "requests") == 2_401)
  }

  @Test func `a first record of a wrong clock does not disable rules`() throws {
    let store = try collect(first: "{\"ts\":\"2090-01-01T00:00:00Z\",\"status\":\"ok\",\"tenant\":\"t1\"}")
    let openings = try store.store.openings().map(\.openedAt)
    let count = try store.store.count(of: "requests")
    #expect(openings == [NightLog.firing("t1"), NightLog.firing("t2")])
    #expect(count == 2_401)
  }

  private func collect(first line: String) throws -> KeptStore {
    let directory = try WatchedDirectory()
    try directory.write("app.jsonl", [line] + NightLog.lines)
    let store = try directory.collect(try directory.options(), at: SetClock(NightLog.later))
    return KeptStore(directory: directory, store: store)
  }

  @Test func `three interleaved files of a source give what the merged file gives`() throws {
    let whole = try WatchedDirectory()
    try whole.write("app.jsonl", NightLog.lines)
    let expected = try whole.collect(try whole.options(), at: SetClock(NightLog.later))
    let directory = try WatchedDirectory()
    let lines = NightLog.lines
    for part in 0..<3 {
      try directory.write("app-\(part).jsonl", lines.indices.filter { $0 % 3 == part }.map { lines[$0] })
    }
    let store = try directory.collect(try directory.options(), at: SetClock(NightLog.later))
    #expect(try store.slots() == expected.slots())
    #expect(try store.openings() == expected.openings())
    #expect(try store.openings().count == 2)
  }

  @Test func `the plan that is stored names sources, metrics and rules`() throws {
    let directory = try WatchedDirectory()
    let options = try directory.options()
    try directory.write("app.jsonl", NightLog.lines.prefix(20))
    let store = try directory.collect(options, at: SetClock(NightLog.later))
    let plan = try #require(try store.read { try WatchPlan.stored($0) })
    #expect(plan.service == "test")
    #expect(plan.sources.map(\.name) == ["app"])
    #expect(plan.metrics.map(\.name) == ["requests", "latency"])
    #expect(plan.ruleCount == 1)
  }

  @Test func `only one collector holds a state directory`() throws {
    let directory = try WatchedDirectory()
    func isFree() -> Bool {
      if CollectorLock(directory: directory.path) != nil { true } else { false }
    }
    if let held = CollectorLock(directory: directory.path) {
      #expect(!isFree())
      _ = consume held
    } else {
      Issue.record("a fresh directory is free")
    }
    #expect(isFree())
  }

  @Test func `paths become sources with names of their own`() {
    let options = CollectorOptions(paths: ["a/app.jsonl", "./b/app.log", "/c/\u{1B}[31m.jsonl"], directory: "/work")
    #expect(options.sources.map(\.name) == ["app", "app-2", "31m"])
    #expect(
      options.sources.flatMap(\.paths).map(\.resolved) == [
        "/work/a/app.jsonl", "/work/b/app.log", "/c/\u{1B}[31m.jsonl",
      ])
  }
}

import Domain
import Engine
import Foundation
import Settings
import Storage
import Synchronization
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

  @Test func `while another holds the store, reading waits in bounded memory, and goes on where it was`() throws {
    let directory = try WatchedDirectory()
    let lines = (0..<120_000).map { number in
      let at = (UsageLog.origin + .milliseconds(number * 10)).formatted()
      return
        #"{"ts":"\#(at)","latency_ms":\#(number % 900),"tenant":"t\#(number % 7)","padding":"\#(String(repeating: "x", count: 120))"}"#
    }
    try directory.write("app.jsonl", lines)
    var options = CollectorOptions(paths: ["app.jsonl"], directory: directory.path)
    options.commitBytes = 1 << 20
    let store = try directory.store()
    let held = try directory.store()
    let started = DispatchSemaphore(value: 0)
    let released = Mutex(false)
    Thread.detachNewThread {
      try? held.write { _ in
        started.signal()
        Thread.sleep(forTimeInterval: 2)
        released.withLock { $0 = true }
      }
    }
    started.wait()
    var logged: [String] = []
    let collector = try Collector(
      store: store, options: options, wallClock: SetClock(UsageLog.origin + .seconds(7_200)), log: { logged.append($0) }
    )
    let before = peakMemory()
    try collector.runOnce()
    #expect(released.withLock { $0 }, "nothing was made durable before the store was free")
    #expect(peakMemory() - before < 64 << 20)
    #expect(try store.read { try $0.sources() }.first?.state["lines"]?.integer == 120_000, "\(logged)")
  }

  /// The most memory that this process has held, in bytes.
  private func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1_024
  }

  @Test func `a second thread changes nothing but the time that a backlog takes`() throws {
    let directory = try WatchedDirectory()
    let names = ["a.jsonl", "b.jsonl", "c.jsonl"]
    for (index, name) in names.enumerated() {
      let log = UsageLog(UsageLog.Settings(seed: UInt64(40 + index), hours: 1))
      // A line too long to be read is passed over in the middle of one.
      let lines = log.lines
      let half = lines.count / 2
      try directory.write(
        name,
        index == 1
          ? lines[..<half] + ["{\"ts\":\"" + String(repeating: "x", count: 3 << 20) + "\"}"] + lines[half...]
          : lines[...])
    }
    // One source is of records, which a single thread reads.
    let start = Int(UsageLog.origin.milliseconds)
    let rows = (0..<9_000).map { "\(start + 400 * $0),m,\(100 + $0 % 40),200" }
    try directory.write("d.csv", ["ts,model,latency_ms,http_status"] + rows)
    func collect(_ state: String, backlog: Int64?) throws -> Store {
      var options = CollectorOptions(paths: names + ["d.csv"], directory: directory.path)
      options.secondThreadBacklog = backlog
      options.commitBytes = 300_000
      let store = try Store(directory: directory.path + "/" + state, mode: .readWrite)
      try Collector(
        store: store, options: options, wallClock: SetClock(UsageLog.origin + .seconds(7_200)), log: { _ in }
      )
      .runOnce()
      return store
    }
    let alone = try collect("alone", backlog: nil)
    let together = try collect("together", backlog: 1)
    #expect(try together.slots() == alone.slots())
    // In which order the signals of several sources joined an incident depends on which was read first.
    func openings(_ store: Store) throws -> Set<Opening> {
      try Set(
        store.openings().map { opening in
          var opening = opening
          opening.signals.sort()
          return opening
        })
    }
    #expect(try openings(together) == openings(alone))
    #expect(try !alone.openings().isEmpty && alone.count(of: "requests") >= 0)
    func lines(_ store: Store) throws -> [Int64?] {
      try store.read { try $0.sources() }.map { $0.state["lines"]?.integer }
    }
    #expect(try lines(together) == lines(alone))
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

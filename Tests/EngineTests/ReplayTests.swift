import Domain
import Engine
import Testing

@Suite struct ReplayTests {
  @Test func `the same input gives the same events`() throws {
    let options = try WatchedDirectory().options()
    let first = try Replayed(options, [NightLog.lines])
    let second = try Replayed(options, [NightLog.lines])
    #expect(first.events.count > 4)
    #expect(first.events == second.events)
    #expect(first.summary.lines == 2_400 && first.summary.malformed == 0)
    #expect(first.summary.incidents == 2 && first.summary.signals == first.transitions.count)
  }

  @Test(arguments: [("0s", 0), ("10s", 10), ("20s", 20), ("1m", 60)])
  func `a configured rule fires at the boundary where its condition has held long enough`(
    wait: String, seconds: Int
  ) throws {
    let replayed = try Replayed(try WatchedDirectory().options(for: wait), [NightLog.lines])
    let fired = replayed.transitions.filter { $0.to == .firing && $0.from != .recovering }
    #expect(
      fired.map { "\($0.key) \($0.at.formatted())" } == [
        "bad-answers{tenant=t1} \(NightLog.firing("t1", wait: seconds).formatted())",
        "bad-answers{tenant=t2} \(NightLog.firing("t2", wait: seconds).formatted())",
      ])
  }

  @Test func `a replay ends where it is told to`() throws {
    let options = try WatchedDirectory().options()
    let before = try Replayed(options, [NightLog.lines], until: NightLog.firing("t1") - .seconds(10))
    #expect(before.openings.isEmpty && before.summary.lines == 2 * 320)
    let after = try Replayed(options, [NightLog.lines], until: NightLog.firing("t1"))
    #expect(after.openings.map(\.openedAt) == [NightLog.firing("t1")])
  }

  @Test func `lines of several files are taken in the order of their times`() throws {
    let options = try WatchedDirectory().options()
    let lines = NightLog.lines
    let dealt = (0..<3).map { part in lines.indices.filter { $0 % 3 == part }.map { lines[$0] } }
    #expect(try Replayed(options, dealt).events == Replayed(options, [lines]).events)
  }

  @Test func `a first record without a time does not disable rules`() throws {
    let options = try WatchedDirectory().options()
    let replayed = try Replayed(options, [["{\"status\":\"ok\",\"tenant\":\"t1\"}"] + NightLog.lines])
    #expect(replayed.openings.map(\.openedAt) == [NightLog.firing("t1"), NightLog.firing("t2")])
    #expect(replayed.summary.lines == 2_401)
  }

  @Test func `a first record of a wrong clock does not disable rules`() throws {
    let options = try WatchedDirectory().options()
    let odd = "{\"ts\":\"2090-01-01T00:00:00Z\",\"status\":\"ok\",\"tenant\":\"t1\"}"
    let replayed = try Replayed(options, [[odd] + NightLog.lines])
    #expect(replayed.summary.lines == 2_401)
    #expect(replayed.openings.map(\.openedAt) == [NightLog.firing("t1"), NightLog.firing("t2")])
  }

  @Test func `lines that are no records are counted as malformed and change nothing else`() throws {
    let options = try WatchedDirectory().options()
    var lines = NightLog.lines
    for (index, odd) in ["not json", "{\"ts\":", "[1,2]", "\u{0}\u{1}"].enumerated() {
      lines.insert(odd, at: index * 300)
    }
    let replayed = try Replayed(options, [lines])
    #expect(replayed.summary.malformed == 4)
    #expect(replayed.openings == (try Replayed(options, [NightLog.lines]).openings))
  }
}

import Domain
import Engine
import Settings
import Storage
import Synchronization
import Testing

/// A monotonic clock that a test sets.
final class SetMonotonicClock: MonotonicClock {
  private let time = Mutex(Duration.zero)

  func elapsed() -> Duration { time.withLock { $0 } }

  func pass(_ duration: Duration) { time.withLock { $0 += duration } }
}

@Suite struct ClockStepTests {
  @Test func `S12: a clock that is set back delays no staleness, and the journal says so`() throws {
    let directory = try WatchedDirectory()
    let yaml = """
      service: test
      shipped_rules: off
      sources: [{ name: app, paths: ["app*.jsonl"], format: jsonl, time: ts }]
      metrics: [{ name: requests, source: app, kind: counter }]
      rules: [{ name: bad, when: "ratio(status == 'bad') over 1m > 0.05", severity: alarm }]
      """
    let configuration = ConfigurationLoader.load(yaml: yaml, file: directory.path + "/leeway.yaml").0
    let options = CollectorOptions(configuration: try #require(configuration))
    try directory.write("app.jsonl", NightLog.lines.prefix(800))
    let wall = SetClock(NightLog.origin + .seconds(400))
    let monotonic = SetMonotonicClock()
    let store = try directory.store()
    let collector = try Collector(store: store, options: options, wallClock: wall, monotonicClock: monotonic) { _ in }
    var looks = 0
    try collector.run {
      looks += 1
      switch looks {
      case 1: break
      case 2:
        // 130 of the 180 seconds pass; then the clock is set back by an hour, and 60 more pass.
        monotonic.pass(.seconds(130))
        wall.set(NightLog.origin + .seconds(530))
      default:
        monotonic.pass(.seconds(60))
        wall.set(NightLog.origin + .seconds(590 - 3_600))
      }
      return looks > 4
    }
    let entries = try store.read { try $0.entries(after: 0) }
    #expect(entries.contains { $0.act.rawValue == "signal.stale" })
    let step = try #require(entries.first { $0.act.rawValue == "clock.step" })
    #expect(step.data["seconds"]?.integer == -3_600)
    #expect(step.data["expected"]?.string == (NightLog.origin + .seconds(590)).formatted())
  }
}

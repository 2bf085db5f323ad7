import Domain
import Engine
import Foundation
import Incidents
import Measures
import Settings
import Storage
import Synchronization
import Testing

/// A wall clock that a test sets.
final class SetClock: WallClock {
  private let time: Mutex<Timestamp>

  init(_ start: Timestamp) { time = Mutex(start) }

  func now() -> Timestamp { time.withLock { $0 } }

  func set(_ instant: Timestamp) { time.withLock { $0 = instant } }
}

/// What an incident is recognised by, whoever found it and whenever it was written down.
struct Opening: Hashable, CustomStringConvertible {
  var title: String
  var openedAt: Timestamp
  var impactStartedAt: Timestamp?
  var signals: [String]

  init(_ incident: Incident) {
    title = incident.title
    openedAt = incident.openedAt
    impactStartedAt = incident.episodes.first?.impactStartedAt
    signals = incident.signals.map(\.key.description)
  }

  var description: String { "\(title) \(signals) at \(openedAt.formatted())" }
}

/// Logs, a configuration and a store in a directory that is removed when the test is over.
final class WatchedDirectory {
  let path: String

  init() throws {
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("leeway-engine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    path = base.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ lines: some Sequence<String>) throws {
    let text = lines.map { $0 + "\n" }.joined()
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func append(_ name: String, _ lines: some Sequence<String>) throws {
    try appendText(name, lines.map { $0 + "\n" }.joined())
  }

  func appendText(_ name: String, _ text: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: path + "/" + name))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  func store() throws -> Store { try Store(directory: path + "/state", mode: .readWrite) }

  /// A configuration with one rule over the files `app*.jsonl`.
  func options(for wait: String = "20s") throws -> CollectorOptions {
    let yaml = """
      service: test
      sources:
        - name: app
          paths: ["app*.jsonl"]
          format: jsonl
          time: ts
          start: beginning
          labels: { tenant: tenant }
      metrics:
        - { name: requests, source: app, kind: counter }
        - { name: latency, source: app, kind: distribution, field: latency_ms }
      evaluate: 10s
      shipped_rules: off
      rules:
        - name: bad-answers
          source: app
          when: "count(status == 'bad') over 1m > 5"
          by: [tenant]
          for: \(wait)
          keep_firing_for: 1m
          severity: alarm
          category: performance
      """
    let (configuration, problems) = ConfigurationLoader.load(yaml: yaml, file: path + "/leeway.yaml")
    return CollectorOptions(configuration: try #require(configuration, "\(problems)"))
  }

  /// Reads everything once and gives what the store then holds.
  func collect(_ options: CollectorOptions, at clock: SetClock) throws -> Store {
    let store = try store()
    try Collector(store: store, options: options, wallClock: clock) { _ in }.runOnce()
    return store
  }
}

/// A log of two tenants, two lines a second for 20 minutes: t1 answers badly from minute 5, t2 from minute 10.
enum NightLog {
  static let origin = Timestamp(seconds: 1_790_000_000)
  static let end = origin + .seconds(1_200)
  /// Long after the end, so that the last slot is closed.
  static let later = end + .seconds(3_600)

  static func line(_ second: Int, _ tenant: String) -> String {
    let isBad = tenant == "t1" ? (300..<420).contains(second) : (600..<700).contains(second)
    let at = origin + .seconds(second) + .milliseconds(tenant == "t1" ? 0 : 500)
    return "{\"ts\":\"\(at.formatted())\",\"latency_ms\":\(100 + second % 97),"
      + "\"status\":\"\(isBad ? "bad" : "ok")\",\"tenant\":\"\(tenant)\"}"
  }

  static var lines: [String] {
    (0..<1_200).flatMap { [line($0, "t1"), line($0, "t2")] }
  }

  /// When the rule fires: ten bad answers in the first slot of 10 s, then the waiting time.
  static func firing(_ tenant: String, wait: Int = 20) -> Timestamp {
    origin + .seconds((tenant == "t1" ? 310 : 610) + wait)
  }
}

/// What a store says.
extension Store {
  func openings() throws -> [Opening] {
    var fold = JournalFold()
    try read { try fold.refresh($0) }
    return fold.book.incidents.map(Opening.init)
  }

  /// Every slot of the metrics as text: labels, start, and the summary.
  func slots() throws -> [String] {
    try read { reader in
      var slots: [String] = []
      for metric in try reader.metricNames() {
        try reader.slots(of: metric) { slot in
          slots.append(
            "\(metric){\(slot.labels)} \(slot.start.formatted()) \(slot.resolution) \(figures(slot.summary))")
        }
      }
      return slots.sorted()
    }
  }

  /// What does not depend on the order of merging; the last digits of a variance do.
  private func figures(_ summary: Summary) -> String {
    let statistics: [Statistic] = [.sum, .minimum, .maximum, .quantile(0.5), .quantile(0.95)]
    return "\(summary.kind) \(summary.count) "
      + statistics.map { summary.value(of: $0, over: .seconds(10)).map { "\($0)" } ?? "-" }.joined(separator: " ")
  }

  func count(of metric: String) throws -> Int {
    try read { reader in
      var count = 0
      try reader.slots(of: metric) { count += $0.summary.count }
      return count
    }
  }
}

/// What a replay says.
struct Replayed {
  var events: [AnyHashable] = []
  var transitions: [SignalTransition] = []
  var fold = JournalFold()
  let summary: Replayer.Summary

  init(_ options: CollectorOptions, _ inputs: [[String]], until: Timestamp? = nil) throws {
    let files = inputs.enumerated().map { number, lines in
      Replayer.Input(path: "app-\(number).jsonl", bytes: Array(lines.map { $0 + "\n" }.joined().utf8))
    }
    var said = (events: [AnyHashable](), transitions: [SignalTransition](), fold: JournalFold())
    summary = try Replayer(options: options, until: until, wallTime: NightLog.later).run([files]) { event in
      switch event {
      case .signal(let transition):
        said.events.append(transition)
        said.transitions.append(transition)
      case .journal(let entry):
        said.events.append(entry)
        said.fold.apply(entry)
      }
    }
    (events, transitions, fold) = said
  }

  var openings: [Opening] { fold.book.incidents.map(Opening.init) }
}

import Detection
import Domain
public import Settings

/// Runs unit tests of rules through the pipeline, as a replay would.
public struct RuleTestRunner {
  /// How a test ended.
  public struct Outcome: Sendable {
    /// The test's name.
    public var name: String
    /// What was not as expected, a line each; empty when all was.
    public var differences: [String]

    /// Whether everything was as expected.
    public var isPassed: Bool { differences.isEmpty }
  }

  private let file: RuleTestFile

  /// Creates a runner.
  public init(_ file: RuleTestFile) {
    self.file = file
  }

  /// Runs every test.
  public func run() throws -> [Outcome] {
    try file.tests.map { Outcome(name: $0.name, differences: try differences($0)) }
  }

  private func differences(_ test: RuleTest) throws -> [String] {
    let options = CollectorOptions(configuration: file.configuration)
    guard let index = test.source.map({ name in options.sources.firstIndex { $0.name == name } }) ?? 0,
      options.sources.indices.contains(index)
    else { return ["no source is named '\(test.source ?? "")'"] }
    let unknown = try unknownRules(test, options, index)
    guard unknown.isEmpty else { return unknown }
    let input = Replayer.Input(path: "test.jsonl", bytes: lines(test, time: options.sources[index].time))
    var inputs: [[Replayer.Input]] = options.sources.map { _ in [] }
    inputs[index] = [input]
    var changes: [String: [RuleTest.Expectation.Change]] = [:]
    var titles: [String] = []
    let end = test.start + (test.until ?? self.end(of: test)) + .seconds(1)
    _ = try Replayer(options: options, until: end.floored(to: options.step), wallTime: end + .seconds(86_400)).run(
      inputs
    ) { event in
      switch event {
      case .signal(let transition):
        changes[transition.key.description, default: []].append(
          RuleTest.Expectation.Change(at: transition.at - test.start, state: transition.to))
      case .journal(let entry):
        if entry.act.rawValue == "incident.open" { titles.append(entry.data["title"]?.string ?? "") }
      }
    }
    var differences = test.expectations.flatMap { RuleTestRunner.compare($0, changes) }
    if let expected = test.incidents, expected != titles {
      differences.append("incidents: expected \(RuleTestRunner.list(expected)), got \(RuleTestRunner.list(titles))")
    }
    return differences
  }

  /// The expectations of rules that nobody has: of those, every signal is inactive for ever.
  private func unknownRules(_ test: RuleTest, _ options: CollectorOptions, _ index: Int) throws -> [String] {
    var heads: [[UInt8]] = options.sources.map { _ in [] }
    heads[index] = lines(test, time: options.sources[index].time)
    let sources = try RuleInventory(options: options, heads: heads).sources
    let known = Set(
      sources.flatMap { $0.rules.map(\.name) + $0.blind.map(\.rule) + $0.problems.map(\.rule) }
        + options.sources.map { Heartbeat.rulePrefix + $0.name })
    return test.expectations.filter { !known.contains($0.rule) }
      .map { "line \($0.line): there is no rule '\($0.rule)'" }
  }

  private static func compare(
    _ expected: RuleTest.Expectation, _ changes: [String: [RuleTest.Expectation.Change]]
  ) -> [String] {
    let key = SignalKey(rule: expected.rule, labels: expected.labels).description
    let own = changes[key] ?? []
    var differences: [String] = []
    let history = "its changes: \(list(own.map(\.description)))"
    if let (at, wanted) = expected.state {
      let state = own.last { $0.at <= at }?.state ?? .inactive
      if state != wanted {
        differences.append(
          "line \(expected.line): \(key): expected \(RuleTest.Expectation.Change(at: at, state: wanted).description), "
            + "got \(state.rawValue); \(history)")
      }
    }
    if let wanted = expected.changes, wanted != own {
      differences.append("line \(expected.line): \(key): expected \(list(wanted.map(\.description))); \(history)")
    }
    if !differences.isEmpty, own.isEmpty {
      let others = changes.keys.sorted().prefix(5).joined(separator: ", ")
      differences.append("the signals that changed: \(others.isEmpty ? "none" : others)")
    }
    return differences
  }

  private static func list(_ texts: [String]) -> String { texts.isEmpty ? "none" : texts.joined(separator: ", ") }

  /// Up to the last record, and to the last instant that is asked about.
  private func end(of test: RuleTest) -> Duration {
    let records = test.streams.map { $0.from + $0.every * $0.count }
    let asked = test.expectations.flatMap { expected in
      (expected.state.map { [$0.at] } ?? []) + (expected.changes ?? []).map(\.at)
    }
    return (records + asked).max() ?? .zero
  }

  /// The records in the order of their times, as JSON lines.
  private func lines(_ test: RuleTest, time: FieldPath?) -> [UInt8] {
    var records: [(at: Duration, order: Int, record: JSONObject)] = []
    for stream in test.streams {
      for index in 0..<stream.count {
        records.append((stream.from + stream.every * index, records.count, stream.record))
      }
    }
    records.sort { ($0.at, $0.order) < ($1.at, $1.order) }
    let name = time?.components.first ?? "ts"
    var bytes: [UInt8] = []
    for (at, _, record) in records {
      var record = record
      if record[name] == nil { record.members.insert((name, JSON(test.start + at)), at: 0) }
      bytes += Array(JSON.object(record).text.utf8) + [0x0A]
    }
    return bytes
  }
}

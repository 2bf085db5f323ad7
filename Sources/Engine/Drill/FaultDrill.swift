import Decoding
public import Domain
import Measures
import Settings
import Tailing

/// Injects known faults into the last third of a log, one at a time, and runs each through the live rules: which of them
/// does some rule catch? The share is the monitor mutation score (spec: incidents, part 5).
public struct FaultDrill {
  /// What became of one fault.
  public struct Case: Sendable {
    /// The fault.
    public var fault: InjectedFault
    /// The rules that fire because of it, the quickest first.
    public var rules: [String]
    /// Event time from the injection to the first of them; nil where none fires.
    public var delay: Duration?

    /// Whether some rule catches it.
    public var isCovered: Bool { !rules.isEmpty }
  }

  /// What a drill found.
  public struct Result: Sendable {
    /// Event time from which on the faults were there.
    public var injectedAt: Timestamp
    /// The newest event time of the log.
    public var end: Timestamp
    /// How many lines were read for each fault.
    public var lines: Int
    /// The rules that fire in that time without any fault.
    public var noisy: [String]
    /// The faults.
    public var cases: [Case]

    /// The share of the faults that some rule catches.
    public var score: Proportion { Proportion(cases.count(where: \.isCovered), of: cases.count) }
  }

  /// Of the newest lines of a file, so many are read.
  public static let usualLines = 40_000
  /// So much event time comes before the faults at least: references are captured from the first half hour.
  static let leastBefore: Duration = .seconds(2_100)
  /// So much event time is left to notice them.
  static let leastAfter: Duration = .seconds(900)
  private static let fieldLimit = 12
  private static let sameTime: Duration = .seconds(600)

  private let options: CollectorOptions
  private let source: Int
  private let path: String
  private let wallTime: Timestamp
  private let lines: [[UInt8]]
  private let times: [Timestamp]
  private let faults: [InjectedFault]

  /// Reads a log of JSON lines as one of the options' sources.
  ///
  /// - Throws: ``ReplayError`` where the file cannot be drilled with, and why.
  public init(
    options: CollectorOptions, source: Int, input: Replayer.Input, lineLimit: Int = usualLines, wallTime: Timestamp
  ) throws {
    self.options = options
    self.source = source
    self.wallTime = wallTime
    path = input.path
    let definition = options.sources[source]
    let plan = SourceSetupPlan(
      source: definition, configuration: options.configuration, prefix: options.prefix(of: definition))
    let recognition = plan.recognise(
      head: Array(input.bytes.prefix(SourceSetupPlan.headLength)), path: input.path,
      reference: input.modified ?? wallTime)
    let setup: SourceSetup
    do { setup = try plan.setup(recognition) } catch let error as SetupError {
      throw ReplayError(description: "\(input.path): \(error)")
    }
    guard setup.decoder == .jsonl, setup.time != nil else {
      throw ReplayError(
        description: "\(input.path) is no log of JSON lines with times: faults are injected into those only; "
          + "traces are drilled with --traces")
    }
    var all: [(line: [UInt8], time: Timestamp)] = []
    var last = Timestamp.distantPast
    var clock = LineClock(setup: setup, reference: input.modified ?? wallTime)
    let bytes = input.bytes
    clock.forEachRecord(of: bytes.span.bytes) { start, end, time in
      if let time, !RecordMeter.isOutlier(time, after: last, wallTime: wallTime) { last = max(last, time) }
      all.append((Array(bytes[start..<end]), last))
    }
    let newest = all.suffix(max(1, lineLimit)).filter { $0.time > .distantPast }
    lines = newest.map(\.line)
    times = newest.map(\.time)
    faults = Self.faults(setup.metrics)
  }

  /// Whole records, then every field that a metric measures.
  private static func faults(_ metrics: [MetricDefinition]) -> [InjectedFault] {
    var faults: [InjectedFault] = [.gap, .spike, .drop]
    var seen: Set<FieldPath> = []
    for metric in metrics {
      guard let field = metric.field, metric.countsValues, seen.count < fieldLimit, seen.insert(field).inserted else {
        continue
      }
      faults += metric.kind == .distribution ? [.shift(field), .freeze(field)] : [.labelChange(field)]
      faults.append(.missing(field))
    }
    return faults
  }

  /// Runs the log without a fault, then with each.
  public func run() throws -> Result {
    guard let first = times.first, let last = times.last, last - first >= Self.leastBefore + Self.leastAfter else {
      let covered = (times.last ?? .epoch) - (times.first ?? .epoch)
      throw ReplayError(
        description: "\(path): its newest \(lines.count) lines cover \(covered.short); a drill needs "
          + "\((Self.leastBefore + Self.leastAfter).short), of which the first half hour becomes the reference")
    }
    let third = first + (last - first) * 2 / 3
    let injectedAt = min(max(third, first + Self.leastBefore), last - Self.leastAfter).floored(to: .seconds(10))
    let place = times.firstIndex { $0 >= injectedAt } ?? times.count
    var healthy: [UInt8] = []
    for line in lines[..<place] { healthy += line + [0x0A] }
    func fired(_ fault: InjectedFault?) throws -> [(key: SignalKey, at: Timestamp)] {
      var bytes = healthy
      if let fault {
        var injector = FaultInjector(fault)
        for line in lines[place...] { injector.append(line, to: &bytes) }
      } else {
        for line in lines[place...] { bytes += line + [0x0A] }
      }
      var fired: [(key: SignalKey, at: Timestamp)] = []
      let inputs = options.sources.indices.map { $0 == source ? [Replayer.Input(path: path, bytes: bytes)] : [] }
      _ = try Replayer(options: options, until: last, wallTime: wallTime).run(inputs) { event in
        guard case .signal(let transition) = event, transition.to == .firing, transition.at > injectedAt else { return }
        fired.append((transition.key, transition.at))
      }
      return fired
    }
    let usual = Dictionary(grouping: try fired(nil), by: \.key)
    let cases = try faults.map { fault in
      // What fires at about the same time without the fault is not because of it.
      let caught = try fired(fault).filter { signal in
        !(usual[signal.key] ?? []).contains { abs(($0.at - signal.at).inSeconds) <= Self.sameTime.inSeconds }
      }
      var rules: [String] = []
      for signal in caught where !rules.contains(signal.key.rule) { rules.append(signal.key.rule) }
      return Case(fault: fault, rules: rules, delay: caught.map(\.at).min().map { $0 - injectedAt })
    }
    return Result(
      injectedAt: injectedAt, end: last, lines: lines.count, noisy: Set(usual.keys.map(\.rule)).sorted(),
      cases: cases)
  }
}

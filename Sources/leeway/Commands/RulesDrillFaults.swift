import Domain
import Engine
import Screen
import Settings
import Storage

/// What a drill found, as the journal keeps it.
struct DrillRecord {
  /// `faults` or `traces`.
  var kind: String
  /// The source whose rules it is about.
  var source: String
  /// The file or directory.
  var input: String
  /// The rules that were shown to fire.
  var covered: [String]
  /// What no rule caught.
  var missed: [String]
  /// The share that was caught.
  var score: Proportion
}

// Injecting faults into a log.
extension Rules.Drill {
  func runFaults() throws {
    let (options, place, path) = try target()
    let input = Replayer.Input(path: path, bytes: try InputFile.tail(of: path, limit: 512 << 20))
    let result: FaultDrill.Result
    do {
      result = try FaultDrill(
        options: options, source: place, input: input, lineLimit: lines, wallTime: SystemWallClock().now()
      ).run()
    } catch let error as ReplayError {
      throw CommandFailure(.inputUnusable, error.description)
    }
    let missed = result.cases.filter { !$0.isCovered }.map(\.fault.text)
    try journal(
      DrillRecord(
        kind: "faults", source: options.sources[place].name, input: path,
        covered: Set(result.cases.flatMap(\.rules)).sorted(), missed: missed,
        score: result.score))
    if shared.json {
      StandardOutput.json([
        "schema": 1, "drill": "faults", "file": .string(path), "lines": JSON(result.lines),
        "injected_at": JSON(result.injectedAt), "end": JSON(result.end),
        "cases": .array(
          result.cases.map { found in
            [
              "fault": .string(found.fault.kind), "field": JSON(found.fault.field?.description),
              "outcome": .string(found.isCovered ? "covered" : "missed"), "rules": .array(found.rules.map(JSON.string)),
              "delay_seconds": JSON(found.delay?.inSeconds),
            ]
          }), "covered": JSON(result.score.hits), "missed": JSON(missed.count),
        "noisy": .array(result.noisy.map(JSON.string)), "score": result.score.json,
      ])
    } else {
      for found in result.cases {
        let how =
          found.delay.map { " after \($0.short): \(found.rules.joined(separator: ", "))" } ?? ""
        StandardOutput.line(
          SanitisedText.string("\(found.isCovered ? "covered" : "missed ") \(found.fault.text)\(how)"))
      }
      if !result.noisy.isEmpty {
        StandardOutput.line(
          SanitisedText.string("noisy: without a fault fires \(result.noisy.joined(separator: ", "))"))
      }
      StandardOutput.line("mutation score \(result.score.sentence)")
    }
    if let failBelow, (result.score.value ?? 0) < failBelow { throw CommandFailure(.answerIsNo) }
  }

  /// The log, and the source that it is read as.
  private func target() throws -> (options: CollectorOptions, source: Int, path: String) {
    guard let configuration = try shared.loadConfiguration() else {
      guard let file else {
        throw CommandFailure(.noSuchInput, "there is no configuration: name a log, or --traces DIR")
      }
      return (CollectorOptions(paths: [file]), 0, file)
    }
    var options = CollectorOptions(configuration: configuration)
    options.policies = try PolicyFile.load(of: configuration)
    guard !options.sources.isEmpty else {
      throw CommandFailure(.configuration, "\(configuration.file) has no sources: add one")
    }
    if let source, !options.sources.contains(where: { $0.name == source }) {
      throw CommandFailure(.configuration, "\(configuration.file) has no source '\(source)': name another")
    }
    if let file {
      let named = source.flatMap { name in options.sources.firstIndex { $0.name == name } }
      return (options, named ?? Replay.source(of: file, among: options.sources), file)
    }
    for (index, candidate) in options.sources.enumerated() where source == nil || candidate.name == source {
      for path in candidate.paths where (try? InputFile.head(of: path.resolved, limit: 1)) != nil {
        return (options, index, path.resolved)
      }
    }
    throw CommandFailure(.noSuchInput, "no source of \(configuration.file) names one file that is there: name FILE")
  }

  /// Records a drill where there is a store; a drill needs none.
  func journal(_ record: DrillRecord) throws {
    let store: Store
    do { store = try shared.openStore(.existing) } catch { return }
    var fold = JournalFold()
    try store.read { try fold.refresh($0) }
    let before = fold.drills.last[.init(kind: record.kind, source: record.source)]?.covered ?? []
    let lost = before.subtracting(record.covered).sorted()
    let draft = EntryDraft(
      .drillRun, object: ["drill": .string(record.kind), "source": .string(record.source)],
      data: [
        "input": .string(record.input), "covered": .array(record.covered.map(JSON.string)),
        "lost": .array(lost.prefix(64).map(JSON.string)),
        "missed": .array(record.missed.prefix(64).map(JSON.string)), "caught": JSON(record.score.hits),
        "of": JSON(record.score.count),
      ])
    _ = try JournalDesk(store: store).record(
      draft, actor: nice ? .leeway : OperatorIdentity.current(claimed: claimedName), clock: SystemWallClock())
  }
}

extension InjectedFault {
  /// `shift of latency_ms`.
  fileprivate var text: String { field.map { "\(kind) of \($0)" } ?? kind }
}

import ArgumentParser
import Domain
import Engine
import Settings

/// `leeway replay FILE…`: the whole pipeline in virtual time.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the whole pipeline over files in event time and print what happens.",
    discussion: """
      One JSON object a line: signals, journal entries, then a summary. The same input gives the same bytes. With
      --config the files are read as the configuration's sources (by path, else all as the first one) and its rules
      apply besides the shipped ones; without it formats and metrics are recognised and the shipped rules apply.
      With --labels the summary says how well the rules found the episodes of that file: recall and precision with
      their 95 % intervals, the time to detect, false incidents; without --json also in words on standard error.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "Stop at this instant of event time.")
  var until: String?

  @Option(help: "A JSON file with the episodes that really happened, to judge the rules by.", completion: .file())
  var labels: String?

  @Argument(help: "The files.", completion: .file())
  var files: [String]

  func run() throws {
    let end = try Metrics.instant(until, "--until")
    let inputs = try files.map { Replayer.Input(path: $0, bytes: try InputFile.bytes(of: $0, limit: 4 << 30)) }
    var options: CollectorOptions
    var bySource: [[Replayer.Input]]
    if shared.configurationPath != nil, let configuration = try shared.loadConfiguration() {
      options = CollectorOptions(configuration: configuration)
      options.policies = try PolicyFile.load(of: configuration)
      guard !options.sources.isEmpty else {
        throw CommandFailure(.configuration, "\(configuration.file) has no sources: add one")
      }
      bySource = Array(repeating: [], count: options.sources.count)
      for input in inputs { bySource[Replay.source(of: input.path, among: options.sources)].append(input) }
    } else {
      options = CollectorOptions(paths: files)
      bySource = inputs.map { [$0] }
    }
    let labels: EpisodeLabels?
    do {
      labels = try self.labels.map { try EpisodeLabels(InputFile.bytes(of: $0, limit: 64 << 20), path: $0) }
    } catch let error as ReplayError {
      throw CommandFailure(.inputUnusable, error.description)
    }
    var journal: [JournalEntry] = []
    let summary: Replayer.Summary
    do {
      summary = try Replayer(options: options, until: end, wallTime: SystemWallClock().now()).run(bySource) {
        if labels != nil, case .journal(let entry) = $0 { journal.append(entry) }
        StandardOutput.json(Replay.json($0))
      }
    } catch let error as ReplayError {
      throw CommandFailure(.inputUnusable, error.description)
    }
    var line = JSONObject([
      ("type", "summary"), ("lines", JSON(summary.lines)), ("malformed", JSON(summary.malformed)),
      ("signals", JSON(summary.signals)), ("incidents", JSON(summary.incidents)),
    ])
    let quality = labels.map { DetectionQuality(journal, labels: $0) }
    if let quality { line["quality"] = quality.json }
    StandardOutput.json(.object(line))
    if let quality, !shared.json {
      for text in quality.lines { StandardError.line(text) }
    }
  }

  /// The source whose pattern ends in the file's name, else the first.
  static func source(of path: String, among sources: [SourceDefinition]) -> Int {
    func name(_ path: String) -> Substring { path.split(separator: "/").last ?? Substring(path) }
    func matches(_ pattern: Substring, _ name: Substring) -> Bool {
      guard let star = pattern.firstIndex(of: "*") else { return pattern == name }
      let rest = pattern[pattern.index(after: star)...]
      let tail = rest.split(separator: "*").last ?? rest
      return name.hasPrefix(pattern[..<star]) && (rest.isEmpty || name.hasSuffix(tail))
    }
    return sources.firstIndex { source in
      source.paths.contains { matches(name($0.resolved), name(path)) }
    } ?? 0
  }

  private static func json(_ event: Replayer.Event) -> JSON {
    switch event {
    case .signal(let transition):
      return [
        "at": JSON(transition.at), "type": "signal", "key": .string(transition.key.description),
        "rule": .string(transition.key.rule), "from": .string(transition.from.rawValue),
        "to": .string(transition.to.rawValue), "value": JSON(transition.value), "n": JSON(transition.count),
        "hits": JSON(transition.hits), "inhibited_by": JSON(transition.inhibitedBy?.description),
        "labels": JSON(transition.key.labels),
      ]
    case .journal(let entry):
      let name = entry.object["incident"]?.string
      return [
        "at": JSON(entry.at), "type": "journal", "verb": .string(entry.act.rawValue), "incident": JSON(name),
        "number": JSON(name.flatMap { Int($0.drop { !$0.isNumber }) }), "detail": entry.data,
      ]
    }
  }
}

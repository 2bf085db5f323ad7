import Detection
import Domain
import Measures

/// Reads configurations: strictly, and with every problem at once, each with its place.
public enum ConfigurationLoader {
  /// Reads a configuration of at most 1 MiB.
  ///
  /// - Parameters:
  ///   - yaml: the text.
  ///   - file: the file's path as it was named, for messages; relative paths in the configuration count from its
  ///     directory.
  ///   - surroundings: what the configuration is held against, for warnings.
  /// - Returns: the configuration, nil when there are errors; and all problems in the order of their places.
  public static func load(
    yaml: String, file: String, surroundings: ConfigurationSurroundings = ConfigurationSurroundings()
  ) -> (Configuration?, [ConfigurationProblem]) {
    var problems = ProblemList(file: file)
    let root: Element?
    do {
      root = try YAMLText.compose(yaml)
    } catch {
      problems.error(error.position, error.what, expected: error.expected)
      return (nil, problems.sorted)
    }
    guard let root else {
      problems.error(Position(line: 1, column: 1), "the file is empty", expected: "at least 'service: <name>'")
      return (nil, problems.sorted)
    }
    var reading = ConfigurationReading(
      file: file, lines: SourceLines(yaml), problems: problems, surroundings: surroundings)
    let configuration = reading.read(root)
    return (reading.problems.hasErrors ? nil : configuration, reading.problems.sorted)
  }
}

/// What a configuration is held against: files and stored references. Without it nothing is said of them.
public struct ConfigurationSurroundings {
  /// Whether a file, or one that matches a pattern, is there.
  public var exists: (String) -> Bool
  /// The names of the stored references; nil when there is no store to ask.
  public var references: Set<String>?

  /// Creates surroundings; without arguments every file is taken to be there.
  public init(references: Set<String>? = nil, exists: @escaping (String) -> Bool = { _ in true }) {
    self.exists = exists
    self.references = references
  }
}

/// One pass over a configuration's elements.
struct ConfigurationReading {
  let file: String
  let lines: SourceLines
  var problems: ProblemList
  /// Where each rule's condition stands, for problems that show only when it is compiled.
  var rulePlaces: [String: Position] = [:]
  /// Whether a named source is one that could not be read, so that names of sources cannot be checked.
  var hasBrokenSources = false

  /// The metrics that estimates name, and where.
  var estimateLabels: [(metric: String, place: Position)] = []

  let surroundings: ConfigurationSurroundings

  init(
    file: String, lines: SourceLines, problems: ProblemList,
    surroundings: ConfigurationSurroundings = ConfigurationSurroundings()
  ) {
    self.surroundings = surroundings
    self.file = file
    self.lines = lines
    self.problems = problems
  }

  mutating func read(_ root: Element) -> Configuration? {
    guard var top = SectionReader(root, ConfigurationSchema.top, &problems) else { return nil }
    let service = top.requiredText("service", &problems)
    var configuration = Configuration(file: file, service: service ?? "")
    configuration.store = store(&top)
    configuration.sources = sources(&top)
    configuration.metrics = metrics(&top, configuration.sources)
    checkEstimates(configuration.metrics)
    let hasFoundation = !problems.hasErrors
    configuration.drift = drift(&top)
    for index in configuration.metrics.indices {
      configuration.metrics[index].drift?.minimumRows = max(2, configuration.drift.minimumRows)
    }
    configuration.evaluate = evaluate(&top)
    configuration.values = values(&top, configuration.metrics)
    configuration.rules = rules(&top, configuration.sources)
    let errorsBefore = problems.errorCount
    configuration.objectives = objectives(&top, configuration.sources.map(\.name))
    let hasObjectives = problems.errorCount == errorsBefore
    configuration.shippedRules = shippedRules(&top)
    configuration.inhibitions = inhibitions(&top, configuration.rules)
    configuration.heartbeats = heartbeats(&top, configuration.sources)
    configuration.policy = policy(&top)
    configuration.assessments = assessments(&top)
    configuration.incidents = incidents(&top)
    configuration.notify = notify(&top)
    configuration.drills = drills(&top)
    configuration.retention = retention(&top)
    let scopes = ErasableScope.allCases.map(\.rawValue)
    configuration.erasable =
      top.choice("erasable", scopes, &problems).flatMap(ErasableScope.init(rawValue:)) ?? .personal
    configuration.redaction = redaction(&top)
    configuration.theme = top.text("theme", &problems) ?? configuration.theme
    top.finish(&problems)
    // Rules are compiled against sources and metrics; where those are broken, what rules say of them is no news.
    if hasFoundation {
      for problem in configuration.ruleSet.problems where hasObjectives || !problem.rule.hasPrefix("slo:") {
        problems.error(
          rulePlaces[problem.rule] ?? Position(line: 1, column: 1), "rule \(problem.rule): \(problem.message)")
      }
    }
    return service == nil ? nil : configuration
  }

  /// Reports a name that is there already.
  mutating func checkUnique(_ name: String?, _ kind: String, at place: Position, among names: inout Set<String>) {
    guard let name else { return }
    if !names.insert(name).inserted {
      problems.error(place, "another \(kind) is named '\(name)' already", expected: "a name of its own")
    }
  }

  /// Reports a source that does not exist.
  mutating func checkSource(_ name: String, at place: Position, among sources: [String]) {
    guard !sources.contains(name), !hasBrokenSources else { return }
    let near = Spelling.suggestion(for: name, among: sources)
    problems.error(
      place, "no source is named '\(name)'",
      expected: near.map { "'\($0)' (did you mean it?)" }
        ?? (sources.isEmpty ? "a source under 'sources'" : "one of \(sources.joined(separator: ", "))"))
  }

  /// Warns of a file beside the configuration that is not there.
  mutating func checkExists(_ raw: String, at place: Position, _ what: String) {
    if !surroundings.exists(path(raw).resolved) { problems.warning(place, "\(what) '\(raw)' is not there") }
  }

  /// A path, and what it means relative to the configuration's directory.
  func path(_ raw: String) -> SourceDefinition.Path {
    var relative = raw[...]
    while relative.hasPrefix("./") { relative = relative.dropFirst(2) }
    guard !raw.hasPrefix("/"), let slash = file.lastIndex(of: "/") else {
      return SourceDefinition.Path(raw: raw, resolved: raw.hasPrefix("/") ? raw : String(relative))
    }
    return SourceDefinition.Path(raw: raw, resolved: String(file[...slash]) + relative)
  }
}

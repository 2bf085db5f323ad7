import Detection
import Domain
import Expressions
import Measures

extension RuleTestFile {
  /// Reads a file of tests: `config` (a configuration's path) or `rules` with `labels`, and `tests`.
  ///
  /// - Parameter configuration: reads the configuration of a path, relative to the test file; nil when it cannot.
  public static func load(
    yaml: String, file: String, configuration: (String) -> Configuration?
  ) -> (RuleTestFile?, [ConfigurationProblem]) {
    var problems = ProblemList(file: file)
    do {
      guard let root = try YAMLText.compose(yaml) else {
        problems.error(Position(line: 1, column: 1), "the file is empty", expected: "'rules' or 'config', and 'tests'")
        return (nil, problems.sorted)
      }
      var reading = ConfigurationReading(file: file, lines: SourceLines(yaml), problems: problems)
      let tests = reading.ruleTests(root, configuration)
      return (reading.problems.hasErrors ? nil : tests, reading.problems.sorted)
    } catch {
      problems.error(error.position, error.what, expected: error.expected)
      return (nil, problems.sorted)
    }
  }
}

extension ConfigurationReading {
  mutating func ruleTests(_ root: Element, _ load: (String) -> Configuration?) -> RuleTestFile? {
    guard var top = SectionReader(root, RuleTestSchema.top, &problems) else { return nil }
    var configuration = Configuration(file: file, service: "test")
    configuration.sources = [SourceDefinition(name: "test", paths: [path("test.jsonl")])]
    configuration.sources[0].time = FieldPath("ts")
    configuration.shippedRules = false
    if let name = top.text("config", &problems) {
      let loaded = load(path(name).resolved)
      if let loaded {
        configuration = loaded
      } else {
        problems.error(top.place("config"), "'\(name)' cannot be used", expected: "a configuration without errors")
      }
    }
    configuration.rules += rules(&top, configuration.sources)
    configuration.objectives += objectives(&top, configuration.sources.map(\.name))
    configuration.inhibitions += inhibitions(&top, configuration.rules)
    if top.element("shipped_rules") != nil { configuration.shippedRules = shippedRules(&top) }
    configuration.evaluate = top.element("evaluate") == nil ? configuration.evaluate : evaluate(&top)
    if let labels = top.mapping("labels", "the labels", &problems) {
      configuration.sources[0].labels = labelFields(labels)
    }
    if !problems.hasErrors {
      for problem in configuration.ruleSet.problems {
        problems.error(
          rulePlaces[problem.rule] ?? Position(line: 1, column: 1), "rule \(problem.rule): \(problem.message)")
      }
    }
    var names: Set<String> = []
    let tests = top.list("tests", &problems).compactMap { test($0, &names) }
    if tests.isEmpty, !problems.hasErrors {
      problems.error(top.place("tests"), "there are no tests", expected: "'tests', a list")
    }
    top.finish(&problems)
    return RuleTestFile(configuration: configuration, tests: tests)
  }

  private mutating func labelFields(_ section: SectionReader) -> [LabelDefinition] {
    var section = section
    let labels = section.keys.compactMap { key in
      section.field(key, lines, &problems).map { LabelDefinition(name: key, path: $0) }
    }
    section.finish(&problems)
    return labels
  }

  private mutating func test(_ element: Element, _ names: inout Set<String>) -> RuleTest? {
    guard var section = SectionReader(element, RuleTestSchema.test, &problems) else { return nil }
    let name = section.requiredText("name", &problems)
    checkUnique(name, "test", at: section.place("name"), among: &names)
    let source = section.text("source", &problems)
    var start = Timestamp(seconds: 1_767_225_600)
    if let text = section.text("start", &problems) {
      if let instant = Timestamp(rfc3339: text) {
        start = instant
      } else {
        problems.error(section.place("start"), "'start' is '\(text)'", expected: "a time such as 2026-01-01T00:00:00Z")
      }
    }
    let until = section.duration("until", &problems)
    let streams = section.list("records", &problems).compactMap { stream($0) }
    let expectations = section.list("expect", &problems).compactMap { expectation($0) }
    let incidents = section.element("incidents") == nil ? nil : section.texts("incidents", &problems)
    section.finish(&problems)
    guard let name else { return nil }
    if streams.isEmpty {
      problems.error(section.place("records"), "the test has no records", expected: "'records', a list")
    }
    if expectations.isEmpty, incidents == nil {
      problems.error(section.place("expect"), "the test expects nothing", expected: "'expect' or 'incidents'")
    }
    return RuleTest(
      name: name, source: source, start: start, until: until, streams: streams, expectations: expectations,
      incidents: incidents)
  }

  private mutating func stream(_ element: Element) -> RuleTest.Stream? {
    guard var section = SectionReader(element, RuleTestSchema.records, &problems) else { return nil }
    let from = section.duration("from", allowsZero: true, &problems) ?? .zero
    let to = section.duration("to", &problems)
    let every = section.duration("every", &problems) ?? .seconds(1)
    let times = section.count("times", &problems)
    let record = section.required("record", &problems)
    section.finish(&problems)
    guard let record else { return nil }
    guard case .mapping = record.content, case .object(let object) = RuleTest.json(record) else {
      problems.error(record.position, "'record' is \(record.kind)", expected: "a mapping of fields")
      return nil
    }
    var count = times ?? 1
    if let to {
      guard to > from else {
        problems.error(section.place("to"), "'to' is not after 'from'", expected: "a later time")
        return nil
      }
      count = Int((to - from).inNanoseconds / max(1, every.inNanoseconds))
    }
    guard count <= RuleTest.Stream.limit else {
      problems.error(element.position, "these are \(count) records", expected: "at most \(RuleTest.Stream.limit)")
      return nil
    }
    return RuleTest.Stream(from: from, every: every, count: count, record: object)
  }

  private mutating func expectation(_ element: Element) -> RuleTest.Expectation? {
    guard var section = SectionReader(element, RuleTestSchema.expectation, &problems) else { return nil }
    let rule = section.requiredText("rule", &problems)
    var labels: [Labels.Label] = []
    if var reader = section.mapping("labels", "the labels", &problems) {
      for key in reader.keys {
        if let value = reader.text(key, &problems) { labels.append(Labels.Label(name: key, value: value)) }
      }
      reader.finish(&problems)
    }
    let at = section.duration("at", allowsZero: true, &problems)
    let words = SignalState.allCases.map(\.rawValue)
    let state = section.choice("state", words, &problems).flatMap(SignalState.init(rawValue:))
    var changes: [RuleTest.Expectation.Change]?
    if section.element("changes") != nil {
      changes = section.list("changes", &problems).compactMap { change($0) }
    }
    section.finish(&problems)
    guard let rule else { return nil }
    if (at == nil) != (state == nil) || (at == nil && changes == nil) {
      problems.error(element.position, "the expectation is not complete", expected: "'at' with 'state', or 'changes'")
      return nil
    }
    var expected = RuleTest.Expectation(rule: rule, labels: Labels(labels), line: element.position.line)
    if let at, let state { expected.state = (at, state) }
    expected.changes = changes
    return expected
  }

  /// `firing 2m10s`.
  private mutating func change(_ element: Element) -> RuleTest.Expectation.Change? {
    let parts = Scalars.text(element, "a change", &problems)?.split(separator: " ") ?? []
    guard parts.count == 2, let state = SignalState(rawValue: String(parts[0])),
      let at = Duration(text: String(parts[1]))
    else {
      problems.error(element.position, "a change is \(Scalars.shown(element))", expected: "such as 'firing 130s'")
      return nil
    }
    return RuleTest.Expectation.Change(at: at, state: state)
  }
}

extension RuleTest {
  /// An element as a record's value: plain words that YAML reads as numbers, booleans or null are such.
  static func json(_ element: Element) -> JSON {
    switch element.content {
    case .sequence(let elements): return .array(elements.map(json))
    case .mapping(let members): return .object(JSONObject(members.map { ($0.key, json($0.value)) }))
    case .scalar(let text, let style):
      guard style == .plain else { return .string(text) }
      if element.isNull { return .null }
      switch text {
      case "true": return .bool(true)
      case "false": return .bool(false)
      default: break
      }
      if let whole = Int64(text) { return .integer(whole) }
      if let number = Double(text), number.isFinite, text.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }) {
        return .number(number)
      }
      return .string(text)
    }
  }
}

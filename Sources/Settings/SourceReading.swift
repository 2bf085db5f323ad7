import Detection
import Domain
import Expressions
import Measures
import Traces

extension ConfigurationReading {
  mutating func sources(_ top: inout SectionReader) -> [SourceDefinition] {
    var names: Set<String> = []
    var sources: [SourceDefinition] = []
    for element in top.list("sources", &problems) {
      guard var section = SectionReader(element, ConfigurationSchema.source, &problems) else {
        hasBrokenSources = true
        continue
      }
      let name = section.requiredText("name", &problems)
      checkUnique(name, "source", at: section.place("name"), among: &names)
      let paths = paths(&section)
      var source = SourceDefinition(name: name ?? "", paths: paths)
      source.format = section.choice("format", SourceDefinition.formats, &problems) ?? "auto"
      source.time = section.field("time", lines, &problems)
      recordKeys(&section, &source)
      let starts = SourceDefinition.Start.allCases.map(\.rawValue)
      source.start =
        section.choice("start", starts, &problems).flatMap(SourceDefinition.Start.init(rawValue:)) ?? .beginning
      source.labels = labels(&section)
      source.staleAfter = section.duration("stale_after", &problems)
      source.labelLimit = labelLimit(&section)
      source.redaction = redaction(&section)
      source.join = join(&section)
      source.canary = canary(&section)
      section.finish(&problems)
      if name == nil { hasBrokenSources = true } else { sources.append(source) }
    }
    checkJoins(sources, at: top.place("sources"))
    return sources
  }

  private mutating func join(_ section: inout SectionReader) -> JoinDefinition? {
    guard var reader = section.section("join", ConfigurationSchema.join, &problems) else { return nil }
    let source = reader.requiredText("source", &problems)
    let id = reader.field("id", lines, &problems)
    let on = reader.field("on", lines, &problems)
    let prediction = reader.field("prediction", lines, &problems)
    let score = reader.field("score", lines, &problems)
    let label = reader.field("label", lines, &problems)
    let horizon = reader.duration("horizon", &problems)
    for (name, field) in [("id", id), ("prediction", prediction), ("label", label)] where field == nil {
      if reader.element(name) == nil {
        problems.error(reader.position, "a join has no '\(name)'", expected: "'\(name)', a field")
      }
    }
    reader.finish(&problems)
    guard let source, let id, let prediction, let label else { return nil }
    var join = JoinDefinition(source: source, id: id, on: on ?? id, prediction: prediction, label: label)
    join.score = score
    if let horizon { join.horizon = horizon }
    return join
  }

  private mutating func canary(_ section: inout SectionReader) -> CanaryDefinition? {
    guard var reader = section.section("canary", ConfigurationSchema.canary, &problems) else { return nil }
    let prefix = reader.requiredText("run", &problems)
    let named = reader.texts("detectors", &problems)
    let within = reader.duration("within", &problems)
    let known = Detector.allCases.map(\.rawValue)
    for name in named where !known.contains(name) {
      problems.error(
        reader.place("detectors"), "there is no detector '\(name)'", expected: known.joined(separator: ", "))
    }
    let behaviour = Detector.allCases.filter { $0.isAboutManyRuns }.map(\.rawValue)
    for name in named where behaviour.contains(name) {
      problems.error(
        reader.place("detectors"), "\(name) is about many runs, which a canary cannot show",
        expected: "detectors of single runs")
    }
    if named.isEmpty {
      problems.error(reader.position, "a canary has no 'detectors'", expected: "the detectors that have to find it")
    }
    if prefix?.isEmpty == true {
      problems.error(
        reader.place("run"), "every run begins with nothing", expected: "what the canaries' ids begin with")
    }
    reader.finish(&problems)
    guard let prefix, !prefix.isEmpty else { return nil }
    var canary = CanaryDefinition(prefix: prefix, detectors: named.compactMap(Detector.init(rawValue:)))
    if let within { canary.within = within }
    return canary
  }

  /// What is joined must be there, and be another source.
  mutating func checkJoins(_ sources: [SourceDefinition], at position: Position) {
    for source in sources {
      guard let join = source.join else { continue }
      if join.source == source.name || !sources.contains(where: { $0.name == join.source }) {
        problems.error(
          position, "the source '\(source.name)' joins '\(join.source)', which is no other source",
          expected: "the name of the source that holds the earlier records")
      }
    }
  }

  /// The keys that say how records are cut and taken apart.
  private mutating func recordKeys(_ section: inout SectionReader, _ source: inout SourceDefinition) {
    source.pattern =
      section.expression(
        "pattern", lines, &problems,
        parse: { text throws(ExpressionError) in
          try ConfigurationReading.check(text) { text throws(PatternError) in _ = try CapturePattern(text) }
        }
      )?.text
    source.recordStart =
      section.expression(
        "record_start", lines, &problems,
        parse: { text throws(ExpressionError) in
          try ConfigurationReading.check(text) { text throws(PatternError) in _ = try TextPattern(text) }
        }
      )?.text
    if source.format == "pattern", source.pattern == nil, section.element("pattern") == nil {
      problems.error(
        section.place("format"), "the format 'pattern' has no pattern",
        expected: "'pattern', a regular expression such as ^(?<level>[A-Z]+) (?<message>.*)")
    }
    if source.pattern != nil, source.format != "pattern", source.format != "auto" {
      problems.error(
        section.place("pattern"), "a pattern does not go with the format '\(source.format)'",
        expected: "format: pattern, or no format")
    }
    guard let name = section.text("timezone", &problems) else { return }
    source.timeZone = ZoneDirectory.rules(named: name)
    if source.timeZone == nil {
      problems.error(
        section.place("timezone"), "there is no time zone '\(name)'",
        expected: "UTC, an offset such as +02:00, or a name of the system's zone files such as Europe/Berlin")
    }
  }

  /// Compiles a pattern; its fault is one of an expression, and its text is the value.
  private static func check(
    _ text: String, _ body: (String) throws(PatternError) -> Void
  ) throws(ExpressionError) -> String {
    do { try body(text) } catch {
      throw ExpressionError(column: 1, found: "/\(text)/", expected: "a pattern that can be used: \(error.reason)")
    }
    return text
  }

  private mutating func paths(_ section: inout SectionReader) -> [SourceDefinition.Path] {
    guard section.required("paths", &problems) != nil else { return [] }
    let elements = section.list("paths", &problems)
    if elements.isEmpty, case .sequence? = section.element("paths")?.content {
      problems.error(section.place("paths"), "'paths' is empty", expected: "at least one file or pattern")
    }
    return elements.compactMap { element in
      guard let text = Scalars.text(element, "a path", &problems) else { return nil }
      guard !text.isEmpty, text.utf8.count <= 4_096, !text.utf8.contains(0) else {
        problems.error(element.position, "a path is empty or too long", expected: "a file or pattern of files")
        return nil
      }
      let path = path(text)
      if !surroundings.exists(path.resolved) {
        problems.warning(element.position, "no file matches '\(text)' yet")
      }
      return path
    }
  }

  private mutating func labels(_ section: inout SectionReader) -> [LabelDefinition] {
    guard let element = section.element("labels") else { return [] }
    guard case .mapping(let members) = element.content else {
      problems.error(element.position, "'labels' is \(element.kind)", expected: "a mapping of names to fields")
      return []
    }
    let schema = SectionSchema(
      name: "the labels", title: "labels", purpose: "",
      keys: members.map { KeySchema($0.key, .field, "The field of a label.") })
    guard var reader = SectionReader(element, schema, &problems) else { return [] }
    return members.compactMap { member -> LabelDefinition? in
      guard !member.value.isNull else {
        problems.error(member.position, "the label '\(member.key)' has no field", expected: "a field")
        return nil
      }
      return reader.field(member.key, lines, &problems).map { LabelDefinition(name: member.key, path: $0) }
    }
  }

  mutating func heartbeats(_ top: inout SectionReader, _ sources: [SourceDefinition]) -> [Heartbeat] {
    var names: Set<String> = []
    return top.list("heartbeats", &problems).compactMap { element in
      guard var section = SectionReader(element, ConfigurationSchema.heartbeat, &problems) else { return nil }
      let source = section.requiredText("source", &problems)
      if let source { checkSource(source, at: section.place("source"), among: sources.map(\.name)) }
      checkUnique(source, "heartbeat", at: section.place("source"), among: &names)
      let every = section.duration("every", &problems) ?? .seconds(60)
      let staleAfter = section.duration("stale_after", &problems) ?? every * 3
      if staleAfter < every {
        problems.error(
          section.place("stale_after"), "'stale_after' is shorter than 'every'",
          expected: "at least \(every.inWords), better three times as long")
      }
      section.finish(&problems)
      return source.map { Heartbeat(source: $0, every: every, staleAfter: staleAfter) }
    }
  }

  mutating func evaluate(_ top: inout SectionReader) -> Duration {
    let slot = SlotDelta.baseSlot
    guard let step = top.duration("evaluate", &problems) else { return slot }
    guard step >= slot, step <= .seconds(3_600), step.inNanoseconds % slot.inNanoseconds == 0 else {
      problems.error(
        top.place("evaluate"), "'evaluate' is \(step.inWords)", expected: "a multiple of 10s, at most 1h")
      return slot
    }
    return step
  }
}

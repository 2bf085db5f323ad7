import Detection
import Domain
import Expressions
import Measures

extension ConfigurationReading {
  mutating func rules(
    _ top: inout SectionReader, _ sources: [SourceDefinition]
  ) -> [RuleDefinition] {
    var names: Set<String> = []
    return top.list("rules", &problems).compactMap { element in
      guard var section = SectionReader(element, ConfigurationSchema.rule, &problems) else { return nil }
      let name = section.requiredText("name", &problems)
      checkUnique(name, "rule", at: section.place("name"), among: &names)
      let source = section.text("source", &problems)
      _ = section.required("when", &problems)
      let when = section.expression("when", lines, &problems, parse: ConditionParser.parse)
      let minimum = section.count("min_n", &problems) ?? 0
      let watched = source.map { name in sources.filter { $0.name == name } } ?? sources
      let by = identity(&section, labels: watched.flatMap { $0.labels.map(\.name) })
      let hold = section.duration("for", allowsZero: true, &problems) ?? .zero
      let keep = section.duration("keep_firing_for", allowsZero: true, &problems) ?? .zero
      let clear = section.expression("clear", lines, &problems, parse: ConditionParser.parseBound)?.value
      let severities = Severity.allCases.map(\.rawValue)
      let severity = section.choice("severity", severities, &problems).flatMap(Severity.init(rawValue:)) ?? .warn
      let category = section.choice("category", RuleDefinition.categories, &problems)
      let runbook = section.text("runbook", &problems)
      if let runbook { checkExists(runbook, at: section.place("runbook"), "the runbook") }
      let owasp = section.texts("owasp", &problems)
      let title = section.text("title", &problems)
      section.finish(&problems)
      guard let name, let when else { return nil }
      rulePlaces[name] = when.position
      if let reserved = reservedPrefix(name) {
        problems.error(
          section.place("name"), "the rule's name begins with '\(reserved)'", expected: "another name; that is Leeway's"
        )
      }
      return RuleDefinition(
        name: name, source: source, when: when.value, whenText: when.text, minimumCount: minimum, by: by, for: hold,
        keepFiringFor: keep, clear: clear, severity: severity, category: category, runbook: runbook, owasp: owasp,
        title: title)
    }
  }

  private func reservedPrefix(_ name: String) -> String? {
    ["heartbeat:", "rule:", "drift:", "stale:", "error:"].first { name.hasPrefix($0) }
  }

  /// The identity labels; one that changes while the trouble is the same would fork the incident.
  private mutating func identity(_ section: inout SectionReader, labels: [String]) -> [String] {
    var by: [String] = []
    for element in section.list("by", &problems) {
      guard let name = Scalars.text(element, "'by'", &problems) else { continue }
      if by.contains(name) {
        problems.error(element.position, "'by' names '\(name)' twice", expected: "it once")
        continue
      }
      by.append(name)
      // Any field may be named; one that is nearly a label is likelier to be that label.
      if !labels.contains(name), let near = Spelling.suggestion(for: name, among: labels) {
        problems.warning(
          element.position, "'by' names '\(name)', which is no label of the source",
          expected: "'\(near)' (did you mean it?)")
      }
      let last = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
      if ["version", "model_version", "host", "hostname", "pod", "instance"].contains(last) {
        problems.warning(
          element.position,
          "'by' names '\(name)', which changes while the trouble is the same: each change opens an incident")
      }
    }
    return by
  }
}

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
      let atlas = section.texts("atlas", &problems)
      let groupBy = section.element("group_by") == nil ? nil : section.texts("group_by", &problems)
      if let stray = groupBy?.first(where: { !by.contains($0) }) {
        problems.error(
          section.place("group_by"), "'group_by' names '\(stray)', which 'by' does not", expected: "names out of 'by'")
      }
      let joins = section.texts("joins", &problems)
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
        atlas: atlas, groupBy: groupBy, joins: joins, title: title)
    }
  }

  /// Whether the shipped rules apply: `on` unless they are switched `off`.
  mutating func shippedRules(_ top: inout SectionReader) -> Bool {
    guard let element = top.element("shipped_rules") else { return true }
    switch element.content {
    case .scalar("on", _), .scalar("true", .plain): return true
    case .scalar("off", _), .scalar("false", .plain): return false
    default:
      problems.error(element.position, "'shipped_rules' is \(Scalars.shown(element))", expected: "on or off")
      return true
    }
  }

  /// What keeps signals from being presented while another fires.
  mutating func inhibitions(_ top: inout SectionReader, _ rules: [RuleDefinition]) -> [Inhibition] {
    top.list("inhibit", &problems).compactMap { element in
      guard var section = SectionReader(element, ConfigurationSchema.inhibition, &problems) else { return nil }
      let source = section.requiredText("source", &problems)
      _ = section.required("target", &problems)
      let targets = section.texts("target", &problems)
      let equal = section.texts("equal", &problems)
      section.finish(&problems)
      guard let source, !targets.isEmpty else { return nil }
      let named = rules.filter { rule in
        Inhibition.matches(source, rule.name) || targets.contains { Inhibition.matches($0, rule.name) }
      }
      for label in equal where !named.isEmpty && !named.contains(where: { $0.by.contains(label) }) {
        problems.warning(
          section.place("equal"),
          "'equal' names '\(label)', which none of the rules' signals have: they count as equal in it")
      }
      return Inhibition(source: source, targets: targets, equal: equal)
    }
  }

  private func reservedPrefix(_ name: String) -> String? {
    ["heartbeat:", "rule:", "slo:", "drift:", "missing:", "stale:", "error:"].first { name.hasPrefix($0) }
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

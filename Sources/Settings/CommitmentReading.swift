import Detection
import Domain
import Expressions
import Incidents
import Measures

extension ConfigurationReading {
  mutating func store(_ top: inout SectionReader) -> String? {
    guard var reader = top.section("store", ConfigurationSchema.store, &problems) else { return nil }
    let sqlite = reader.text("sqlite", &problems)
    if let sqlite, sqlite != "leeway.db" {
      problems.warning(
        reader.place("sqlite"), "'sqlite' is '\(sqlite)', but the store is leeway.db of the state directory (--state)")
    }
    _ = reader.text("postgres", &problems)
    reader.finish(&problems)
    return sqlite
  }

  mutating func values(_ top: inout SectionReader, _ metrics: [MetricDefinition]) -> [ValueDefinition] {
    var names: Set<String> = []
    return top.list("values", &problems).compactMap { element in
      guard var section = SectionReader(element, ConfigurationSchema.value, &problems) else { return nil }
      let name = section.requiredText("name", &problems)
      checkUnique(name, "value", at: section.place("name"), among: &names)
      let metric = section.text("metric", &problems)
      let owner = section.text("owner", &problems)
      var marks = section.section("tolerance", ConfigurationSchema.valueTolerance, &problems)
      let warn = marks?.number("warn", &problems)
      let alarm = marks?.number("alarm", &problems)
      marks?.finish(&problems)
      let every = section.duration("check_every", &problems)
      section.finish(&problems)
      if let metric, !metrics.contains(where: { $0.name == metric }) {
        problems.warning(section.place("metric"), "no metric is named '\(metric)', so the value is not measured")
      }
      return name.map {
        ValueDefinition(name: $0, metric: metric, owner: owner, warn: warn, alarm: alarm, checkEvery: every)
      }
    }
  }

  mutating func objectives(
    _ top: inout SectionReader, _ sources: [String]
  ) -> [ObjectiveDefinition] {
    var names: Set<String> = []
    return top.list("slos", &problems).compactMap { element in
      guard var section = SectionReader(element, ConfigurationSchema.objective, &problems) else { return nil }
      let name = section.requiredText("name", &problems)
      checkUnique(name, "objective", at: section.place("name"), among: &names)
      let source = section.text("source", &problems)
      if let source { checkSource(source, at: section.place("source"), among: sources) }
      _ = section.required("good", &problems)
      let good = section.predicate("good", lines, &problems)
      let objective = section.number("objective", &problems)
      if let objective, !(objective > 0 && objective < 1) {
        problems.error(
          section.place("objective"), "'objective' is \(objective)", expected: "a share above 0 and below 1")
      }
      let window = section.duration("window", &problems)
      section.finish(&problems)
      guard let name, let good else { return nil }
      return ObjectiveDefinition(
        name: name, source: source, good: good, objective: objective ?? 0.99,
        window: window ?? .seconds(30 * 86_400))
    }
  }

  mutating func assessments(_ top: inout SectionReader) -> [AssessmentDefinition] {
    var names: Set<String> = []
    return top.list("assessments", &problems).compactMap { element in
      guard var section = SectionReader(element, ConfigurationSchema.assessment, &problems) else { return nil }
      let name = section.requiredText("name", &problems)
      checkUnique(name, "assessment", at: section.place("name"), among: &names)
      let kind = section.text("kind", &problems)
      let every = section.duration("every", &problems)
      let owner = section.text("owner", &problems)
      section.finish(&problems)
      return name.map { AssessmentDefinition(name: $0, kind: kind, every: every, owner: owner) }
    }
  }

  mutating func policy(_ top: inout SectionReader) -> SourceDefinition.Path? {
    guard let raw = top.text("policy", &problems) else { return nil }
    checkExists(raw, at: top.place("policy"), "the policy")
    return path(raw)
  }

  mutating func incidents(_ top: inout SectionReader) -> IncidentPolicy {
    var policy = IncidentPolicy.standard
    guard var reader = top.section("incidents", ConfigurationSchema.incidents, &problems) else { return policy }
    policy.ackTimeToLive = reader.duration("ack_ttl", &problems) ?? policy.ackTimeToLive
    policy.reopenWindow = reader.duration("reopen_window", &problems) ?? policy.reopenWindow
    policy.watchWindow = reader.duration("watch_window", &problems) ?? policy.watchWindow
    policy.reorderWindow = reader.duration("reorder_window", &problems) ?? policy.reorderWindow
    policy.autoResolve = reader.flag("auto_resolve", &problems) ?? policy.autoResolve
    policy.staleOpensIncident = reader.flag("stale_opens_incident", &problems) ?? policy.staleOpensIncident
    let severities = Severity.allCases.map(\.rawValue)
    if let severity = reader.choice("two_person_close", severities, &problems) {
      policy.twoPersonClose = Severity(rawValue: severity)
    }
    if let severity = reader.choice("two_person_verdict", severities, &problems).flatMap(Severity.init(rawValue:)) {
      policy.twoPersonVerdict = severity
    }
    if let severity = reader.choice("regulatory_from", severities, &problems) {
      policy.regulatoryFrom = Severity(rawValue: severity)
    }
    let clocks: [(key: String, kind: RegulatoryClock.Class)] = [
      ("report_disruption_within", .criticalInfrastructure), ("report_death_within", .death),
      ("report_serious_within", .other),
    ]
    for (key, kind) in clocks {
      if let length = reader.duration(key, &problems) { policy.regulatory.lengths[kind] = length }
    }
    reader.finish(&problems)
    return policy
  }

  mutating func drills(_ top: inout SectionReader) -> DrillDefinition? {
    guard var reader = top.section("drills", ConfigurationSchema.drills, &problems) else { return nil }
    let every = reader.duration("every", &problems) ?? .seconds(86_400)
    if every < .seconds(600) {
      problems.error(
        reader.place("every"), "'every' is shorter than ten minutes", expected: "10m or more, such as 24h")
    }
    let traces = reader.text("traces", &problems).map { raw in
      checkExists(raw, at: reader.place("traces"), "the directory of traces")
      return path(raw)
    }
    let lines = reader.count("lines", &problems)
    if let lines, lines < 1_000 {
      problems.error(reader.place("lines"), "'lines' is \(lines)", expected: "1000 or more")
    }
    reader.finish(&problems)
    return DrillDefinition(every: every, traces: traces, lines: lines)
  }

  mutating func retention(_ top: inout SectionReader) -> RetentionDefinition {
    var retention = RetentionDefinition()
    guard var reader = top.section("retention", ConfigurationSchema.retention, &problems) else { return retention }
    let least = Duration.seconds(30 * 86_400)
    if let summaries = reader.duration("summaries", &problems) {
      retention.summaries = summaries
      if summaries <= least {
        problems.error(
          reader.place("summaries"), "'summaries' is 30 days or shorter",
          expected: "more than 30d: the last 30 days are kept in slots of ten minutes at most")
      }
    }
    retention.traces = reader.duration("traces", &problems)
    retention.texts = reader.duration("texts", &problems)
    reader.finish(&problems)
    return retention
  }

  mutating func notify(_ top: inout SectionReader) -> NotifyDefinition {
    var notify = NotifyDefinition()
    guard var reader = top.section("notify", ConfigurationSchema.notify, &problems) else { return notify }
    if let element = reader.element("hook") {
      notify.hook = reader.texts("hook", &problems)
      if case .sequence = element.content, notify.hook.first?.hasPrefix("/") != true {
        problems.error(
          element.position, "'hook' does not begin with a program's absolute path",
          expected: "[/usr/local/bin/page-oncall, --team, ai]; no shell reads it")
      }
    }
    if let timeout = reader.duration("timeout", &problems) {
      if timeout > .seconds(300), let element = reader.element("timeout") {
        problems.error(element.position, "'timeout' is longer than five minutes", expected: "a duration up to 5m")
      }
      notify.timeout = timeout
    }
    let severities = Severity.allCases.map(\.rawValue)
    if let severity = reader.choice("severity", severities, &problems).flatMap(Severity.init(rawValue:)) {
      notify.severity = severity
    }
    reader.finish(&problems)
    return notify
  }
}

extension Duration {
  /// `90s` or `5m`, for messages.
  var inWords: String {
    let seconds = inSeconds
    if seconds >= 60, seconds.truncatingRemainder(dividingBy: 60) == 0 {
      return seconds < 1e9 ? "\(Int(seconds) / 60)m" : "\(seconds)s"
    }
    return seconds == seconds.rounded() && seconds < 1e9 ? "\(Int(seconds))s" : "\(seconds)s"
  }

  /// Whole nanoseconds.
  var inNanoseconds: Int64 { nanoseconds }
}

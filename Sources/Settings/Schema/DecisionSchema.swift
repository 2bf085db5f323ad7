import Detection
import Domain

// The sections about decisions: rules, objectives, heartbeats, assessments, incidents.
extension ConfigurationSchema {
  static let rule = SectionSchema(
    name: "a rule", title: "rules", purpose: "When a signal fires; [RULES.md](RULES.md) has the language.",
    keys: [
      KeySchema("name", .text, required: true, "The rule's name."),
      KeySchema("source", .text, "every source that has the fields", "The source whose records it reads."),
      KeySchema("when", .condition, required: true, "The condition."),
      KeySchema("min_n", .count, "0", "With fewer records in the window it does not fire."),
      KeySchema("by", .texts, "no labels", "The labels that make signals of their own; never version or host."),
      KeySchema("for", .duration, "0s", "How long the condition must hold."),
      KeySchema("keep_firing_for", .duration, "0s", "How long it fires on after the condition ended."),
      KeySchema("clear", .bound, "the condition no longer holds", "What the value must reach to end it."),
      KeySchema("severity", .choice(Severity.allCases.map(\.rawValue)), "warn", "How grave it is."),
      KeySchema("category", .choice(RuleDefinition.categories), "What kind of incident it opens."),
      KeySchema("runbook", .text, "A Markdown file with the steps to take."),
      KeySchema("owasp", .texts, "no entries", "Entries of the OWASP Top 10 for LLM applications."),
      KeySchema("atlas", .texts, "no entries", "Techniques of MITRE ATLAS."),
      KeySchema("group_by", .texts, "all of `by`", "The labels out of `by` whose signals share an incident."),
      KeySchema("joins", .texts, "no rules", "Rules whose open incidents its signals join."),
      KeySchema("title", .text, "from the condition", "The incident's title."),
    ])

  static let objective = SectionSchema(
    name: "an objective", title: "slos", purpose: "A share of good records that is promised.",
    keys: [
      KeySchema("name", .text, required: true, "The objective's name."),
      KeySchema("source", .text, "every source", "The source whose records count."),
      KeySchema("good", .predicate, required: true, "Which records are good."),
      KeySchema("objective", .number, "0.99", "The promised share, above 0 and below 1."),
      KeySchema("window", .duration, "30d", "The time over which the promise counts."),
    ])

  static let inhibition = SectionSchema(
    name: "an inhibition", title: "inhibit", purpose: "What keeps signals from being presented while another fires.",
    keys: [
      KeySchema("source", .text, required: true, "The rule that keeps others quiet; `*` at the end matches any rest."),
      KeySchema("target", .texts, required: true, "The rules that are kept quiet."),
      KeySchema("equal", .texts, "no labels", "The labels in which the signals must agree."),
    ])

  static let heartbeat = SectionSchema(
    name: "a heartbeat", title: "heartbeats", purpose: "How often a source must speak.",
    keys: [
      KeySchema("source", .text, required: true, "The source."),
      KeySchema("every", .duration, "60s", "How often lines come when all is well."),
      KeySchema("stale_after", .duration, "three times `every`", "After how long without a line it is stale."),
    ])

  static let assessment = SectionSchema(
    name: "an assessment", title: "assessments", purpose: "What is assessed again and again.",
    keys: [
      KeySchema("name", .text, required: true, "The assessment's name."),
      KeySchema("kind", .text, "Its kind, such as `red-team`."),
      KeySchema("every", .duration, "How often it is due."),
      KeySchema("owner", .text, "Who answers for it."),
    ])

  static let incidents = SectionSchema(
    name: "'incidents'", title: "incidents", purpose: "How incidents are handled.",
    keys: [
      KeySchema("ack_ttl", .duration, "30m", "How long an acknowledgement holds."),
      KeySchema("reopen_window", .duration, "30m", "A signal that returns this soon reopens its incident."),
      KeySchema("watch_window", .duration, "10m", "How long a monitored incident must stay quiet."),
      KeySchema("reorder_window", .duration, "5m", "How long an end waits for a beginning that comes after it."),
      KeySchema(
        "auto_resolve", .flag, "false", "Whether incidents that nobody works on resolve once their signals are clear."),
      KeySchema("stale_opens_incident", .flag, "true", "Whether a silent source opens an incident."),
      KeySchema(
        "two_person_close", .choice(Severity.allCases.map(\.rawValue)), "nobody else is needed",
        "From which severity on a second person closes."),
      KeySchema(
        "two_person_verdict", .choice(Severity.allCases.map(\.rawValue)), "alarm",
        "From which severity on somebody else confirms that an action worked."),
      KeySchema(
        "regulatory_from", .choice(Severity.allCases.map(\.rawValue)), "left to people",
        "From which severity on closing waits for an assessment of the duty to report."),
      KeySchema(
        "report_disruption_within", .duration, "2d",
        "How soon a disruption of critical infrastructure or a widespread infringement is reported."),
      KeySchema("report_death_within", .duration, "10d", "How soon a death is reported."),
      KeySchema("report_serious_within", .duration, "15d", "How soon any other serious incident is reported."),
    ])

  static let notify = SectionSchema(
    name: "'notify'", title: "notify",
    purpose:
      "A program that is told of incidents by the collector. It reads JSON from its standard input; no shell is run.",
    keys: [
      KeySchema(
        "hook", .texts, "nobody is told",
        "The program's absolute path and its arguments. It is run again after 5 s and 30 s where it fails."),
      KeySchema("timeout", .duration, "10s", "How long it may take before it is killed; at most 5m."),
      KeySchema(
        "severity", .choice(Severity.allCases.map(\.rawValue)), "alarm", "From which severity on incidents are told."),
    ])

  static let drills = SectionSchema(
    name: "'drills'", title: "drills",
    purpose: """
      The collector drills the rules by itself (PM-3): of each source of JSON lines it puts known faults into a copy of its \
      newest lines and runs them through the live rules, and tests the drift gauges (`leeway drift --self-test`), in a process of its own with the lowest priority. What is caught \
      is journaled, as by `leeway rules drill`.
      """,
    keys: [
      KeySchema("every", .duration, "24h", "How often; 10m at least."),
      KeySchema("traces", .text, "A directory of traces, attacks and their benign twins, to replay as well."),
      KeySchema("lines", .count, "40000", "How many of a log's newest lines are read."),
    ])

  static let retention = SectionSchema(
    name: "'retention'", title: "retention",
    purpose: """
      For how long what is stored is kept. The collector applies it once a day; what it removes is journaled, by kind and number. \
      Nothing of the time of an incident whose evidence is held (`leeway incidents hold`, or a reportable one before the authority \
      knows) is removed. The journal itself is never cut.
      """,
    keys: [
      KeySchema("summaries", .duration, "400d", "Summaries of metrics; more than 30d."),
      KeySchema(
        "traces", .duration, "while there is room", "Agents' runs with their spans and findings, by their end."),
      KeySchema("texts", .duration, "for ever", "Erasable texts of people, see `erasable`."),
    ])

  /// Every section in the order of the reference.
  static let all = [
    top, store, source, join, canary, redaction, metric, tolerance, metricDrift, estimate, drift, value, valueTolerance,
    rule, inhibition, objective, heartbeat, assessment, drills, incidents, retention, notify,
  ]
}

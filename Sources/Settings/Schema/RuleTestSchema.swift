import Domain

/// Every key that a file of tests of rules may have.
enum RuleTestSchema {
  static let top = SectionSchema(
    name: "the file of tests", title: "tests of rules", purpose: "Records in, expected states of signals out.",
    keys: [
      KeySchema("config", .text, "The configuration whose rules are tested."),
      KeySchema("rules", .sections("rules"), "Rules of the file's own."),
      KeySchema("slos", .sections("slos"), "Objectives of the file's own."),
      KeySchema("inhibit", .sections("inhibit"), "Inhibitions of the file's own."),
      KeySchema("shipped_rules", .choice(["on", "off"]), "off", "Whether the shipped rules are tested too."),
      KeySchema("evaluate", .duration, "10s", "How far apart rules are evaluated."),
      KeySchema("labels", .other("mapping of names to field paths"), "The labels of the records."),
      KeySchema("tests", .sections("tests"), "The tests."),
    ])

  static let test = SectionSchema(
    name: "a test", title: "tests", purpose: "One test.",
    keys: [
      KeySchema("name", .text, required: true, "The test's name."),
      KeySchema("source", .text, "the first", "The source that the records are of."),
      KeySchema("start", .text, "The event time at which it starts."),
      KeySchema("until", .duration, "How long rules are evaluated."),
      KeySchema("records", .sections("records"), "The records."),
      KeySchema("expect", .sections("expect"), "What signals do."),
      KeySchema("incidents", .texts, "The titles of the incidents that open."),
    ])

  static let records = SectionSchema(
    name: "records", title: "records", purpose: "Records that come at regular times.",
    keys: [
      KeySchema("from", .duration, "0s", "When the first comes."),
      KeySchema("to", .duration, "When no more come."),
      KeySchema("every", .duration, "1s", "How far apart they are."),
      KeySchema("times", .count, "1", "How many there are."),
      KeySchema("record", .other("mapping"), required: true, "The record without its time."),
    ])

  static let expectation = SectionSchema(
    name: "an expectation", title: "expect", purpose: "What a signal does.",
    keys: [
      KeySchema("rule", .text, required: true, "The rule."),
      KeySchema("labels", .other("mapping of names to values"), "The signal's labels."),
      KeySchema("at", .duration, "When its state is looked at."),
      KeySchema("state", .text, "Its state then."),
      KeySchema("changes", .texts, "All of its changes."),
    ])
}

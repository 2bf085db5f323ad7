import Detection
import Domain
import Measures
import Redaction

/// Every section and key that a configuration may have: the one table that the strict reader and the reference share.
enum ConfigurationSchema {
  static let top = SectionSchema(
    name: "the configuration", title: "The file",
    purpose: "The sections of `leeway.yaml`. Only `service` is required.",
    keys: [
      KeySchema("service", .text, required: true, "The name of the watched service."),
      KeySchema("store", .section("store"), "Where summaries, decisions and read offsets are kept."),
      KeySchema("sources", .sections("sources"), "The files that are followed."),
      KeySchema("metrics", .sections("metrics"), "What is measured; without any, each source's fields are measured."),
      KeySchema("drift", .section("drift"), "Defaults of drift monitoring."),
      KeySchema(
        "evaluate", .duration, "10s", "How far apart in event time rules are evaluated; a multiple of 10s, at most 1h."),
      KeySchema("values", .sections("values"), "What the organisation stands for (PM-2)."),
      KeySchema("rules", .sections("rules"), "When a signal fires."),
      KeySchema("shipped_rules", .choice(["on", "off"]), "on", "Whether the rules that Leeway ships apply as well."),
      KeySchema("inhibit", .sections("inhibit"), "Which signals keep which others from being presented."),
      KeySchema("slos", .sections("slos"), "Service level objectives."),
      KeySchema("heartbeats", .sections("heartbeats"), "How often each source must speak."),
      KeySchema("policy", .text, "The file that says what agents may do."),
      KeySchema("assessments", .sections("assessments"), "Assessments that come due (PM-3)."),
      KeySchema("drills", .section("drills"), "not by itself", "How often the rules are shown to fire (PM-3)."),
      KeySchema("incidents", .section("incidents"), "How incidents are handled."),
      KeySchema("retention", .section("retention"), "For how long what is stored is kept."),
      KeySchema(
        "erasable", .choice(ErasableScope.allCases.map(\.rawValue)), "personal",
        """
        Which texts of people `leeway audit erase` can erase, since the journal holds a salted hash of them only: those in \
        which the standard patterns find something, `notes` too, or `all`.
        """),
      KeySchema("notify", .section("notify"), "How somebody who looks at no screen is told of incidents."),
      KeySchema(
        "redact", .other("`off`, or a list, see [redact](#redact)"), "the standard patterns are masked",
        "What is kept out of the store, the log and the screens, for all sources."),
      KeySchema("theme", .text, "auto", "The theme's name; `auto` asks the terminal."),
    ])

  static let store = SectionSchema(
    name: "'store'", title: "store", purpose: "Where everything is kept.",
    keys: [
      KeySchema("sqlite", .text, "leeway.db", "The database's file; it lies in the state directory and has this name."),
      KeySchema("postgres", .text, unused: true, "The connection of a database that several hosts share."),
    ])

  static let source = SectionSchema(
    name: "a source", title: "sources", purpose: "Files that are read alike.",
    keys: [
      KeySchema("name", .text, required: true, "The source's name; metrics, rules and heartbeats refer to it."),
      KeySchema(
        "paths", .texts, required: true,
        "Files and patterns (`*`, `?`, `[…]`, `**`); relative ones count from the configuration's directory."),
      KeySchema("format", .choice(SourceDefinition.formats), "auto", "The lines' format; `auto` recognises it."),
      KeySchema("time", .field, "recognised by itself", "The field that holds a record's time."),
      KeySchema(
        "pattern", .other("regular expression with named groups"), "Takes each record of the format `pattern` apart."),
      KeySchema(
        "record_start", .other("regular expression"), "every line",
        "Matches the lines with which records of several lines begin."),
      KeySchema("timezone", .text, "UTC", "By which clocks times without a zone are read, such as Europe/Berlin."),
      KeySchema(
        "start", .choice(SourceDefinition.Start.allCases.map(\.rawValue)), "beginning",
        "Where reading starts in a file that is there when the source is first read."),
      KeySchema(
        "labels", .other("mapping of names to field paths"), "version, model and tenant where recognised",
        "What tells the source's series apart."),
      KeySchema("stale_after", .duration, "180s", "After how long without a line the source counts as stale."),
      KeySchema(
        "label_limit", .count, "1000", "How many label sets a metric of the source tells apart; the rest is `other`."),
      KeySchema(
        "redact", .other("`off`, or a list, see [redact](#redact)"),
        "What is kept out of the store; these rules come before the global ones."),
      KeySchema("join", .section("sources: join"), "they stand alone", "Which earlier records its records are about."),
      KeySchema("canary", .section("sources: canary"), "none", "Which runs are there to show that detectors work."),
    ])

  static let canary = SectionSchema(
    name: "a canary", title: "sources: canary",
    purpose: """
      Runs of agents that you start on purpose, with a fault in them: an injected instruction that is followed, a loop, a tool \
      that is not allowed. Their findings open no incident and their calls count nowhere; when one of the detectors has \
      found nothing in any of them for so long, an incident says that it is silent.
      """,
    keys: [
      KeySchema("run", .text, required: true, "What the ids of such runs (conversation, else trace) begin with."),
      KeySchema(
        "detectors", .texts, required: true, "The detectors that have to find something, such as `INJECTION_FOLLOWED`."),
      KeySchema("within", .duration, "75m", "Within which time each has to have found something."),
    ])

  static let join = SectionSchema(
    name: "a join", title: "sources: join",
    purpose: """
      Labels that come later find the prediction that they are about. A record of the source whose prediction is known gets \
      `joined.right`, `joined.prediction`, `joined.score`, `joined.version` and `joined.delay_s`, which metrics and rules \
      read like fields of its own. JSON lines only.
      """,
    keys: [
      KeySchema("source", .text, required: true, "The source of the earlier records."),
      KeySchema("id", .field, required: true, "The field that both share, in this source's records."),
      KeySchema("on", .field, "the same as `id`", "The field that both share, in the earlier records."),
      KeySchema("prediction", .field, required: true, "The field of the earlier records that is kept."),
      KeySchema("score", .field, "A number of the earlier records that is kept as well, such as a classifier's score."),
      KeySchema("label", .field, required: true, "The field of this source's records that it is compared with."),
      KeySchema("horizon", .duration, "7d", "For how long an earlier record is kept; at most 1,000,000 are."),
    ])

  static let redaction = SectionSchema(
    name: "a redaction", title: "redact",
    purpose: """
      Applied when a label's value, a category's word or an excerpt is first seen, before it is stored or shown. \
      Secrets, e-mail addresses, payment cards and IBANs are masked without any rule; `redact: off` switches that off, \
      `action: keep` exempts a field or a pattern. Hashes are salted with `redaction.salt` of the state directory, so \
      equal values stay equal within it. An entry has `field` or `pattern`.
      """,
    keys: [
      KeySchema("field", .field, "The field whose whole value is meant."),
      KeySchema(
        "pattern",
        .other(
          "`/regular expression/` or one of "
            + SensitivePattern.allCases.map { "`\($0.rawValue)`" }.joined(
              separator: ", ")),
        "A value in which the expression occurs, as a whole; or the part of any value that is of the named kind."),
      KeySchema(
        "action", .choice(RedactionAction.allCases.map(\.rawValue)), required: true,
        "`hash` keeps equal values equal, `drop` leaves the value out, `mask` writes a mark, `keep` exempts."),
    ])

  static let metric = SectionSchema(
    name: "a metric", title: "metrics", purpose: "What is measured, and what the organisation makes of it.",
    keys: [
      KeySchema("name", .text, required: true, "The metric's name."),
      KeySchema("source", .text, required: true, "The source that it is read from."),
      KeySchema("kind", .choice(MetricKind.allCases.map(\.rawValue)), required: true, "How records are summarised."),
      KeySchema("field", .field, "The field that is read; required for gauge, distribution and category."),
      KeySchema("where", .predicate, "every record", "Which records count; of a ratio, the numerator."),
      KeySchema("of", .predicate, "every record", "The denominator of a ratio."),
      KeySchema("unit", .text, "The unit of the values, for people."),
      KeySchema("aspect", .choice(Aspect.allCases.map(\.rawValue)), "technical", "What it is about."),
      KeySchema("owner", .text, "Who answers for it; its absence is a warning."),
      KeySchema("why", .text, "Why it is watched; its absence is a warning."),
      KeySchema("tolerance", .section("metrics: tolerance"), "How much it may move; its absence is a warning."),
      KeySchema("validated_by", .text, "What shows that the metric itself still works (PM-1)."),
      KeySchema("drift", .section("metrics: drift"), "not watched", "How its distribution is compared."),
      KeySchema(
        "estimate", .section("metrics: estimate"), "not estimated",
        "Of a classifier's scores, 0 to 1: what they promise of its quality while labels are missing."),
      KeySchema("label_limit", .count, "the source's", "How many label sets are told apart; the rest is `other`."),
    ])

  static let estimate = SectionSchema(
    name: "the estimate of a metric", title: "metrics: estimate",
    purpose: """
      Accuracy, precision, recall and F1 of a classifier, estimated from the distribution of its scores, with the band of \
      three sampling errors (CBPE). Blind to concept shift. With labels, the scores are calibrated by the last seven days \
      before; without, they are taken as probabilities.
      """,
    keys: [
      KeySchema("threshold", .number, "0.5", "From which score on the answer is positive; 0 where every answer is."),
      KeySchema(
        "labelled", .text, "The distribution metric with the scores whose label is known, such as `joined.score`."),
      KeySchema("positive", .text, "The distribution metric with those of them whose label is positive."),
    ])

  static let tolerance = SectionSchema(
    name: "a tolerance", title: "metrics: tolerance", purpose: "How much a metric may move. It has one mark at least.",
    keys: [
      KeySchema(
        "of", .other("`count`, `rate`, `sum`, `mean`, `min`, `max`, `last`, `ratio`, `p50`…`p99`, `distinct`"),
        "by kind: rate, last, p95, ratio, distinct", "The number that is judged."),
      KeySchema("warn", .number, "The first mark; above `alarm`, low values are bad."),
      KeySchema("alarm", .number, "The second mark."),
      KeySchema("min_n", .count, "1", "With fewer records nothing is said."),
    ])

  static let metricDrift = SectionSchema(
    name: "the drift of a metric", title: "metrics: drift",
    purpose: "A distribution or category compared with a reference by the population stability index.",
    keys: [
      KeySchema(
        "reference", .text, "the first half hour, or as long as 500 rows take",
        "The reference's name; see `leeway baseline`."),
      KeySchema("warn", .number, "0.1", "The first mark of the index."),
      KeySchema("alarm", .number, "0.25", "The second mark."),
      KeySchema("tau", .number, "0.02", "What the index exceeds by chance alone is taken off down to this."),
      KeySchema("window", .duration, "30m", "The event time that is compared."),
      KeySchema(
        "stratify", .choice(Stratification.allCases.map(\.rawValue)), "the whole reference",
        "Compares with the same hours of the day, days or hours of the week (UTC) of the reference."),
    ])

  static let drift = SectionSchema(
    name: "'drift'", title: "drift", purpose: "Defaults of drift monitoring.",
    keys: [
      KeySchema(
        "false_pages_per_week", .number, "1",
        "False pages a week that the change detectors of all metrics together may cause."),
      KeySchema("min_rows", .count, "50", "With fewer rows nothing is said."),
    ])

  static let value = SectionSchema(
    name: "a value", title: "values", purpose: "What the organisation stands for, and how it is measured.",
    keys: [
      KeySchema("name", .text, required: true, "The value in words."),
      KeySchema("metric", .text, "The metric that measures it."),
      KeySchema("owner", .text, "Who answers for it."),
      KeySchema("tolerance", .section("values: tolerance"), "How much the metric may move."),
      KeySchema(
        "check_every", .duration, "How often the collector checks it; also the time that is looked at, 10m to 7d."),
    ])

  static let valueTolerance = SectionSchema(
    name: "a tolerance", title: "values: tolerance", purpose: "The marks of a value.",
    keys: [KeySchema("warn", .number, "The first mark."), KeySchema("alarm", .number, "The second mark.")])
}

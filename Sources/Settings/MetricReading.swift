import Domain
import Expressions
import Measures

extension ConfigurationReading {
  mutating func metrics(_ top: inout SectionReader, _ sources: [SourceDefinition]) -> [MetricDefinition] {
    var names: Set<String> = []
    return top.list("metrics", &problems).compactMap { element in
      guard var section = SectionReader(element, ConfigurationSchema.metric, &problems) else { return nil }
      let name = section.requiredText("name", &problems)
      checkUnique(name, "metric", at: section.place("name"), among: &names)
      let source = section.requiredText("source", &problems)
      if let source { checkSource(source, at: section.place("source"), among: sources.map(\.name)) }
      let kinds = MetricKind.allCases.map(\.rawValue)
      let kind = section.requiredChoice("kind", kinds, &problems).flatMap(MetricKind.init(rawValue:))
      var metric = MetricDefinition(name: name ?? "", source: source ?? "", kind: kind ?? .counter)
      metric.labels = sources.first { $0.name == source }?.labels ?? []
      metric.field = section.field("field", lines, &problems)
      metric.predicate = section.predicate("where", lines, &problems)
      metric.denominator = section.predicate("of", lines, &problems)
      metric.unit = section.text("unit", &problems)
      metric.aspect =
        section.choice("aspect", Aspect.allCases.map(\.rawValue), &problems).flatMap(Aspect.init(rawValue:))
      metric.owner = section.text("owner", &problems)
      metric.why = section.text("why", &problems)
      metric.validatedBy = section.text("validated_by", &problems)
      metric.labelLimit = labelLimit(&section) ?? sources.first { $0.name == source }?.labelLimit
      if let kind {
        metric.tolerance = tolerance(&section, kind)
        metric.drift = driftSettings(&section, kind)
        metric.estimate = estimateSettings(&section, kind)
        if metric.estimate != nil, metric.drift == nil, section.element("drift") == nil {
          problems.error(
            section.place("estimate"), "'estimate' without 'drift'", expected: "'drift: {}' beside it: both are gauges")
        }
        checkInput(metric, &section)
      } else {
        _ = section.element("tolerance")
        _ = section.element("drift")
        _ = section.element("estimate")
      }
      section.finish(&problems)
      guard let name, source != nil, kind != nil else { return nil }
      warnOfGaps(metric, named: name, at: section.place("name"))
      return metric
    }
  }

  /// What a kind reads must be there.
  private mutating func checkInput(_ metric: MetricDefinition, _ section: inout SectionReader) {
    let kind = metric.kind.rawValue
    let isWritten = section.element("field") != nil || section.element("where") != nil
    switch metric.kind {
    case .distribution, .gauge, .category:
      if metric.field == nil, section.element("field") == nil {
        problems.error(section.place("kind"), "a metric of kind \(kind) has no 'field'", expected: "the field to read")
      }
    case .ratio:
      if !isWritten {
        problems.error(
          section.place("kind"), "a metric of kind ratio has no 'where'",
          expected: "which records count, such as where: \"status >= 500\"")
      }
    case .counter: break
    }
    if metric.denominator != nil, metric.kind != .ratio {
      problems.error(section.place("of"), "'of' in a metric of kind \(kind)", expected: "'of' only for kind ratio")
    }
  }

  /// How many label sets are told apart.
  mutating func labelLimit(_ section: inout SectionReader) -> Int? {
    guard let limit = section.count("label_limit", &problems) else { return nil }
    guard (1...100_000).contains(limit) else {
      problems.error(section.place("label_limit"), "'label_limit' is \(limit)", expected: "1 to 100000")
      return nil
    }
    return limit
  }

  private mutating func warnOfGaps(_ metric: MetricDefinition, named name: String, at place: Position) {
    var missing: [String] = []
    if metric.owner == nil { missing.append("owner") }
    if metric.why == nil { missing.append("why") }
    if metric.tolerance == nil, metric.drift == nil { missing.append("tolerance") }
    guard !missing.isEmpty else { return }
    problems.warning(place, "the metric '\(name)' has no \(missing.joined(separator: ", no "))")
  }

  private mutating func tolerance(_ section: inout SectionReader, _ kind: MetricKind) -> Tolerance? {
    guard var reader = section.section("tolerance", ConfigurationSchema.tolerance, &problems) else { return nil }
    let statistic: Statistic?
    if let element = reader.element("of") {
      let text = Scalars.text(element, "'of'", &problems)
      statistic = text.flatMap { Statistic($0) }
      if let text, statistic.map({ !kind.has($0) }) ?? true {
        problems.error(
          element.position, "'of' is '\(text)', which a metric of kind \(kind.rawValue) has not",
          expected: "one of \(kind.statisticNames)")
      }
    } else {
      statistic = kind.usualStatistic
    }
    let warn = reader.number("warn", &problems)
    let alarm = reader.number("alarm", &problems)
    let minimum = reader.count("min_n", &problems)
    reader.finish(&problems)
    if warn == nil, alarm == nil, reader.element("warn") == nil, reader.element("alarm") == nil {
      problems.error(reader.position, "a tolerance has no mark", expected: "'warn', 'alarm' or both")
    }
    return statistic.map { Tolerance(of: $0, warn: warn, alarm: alarm, minimumCount: minimum ?? 1) }
  }

  private mutating func driftSettings(_ section: inout SectionReader, _ kind: MetricKind) -> DriftSettings? {
    guard var reader = section.section("drift", ConfigurationSchema.metricDrift, &problems) else { return nil }
    var settings = DriftSettings()
    settings.reference = reader.text("reference", &problems)
    if let reference = settings.reference, let known = surroundings.references, reference != "auto",
      !known.contains(reference)
    {
      let near = Spelling.suggestion(for: reference, among: known.sorted())
      problems.warning(
        reader.place("reference"), "the store has no reference named '\(reference)' yet",
        expected: near.map { "'\($0)' (did you mean it?)" } ?? "one made with leeway baseline capture")
    }
    settings.warn = reader.number("warn", &problems) ?? settings.warn
    settings.alarm = reader.number("alarm", &problems) ?? settings.alarm
    settings.tau = reader.number("tau", &problems) ?? settings.tau
    settings.window = reader.duration("window", &problems) ?? settings.window
    settings.stratify = reader.choice("stratify", Stratification.allCases.map(\.rawValue), &problems)
      .flatMap(Stratification.init(rawValue:))
    reader.finish(&problems)
    if settings.warn < 0 || settings.alarm < settings.warn || settings.tau < 0 {
      problems.error(
        reader.position, "the drift marks are out of order",
        expected: "0 <= warn <= alarm and 0 <= tau (warn \(settings.warn), alarm \(settings.alarm))")
    }
    if kind != .distribution, kind != .category {
      problems.error(
        section.place("drift"), "a metric of kind \(kind.rawValue) has no shape that could drift",
        expected: "'drift' only for kind distribution or category")
    }
    return settings
  }

  private mutating func estimateSettings(_ section: inout SectionReader, _ kind: MetricKind) -> EstimateSettings? {
    guard var reader = section.section("estimate", ConfigurationSchema.estimate, &problems) else { return nil }
    var settings = EstimateSettings()
    if let threshold = reader.number("threshold", &problems) {
      settings.threshold = threshold
      if !(0...1).contains(threshold) {
        problems.error(reader.place("threshold"), "'threshold' is \(threshold)", expected: "0 to 1")
      }
    }
    let (labelled, positive) = (reader.text("labelled", &problems), reader.text("positive", &problems))
    if let labelled, let positive {
      settings.labels = EstimateSettings.Labels(labelled: labelled, positive: positive)
      estimateLabels += [(labelled, reader.place("labelled")), (positive, reader.place("positive"))]
    } else if reader.element("labelled") != nil || reader.element("positive") != nil {
      problems.error(reader.position, "'labelled' and 'positive' go together", expected: "both, or neither")
    }
    reader.finish(&problems)
    if kind != .distribution {
      problems.error(
        section.place("estimate"), "a metric of kind \(kind.rawValue) holds no scores",
        expected: "'estimate' only for kind distribution")
    }
    return settings
  }

  /// The metrics that calibrate must be there and hold scores.
  mutating func checkEstimates(_ metrics: [MetricDefinition]) {
    for (name, place) in estimateLabels {
      guard let metric = metrics.first(where: { $0.name == name }) else {
        let near = Spelling.suggestion(for: name, among: metrics.map(\.name))
        problems.error(
          place, "there is no metric '\(name)'",
          expected: near.map { "'\($0)' (did you mean it?)" } ?? "the name of a distribution metric")
        continue
      }
      if metric.kind != .distribution {
        problems.error(
          place, "the metric '\(name)' is of kind \(metric.kind.rawValue)", expected: "a distribution of scores")
      }
    }
  }

  mutating func drift(_ top: inout SectionReader) -> DriftDefaults {
    var defaults = DriftDefaults()
    guard var reader = top.section("drift", ConfigurationSchema.drift, &problems) else { return defaults }
    if let pages = reader.number("false_pages_per_week", &problems) {
      if pages > 0 {
        defaults.falsePagesPerWeek = pages
      } else {
        problems.error(reader.place("false_pages_per_week"), "'false_pages_per_week' is \(pages)", expected: "above 0")
      }
    }
    defaults.minimumRows = reader.count("min_rows", &problems) ?? defaults.minimumRows
    reader.finish(&problems)
    return defaults
  }
}

extension MetricKind {
  /// What a tolerance judges when it does not say.
  fileprivate var usualStatistic: Statistic {
    switch self {
    case .counter: .rate
    case .gauge: .last
    case .distribution: .quantile(0.95)
    case .ratio: .ratio
    case .category: .distinct
    }
  }

  /// Whether a summary of this kind has the number.
  fileprivate func has(_ statistic: Statistic) -> Bool {
    switch (self, statistic) {
    case (_, .count), (_, .rate): true
    case (.counter, .sum), (.counter, .mean): true
    case (.gauge, .sum), (.gauge, .mean), (.gauge, .minimum), (.gauge, .maximum), (.gauge, .last): true
    case (.distribution, .sum), (.distribution, .mean), (.distribution, .minimum), (.distribution, .maximum),
      (.distribution, .quantile):
      true
    case (.ratio, .ratio), (.ratio, .mean), (.ratio, .sum): true
    case (.category, .distinct), (.category, .share): true
    default: false
    }
  }

  fileprivate var statisticNames: String {
    switch self {
    case .counter: "count, rate, sum, mean"
    case .gauge: "last, mean, min, max, sum, count, rate"
    case .distribution: "p50, p95, p99, mean, min, max, sum, count, rate"
    case .ratio: "ratio, count, rate, sum"
    case .category: "distinct, share(word), count, rate"
    }
  }
}

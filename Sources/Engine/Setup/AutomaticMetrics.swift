import Decoding
import Domain
import Expressions
import Measures

/// Metrics for a source that no configuration describes, from what its fields seem to be.
///
/// Numbers become distributions, words become categories, yes-or-no fields become ratios, and records are counted. The
/// version, model and tenant fields become labels. Everything that has a distribution is watched for drift against a
/// reference that is captured by itself.
enum AutomaticMetrics {
  /// How many metrics of each kind a source gets at most.
  static let limit = 40

  /// The labels that tell series apart: version, model and tenant, where the source has them.
  static func labels(from fields: DiscoveredFields) -> [LabelDefinition] {
    [("version", fields.version), ("model", fields.model), ("tenant", fields.tenant)].compactMap { name, path in
      path.map { LabelDefinition(name: name, path: $0) }
    }
  }

  /// The metrics of a source of records; `prefix` tells sources apart when there are several.
  static func records(
    source: String, prefix: String, fields: DiscoveredFields, labels: [LabelDefinition]
  ) -> [MetricDefinition] {
    let labelPaths = Set(labels.map(\.path))
    let drift = DriftSettings(reference: AutomaticReference.name)
    var definitions = [
      MetricDefinition(
        name: prefix + "records", source: source, kind: .counter, labels: labels, unit: "/s", aspect: .technical)
    ]
    for field in fields.numeric.prefix(limit) {
      definitions.append(
        MetricDefinition(
          name: prefix + field.path.description, source: source, kind: .distribution, field: field.path,
          labels: labels, unit: field.unitGuess, aspect: aspect(of: field.path), drift: drift))
    }
    for path in fields.boolean.prefix(limit) {
      definitions.append(
        MetricDefinition(
          name: prefix + path.description, source: source, kind: .ratio, field: path, labels: labels, unit: "share",
          aspect: aspect(of: path)))
    }
    for path in fields.categorical.prefix(limit) where !labelPaths.contains(path) {
      definitions.append(
        MetricDefinition(
          name: prefix + path.description, source: source, kind: .category, field: path, labels: labels,
          aspect: aspect(of: path), drift: drift))
    }
    return definitions
  }

  /// The metrics of a source of agent traces, over the records that ``TraceReader`` makes.
  static func traces(source: String, prefix: String) -> [MetricDefinition] {
    let labels = traceLabels
    let isRun = isKind("run")
    let isFinding = isKind("finding")
    let isCall = isKind("call")
    func distribution(_ name: String, _ field: String, _ unit: String?, _ aspect: Aspect) -> MetricDefinition {
      MetricDefinition(
        name: prefix + name, source: source, kind: .distribution, field: FieldPath(field), predicate: isRun,
        labels: labels, unit: unit, aspect: aspect)
    }
    return [
      MetricDefinition(
        name: prefix + "agent_runs", source: source, kind: .counter, predicate: isRun, labels: labels, unit: "/s",
        aspect: .technical),
      MetricDefinition(
        name: prefix + "agent_findings", source: source, kind: .counter, predicate: isFinding, labels: labels,
        unit: "/s", aspect: .safety),
      MetricDefinition(
        name: prefix + "model_latency_ms", source: source, kind: .distribution, field: FieldPath("latency_ms"),
        predicate: isCall, labels: labels, unit: "ms", aspect: .technical),
      MetricDefinition(
        name: prefix + "model_errors", source: source, kind: .ratio, predicate: .all([isCall, isTrue("error")]),
        denominator: isCall, labels: labels, unit: "share", aspect: .technical),
      distribution("agent_steps", "steps", nil, .technical),
      distribution("agent_tool_errors", "tool_errors", nil, .technical),
      distribution("agent_tokens", "tokens", "tokens", .business),
      distribution("agent_run_seconds", "duration_s", "s", .technical),
    ]
  }

  /// The labels of a source of agent traces.
  static var traceLabels: [LabelDefinition] {
    ["agent", "version"].compactMap { name in FieldPath(name).map { LabelDefinition(name: name, path: $0) } }
  }

  private static func isTrue(_ name: String) -> Predicate {
    FieldPath(name).map { .compare($0, .equal, .bool(true)) } ?? .all([])
  }

  private static func isKind(_ kind: String) -> Predicate {
    FieldPath("kind").map { .compare($0, .equal, .string(kind)) } ?? .all([])
  }

  /// The metrics of log records, over those that ``TraceReader`` makes.
  static func logs(source: String, prefix: String, fields: DiscoveredFields) -> [MetricDefinition] {
    let isLog = isKind("log")
    let kind = FieldPath("kind")
    var own = fields
    own.categorical.removeAll { $0 == kind }
    own.numeric.removeAll { $0.path == FieldPath("severity_number") }
    return records(source: source, prefix: prefix, fields: own, labels: labels(from: fields)).map { definition in
      var definition = definition
      if definition.name == prefix + "records" { definition.name = prefix + "log_records" }
      if definition.kind == .ratio {
        definition.denominator = definition.field.map { .all([isLog, .exists($0)]) }
      } else {
        definition.predicate = isLog
      }
      return definition
    }
  }

  /// What a metric is about, by its name.
  static func aspect(ofName name: String) -> Aspect {
    FieldPath(components: [name]).map(aspect) ?? .technical
  }

  private static func aspect(of path: FieldPath) -> Aspect {
    let name = path.description.lowercased()
    func has(_ words: [String]) -> Bool { words.contains { name.contains($0) } }
    if has(["guardrail", "refus", "harm", "finish_reason", "moderation", "safety", "policy", "pii", "toxic"]) {
      return .safety
    }
    if has(["score", "rating", "eval", "quality", "csat", "thumbs", "relevance"]) { return .quality }
    if has(["cost", "usd", "price", "token", "conversion", "resolved", "revenue", "channel", "language"]) {
      return .business
    }
    return .technical
  }
}

public import Domain
import Expressions
public import Measures

/// The rules of a configuration, made ready: which metrics they need of each source, and how they are evaluated.
///
/// Each aggregate of a rule becomes a derived metric `rule:<rule>#<k>` (`rule:<rule>@<source>#<k>` where a rule watches
/// several sources), so that rules read slot summaries and never lines. A name in an aggregate that is the name of a
/// metric means that metric's field and conditions; any other is a field.
public struct RuleSet: Sendable {
  /// The sources.
  public let sources: [WatchedSource]
  /// The heartbeats, one a source at most.
  public let heartbeats: [Heartbeat]
  /// The rules that were left out, and why.
  public let problems: [RuleProblem]
  /// The definitions of the rules that are evaluated.
  public let definitions: [RuleDefinition]
  /// Which signals keep which others from being presented.
  public let inhibitions: [Inhibition]

  let rules: [String: [CompiledRule]]
  private let derived: [String: [MetricDefinition]]

  /// Compiles rules; those with a problem are left out and listed in ``problems``.
  ///
  /// - Parameters:
  ///   - sources: the sources that rules may name; when empty, the sources that the rules name, without labels.
  ///   - metrics: the configured metrics that aggregates may name.
  ///   - objectives: the objectives that `burn_rate` may name.
  public init(
    _ rules: [RuleDefinition], sources: [WatchedSource] = [], metrics: [MetricDefinition] = [],
    heartbeats: [Heartbeat] = [], inhibitions: [Inhibition] = [], objectives: [ObjectiveDefinition] = []
  ) {
    var sources = sources
    if sources.isEmpty {
      let named = Set(rules.compactMap(\.source) + metrics.map(\.source) + heartbeats.map(\.source))
      sources = named.sorted().map { WatchedSource(name: $0) }
    }
    var problems: [RuleProblem] = []
    var compiled: [String: [CompiledRule]] = [:]
    var derived: [String: [MetricDefinition]] = [:]
    var shared: [String: [MetricDefinition]] = [:]
    var definitions: [RuleDefinition] = []
    var names: Set<String> = []
    let objectivesByName = Dictionary(objectives.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let byName = Dictionary(metrics.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for rule in rules {
      guard names.insert(rule.name).inserted else {
        problems.append(RuleProblem(rule: rule.name, message: "another rule has the same name"))
        continue
      }
      do {
        let targets = try RuleSet.targets(of: rule, sources: sources, metrics: byName)
        var parts: [(CompiledRule, [MetricDefinition])] = []
        for target in targets {
          var compiler = RuleCompiler(
            rule: rule, source: target, namesSource: targets.count > 1 || rule.namesSource,
            metrics: byName.filter { $0.value.source == target.name }, objectives: objectivesByName)
          if rule.sharesMetrics { compiler.shared = shared[target.name] ?? [] }
          let part = try compiler.compile()
          parts.append((part, compiler.derived))
        }
        for (part, metrics) in parts {
          compiled[part.source.name, default: []].append(part)
          derived[part.source.name, default: []] += metrics
          if rule.sharesMetrics { shared[part.source.name, default: []] += metrics }
        }
        definitions.append(rule)
      } catch {
        problems.append(error)
      }
    }
    self.sources = sources
    self.heartbeats = heartbeats
    self.problems = problems
    self.definitions = definitions
    self.inhibitions = inhibitions
    self.rules = compiled
    self.derived = derived
  }

  /// The sources that a rule watches.
  private static func targets(
    of rule: RuleDefinition, sources: [WatchedSource], metrics: [String: MetricDefinition]
  ) throws(RuleProblem) -> [WatchedSource] {
    func named(_ name: String) throws(RuleProblem) -> WatchedSource {
      guard let source = sources.first(where: { $0.name == name }) else {
        let known = sources.map(\.name).joined(separator: ", ")
        throw RuleProblem(rule: rule.name, message: "no source is named '\(name)'; the sources are: \(known)")
      }
      return source
    }
    if let name = rule.source { return [try named(name)] }
    var names: [String] = []
    for case .field(let path) in rule.when.aggregates.map(\.argument) {
      if let name = metrics[path.description]?.source, !names.contains(name) { names.append(name) }
    }
    guard names.count < 2 else {
      throw RuleProblem(
        rule: rule.name,
        message: "its metrics are of several sources (\(names.joined(separator: ", "))); a rule reads one")
    }
    if let name = names.first { return [try named(name)] }
    guard !sources.isEmpty else {
      throw RuleProblem(rule: rule.name, message: "there is no source to watch")
    }
    return sources
  }

  /// The metric of the records that a rule's signals rest on, how far back it looks, and whether low values are what it
  /// warns of; nil where the rule does not read records of the source, or compares shapes only.
  public func records(of rule: String, source: String) -> (metric: MetricDefinition, over: Duration, isBelow: Bool)? {
    guard let compiled = rules[source]?.first(where: { $0.definition.name == rule }) else { return nil }
    let definitions = Dictionary(
      (derived[source] ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let leaves = (compiled.counted.map { [compiled.leaves[$0]] } ?? []) + compiled.leaves
    for leaf in leaves where leaf.function != .drift && leaf.function != .missing {
      guard let metric = definitions[leaf.metric] else { continue }
      let comparison = leaf.bound?.comparison
      return (metric, leaf.reach, comparison == .less || comparison == .lessOrEqual)
    }
    return nil
  }

  /// The metrics that a source's rules need, in a stable order.
  public func derivedMetrics(for source: String) -> [MetricDefinition] { derived[source] ?? [] }

  /// What the rules of a source read: the fields, and the metrics of values, which have slots only where there is one.
  public func inputs(for source: String) -> [RuleInput] {
    let definitions = Dictionary(
      (derived[source] ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return (rules[source] ?? []).map { rule in
      var input = RuleInput(rule: rule.definition.name)
      for leaf in rule.leaves {
        guard leaf.function != .absent else { continue }
        if leaf.function == .drift || leaf.function == .missing {
          input.valueMetrics.insert(leaf.subject ?? leaf.metric)
          continue
        }
        guard let metric = definitions[leaf.metric] else { continue }
        if let field = metric.field { input.fields.insert(field) }
        for predicate in [metric.predicate, metric.denominator] { input.fields.formUnion(predicate?.paths ?? []) }
        if metric.kind == .distribution, metric.predicate == nil { input.valueMetrics.insert(metric.name) }
      }
      return input
    }
  }

  /// The configured metrics whose drift a source's rules read, sorted.
  public func driftMetrics(for source: String) -> [String] {
    let leaves = (rules[source] ?? []).flatMap(\.leaves)
    return Set(leaves.filter { $0.function == .drift }.map(\.metric)).sorted()
  }

  /// The derived metrics that count the records of which some hold a metric's value, by the metric, where a rule of the
  /// source asks for missing values.
  public func recordCounters(for source: String) -> [String: String] {
    let leaves = (rules[source] ?? []).flatMap(\.leaves)
    return Dictionary(
      leaves.compactMap { leaf in leaf.subject.map { ($0, leaf.metric) } }, uniquingKeysWith: { first, _ in first })
  }

  /// The derived metrics whose shares a detector watches, with the share that is tolerated.
  public func riskWatches(for source: String) -> [String: Double] {
    let leaves = (rules[source] ?? []).flatMap(\.leaves).filter { $0.function == .risk }
    return Dictionary(
      leaves.compactMap { leaf in leaf.bound.map { (leaf.metric, $0.value) } }, uniquingKeysWith: { first, _ in first })
  }

  /// The derived metrics of a source of which rules only ask whether they count many: a slot in which they count nothing
  /// says no more than one that is not there.
  public func sparseMetrics(for source: String) -> Set<String> {
    var sparse: Set<String> = []
    var others: Set<String> = []
    for leaf in (rules[source] ?? []).flatMap(\.leaves) {
      let asksForMany = leaf.bound.map { bound in
        (bound.comparison == .greater || bound.comparison == .greaterOrEqual) && !bound.holds(0)
      }
      if leaf.function == .count, leaf.reference == nil, asksForMany == true {
        sparse.insert(leaf.metric)
      } else {
        others.insert(leaf.metric)
      }
    }
    return sparse.subtracting(others)
  }

  /// How far back any rule of a source reads a derived metric.
  public func reach(of metric: String, source: String) -> Duration {
    (rules[source] ?? []).flatMap(\.leaves).filter { $0.metric == metric }.map { max($0.reach, $0.memory) }.max()
      ?? .zero
  }

  /// How far back the rules of a source look, from the boundary that is evaluated.
  public func horizon(for source: String) -> Duration {
    (rules[source] ?? []).flatMap(\.leaves).map { max($0.reach, $0.memory) }.max() ?? .zero
  }

  /// The staleness limit of a source.
  public func staleAfter(_ source: String) -> Duration {
    sources.first { $0.name == source }?.staleAfter ?? WatchedSource.defaultStaleAfter
  }
}

/// What one rule reads of its source.
public struct RuleInput: Hashable, Sendable {
  /// The rule.
  public var rule: String
  /// The fields of its records.
  public var fields: Set<FieldPath> = []
  /// Metrics of values.
  public var valueMetrics: Set<String> = []
}

import Domain
import Expressions
import Measures

/// Turns one rule into a derived metric for every aggregate and a condition over them.
struct RuleCompiler {
  var rule: RuleDefinition
  var source: WatchedSource
  var namesSource: Bool
  var metrics: [String: MetricDefinition]
  var objectives: [String: ObjectiveDefinition]
  /// Derived metrics of earlier rules that this one may read.
  var shared: [MetricDefinition] = []
  private(set) var derived: [MetricDefinition] = []
  private var leaves: [CompiledRule.Leaf] = []

  init(
    rule: RuleDefinition, source: WatchedSource, namesSource: Bool, metrics: [String: MetricDefinition],
    objectives: [String: ObjectiveDefinition]
  ) {
    self.rule = rule
    self.objectives = objectives
    self.source = source
    self.namesSource = namesSource
    self.metrics = metrics
  }

  mutating func compile() throws(RuleProblem) -> CompiledRule {
    let by = try identity()
    let labels = try labels(by)
    let root = try node(rule.when, labels)
    guard !leaves.isEmpty else { throw problem("its condition compares nothing") }
    return CompiledRule(
      definition: rule, source: source, namesSource: namesSource, by: by, leaves: leaves, root: root)
  }

  func problem(_ message: String) -> RuleProblem { RuleProblem(rule: rule.name, message: message) }

  /// The rule's `by`, else the one that its aggregates agree on.
  private func identity() throws(RuleProblem) -> [String] {
    var by = rule.by
    for aggregate in rule.when.aggregates where !aggregate.by.isEmpty {
      if by.isEmpty { by = aggregate.by }
      guard Set(aggregate.by) == Set(by) else {
        throw problem(
          "'by \(aggregate.by.joined(separator: ", "))' of \(aggregate.function.name) differs from "
            + "'by \(by.joined(separator: ", "))'; a rule has one identity")
      }
    }
    return by.sorted()
  }

  private func labels(_ by: [String]) throws(RuleProblem) -> [LabelDefinition] {
    var labels: [LabelDefinition] = []
    for name in by {
      if let label = source.labels.first(where: { $0.name == name }) {
        labels.append(label)
      } else {
        do {
          labels.append(LabelDefinition(name: name, path: try PredicateParser.parseField(name)))
        } catch {
          throw problem("'by' names neither a label of \(source.name) nor a field: '\(name)'")
        }
      }
    }
    return labels
  }

  private mutating func node(
    _ condition: Condition, _ labels: [LabelDefinition]
  ) throws(RuleProblem) -> CompiledRule.Node {
    switch condition {
    case .all(let parts): return .all(try nodes(parts, labels))
    case .any(let parts): return .any(try nodes(parts, labels))
    case .not(let part): return .not(try node(part, labels))
    case .absent(let aggregate): return .leaf(try leaf(aggregate, bound: nil, labels))
    case .compare(let aggregate, let comparison, let value):
      return .leaf(try leaf(aggregate, bound: Bound(comparison, value), labels))
    }
  }

  private mutating func nodes(
    _ parts: [Condition], _ labels: [LabelDefinition]
  ) throws(RuleProblem) -> [CompiledRule.Node] {
    var nodes: [CompiledRule.Node] = []
    for part in parts { nodes.append(try node(part, labels)) }
    return nodes
  }

  private mutating func leaf(
    _ aggregate: Aggregate, bound: Bound?, _ labels: [LabelDefinition]
  ) throws(RuleProblem) -> Int {
    if aggregate.function == .drift {
      leaves.append(try driftLeaf(aggregate, bound, labels))
      return leaves.count - 1
    }
    if aggregate.function == .missing {
      leaves.append(try missingLeaf(aggregate, bound, labels))
      return leaves.count - 1
    }
    let over = aggregate.over ?? .zero
    for window in [over, aggregate.reference ?? over] {
      let slot = SlotDelta.baseSlot.nanoseconds
      guard window.nanoseconds > 0, window.nanoseconds % slot == 0 else {
        throw problem("a window of \(window.inSeconds) s is no multiple of 10 s, the length of a slot")
      }
      guard window <= .seconds(7 * 86_400) else { throw problem("a window is longer than 7 days") }
    }
    if aggregate.function == .risk { try checkRisk(bound, over, labels) }
    if aggregate.function == .distinct, let bound, bound.value > Double(CategorySummary.limit) {
      throw problem("distinct tells at most \(CategorySummary.limit) values apart")
    }
    var definition = try metric(for: aggregate)
    definition.labels = labels
    leaves.append(
      CompiledRule.Leaf(
        metric: register(definition), function: aggregate.function, statistic: try statistic(aggregate.function),
        over: over, reference: aggregate.reference, comparison: aggregate.comparison,
        objective: try objective(of: aggregate), bound: bound))
    return leaves.count - 1
  }

  /// The promised share of good records of a burn rate.
  private func objective(of aggregate: Aggregate) throws(RuleProblem) -> Double? {
    guard aggregate.function == .burnRate else { return nil }
    if case .field(let path) = aggregate.argument, let known = objectives[path.description] { return known.objective }
    guard let objective = aggregate.objective else {
      throw problem("burn_rate needs an objective: burn_rate(status < 500, 99.9%), or the name of one under 'slos'")
    }
    return objective
  }

  /// Which records are good, for a burn rate.
  private func good(_ aggregate: Aggregate) throws(RuleProblem) -> Predicate {
    switch aggregate.argument {
    case .predicate(let predicate): return predicate
    case .field(let path):
      guard let known = objectives[path.description] else {
        throw problem("no objective under 'slos' is named '\(path)', which burn_rate needs")
      }
      return known.good
    case .none: throw problem("burn_rate needs a predicate")
    }
  }

  /// The metric that `drift` or `missing` names.
  private func namedMetric(
    _ aggregate: Aggregate, _ labels: [LabelDefinition]
  ) throws(RuleProblem) -> MetricDefinition {
    let function = aggregate.function.name
    guard case .field(let path) = aggregate.argument, aggregate.where == nil, labels.isEmpty else {
      throw problem("\(function) takes the name of a metric, without 'where' and without 'by'")
    }
    guard let metric = metrics[path.description] else {
      throw problem("no metric of \(source.name) is named '\(path)', which \(function) needs")
    }
    return metric
  }

  private func driftLeaf(
    _ aggregate: Aggregate, _ bound: Bound?, _ labels: [LabelDefinition]
  ) throws(RuleProblem) -> CompiledRule.Leaf {
    let metric = try namedMetric(aggregate, labels)
    guard metric.drift != nil else { throw problem("the metric \(metric.name) has no 'drift' settings") }
    return CompiledRule.Leaf(
      metric: metric.name, function: .drift, statistic: .count, over: aggregate.over ?? .zero, reference: nil,
      bound: bound)
  }

  private mutating func missingLeaf(
    _ aggregate: Aggregate, _ bound: Bound?, _ labels: [LabelDefinition]
  ) throws(RuleProblem) -> CompiledRule.Leaf {
    let metric = try namedMetric(aggregate, labels)
    guard metric.drift != nil, metric.countsValues else {
      throw problem("the metric \(metric.name) is no distribution or category with 'drift' settings")
    }
    let over = aggregate.over ?? .zero
    guard over > .zero, over.nanoseconds % SlotDelta.baseSlot.nanoseconds == 0, over <= .seconds(3_600) else {
      throw problem("the window of missing is a multiple of 10 s up to an hour")
    }
    let records = MetricDefinition(name: "", source: source.name, kind: .counter, predicate: metric.predicate)
    return CompiledRule.Leaf(
      metric: register(records), subject: metric.name, function: .missing, statistic: .count, over: over,
      reference: nil, bound: bound)
  }

  private func checkRisk(_ bound: Bound?, _ over: Duration, _ labels: [LabelDefinition]) throws(RuleProblem) {
    guard labels.isEmpty else { throw problem("risk watches all records together, without 'by'") }
    guard let bound, bound.comparison == .greater || bound.comparison == .greaterOrEqual, bound.value > 0,
      bound.value < 1
    else { throw problem("risk is compared with the share that is tolerated: risk(…) over 10m > 0.02") }
    guard over <= .seconds(3_600) else { throw problem("the window of risk is at most an hour") }
  }

  /// The name of a derived metric; aggregates that read the same share one.
  private mutating func register(_ definition: MetricDefinition) -> String {
    var definition = definition
    for known in derived + shared {
      definition.name = known.name
      if definition == known { return known.name }
    }
    definition.name = "rule:\(rule.name)\(namesSource ? "@\(source.name)" : "")#\(derived.count)"
    derived.append(definition)
    return definition.name
  }

  private func statistic(_ function: Aggregate.Function) throws(RuleProblem) -> Statistic {
    switch function {
    case .count, .absent: return .count
    case .rate: return .count
    case .sum: return .sum
    case .mean: return .mean
    case .min: return .minimum
    case .max: return .maximum
    case .ratio, .risk: return .ratio
    case .percentile(let rank): return .quantile(Double(rank) / 100)
    case .distinct: return .distinct
    case .top: return .top
    case .burnRate: return .ratio
    case .drift, .missing: throw problem("\(function.name) reads no field")
    }
  }

  /// The derived metric of an aggregate, still without name and labels.
  private func metric(for aggregate: Aggregate) throws(RuleProblem) -> MetricDefinition {
    let known: MetricDefinition? =
      if case .field(let path) = aggregate.argument { metrics[path.description] } else { nil }
    var definition = MetricDefinition(name: "", source: source.name, kind: .counter)
    switch aggregate.function {
    case .count, .rate, .absent:
      switch aggregate.argument {
      case .none: definition.predicate = aggregate.where
      case .predicate(let predicate): definition.predicate = both(predicate, aggregate.where)
      case .field(let path):
        let counts = known.map { metric in
          both(metric.kind == .ratio ? metric.denominator : metric.predicate, metric.field.map(Predicate.exists))
        }
        definition.predicate = both(counts ?? .exists(path), aggregate.where)
      }
    case .ratio, .risk:
      definition.kind = .ratio
      switch aggregate.argument {
      case .predicate(let predicate):
        definition.predicate = predicate
        definition.denominator = aggregate.where
      case .field(let path):
        guard let known, known.kind == .ratio else {
          throw problem(
            "\(aggregate.function.name) needs a comparison, or a metric of kind ratio, instead of '\(path)'")
        }
        definition.field = known.field
        definition.predicate = known.predicate
        definition.denominator = both(known.denominator, aggregate.where)
      case .none: throw problem("\(aggregate.function.name) needs a comparison")
      }
    case .burnRate:
      let good = try good(aggregate)
      definition.kind = .ratio
      definition.predicate = .not(good)
      // What holds none of the fields is neither good nor bad.
      let fields = good.paths.sorted { $0.description < $1.description }.map(Predicate.exists)
      definition.denominator = both(fields.count == 1 ? fields[0] : .any(fields), aggregate.where)
    default:
      guard case .field(let path) = aggregate.argument else {
        throw problem("\(aggregate.function.name) needs a field")
      }
      switch aggregate.function {
      case .sum: definition.kind = .counter
      case .distinct, .top: definition.kind = .category
      default: definition.kind = .distribution
      }
      if let known, known.field == nil {
        throw problem("the metric \(known.name) has no field for \(aggregate.function.name)")
      }
      definition.field = known?.field ?? path
      definition.predicate = both(known?.predicate, aggregate.where)
    }
    return definition
  }

  private func both(_ left: Predicate?, _ right: Predicate?) -> Predicate? {
    guard let left, let right else { return left ?? right }
    return .all([left, right])
  }
}

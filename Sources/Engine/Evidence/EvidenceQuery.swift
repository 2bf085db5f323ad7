import Domain
import Expressions
import Measures

/// Which lines show why a signal fired: those that the rule counts, of the signal's own labels, from the window
/// before its condition held until it fired. Of values, the largest ones, or the smallest where low values are what is warned of.
struct EvidenceQuery {
  /// Which of the lines that qualify are kept.
  enum Choice {
    case newest
    case largest(FieldPath)
    case smallest(FieldPath)
  }

  var predicates: [Predicate]
  var labels: [(path: FieldPath, value: String)]
  var times: ClosedRange<Timestamp>
  var choice: Choice

  /// The fields of the excerpt.
  var fields: [FieldPath] {
    var fields: [FieldPath] = []
    if case .largest(let path) = choice { fields.append(path) }
    if case .smallest(let path) = choice { fields.append(path) }
    fields += Set(predicates.flatMap(\.paths)).sorted { $0.description < $1.description }
    return (fields + labels.map(\.path)).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Makes the query of a signal of the records of a metric.
  init(metric: MetricDefinition, isBelow: Bool, labels: Labels, times: ClosedRange<Timestamp>) {
    predicates = [metric.predicate, metric.denominator].compactMap(\.self)
    self.labels = metric.labels.compactMap { label in
      labels[label.name].flatMap { $0 == "other" ? nil : (label.path, $0) }
    }
    self.times = times
    choice = .newest
    if metric.kind == .distribution, let field = metric.field { choice = isBelow ? .smallest(field) : .largest(field) }
    if let field = metric.field, case .newest = choice { predicates.append(.exists(field)) }
  }
}

import Domain
import Expressions
import Measures

/// A rule made ready for one source: every aggregate reads a derived metric.
struct CompiledRule: Sendable {
  /// A comparison of one aggregate.
  struct Leaf: Sendable {
    /// The derived metric, or the configured one for `drift`.
    var metric: String
    /// The configured metric whose missing values are counted, for `missing`.
    var subject: String?
    /// How the number is made.
    var function: Aggregate.Function
    /// The number of the metric's summary.
    var statistic: Statistic
    /// The window's length.
    var over: Duration
    /// The reference window's length, for `change` and `z`.
    var reference: Duration?
    /// How the window is compared with the reference window.
    var comparison: Aggregate.ReferenceComparison = .quotient
    /// The promised share of good records, for `burn_rate`.
    var objective: Double?
    /// nil for `absent`.
    var bound: Bound?

    /// Whether no record at all gives a definite number.
    var isDefiniteWithoutRows: Bool {
      switch function {
      case .count, .sum, .rate, .distinct, .top, .absent: true
      default: false
      }
    }

    /// How far back the leaf reads.
    var reach: Duration { over + (reference ?? .zero) }

    /// How far back a label set may have been seen for the last time and still be evaluated. A set that has just
    /// vanished must not escape from rules that look for its absence.
    var memory: Duration {
      isDefiniteWithoutRows ? over * (1 + Aggregate.defaultReferenceFactor) : over
    }
  }

  /// The condition over the leaves' outcomes.
  indirect enum Node: Sendable {
    case all([Node])
    case any([Node])
    case not(Node)
    case leaf(Int)
  }

  var definition: RuleDefinition
  var source: WatchedSource
  /// Whether the source's name is part of the signals' identity, since the rule watches several.
  var namesSource: Bool
  /// The names of the identity labels.
  var by: [String]
  var leaves: [Leaf]
  var root: Node

  /// Whether the absence of records is what the rule looks for; its signals then know more, not less, when the source
  /// says nothing.
  var isAboutAbsence: Bool {
    leaves.contains { leaf in
      guard let bound = leaf.bound else { return true }
      return leaf.isDefiniteWithoutRows && leaf.reference == nil && bound.holds(0)
    }
  }

  /// The identity of a signal.
  func key(_ labels: Labels) -> SignalKey {
    guard namesSource else { return SignalKey(rule: definition.name, labels: labels) }
    return SignalKey(
      rule: definition.name, labels: Labels(labels.all + [Labels.Label(name: "source", value: source.name)]))
  }

  /// The index of the comparison whose records a signal's hits are: the first that counts records or a share of them.
  var counted: Int? {
    leaves.firstIndex { leaf in
      switch leaf.function {
      case .ratio, .risk, .burnRate: true
      case .count: leaf.bound.map { $0.comparison == .greater || $0.comparison == .greaterOrEqual } ?? false
      default: false
      }
    }
  }

  /// Whether a set has exactly the identity's labels.
  func isIdentity(_ labels: Labels) -> Bool {
    labels.all.count == by.count && zip(labels.all, by).allSatisfy { $0.name == $1 }
  }

  /// The labels of a signal in the derived metrics: its identity without the source.
  func seriesLabels(_ key: SignalKey) -> Labels { key.labels.keeping(by) }
}

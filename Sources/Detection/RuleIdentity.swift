import Domain
import Expressions

/// One set of identity labels of a rule, with what its comparisons read.
struct RuleIdentity: Sendable {
  /// The labels, without the source.
  var labels: Labels
  /// The identity of its signal.
  var key: SignalKey
  /// The series of each comparison; nil where a metric has no record with these labels.
  var series: [WindowSeries?]

  init(_ rule: CompiledRule, labels: Labels, windows: some WindowReading) {
    self.labels = labels
    key = rule.key(labels)
    series = rule.leaves.map { $0.function == .drift ? nil : windows.series(of: $0.metric, labels: labels) }
  }
}

/// The identities of a source's rules as long as its windows hold the same series.
struct KnownIdentities: Sendable {
  /// The ``WindowReading/generation`` that they belong to.
  var generation: Int
  /// By the index of the rule.
  var identities: [Int: [RuleIdentity]] = [:]
}

import Domain
import Drift
import Measures
import Traces

/// What a stretch of input adds: everything that one transaction makes durable, in the order in which it happened.
struct Batch {
  /// What the slots gained of the metrics that rules read.
  var deltas: [SlotDelta] = []
  /// What the slots gained of all other metrics.
  var sealed = SealedSlots()
  /// Signals that changed.
  var transitions: [SignalTransition] = []
  /// Versions seen for the first time.
  var versions: [JournalFold.SeenVersion] = []
  /// Changes of the lines' form.
  var formatChanges: [FormatChange] = []
  /// Agent runs that changed, the latest state of each.
  var runs: [String: AgentRun] = [:]
  /// What is kept of spans.
  var steps: [RunStep] = []
  /// What was found in runs.
  var findings: [Finding] = []
  /// References that were captured by themselves.
  var references: [Reference] = []
  /// References of which an hour was learnt, by their metric.
  var learning: [String: Reference] = [:]
  /// Slots before this event time had been evaluated before the batch began.
  var evaluatedBefore: Timestamp = .distantPast

  /// Whether there is nothing to commit.
  var isEmpty: Bool {
    deltas.isEmpty && sealed.isEmpty && transitions.isEmpty && versions.isEmpty && runs.isEmpty && steps.isEmpty
      && references.isEmpty && learning.isEmpty && formatChanges.isEmpty
  }
}

import Domain
import Settings
import Storage

/// Everything that one transaction is to make durable; kept until it has, since a full disk or a busy store may want
/// several tries.
struct PendingCommit {
  /// Batches by source, in the order of the sources.
  var batches: [(source: String, batch: Batch)] = []
  var files: [StoredFile] = []
  var forgotten: [Int64] = []
  var gaps: [StoredGap] = []
  var sources: [(name: String, state: JSON)] = []
  var signals: [(key: String, record: JSON?)] = []
  var plan: JSON?
  /// The configuration that is to take effect.
  var configuration: Configuration?
  /// What sources remember beside their summaries, by the name of the document.
  var documents: [(name: String, state: JSON)] = []
  /// When the wall clock was set: what it would have said, and what it said.
  var clockSteps: [(expected: Timestamp, stated: Timestamp)] = []

  var isEmpty: Bool {
    batches.isEmpty && files.isEmpty && forgotten.isEmpty && gaps.isEmpty && sources.isEmpty && signals.isEmpty
      && plan == nil && configuration == nil && documents.isEmpty && clockSteps.isEmpty
  }
}

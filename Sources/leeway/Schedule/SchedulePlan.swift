import Domain
import Engine
import Settings
import Storage

/// What is due, and how each is done.
struct SchedulePlan: Sendable {
  /// How often rules are drilled, and with what; nil for never.
  var drills: DrillDefinition?
  /// How often health is checked; nil for never.
  var healthEvery: Duration?
  /// The names of the sources.
  var sources: [String]
  /// The configuration's file.
  var configuration: String
  /// The state directory.
  var state: String

  private static let health = DrillHistory.Subject(kind: "health", source: "")

  /// What is to be done.
  var subjects: [DrillHistory.Subject] {
    let health = healthEvery == nil ? [] : [Self.health]
    guard let drills else { return health }
    return health + sources.map { DrillHistory.Subject(kind: "faults", source: $0) }
      + [DrillHistory.Subject(kind: "self-test", source: "")]
      + (drills.traces == nil ? [] : [DrillHistory.Subject(kind: "traces", source: "")])
  }

  /// Whose turn it is.
  ///
  /// - Parameters:
  ///   - tried: when each was last begun; what did not succeed is tried again after its turn divided by `retries`.
  func due(
    _ history: DrillHistory, tried: [DrillHistory.Subject: Timestamp], retries: Int, now: Timestamp
  ) -> [DrillHistory.Subject] {
    subjects.filter { subject in
      guard let every = subject == Self.health ? healthEvery : drills?.every else { return false }
      let last = subject == Self.health ? history.health?.at : history.last[subject]?.at
      if let last, now - last < every { return false }
      guard let attempt = tried[subject] else { return true }
      return now - attempt >= every / retries
    }
  }

  /// The arguments of `leeway`; nil where there is no file to drill with.
  func words(for subject: DrillHistory.Subject, files: [StoredFile]) -> [String]? {
    let shared = ["--nice", "--config", configuration, "--state", state]
    switch subject.kind {
    case "health": return ["health"] + shared
    case "self-test": return ["drift", "--self-test"] + shared
    case "traces": return (drills?.traces).map { ["rules", "drill"] + shared + ["--traces", $0.resolved] }
    default: break
    }
    var words = ["rules", "drill"] + shared
    // The newest file may just have been begun: the largest has most to drill with.
    let own = files.filter { $0.source == subject.source && !$0.path.hasSuffix(".gz") }
    guard let file = own.max(by: { ($0.size, $0.path) < ($1.size, $1.path) }) else { return nil }
    if let lines = drills?.lines { words += ["--lines", "\(lines)"] }
    return words + ["--source", subject.source, "--", file.path]
  }
}

import Domain
import Engine
import Settings
import Storage

/// Which drills are due, and how each is held.
struct DrillPlan: Sendable {
  /// How often, and with what.
  var drills: DrillDefinition
  /// The names of the sources.
  var sources: [String]
  /// The configuration's file.
  var configuration: String
  /// The state directory.
  var state: String

  /// What is to be drilled.
  var subjects: [DrillHistory.Subject] {
    sources.map { DrillHistory.Subject(kind: "faults", source: $0) }
      + [DrillHistory.Subject(kind: "self-test", source: "")]
      + (drills.traces == nil ? [] : [DrillHistory.Subject(kind: "traces", source: "")])
  }

  /// The drills whose turn it is.
  ///
  /// - Parameters:
  ///   - tried: when each was last begun; one that was not held is tried again after its turn divided by `retries`.
  func due(
    _ history: DrillHistory, tried: [DrillHistory.Subject: Timestamp], retries: Int, now: Timestamp
  ) -> [DrillHistory.Subject] {
    subjects.filter { subject in
      if let last = history.last[subject]?.at, now - last < drills.every { return false }
      guard let attempt = tried[subject] else { return true }
      return now - attempt >= drills.every / retries
    }
  }

  /// The arguments of `leeway` for a drill; nil where there is no file to drill with.
  func words(for subject: DrillHistory.Subject, files: [StoredFile]) -> [String]? {
    if subject.kind == "self-test" {
      return ["drift", "--self-test", "--nice", "--config", configuration, "--state", state]
    }
    var words = ["rules", "drill", "--nice", "--config", configuration, "--state", state]
    if subject.kind == "traces" {
      guard let traces = drills.traces else { return nil }
      return words + ["--traces", traces.resolved]
    }
    // The newest file may just have been begun: the largest has most to drill with.
    let own = files.filter { $0.source == subject.source && !$0.path.hasSuffix(".gz") }
    guard let file = own.max(by: { ($0.size, $0.path) < ($1.size, $1.path) }) else { return nil }
    if let lines = drills.lines { words += ["--lines", "\(lines)"] }
    return words + ["--source", subject.source, "--", file.path]
  }
}

import Domain
import Engine
import Tailing

/// Looks for the files of a source, by the rules of the collector.
enum SourceFiles {
  /// Whether a file or pattern has anything to follow now.
  static func exist(matching pattern: String) -> Bool {
    let tailer = Tailer(sources: [TailSource(name: "check", patterns: [pattern], start: .end)])
    _ = tailer.reconcile(now: SystemWallClock().now(), finishing: false)
    return tailer.statuses.contains { $0.state != .waiting }
  }
}

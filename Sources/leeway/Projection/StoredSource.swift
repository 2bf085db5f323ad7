import Domain
import Engine
import Storage

/// A source as the store last knew it.
struct StoredSource {
  var name: String
  var watermark: Timestamp?
  var lastLineAt: Timestamp?
  var lines: Int
  var malformed: Int
  var state: JSON

  init(name: String, state: JSON) {
    self.name = name
    self.state = state
    watermark = state["watermark"]?.string.flatMap { Timestamp(rfc3339: $0) }
    lastLineAt = state["last_line_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
    lines = Int(state["lines"]?.integer ?? 0)
    malformed = Int(state["malformed"]?.integer ?? 0)
  }

  /// `jsonl, 90 % sure: 64 of 64 lines are JSON objects`; nil before anything was recognised.
  var recognition: String? {
    guard let recognition = state["recognition"], let format = recognition["format"]?.string else { return nil }
    let dialect = recognition["dialect"]?.string.map { " (\($0))" } ?? ""
    let confidence = recognition["confidence"]?.double.map { ", \(Int(($0 * 100).rounded())) % sure" } ?? ""
    let reason = recognition["reason"]?.string.map { ": \($0)" } ?? ""
    return format + dialect + confidence + reason
  }
}

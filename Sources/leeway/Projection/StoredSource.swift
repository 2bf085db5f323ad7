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
}

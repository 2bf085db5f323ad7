import Domain
import Traces

/// Where a stretch of bytes that a source's worker reads comes from.
struct Piece {
  /// The path of the file.
  var path: String
  /// Which file it is, whatever its name.
  var file: Int64
  /// Where the bytes begin in the file.
  var offset: Int64
  /// Whether nothing will follow soon, so that all of the bytes have to be taken.
  var isFinal = true
  /// Wall time, or nil in a replay.
  var now: Timestamp?
  /// When the file was last written, where that is known.
  var modified: Timestamp?
  /// Gives the first bytes of the file.
  var head: () -> [UInt8] = { [] }
  /// Fetches a stored agent run.
  var loadRun: (String) -> AgentRun? = { _ in nil }
}

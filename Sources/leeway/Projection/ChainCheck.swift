import Assurance
import Domain
import Storage

/// The check of the journal's chain, a stretch at each snapshot, so that screens stay live while a long journal is read.
///
/// What is appended is checked with the next snapshot. Every five minutes all of it is checked anew: somebody may have
/// changed what had been checked before.
struct ChainCheck {
  /// What a check has found.
  struct Finding {
    /// How many entries hold, from the first one on, or were read until something did not.
    var checked = 0
    /// What does not hold, with its line; nil where everything does.
    var problem: String?
    var head = Digest256.zero
    var root = Digest256.zero
  }

  /// A checkpoint in the journal.
  struct Mark {
    var size: Int
    var at: Timestamp
    var signedWith: String
  }

  /// Entries that are checked at each snapshot.
  private static let stride = 20_000
  private static let interval: Duration = .seconds(300)
  /// What the canonical line of a checkpoint begins with.
  private static let checkpointStart = Array("{\"act\":\"audit.checkpoint\"".utf8)

  private var verifier = AuditVerifier()
  private var position = 0
  private var startedAt: Timestamp?
  /// What the last pass that came to the end had found.
  private var settled: Finding?
  /// The newest checkpoint that was come upon.
  private(set) var checkpoint: Mark?

  /// What is known now.
  var finding: Finding {
    let current = current
    guard let settled, current.problem == nil, current.checked < settled.checked else { return current }
    return settled
  }

  private var current: Finding {
    let verification = verifier.finish()
    let problem = verification.problems.first.map { problem in
      "\(problem.kind.rawValue)" + (problem.line.map { " at line \($0)" } ?? "")
    }
    return Finding(checked: position, problem: problem, head: verification.head, root: verification.root)
  }

  /// Checks the next stretch.
  mutating func advance(_ reader: StoreReader, now: Timestamp) throws {
    if let startedAt, settled != nil, abs((now - startedAt).inSeconds) >= Self.interval.inSeconds {
      (verifier, position) = (AuditVerifier(), 0)
      self.startedAt = now
    }
    if startedAt == nil { startedAt = now }
    var (verifier, position, checkpoint) = (verifier, position, checkpoint)
    try reader.lines(after: position, limit: Self.stride) { line in
      verifier.consume(line + [0x0A])
      position += 1
      guard line.starts(with: Self.checkpointStart), let entry = try? AuditChain.parse(line),
        entry.act == "audit.checkpoint"
      else { return }
      checkpoint = Mark(
        size: Int(entry.object["size"]?.integer ?? 0), at: entry.at,
        signedWith: entry.data["signed_with"]?.string ?? "unknown")
    }
    (self.verifier, self.position, self.checkpoint) = (verifier, position, checkpoint)
    if position >= (try reader.lastSequence()) { settled = current }
  }
}

import Domain
import Glibc

/// Verifies a journal's bytes as they come, in memory bounded by the longest line (spec: audit).
///
/// Every line must be byte for byte the canonical form of an entry, be numbered from 1 without gaps, and name its
/// predecessor's hash. A checkpoint adds what a chain alone cannot show: a dropped tail and a rewritten history.
public struct AuditVerifier: Sendable {
  private let checkpoint: Checkpoint?
  private var partial: [UInt8] = []
  private var tree = MerkleTree()
  private var head = AuditChain.genesis
  private var latest: Timestamp?
  private var problem: Verification.Problem?
  private var warnings: [String] = []
  private var agreesWithCheckpoint: Bool?

  /// Creates a verifier; with a checkpoint it also looks for truncation and rewriting.
  public init(checkpoint: Checkpoint? = nil) {
    self.checkpoint = checkpoint
    compareWithCheckpoint()
  }

  /// Takes the next bytes of the journal, cut anywhere.
  public mutating func consume(_ bytes: some Collection<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ consume(buffer: $0) }) == nil {
      Array(bytes).withUnsafeBufferPointer { consume(buffer: $0) }
    }
  }

  private mutating func consume(buffer: UnsafeBufferPointer<UInt8>) {
    var start = 0
    while problem == nil, start < buffer.count {
      let rest = UnsafeBufferPointer(rebasing: buffer[start...])
      guard let length = lineLength(rest) else {
        append(rest)
        return
      }
      append(UnsafeBufferPointer(rebasing: rest[..<length]))
      start += length + 1
      if problem == nil { verifyLine() }
    }
  }

  /// What was found, once every byte has been taken.
  public func finish() -> Verification {
    var problems: [Verification.Problem] = []
    if let problem {
      problems.append(problem)
    } else if let checkpoint, tree.size < checkpoint.size {
      problems.append(Verification.Problem(line: tree.size, kind: .truncated))
    } else if agreesWithCheckpoint == false {
      problems.append(Verification.Problem(line: nil, kind: .rewritten))
    } else if !partial.isEmpty {
      problems.append(Verification.Problem(line: tree.size, kind: .torn))
    }
    return Verification(entries: tree.size, root: tree.root, head: head, problems: problems, warnings: warnings)
  }

  private func lineLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = bytes.baseAddress, let end = memchr(base, 0x0A, bytes.count) else { return nil }
    return UnsafeRawPointer(end) - UnsafeRawPointer(base)
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard partial.count + bytes.count <= AuditChain.longestLine else {
      partial = []
      fail(.notCanonical)
      return
    }
    partial.append(contentsOf: bytes)
  }

  private mutating func fail(_ kind: Verification.Kind) {
    problem = Verification.Problem(line: tree.size + 1, kind: kind)
  }

  private mutating func verifyLine() {
    defer { partial.removeAll(keepingCapacity: true) }
    guard let facts = AuditVerifier.facts(of: partial) else { return fail(.notCanonical) }
    guard facts.sequence == Int64(tree.size + 1) else { return fail(.seq) }
    guard facts.previous == head else { return fail(.prev) }
    head = AuditChain.hash(line: partial)
    tree.append(head)
    if let at = facts.time {
      if let latest, at < latest, warnings.count < 1_000 { warnings.append("clock back at \(tree.size)") }
      latest = at
    }
    compareWithCheckpoint()
  }

  private mutating func compareWithCheckpoint() {
    guard let checkpoint, checkpoint.size == tree.size else { return }
    agreesWithCheckpoint = tree.root == checkpoint.root && (tree.size == 0 || head == checkpoint.last)
  }

  /// What is looked at of a line that is canonical.
  struct Facts: Hashable {
    var sequence: Int64?
    var previous: Digest256?
    var time: Timestamp?
  }

  /// What a line says, or nil where it is not the canonical form of an entry.
  private static func facts(of line: [UInt8]) -> Facts? { plainFacts(of: line) ?? fullFacts(of: line) }

  /// What a line says that is canonical beyond doubt, found without building the document.
  static func plainFacts(of line: [UInt8]) -> Facts? {
    line.withUnsafeBufferPointer { bytes in
      guard let plain = CanonicalLine(bytes) else { return nil }
      return Facts(
        sequence: Int64(plain.sequence), previous: Digest256(hex: bytes[plain.previous]),
        time: Timestamp.parseRFC3339(line.span.bytes.extracting(plain.time)))
    }
  }

  /// What a line says, read in full.
  static func fullFacts(of line: [UInt8]) -> Facts? {
    guard let entry = try? JSON(parsing: line), case .object(let object) = entry,
      object.members.map(\.name) == AuditChain.keys, (try? AuditChain.check(entry)) != nil,
      entry["v"] == .integer(AuditChain.version), entry.canonicalBytes == line
    else { return nil }
    return Facts(
      sequence: entry["seq"]?.integer, previous: entry["prev"]?.string.flatMap { Digest256(hex: $0) },
      time: entry["ts"]?.string.flatMap { Timestamp(rfc3339: $0) })
  }
}

import Assurance
import Domain

/// A small journal, written line by line.
struct Chain {
  var lines: [[UInt8]] = []
  var head = AuditChain.genesis
  var tree = MerkleTree()

  static let start = Timestamp(rfc3339: "2026-11-23T10:01:00Z") ?? .epoch

  init(_ count: Int) throws {
    for number in 1...count {
      try append(
        EntryDraft(
          "incident.note", object: ["incident": "INC-17", "rev": JSON(number)],
          data: ["text": .string("café / \"quoted\" \\ tab\t nul\u{1} 🚨 \(number)"), "value": "0.0410"]),
        at: Chain.start + .seconds(60 * number))
    }
  }

  mutating func append(_ draft: EntryDraft, at: Timestamp) throws {
    let actor = Actor(login: "alice", source: .loginuid, userID: 1_001, host: "ops-1")
    let (line, hash) = try AuditChain.line(
      for: draft, actor: actor, at: at, sequence: lines.count + 1, previous: head)
    lines.append(line)
    head = hash
    tree.append(hash)
  }

  var bytes: [UInt8] { lines.flatMap { $0 + [0x0A] } }

  var checkpoint: Checkpoint { Checkpoint(logID: "01JTEST", size: lines.count, root: tree.root, last: head) }
}

func verify(_ bytes: [UInt8], checkpoint: Checkpoint? = nil, pieces: Int = .max) -> Verification {
  var verifier = AuditVerifier(checkpoint: checkpoint)
  var rest = bytes[...]
  while !rest.isEmpty {
    verifier.consume(rest.prefix(pieces))
    rest = rest.dropFirst(pieces)
  }
  return verifier.finish()
}

import Assurance
import Domain
import Storage

/// The hashes of a journal's entries, read once for checkpoints and proofs.
struct JournalTree {
  /// The entries' hashes, in order.
  let leaves: [Digest256]
  /// The journal's own name, from its first entry; nil for an empty journal.
  let logID: String?

  /// Reads a store's journal.
  init(_ reader: StoreReader) throws {
    var leaves: [Digest256] = []
    var logID: String?
    try reader.lines { line in
      if leaves.isEmpty { logID = try AuditChain.parse(line).object["log_id"]?.string }
      leaves.append(AuditChain.hash(line: line))
    }
    self.leaves = leaves
    self.logID = logID
  }

  /// The root over the first `size` entries.
  func root(of size: Int) -> Digest256 {
    var tree = MerkleTree()
    for leaf in leaves.prefix(size) { tree.append(leaf) }
    return tree.root
  }

  /// The commitment to everything that is there.
  var checkpoint: Checkpoint {
    Checkpoint(
      logID: logID ?? "leeway", size: leaves.count, root: root(of: leaves.count),
      last: leaves.last ?? AuditChain.genesis)
  }
}

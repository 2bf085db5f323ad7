/// The Merkle tree over entry hashes, built one leaf at a time in memory logarithmic in their number (RFC 9162, 2.1.1).
public struct MerkleTree: Hashable, Sendable {
  /// How many leaves the tree has.
  public private(set) var size = 0
  // The roots of the complete subtrees, largest first: one for each bit set in `size`.
  private var peaks: [Digest256] = []

  /// Creates the tree without leaves.
  public init() {}

  /// Adds a leaf hash: an entry's hash as it is, since that already is SHA-256(0x00 ‖ entry).
  public mutating func append(_ leaf: Digest256) {
    var node = leaf
    var bits = size
    while bits & 1 == 1, let left = peaks.popLast() {
      node = MerkleTree.parent(left, node)
      bits >>= 1
    }
    peaks.append(node)
    size += 1
  }

  /// The root; SHA-256 of nothing where there are no leaves.
  public var root: Digest256 {
    guard var node = peaks.last else { return Digest256.sha256([]) }
    for left in peaks.dropLast().reversed() { node = MerkleTree.parent(left, node) }
    return node
  }

  static func parent(_ left: Digest256, _ right: Digest256) -> Digest256 {
    Digest256.sha256(prefix: [1], left.bytes + right.bytes)
  }
}

/// Short proofs about a journal's Merkle tree (RFC 9162, 2.1.3 and 2.1.4).
///
/// An inclusion proof shows that an entry is among the first `size`; a consistency proof shows that a later tree only
/// added to an earlier one. Both are a list of hashes whose length grows with the logarithm of the size.
public enum MerkleProof {
  /// The proof that the entry with the given number, from 0, is among `leaves`; nil when it is not.
  public static func inclusion(of index: Int, in leaves: ArraySlice<Digest256>) -> [Digest256]? {
    guard index >= 0, index < leaves.count else { return nil }
    var path: [Digest256] = []
    var (part, place) = (leaves, index)
    var levels: [Digest256] = []
    while part.count > 1 {
      let left = largestPower(below: part.count)
      let (first, second) = (part.prefix(left), part.dropFirst(left))
      if place < left {
        levels.append(root(of: second))
        part = first
      } else {
        levels.append(root(of: first))
        part = second
        place -= left
      }
    }
    path = levels.reversed()
    return path
  }

  /// Whether a proof shows that `leaf` is entry `index`, from 0, of the tree of `size` entries with this root.
  public static func verifyInclusion(
    of leaf: Digest256, index: Int, size: Int, root: Digest256, proof: [Digest256]
  ) -> Bool {
    guard index >= 0, index < size, proof.count <= 64 else { return false }
    var (node, last, hash) = (index, size - 1, leaf)
    for step in proof {
      guard last > 0 else { return false }
      if node & 1 == 1 || node == last {
        hash = MerkleTree.parent(step, hash)
        while node & 1 == 0, node > 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        hash = MerkleTree.parent(hash, step)
      }
      node >>= 1
      last >>= 1
    }
    return last == 0 && hash == root
  }

  /// The proof that the tree of all `leaves` only added to that of the first `size`; nil when there are fewer.
  public static func consistency(from size: Int, in leaves: ArraySlice<Digest256>) -> [Digest256]? {
    guard size > 0, size <= leaves.count else { return size == 0 ? [] : nil }
    return subproof(size, leaves, isWhole: true)
  }

  private static func subproof(_ size: Int, _ leaves: ArraySlice<Digest256>, isWhole: Bool) -> [Digest256] {
    guard size < leaves.count else { return isWhole ? [] : [root(of: leaves)] }
    let left = largestPower(below: leaves.count)
    if size <= left {
      return subproof(size, leaves.prefix(left), isWhole: isWhole) + [root(of: leaves.dropFirst(left))]
    }
    return subproof(size - left, leaves.dropFirst(left), isWhole: false) + [root(of: leaves.prefix(left))]
  }

  /// Whether a proof shows that the tree of `newSize` entries only added to that of `oldSize`.
  public static func verifyConsistency(
    oldSize: Int, oldRoot: Digest256, newSize: Int, newRoot: Digest256, proof: [Digest256]
  ) -> Bool {
    guard oldSize >= 0, oldSize <= newSize, proof.count <= 64 else { return false }
    if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
    if oldSize == 0 { return proof.isEmpty }
    var path = proof[...]
    // The old tree of a power of two is a node of the new one, and its root starts the path.
    if oldSize & (oldSize - 1) == 0 { path = ([oldRoot] + proof)[...] }
    guard let first = path.popFirst() else { return false }
    var (node, last) = (oldSize - 1, newSize - 1)
    while node & 1 == 1 {
      node >>= 1
      last >>= 1
    }
    var (old, new) = (first, first)
    for step in path {
      guard last > 0 else { return false }
      if node & 1 == 1 || node == last {
        old = MerkleTree.parent(step, old)
        new = MerkleTree.parent(step, new)
        while node & 1 == 0, node > 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        new = MerkleTree.parent(new, step)
      }
      node >>= 1
      last >>= 1
    }
    return last == 0 && old == oldRoot && new == newRoot
  }

  static func root(of leaves: ArraySlice<Digest256>) -> Digest256 {
    var tree = MerkleTree()
    for leaf in leaves { tree.append(leaf) }
    return tree.root
  }

  private static func largestPower(below count: Int) -> Int {
    var power = 1
    while power * 2 < count { power *= 2 }
    return power
  }
}

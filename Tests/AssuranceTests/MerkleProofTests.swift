import Assurance
import Testing

/// Inclusion and consistency proofs (RFC 9162), on the spec's vector and on every small tree.
struct MerkleProofTests {
  static let leaves = [
    "11dc0788ed2e30070906bc95de7a2e7c55e63dc55893b0b1535e1739503ef6b3",
    "c6bedd658a2bab6d21d2aa37c5975c7448102f03fd82acff74cd3fa79c5d7794",
    "5425febf8eacdb41726e39ffb017e9563a31da811c8d8ce2ac24dc1071a81afa",
    "ba44d36f4aaadc9e7fbd8770c0a91887aa9baf461fb1d875ed2caffc435da828",
    "d09b08f08cc1e9182c6cba63a07908b94a6e90edea9720d0781f33ebd11e54ee",
    "c294483d2f9227f3494b8b7f771044f9be54c7fd662a87a87a455f947eeed0a0",
    "42b5549e76021219a53481cd1b6def69f2dddacf30a7dca80e5f3a94c570a4a8",
    "e54b503c8f649b1fcc4b33634a74fa2803a54d586c342102ff3976c84370ffc7",
  ].compactMap(Digest256.init(hex:))

  static func root(_ leaves: some Sequence<Digest256>) -> Digest256 {
    var tree = MerkleTree()
    for leaf in leaves { tree.append(leaf) }
    return tree.root
  }

  @Test func `the vector's proofs`() {
    #expect(
      MerkleProof.inclusion(of: 2, in: Self.leaves[...])?.map(\.hex) == [
        "ba44d36f4aaadc9e7fbd8770c0a91887aa9baf461fb1d875ed2caffc435da828",
        "3981919449873bd2bb1623454cb7bf5f789937823f0ae58cc4f151b03030d11a",
        "8a371a391cd916815c1598d1c06a4683726cbf9aa078e683c13f5daf157cbb70",
      ])
    #expect(
      MerkleProof.consistency(from: 5, in: Self.leaves[...])?.map(\.hex) == [
        "d09b08f08cc1e9182c6cba63a07908b94a6e90edea9720d0781f33ebd11e54ee",
        "c294483d2f9227f3494b8b7f771044f9be54c7fd662a87a87a455f947eeed0a0",
        "b71777a2c9ef7b562ac8a6d5ca8deabf82af7b2bf92b4cd8bf11ef30cf796f54",
        "c8cd48d248ec497b096a130713e2f4c84027e6d3e2fdc69e5b7d7554f8b155fb",
      ])
  }

  static let sizes = Array(1...33)

  static func tree(_ size: Int) -> [Digest256] { (0..<size).map { Digest256.sha256([UInt8($0), 7]) } }

  @Test(arguments: sizes)
  func `every entry of every tree is proved, and no other`(size: Int) throws {
    let leaves = Self.tree(size)
    let root = Self.root(leaves)
    for index in leaves.indices {
      let proof = try #require(MerkleProof.inclusion(of: index, in: leaves[...]))
      #expect(MerkleProof.verifyInclusion(of: leaves[index], index: index, size: size, root: root, proof: proof))
      #expect(!MerkleProof.verifyInclusion(of: .zero, index: index, size: size, root: root, proof: proof))
      let elsewhere = (index + 1) % size
      #expect(
        size == 1
          || !MerkleProof.verifyInclusion(of: leaves[index], index: elsewhere, size: size, root: root, proof: proof))
      #expect(
        !MerkleProof.verifyInclusion(of: leaves[index], index: index, size: size, root: root, proof: proof + [.zero]))
    }
    #expect(MerkleProof.inclusion(of: size, in: leaves[...]) == nil)
  }

  @Test(arguments: sizes)
  func `a tree that only grew is proved, and a rewritten one is not`(size: Int) throws {
    let leaves = Self.tree(size)
    let root = Self.root(leaves)
    for old in 1...size {
      let proof = try #require(MerkleProof.consistency(from: old, in: leaves[...]))
      let oldRoot = Self.root(leaves.prefix(old))
      #expect(
        MerkleProof.verifyConsistency(oldSize: old, oldRoot: oldRoot, newSize: size, newRoot: root, proof: proof))
      var changed = leaves
      changed[old - 1] = .zero
      #expect(
        !MerkleProof.verifyConsistency(
          oldSize: old, oldRoot: Self.root(changed.prefix(old)), newSize: size, newRoot: root, proof: proof))
    }
  }

  @Test func `a root in words tells roots apart`() {
    #expect(SpokenRoot.words(.zero) == "babab babab babab babab babab babab babab babab")
    let words = SpokenRoot.words(Digest256.sha256([1]))
    #expect(words.split(separator: " ").count == 8)
    #expect(words != SpokenRoot.words(Digest256.sha256([2])))
  }

  @Test func `a host's signature is good for its bytes alone`() throws {
    let key = try #require(SigningKey(seed: [UInt8](repeating: 7, count: 32)))
    let signature = HostSignature(of: [1, 2, 3], by: key)
    #expect(signature.signs([1, 2, 3]))
    #expect(!signature.signs([1, 2, 4]))
    let read = try #require(HostSignature(json: signature.json))
    #expect(read == signature)
    #expect(SigningKey(seed: [1]) == nil)
  }

  @Test func `hexadecimal digits and back`() {
    #expect(Hexadecimal.bytes(Hexadecimal.text([0, 255, 16])) == [0, 255, 16])
    #expect(Hexadecimal.bytes("0") == nil)
    #expect(Hexadecimal.bytes("0G") == nil)
  }
}

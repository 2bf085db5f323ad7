import ArgumentParser
import Assurance
import Domain
import Storage

/// `leeway audit prove`: that an entry is in the journal, or that a later journal only added to an earlier one.
struct AuditProve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Prove that an entry is in the journal, or that it only grew (RFC 9162).")

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The entry's number, from 1.") var entry: Int?
  @Option(help: "The size of an earlier journal: prove that it was only added to.") var from: Int?
  @Option(help: "The size of the journal that the proof is about (default: all of it).") var size: Int?

  func validate() throws {
    if (entry == nil) == (from == nil) { throw ValidationError("name an entry, or --from SIZE") }
  }

  func run() throws {
    let tree = try shared.openStore(.readOnly).read { try JournalTree($0) }
    let size = size ?? tree.leaves.count
    guard size > 0, size <= tree.leaves.count else {
      throw CommandFailure(.noSuchInput, "the journal has \(tree.leaves.count) entries, not \(size)")
    }
    let leaves = tree.leaves[..<size]
    let root = tree.root(of: size)
    if let entry {
      guard let proof = MerkleProof.inclusion(of: entry - 1, in: leaves) else {
        throw CommandFailure(.noSuchInput, "there is no entry \(entry) among \(size)")
      }
      StandardOutput.json([
        "schema": 1,
        "inclusion": [
          "seq": JSON(entry), "size": JSON(size), "leaf": .string(leaves[entry - 1].hex), "root": .string(root.hex),
          "proof": .array(proof.map { .string($0.hex) }),
        ],
      ])
    } else if let from {
      guard let proof = MerkleProof.consistency(from: from, in: leaves) else {
        throw CommandFailure(.noSuchInput, "there are only \(size) entries, not \(from)")
      }
      StandardOutput.json([
        "schema": 1,
        "consistency": [
          "old_size": JSON(from), "old_root": .string(tree.root(of: from).hex), "new_size": JSON(size),
          "new_root": .string(root.hex), "proof": .array(proof.map { .string($0.hex) }),
        ],
      ])
    }
  }
}

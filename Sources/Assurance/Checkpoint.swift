public import Domain

/// A commitment to the first `size` entries of a journal, kept where the journal's writer cannot reach it.
public struct Checkpoint: Hashable, Sendable {
  /// Which journal.
  public var logID: String
  /// How many entries it covers.
  public var size: Int
  /// The Merkle root over them.
  public var root: Digest256
  /// The hash of the last of them.
  public var last: Digest256

  /// Creates a checkpoint.
  public init(logID: String, size: Int, root: Digest256, last: Digest256) {
    self.logID = logID
    self.size = size
    self.root = root
    self.last = last
  }

  /// Reads a checkpoint's JSON; other members, such as `ts`, are ignored.
  public init(json: JSON) throws(CheckpointError) {
    guard let logID = json["log_id"]?.string else { throw CheckpointError(member: "log_id", expected: "a string") }
    guard let size = json["size"]?.integer, size >= 0 else {
      throw CheckpointError(member: "size", expected: "a number of entries")
    }
    guard let root = json["root"]?.string.flatMap(Digest256.init(hex:)) else {
      throw CheckpointError(member: "root", expected: "64 lower-case hexadecimal digits")
    }
    guard let last = json["last"]?.string.flatMap(Digest256.init(hex:)) else {
      throw CheckpointError(member: "last", expected: "64 lower-case hexadecimal digits")
    }
    self.init(logID: logID, size: Int(size), root: root, last: last)
  }

  /// The checkpoint as JSON: `{last, log_id, root, size}`; its canonical bytes are what is signed.
  public var json: JSON {
    ["last": .string(last.hex), "log_id": .string(logID), "root": .string(root.hex), "size": JSON(size)]
  }
}

/// Why a document is not a checkpoint.
public struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The member that is missing or wrong.
  public var member: String
  /// What it should be.
  public var expected: String

  /// `a checkpoint needs 'root': 64 lower-case hexadecimal digits`.
  public var description: String { "a checkpoint needs '\(member)': \(expected)" }
}

public import Domain

/// What the verification of a journal found.
public struct Verification: Hashable, Sendable {
  /// What can be wrong with a journal.
  public enum Kind: String, CaseIterable, Sendable {
    /// The line's bytes are not the canonical form of an entry.
    case notCanonical = "not_canonical"
    /// The entry's number does not follow the one before.
    case seq
    /// The entry does not name the hash of the one before.
    case prev
    /// The last line has no end.
    case torn
    /// Fewer entries than the checkpoint covers.
    case truncated
    /// As many entries as the checkpoint covers, but others.
    case rewritten
    /// A text that is kept beside the journal is not what the entry commits to.
    case text
  }

  /// One thing that is wrong.
  public struct Problem: Hashable, Sendable {
    /// The line at fault, from 1; for `torn` and `truncated` the last whole line, after which something is missing;
    /// nil for `rewritten`, where no single line can be blamed.
    public var line: Int?
    /// What is wrong.
    public var kind: Kind

    /// Creates a problem.
    public init(line: Int?, kind: Kind) {
      self.line = line
      self.kind = kind
    }
  }

  /// How many entries, from the first, are whole and in the chain.
  public var entries: Int
  /// The Merkle root over them.
  public var root: Digest256
  /// The hash of the last of them; 64 zeros where there are none.
  public var head: Digest256
  /// What is wrong; empty when nothing is. Verification stops at the first problem of the chain.
  public var problems: [Problem]
  /// What is odd without being wrong, such as `clock back at 6`; at most 1,000 are kept.
  public var warnings: [String]

  /// Whether nothing is wrong.
  public var isOK: Bool { problems.isEmpty }

  /// `{schema, ok, entries, root, head, problems:[{line, kind}], warnings}`.
  public var json: JSON {
    [
      "schema": 1, "ok": .bool(isOK), "entries": JSON(entries), "root": .string(root.hex),
      "head": .string(head.hex),
      "problems": .array(problems.map { ["line": JSON($0.line), "kind": .string($0.kind.rawValue)] }),
      "warnings": .array(warnings.map(JSON.string)),
    ]
  }
}

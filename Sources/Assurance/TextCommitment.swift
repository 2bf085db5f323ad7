public import Domain

/// A text that an entry commits to without holding it, so that it can be erased without breaking the chain (spec: audit).
///
/// In the entry stands `{"salted_sha256": "…"}`: SHA-256 of 16 random bytes followed by the text in UTF-8. Text and salt are kept
/// beside the journal. While they are there anybody can show that the text is what was written; once they are erased, nobody can
/// find out what it was, not even by trying likely texts.
public struct TextCommitment: Hashable, Sendable {
  /// The member that stands in the text's place.
  public static let member = "salted_sha256"
  /// What is shown of a text that was erased.
  public static let erased = "(erased)"
  /// How many random bytes a salt has.
  public static let saltLength = 16

  /// SHA-256 of the salt and the text.
  public let digest: Digest256

  /// Commits to a text.
  public init(_ text: String, salt: [UInt8]) {
    digest = Digest256.sha256(prefix: salt, Array(text.utf8))
  }

  /// Reads what stands in an entry; nil for anything else.
  public init?(json: JSON) {
    guard let object = json.object, object.members.count == 1,
      let digest = json[Self.member]?.string.flatMap({ Digest256(hex: $0) })
    else { return nil }
    self.digest = digest
  }

  /// What stands in the entry.
  public var json: JSON { [Self.member: .string(digest.hex)] }
}

import Assurance
import Domain
import Storage

/// The texts that a journal commits to, as they are exported: a line each.
enum TextFile {
  /// The lines of texts.
  static func lines(_ texts: [ErasableText]) -> [UInt8] {
    texts.flatMap { text -> [UInt8] in
      let line: JSON = [
        "seq": JSON(text.sequence), "member": .string(text.member),
        "salt": .string(text.salt.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()),
        "text": .string(text.text),
      ]
      return line.canonicalBytes + [0x0A]
    }
  }

  /// The entries of a store whose text is not what they commit to.
  static func mismatches(_ reader: StoreReader) throws -> [Verification.Problem] {
    try reader.erasableTexts().compactMap { text in
      var isKept = false
      try reader.lines(after: text.sequence - 1, limit: 1) { line in
        guard let entry = try? AuditChain.parse(line), entry.sequence == text.sequence else { return }
        isKept = entry.data[text.member].flatMap(TextCommitment.init(json:)) == text.commitment
      }
      return isKept ? nil : Verification.Problem(line: text.sequence, kind: .text)
    }
  }
}

/// A root as eight words that two people can compare over the telephone.
///
/// The first 128 bits, 16 a word, as alternating consonants and vowels (D. S. Wilkerson, "A Proposal for Proquints",
/// arXiv:0901.4016): enough that nobody finds another journal with the same words.
public enum SpokenRoot {
  private static let consonants = Array("bdfghjklmnprstvz")
  private static let vowels = Array("aiou")

  /// The eight words, such as `lusab babad gutih …`.
  public static func words(_ root: Digest256) -> String {
    stride(from: 0, to: 16, by: 2).map { index -> String in
      let value = Int(root.bytes[index]) << 8 | Int(root.bytes[index + 1])
      return String([
        consonants[value >> 12 & 15], vowels[value >> 10 & 3], consonants[value >> 6 & 15], vowels[value >> 4 & 3],
        consonants[value & 15],
      ])
    }.joined(separator: " ")
  }
}

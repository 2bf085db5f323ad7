import Assurance
import Testing

@Suite struct DigestTests {
  /// FIPS 180-4 examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  ])
  func `SHA-256 of known texts`(text: String, hex: String) {
    #expect(Digest256.sha256(Array(text.utf8)).hex == hex)
    #expect(Digest256(hex: hex)?.hex == hex)
    #expect(Digest256.libraryIsReady)
  }

  @Test(arguments: ["", "ab", String(repeating: "A", count: 64), String(repeating: "g", count: 64)])
  func `what is not 64 lower-case hexadecimal digits is no digest`(text: String) {
    #expect(Digest256(hex: text) == nil)
  }
}

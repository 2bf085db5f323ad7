/// What a vendor's credential looks like: how it begins, and how many of which characters follow.
struct SecretRule: Sendable {
  /// The characters of the rest.
  enum Alphabet: Sendable {
    /// Letters, digits, `_` and `-`.
    case word
    /// ``word`` and `.`.
    case dotted
    /// Capital letters and digits.
    case capital
    /// Lower-case hexadecimal digits.
    case hexadecimal
    /// Base64 with `+`, `/` and `=`.
    case base64

    func holds(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39: true
      case 0x41...0x5A: self != .hexadecimal
      case 0x61...0x66: self != .capital
      case 0x67...0x7A: self != .capital && self != .hexadecimal
      case 0x5F, 0x2D: self == .word || self == .dotted
      case 0x2E: self == .dotted
      case 0x2B, 0x2F, 0x3D: self == .base64
      default: false
      }
    }
  }

  var name: String
  var prefix: String
  var alphabet: Alphabet
  /// The fewest characters after the prefix.
  var minimum: Int
  /// Parts separated by dots that it must have, the prefix included.
  var parts = 1

  /// The prefixes are those that the vendors publish for secret scanning.
  static let all: [SecretRule] = [
    SecretRule(name: "anthropic-key", prefix: "sk-ant-", alphabet: .word, minimum: 20),
    SecretRule(name: "openai-project-key", prefix: "sk-proj-", alphabet: .word, minimum: 20),
    SecretRule(name: "stripe-key", prefix: "sk_live_", alphabet: .word, minimum: 16),
    SecretRule(name: "stripe-restricted-key", prefix: "rk_live_", alphabet: .word, minimum: 16),
    SecretRule(name: "openai-key", prefix: "sk-", alphabet: .word, minimum: 20),
    SecretRule(name: "github-token", prefix: "ghp_", alphabet: .word, minimum: 30),
    SecretRule(name: "github-token", prefix: "gho_", alphabet: .word, minimum: 30),
    SecretRule(name: "github-token", prefix: "ghu_", alphabet: .word, minimum: 30),
    SecretRule(name: "github-token", prefix: "ghs_", alphabet: .word, minimum: 30),
    SecretRule(name: "github-token", prefix: "ghr_", alphabet: .word, minimum: 30),
    SecretRule(name: "github-token", prefix: "github_pat_", alphabet: .word, minimum: 40),
    SecretRule(name: "gitlab-token", prefix: "glpat-", alphabet: .word, minimum: 20),
    SecretRule(name: "slack-token", prefix: "xoxb-", alphabet: .word, minimum: 20),
    SecretRule(name: "slack-token", prefix: "xoxp-", alphabet: .word, minimum: 20),
    SecretRule(name: "slack-token", prefix: "xoxa-", alphabet: .word, minimum: 20),
    SecretRule(name: "slack-token", prefix: "xoxs-", alphabet: .word, minimum: 20),
    SecretRule(name: "slack-app-token", prefix: "xapp-", alphabet: .word, minimum: 20),
    SecretRule(name: "aws-access-key", prefix: "AKIA", alphabet: .capital, minimum: 16),
    SecretRule(name: "aws-temporary-key", prefix: "ASIA", alphabet: .capital, minimum: 16),
    SecretRule(name: "google-api-key", prefix: "AIza", alphabet: .word, minimum: 35),
    SecretRule(name: "google-oauth-token", prefix: "ya29.", alphabet: .dotted, minimum: 20),
    SecretRule(name: "hugging-face-token", prefix: "hf_", alphabet: .word, minimum: 30),
    SecretRule(name: "npm-token", prefix: "npm_", alphabet: .word, minimum: 36),
    SecretRule(name: "pypi-token", prefix: "pypi-", alphabet: .word, minimum: 50),
    SecretRule(name: "sendgrid-key", prefix: "SG.", alphabet: .dotted, minimum: 60, parts: 3),
    SecretRule(name: "stripe-webhook-secret", prefix: "whsec_", alphabet: .word, minimum: 24),
    SecretRule(name: "digitalocean-token", prefix: "dop_v1_", alphabet: .hexadecimal, minimum: 64),
    SecretRule(name: "langsmith-key", prefix: "lsv2_", alphabet: .word, minimum: 30),
    SecretRule(name: "groq-key", prefix: "gsk_", alphabet: .word, minimum: 40),
    SecretRule(name: "shopify-token", prefix: "shpat_", alphabet: .hexadecimal, minimum: 32),
    SecretRule(name: "azure-storage-key", prefix: "AccountKey=", alphabet: .base64, minimum: 40),
    SecretRule(name: "jwt", prefix: "eyJ", alphabet: .dotted, minimum: 30, parts: 3),
    SecretRule(name: "private-key", prefix: "PRIVATE KEY-----", alphabet: .base64, minimum: 40),
  ]
}

/// A credential in a text: what kind it is, and a fingerprint that tells two apart without telling them.
struct SecretMatch: Hashable, Sendable {
  var rule: String
  /// The first 12 hexadecimal digits of its SHA-256.
  var fingerprint: String
}

/// Finds credentials; placeholders and examples are passed over.
enum SecretScan {
  static let limit = 4

  /// The credentials at the places that the scanner marked, each once.
  static func matches(_ marks: ContentScanner.Marks, in text: String) -> [SecretMatch] {
    guard marks.flags.contains(.secret) else { return [] }
    var found: [SecretMatch] = []
    var text = text
    text.withUTF8 { bytes in
      var end = 0
      for hit in marks.hits where hit.end > end && found.count < limit {
        let index = hit.marker - Marker.firstSecret
        guard index >= 0, index <= SecretRule.all.count else { continue }
        let match =
          index == SecretRule.all.count ? password(bytes, hit.end) : credential(SecretRule.all[index], bytes, hit.end)
        guard let (rule, range) = match else { continue }
        end = range.upperBound
        let secret = SecretMatch(rule: rule, fingerprint: Fingerprint.of(bytes[range]))
        if !found.contains(secret) { found.append(secret) }
      }
    }
    return found
  }

  private static func credential(
    _ rule: SecretRule, _ bytes: UnsafeBufferPointer<UInt8>, _ end: Int
  ) -> (String, Range<Int>)? {
    let prefix = Array(rule.prefix.utf8)
    let start = end - prefix.count
    guard start >= 0, bytes[start..<end].elementsEqual(prefix) else { return nil }
    if rule.name == "private-key" { return privateKey(bytes, end) }
    // Vendors that share a beginning have rules of their own.
    if rule.prefix == "sk-", ["proj-", "ant-"].contains(where: { bytes[end...].starts(with: $0.utf8) }) { return nil }
    // A word that only ends like the prefix ("task-") begins before it.
    if start > 0, isWord(bytes[start - 1]), !isEscape(bytes, start - 1) { return nil }
    var last = end
    while last < bytes.count, rule.alphabet.holds(bytes[last]) { last += 1 }
    while last > end, bytes[last - 1] == 0x2E { last -= 1 }
    guard last - end >= rule.minimum else { return nil }
    if rule.alphabet == .capital, last - end != rule.minimum || (last < bytes.count && isWord(bytes[last])) {
      return nil
    }
    if rule.prefix == "sk-", !isRandom(bytes[end..<last]) { return nil }
    let token = bytes[start..<last]
    guard token.split(separator: 0x2E).count >= rule.parts, !isPlaceholder(bytes[end..<last]) else { return nil }
    return (rule.name, start..<last)
  }

  /// Whether a token has a stretch that nobody spells, unlike `sk-folding-cube-animation`.
  private static func isRandom(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    token.split { $0 == 0x2D || $0 == 0x5F }.contains { part in
      part.count >= 16 && part.contains { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    }
  }

  /// The body of a key in PEM, whose lines may be joined by escaped line feeds.
  private static func privateKey(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int) -> (String, Range<Int>)? {
    var last = end
    var count = 0
    while last < bytes.count {
      let byte = bytes[last]
      if byte == 0x5C, last + 1 < bytes.count, [0x6E, 0x72].contains(bytes[last + 1]) {
        last += 2
      } else if SecretRule.Alphabet.base64.holds(byte) {
        count += 1
        last += 1
      } else if byte <= 0x20 {
        last += 1
      } else {
        break
      }
    }
    guard count >= 40, !isPlaceholder(bytes[end..<last]) else { return nil }
    return ("private-key", end..<last)
  }

  /// The password of `scheme://user:password@host`.
  private static func password(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int) -> (String, Range<Int>)? {
    var colon: Int?
    for index in end..<min(bytes.count, end + 300) {
      switch bytes[index] {
      case 0x3A where colon == nil: colon = index
      case 0x40:
        guard let colon, index - colon > 4, !isPlaceholder(bytes[(colon + 1)..<index]) else { return nil }
        return ("url-password", (colon + 1)..<index)
      case 0x00...0x20, 0x22, 0x27, 0x2F, 0x3C, 0x3E, 0x3F, 0x5C, 0x60: return nil
      default: break
      }
    }
    return nil
  }

  private static let placeholders = [
    "example", "your", "placeholder", "changeme", "change-me", "change_me", "dummy", "redacted", "sample", "fake",
    "xxxx", "****", "....", "1234567890", "abcdef", "insert", "replace", "todo", "synthetic", "not-a-real",
  ]
  private static let commonPasswords: Set<String> = [
    "password", "passwd", "pass", "pwd", "secret", "test", "user", "admin", "root", "postgres", "guest", "mysql",
    "token", "hunter2",
  ]

  private static func isPlaceholder(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let text = String(decoding: token, as: UTF8.self).lowercased()
    if text.utf8.contains(where: { "<>${}%".utf8.contains($0) }) || commonPasswords.contains(text) { return true }
    if text.utf8.count >= 12, Set(text.utf8).count < 6 { return true }
    return placeholders.contains { text.contains($0) }
  }

  private static func isWord(_ byte: UInt8) -> Bool { SecretRule.Alphabet.word.holds(byte) && byte != 0x2D }

  /// Whether the letter belongs to an escape such as `\n`.
  private static func isEscape(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    index > 0 && bytes[index - 1] == 0x5C
  }
}

/// Cuts text from traces to a bounded excerpt in which secrets are masked.
///
/// Masked are tokens that begin like a vendor's key, long tokens that mix letters and digits, passwords in URLs, PEM
/// blocks, and the values of members whose name speaks of a secret. Masking comes before cutting, so that a cut never
/// hides what makes a token recognisable. Control characters are kept: whoever draws the text makes them visible.
enum EvidenceExcerpt {
  static let characterLimit = 120
  /// Only this much of a text is looked at.
  static let byteLimit = 4_096

  static let keyPrefixes = [
    "sk-", "sk_", "pk_live", "rk_live", "ghp_", "gho_", "ghu_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-",
    "xoxa-", "xapp-", "AKIA", "ASIA", "AIza", "ya29.", "eyJ", "hf_", "npm_", "pypi-", "SG.", "whsec_", "dop_v1_",
    "lsv2_", "gsk_", "key-",
  ].map { Array($0.utf8) }

  static let secretNames = [
    "password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "authorization", "bearer", "credential",
    "private_key", "cookie",
  ].map { Array($0.utf8) }

  /// At most `limit` characters of `text`, masked; a cut is shown by `…`.
  static func of(_ text: String, limit: Int = characterLimit) -> String {
    let bytes = Array(text.utf8.prefix(byteLimit))
    let masked = String(decoding: mask(bytes), as: UTF8.self)
    guard let cut = masked.index(masked.startIndex, offsetBy: limit, limitedBy: masked.endIndex),
      cut < masked.endIndex
    else { return bytes.count < text.utf8.count ? masked + "…" : masked }
    return String(masked[..<masked.index(cut, offsetBy: -1)]) + "…"
  }

  static func mask(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      guard isWord(bytes[position]) else {
        if let end = passwordEnd(bytes, position) {
          output.append(contentsOf: "://***@".utf8)
          position = end
        } else if startsPEM(bytes, position) {
          output.append(contentsOf: "***".utf8)
          position = bytes.count
        } else {
          output.append(bytes[position])
          position += 1
        }
        continue
      }
      var end = position
      while end < bytes.count, isWord(bytes[end]) { end += 1 }
      if isSecret(bytes[position..<end]) || startsKey(bytes, position) {
        while end < bytes.count, isToken(bytes[end]) { end += 1 }
        output.append(contentsOf: bytes[position..<min(position + 4, end)])
        output.append(contentsOf: "***".utf8)
      } else {
        output.append(contentsOf: bytes[position..<end])
        if let value = secretValue(bytes, name: position..<end) {
          output.append(contentsOf: bytes[end..<value.lowerBound])
          output.append(contentsOf: "***".utf8)
          end = value.upperBound
        }
      }
      position = end
    }
    return output
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    default: false
    }
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    isWord(byte) || [0x2B, 0x2D, 0x2E, 0x2F, 0x3D, 0x7E].contains(byte)
  }

  /// A word of at least 20 bytes with letters and digits, as keys, hashes and base64 are.
  private static func isSecret(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count >= 20 else { return false }
    let digits = word.count { $0 >= 0x30 && $0 <= 0x39 }
    return digits >= 2 && digits < word.count
  }

  private static func startsKey(_ bytes: [UInt8], _ position: Int) -> Bool {
    keyPrefixes.contains { prefix in
      guard position + prefix.count + 8 <= bytes.count, bytes[position...].starts(with: prefix) else { return false }
      return bytes[(position + prefix.count)..<(position + prefix.count + 8)].allSatisfy(isToken)
    }
  }

  private static func startsPEM(_ bytes: [UInt8], _ position: Int) -> Bool {
    bytes[position] == 0x2D && bytes[position...].starts(with: "-----BEGIN".utf8)
  }

  /// The end of `://user:password@` when it begins here.
  private static func passwordEnd(_ bytes: [UInt8], _ position: Int) -> Int? {
    guard bytes[position] == 0x3A, bytes[position...].starts(with: "://".utf8) else { return nil }
    var colon = false
    for index in (position + 3)..<min(bytes.count, position + 300) {
      switch bytes[index] {
      case 0x3A: colon = true
      case 0x40: return colon ? index + 1 : nil
      case 0x2F, 0x20, 0x22, 0x5C, 0x0A: return nil
      default: break
      }
    }
    return nil
  }

  /// The range of the value after a name that speaks of a secret (`"password": "…"`, `token=…`, `Bearer …`). Counts of
  /// tokens are no secret.
  private static func secretValue(_ bytes: [UInt8], name: Range<Int>) -> Range<Int>? {
    let lowered = lowercased(bytes[name])
    guard secretNames.contains(where: { contains(lowered, $0) }), !contains(lowered, Array("tokens".utf8)) else {
      return nil
    }
    var start = name.upperBound
    var isSeparated = authorizationSchemes.contains(lowered)
    while start < bytes.count, start < name.upperBound + 8 {
      let byte = bytes[start]
      if byte == 0x3A || byte == 0x3D { isSeparated = true }
      guard [0x22, 0x27, 0x5C, 0x20, 0x3A, 0x3D].contains(byte) else { break }
      start += 1
    }
    guard isSeparated, start > name.upperBound, start < bytes.count, bytes[start] > 0x20 else { return nil }
    let isQuoted = [0x22, 0x27].contains(bytes[start - 1])
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if byte == 0x22 || byte == 0x27 || byte == 0x5C { break }
      if !isQuoted, [0x20, 0x2C, 0x7D, 0x26].contains(byte) {
        // In "Authorization: Bearer abc" the secret is the second word.
        guard byte == 0x20, authorizationSchemes.contains(lowercased(bytes[start..<end])) else { break }
      }
      end += 1
    }
    return end > start ? start..<end : nil
  }

  private static let authorizationSchemes = ["bearer", "basic", "digest"].map { Array($0.utf8) }

  private static func lowercased(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard text.count >= part.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
  }
}

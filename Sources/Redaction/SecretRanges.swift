/// Finds what gives access: vendors' keys, private keys, JSON web tokens, passwords in URLs and after their names.
enum SecretRanges {
  /// How vendors' keys begin, how many bytes at least follow, and how many of those are digits: where names begin so too,
  /// such as `sk-learn-pipeline`, which have hardly any. What nothing else begins with needs none, since one in six of AWS's
  /// key ids has at most one; those are capitals and digits only, unlike `ASIA-PACIFIC`.
  private static let prefixes: [(text: [UInt8], rest: Int, digits: Int)] =
    [
      ("sk_live_", 12), ("sk_test_", 12), ("pk_live_", 12), ("rk_live_", 12), ("ghp_", 20), ("gho_", 20), ("ghu_", 20),
      ("ghs_", 20), ("ghr_", 20), ("github_pat_", 20), ("glpat-", 16), ("xoxb-", 10), ("xoxp-", 10), ("xoxa-", 10),
      ("xoxs-", 10), ("AKIA", 16), ("ASIA", 16), ("AIza", 30), ("whsec_", 16), ("dop_v1_", 20), ("lsv2_", 20),
      ("AGE-SECRET-KEY-", 20),
    ].map { (Array($0.0.utf8), $0.1, 0) }
    + [
      ("sk-", 16), ("xapp-", 10), ("ya29.", 16), ("hf_", 20), ("npm_", 20), ("pypi-", 20), ("SG.", 20), ("gsk_", 20),
      ("xai-", 20), ("r8_", 20),
    ].map { (Array($0.0.utf8), $0.1, 2) }

  /// The range of a secret that begins at a position.
  static func range(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    let byte = bytes[position]
    if byte == UInt8(ascii: "-") { return privateKey(bytes, at: position) }
    if byte == UInt8(ascii: ":") { return password(bytes, at: position) }
    guard SensitiveRanges.isLetter(byte), position == 0 || !SensitiveRanges.isAlphanumeric(bytes[position - 1]) else {
      return nil
    }
    return webToken(bytes, at: position) ?? key(bytes, at: position)
  }

  /// From `-----BEGIN … PRIVATE KEY` to the end: what follows is the key.
  private static func privateKey(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    guard bytes[position...].starts(with: "-----BEGIN ".utf8) else { return nil }
    let line = bytes[position..<min(bytes.count, position + 80)]
    let name = Array("PRIVATE KEY".utf8)
    let holdsKey = line.indices.contains { line[$0...].starts(with: name) }
    return holdsKey ? position..<bytes.count : nil
  }

  /// The password of `://user:password@`.
  private static func password(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    guard bytes[position...].starts(with: "://".utf8) else { return nil }
    var start: Int?
    for index in (position + 3)..<min(bytes.count, position + 300) {
      switch bytes[index] {
      case UInt8(ascii: ":") where start == nil: start = index + 1
      case UInt8(ascii: "@"): return start.flatMap { $0 < index ? $0..<index : nil }
      case UInt8(ascii: "/"), UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0A: return nil
      default: break
      }
    }
    return nil
  }

  /// Three parts of base64url, of which the first is JSON (RFC 7519).
  private static func webToken(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    guard bytes[position...].starts(with: "eyJ".utf8) else { return nil }
    var end = position
    var dots = 0
    while end < bytes.count {
      if bytes[end] == UInt8(ascii: ".") { dots += 1 } else if !isKeyByte(bytes[end]) { break }
      end += 1
    }
    return dots >= 1 && end - position >= 24 ? position..<end : nil
  }

  private static func key(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    for prefix in prefixes {
      guard bytes[position] == prefix.text[0], bytes[position...].starts(with: prefix.text) else { continue }
      let start = position + prefix.text.count
      var end = start
      var digits = 0
      let isCapital = prefix.text.last == UInt8(ascii: "A")
      while end < bytes.count, isKeyByte(bytes[end]) || bytes[end] == UInt8(ascii: ".") {
        if isCapital, !SensitiveRanges.isDigit(bytes[end]), !SensitiveRanges.isCapital(bytes[end]) { break }
        if SensitiveRanges.isDigit(bytes[end]) { digits += 1 }
        end += 1
      }
      if end - start >= prefix.rest, digits >= prefix.digits { return position..<end }
    }
    return nil
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    SensitiveRanges.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

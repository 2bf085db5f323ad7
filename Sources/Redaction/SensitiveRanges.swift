/// Finds secrets and personal data in bytes. Each search takes time in proportion to the bytes.
enum SensitiveRanges {
  /// The ranges of a pattern's occurrences, in order, none touching another.
  static func find(_ pattern: SensitivePattern, in bytes: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var position = 0
    while position < bytes.count {
      if let range = range(pattern, bytes, at: position), range.lowerBound >= ranges.last?.upperBound ?? 0 {
        ranges.append(range)
        position = max(position + 1, range.upperBound)
      } else {
        position += 1
      }
    }
    return ranges
  }

  private static func range(_ pattern: SensitivePattern, _ bytes: [UInt8], at position: Int) -> Range<Int>? {
    switch pattern {
    case .secret: SecretRanges.range(bytes, at: position)
    case .email: email(bytes, at: position)
    case .card: card(bytes, at: position)
    case .iban: iban(bytes, at: position)
    case .phone: phone(bytes, at: position)
    case .ipv4: ipv4(bytes, at: position)
    }
  }

  /// An address around the `@` at `position`: up to 64 bytes before it (RFC 5321), a name with a dot after it.
  private static func email(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    guard bytes[position] == UInt8(ascii: "@") else { return nil }
    var start = position
    while start > 0, position - start < 64, isLocal(bytes[start - 1]) { start -= 1 }
    var end = position + 1
    var dot: Int?
    while end < bytes.count, end - position < 254, isAlphanumeric(bytes[end]) || isDotOrHyphen(bytes[end]) {
      if bytes[end] == UInt8(ascii: ".") { dot = end }
      end += 1
    }
    while end > position, isDotOrHyphen(bytes[end - 1]) { end -= 1 }
    // A dot at the end of a sentence is none of the address.
    if let last = dot, last >= end {
      dot = bytes[(position + 1)..<end].lastIndex(of: UInt8(ascii: "."))
    }
    guard start < position, let dot, dot > position + 1, end - dot > 2, isLetter(bytes[end - 1]) else { return nil }
    return start..<end
  }

  /// 13 to 19 digits, in groups or not, that begin as cards do and pass the check of Luhn (ISO/IEC 7812-1).
  private static func card(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    guard bytes[position] >= UInt8(ascii: "2"), bytes[position] <= UInt8(ascii: "6"),
      position == 0 || !isAlphanumeric(bytes[position - 1]) && bytes[position - 1] != UInt8(ascii: ".")
    else { return nil }
    let (digits, end) = digits(bytes, from: position, separators: [UInt8(ascii: " "), UInt8(ascii: "-")], limit: 20)
    guard (13...19).contains(digits.count), end == bytes.count || !isAlphanumeric(bytes[end]) else { return nil }
    var sum = 0
    for (index, digit) in digits.reversed().enumerated() {
      let doubled = index % 2 == 1 ? digit * 2 : digit
      sum += doubled > 9 ? doubled - 9 : doubled
    }
    return sum % 10 == 0 ? position..<end : nil
  }

  /// Two capitals, two digits and 11 to 30 more, in groups or not, with remainder 1 (ISO 13616, ISO 7064 MOD 97-10).
  private static func iban(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    guard position + 15 <= bytes.count, isCapital(bytes[position]), isCapital(bytes[position + 1]),
      isDigit(bytes[position + 2]), isDigit(bytes[position + 3]),
      position == 0 || !isAlphanumeric(bytes[position - 1])
    else { return nil }
    var characters: [UInt8] = []
    var end = position
    var index = position
    while index < bytes.count, characters.count < 35 {
      let byte = bytes[index]
      if isDigit(byte) || isCapital(byte) {
        characters.append(byte)
        end = index + 1
      } else if byte != UInt8(ascii: " ") || characters.count % 4 != 0 {
        break
      }
      index += 1
    }
    // In a sentence the next word may look like a group: the longest end of a group that checks is taken.
    for length in stride(from: min(34, characters.count), through: 15, by: -1) {
      guard remainder(Array(characters[4..<length] + characters[0..<4])) == 1 else { continue }
      let stop = self.end(of: length, bytes, from: position)
      if stop == bytes.count || !isAlphanumeric(bytes[stop]) { return position..<min(stop, end) }
    }
    return nil
  }

  private static func end(of length: Int, _ bytes: [UInt8], from position: Int) -> Int {
    var seen = 0
    var index = position
    while index < bytes.count, seen < length {
      if bytes[index] != UInt8(ascii: " ") { seen += 1 }
      index += 1
    }
    return index
  }

  private static func remainder(_ characters: [UInt8]) -> Int {
    characters.reduce(0) { rest, byte in
      isDigit(byte) ? (rest * 10 + Int(byte - 0x30)) % 97 : (rest * 100 + Int(byte - 0x41) + 10) % 97
    }
  }

  /// `+` or `00` and 8 to 15 digits with the usual separators (ITU-T E.164).
  private static func phone(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    var start = position
    if bytes[position] == UInt8(ascii: "+") {
      start += 1
    } else if position + 2 < bytes.count, bytes[position] == 0x30, bytes[position + 1] == 0x30,
      position == 0 || !isAlphanumeric(bytes[position - 1]) && bytes[position - 1] != UInt8(ascii: ".")
    {
      start += 2
    } else {
      return nil
    }
    guard start < bytes.count, bytes[start] >= UInt8(ascii: "1"), bytes[start] <= UInt8(ascii: "9") else { return nil }
    let separators = [UInt8](" -./()".utf8)
    let (digits, end) = digits(bytes, from: start, separators: separators, limit: 16)
    return (8...15).contains(digits.count) && (end == bytes.count || !isAlphanumeric(bytes[end])) ? position..<end : nil
  }

  private static func ipv4(_ bytes: [UInt8], at position: Int) -> Range<Int>? {
    func isPart(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: ".") }
    guard isDigit(bytes[position]), position == 0 || !isPart(bytes[position - 1]) else { return nil }
    var index = position
    for octet in 0..<4 {
      var value = 0
      let first = index
      while index < bytes.count, isDigit(bytes[index]), index - first < 3 {
        value = value * 10 + Int(bytes[index] - 0x30)
        index += 1
      }
      guard index > first, value <= 255 else { return nil }
      if octet < 3 {
        guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return nil }
        index += 1
      }
    }
    if index < bytes.count, isAlphanumeric(bytes[index]) { return nil }
    if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "."), isDigit(bytes[index + 1]) { return nil }
    return position..<index
  }

  /// Digits from a position on with at most two separators between them, and where the last digit ends.
  private static func digits(
    _ bytes: [UInt8], from start: Int, separators: [UInt8], limit: Int
  ) -> (digits: [Int], end: Int) {
    var digits: [Int] = []
    var end = start
    var index = start
    while index < bytes.count, digits.count < limit, index - end <= 2 {
      if isDigit(bytes[index]) {
        digits.append(Int(bytes[index] - 0x30))
        end = index + 1
      } else if !separators.contains(bytes[index]) {
        break
      }
      index += 1
    }
    return (digits, end)
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  static func isCapital(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
  static func isLetter(_ byte: UInt8) -> Bool { isCapital(byte) || byte >= 0x61 && byte <= 0x7A }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
  private static func isDotOrHyphen(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") }
  private static func isLocal(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte >= 0x80 || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte)
  }
}

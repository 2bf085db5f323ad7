import Domain

/// What a verifier needs of a journal's line, read without building the document.
///
/// Only lines that are canonical beyond doubt are taken: whatever is unusual (names beyond ASCII, deep nesting, long
/// numbers, any fault) gives nil, and ``AuditVerifier`` then reads the line in full. Taking a line that the full reading
/// refuses would be an error; not taking one costs time only.
struct CanonicalLine {
  /// `seq`.
  private(set) var sequence = 0
  /// Where the text of `prev` is.
  private(set) var previous = 0..<0
  /// Where the text of `ts` is.
  private(set) var time = 0..<0

  private static let depthLimit = 32
  private static let digitLimit = 15
  private static let keys = AuditChain.keys.map { Array($0.utf8) }

  /// Reads a line without its line feed.
  init?(_ line: UnsafeBufferPointer<UInt8>) {
    var scan = Scan(bytes: line)
    guard scan.take(0x7B) else { return nil }
    for (index, key) in CanonicalLine.keys.enumerated() {
      guard index == 0 || scan.take(0x2C), let name = scan.string(), line[name].elementsEqual(key), scan.take(0x3A)
      else { return nil }
      let start = scan.place
      switch AuditChain.keys[index] {
      case "prev", "ts":
        guard let text = scan.string(), !line[text].contains(0x5C) else { return nil }
        if AuditChain.keys[index] == "prev" { previous = text } else { time = text }
      case "seq":
        guard let number = scan.integer() else { return nil }
        sequence = number
      case "v":
        guard scan.integer() == Int(AuditChain.version) else { return nil }
      default:
        guard scan.value(depth: 1) else { return nil }
      }
      guard scan.place > start else { return nil }
    }
    guard scan.take(0x7D), scan.place == line.count else { return nil }
    if scan.hasBeyondASCII, String(validating: line, as: UTF8.self) == nil { return nil }
  }

  /// A place in a line, moved over by what is taken.
  private struct Scan {
    let bytes: UnsafeBufferPointer<UInt8>
    var place = 0
    var hasBeyondASCII = false

    var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func take(_ expected: UInt8) -> Bool {
      guard byte == expected else { return false }
      place += 1
      return true
    }

    mutating func value(depth: Int) -> Bool {
      switch byte {
      case 0x22: string() != nil
      case 0x7B: object(depth: depth)
      case 0x5B: array(depth: depth)
      case 0x74: literal("true")
      case 0x66: literal("false")
      case 0x6E: literal("null")
      default: integer() != nil
      }
    }

    private mutating func literal(_ text: StaticString) -> Bool {
      for index in 0..<text.utf8CodeUnitCount where !take(text.utf8Start[index]) { return false }
      return true
    }

    private mutating func array(depth: Int) -> Bool {
      guard depth < CanonicalLine.depthLimit, take(0x5B) else { return false }
      if take(0x5D) { return true }
      repeat {
        guard value(depth: depth + 1) else { return false }
      } while take(0x2C)
      return take(0x5D)
    }

    private mutating func object(depth: Int) -> Bool {
      guard depth < CanonicalLine.depthLimit, take(0x7B) else { return false }
      if take(0x7D) { return true }
      var last: Range<Int>?
      repeat {
        guard let name = string(), isPlain(name), take(0x3A), value(depth: depth + 1) else { return false }
        if let last, !bytes[last].lexicographicallyPrecedes(bytes[name]) { return false }
        last = name
      } while take(0x2C)
      return take(0x7D)
    }

    /// Names whose order is that of their bytes.
    private func isPlain(_ name: Range<Int>) -> Bool { bytes[name].allSatisfy { $0 < 0x80 && $0 != 0x5C } }

    /// A string with the shortest escapes; gives what is between the quotes.
    mutating func string() -> Range<Int>? {
      guard take(0x22) else { return nil }
      let start = place
      while place < bytes.count {
        let byte = bytes[place]
        if byte == 0x22 {
          place += 1
          return start..<(place - 1)
        }
        guard byte >= 0x20 else { return nil }
        if byte >= 0x80 { hasBeyondASCII = true }
        if byte == 0x5C {
          guard let length = escape() else { return nil }
          place += length
        } else {
          place += 1
        }
      }
      return nil
    }

    /// How long the escape is that begins here, where it is the shortest of its character.
    private func escape() -> Int? {
      guard place + 1 < bytes.count else { return nil }
      switch bytes[place + 1] {
      case 0x22, 0x5C, 0x62, 0x66, 0x6E, 0x72, 0x74: return 2
      case 0x75:
        guard place + 5 < bytes.count, bytes[place + 2] == 0x30, bytes[place + 3] == 0x30,
          let low = CanonicalLine.hexadecimal(bytes[place + 5])
        else { return nil }
        switch (bytes[place + 4], low) {
        case (0x30, 8), (0x30, 9), (0x30, 10), (0x30, 12), (0x30, 13): return nil
        case (0x30, _), (0x31, _): return 6
        default: return nil
        }
      default: return nil
      }
    }

    mutating func integer() -> Int? {
      let isNegative = take(0x2D)
      let start = place
      var number = 0
      while let byte, byte >= 0x30, byte <= 0x39 {
        guard place - start < CanonicalLine.digitLimit else { return nil }
        number = number * 10 + Int(byte - 0x30)
        place += 1
      }
      let length = place - start
      guard length > 0, length == 1 || bytes[start] != 0x30, !isNegative || number > 0 else { return nil }
      return isNegative ? -number : number
    }
  }

  /// The value of a lower-case hexadecimal digit.
  private static func hexadecimal(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte - 0x30)
    case 0x61...0x66: Int(byte - 0x61) + 10
    default: nil
    }
  }
}

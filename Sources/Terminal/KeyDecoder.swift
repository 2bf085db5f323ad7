public import Screen

/// Turns the bytes that a terminal sends into keys: UTF-8, escape sequences of the xterm, VT and Linux families, and
/// bracketed paste. Mouse reports, answers to questions and unknown sequences are swallowed.
///
/// A lone escape cannot be told from the beginning of a sequence, so after feeding bytes the caller waits
/// ``patienceMilliseconds`` for more and then calls ``flush()``.
public struct KeyDecoder: Sendable {
  /// The longest paste that is kept, in bytes; the rest is dropped.
  public static let pasteLimit = 65_536
  /// The longest control sequence that is kept; longer ones are swallowed.
  static let sequenceLimit = 64

  private enum State: Sendable {
    case ground
    /// Within a UTF-8 character: the bytes that are still to come.
    case character(remaining: Int)
    case escape
    case control
    case singleShift
    /// `ESC [ [`, the Linux console's function keys.
    case linuxFunction
    /// The three bytes after an old mouse report's introducer.
    case oldMouse(remaining: Int)
    case paste
    /// An operating system or device control string, up to its terminator.
    case string
    case stringEscape
  }

  private var state = State.ground
  private var pending: [UInt8] = []
  private var pasted: [UInt8] = []
  private var pasteTail: [UInt8] = []

  /// Creates a decoder.
  public init() {}

  /// How long to wait for more bytes before calling ``flush()``; nil when nothing is pending.
  public var patienceMilliseconds: Int? {
    switch state {
    case .ground: nil
    case .escape: 25
    case .character, .control, .singleShift, .linuxFunction, .oldMouse: 200
    case .paste, .string, .stringEscape: 2_000
    }
  }

  /// Decodes more bytes.
  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Key] {
    var keys: [Key] = []
    for byte in bytes { step(byte, &keys) }
    return keys
  }

  /// Ends what is pending: a lone escape is the escape key, an unfinished paste is what has come of it.
  public mutating func flush() -> [Key] {
    var keys: [Key] = []
    switch state {
    case .escape: keys.append(.escape)
    case .singleShift: keys += [.escape, .char("O")]
    case .control where pending.isEmpty: keys += [.escape, .char("[")]
    case .paste: finishPaste(&keys)
    case .ground, .character, .control, .linuxFunction, .oldMouse, .string, .stringEscape: break
    }
    state = .ground
    pending.removeAll()
    return keys
  }

  private mutating func step(_ byte: UInt8, _ keys: inout [Key]) {
    switch state {
    case .ground: ground(byte, &keys)
    case .character(let remaining): character(byte, remaining, &keys)
    case .escape: escape(byte, &keys)
    case .control: control(byte, &keys)
    case .singleShift:
      state = .ground
      if byte == 0x1B {
        keys += [.escape, .char("O")]
        state = .escape
      } else if let key = KeyDecoder.finalKeys[byte] ?? KeyDecoder.keypad(byte) {
        keys.append(key)
      }
    case .linuxFunction:
      state = .ground
      if (0x41...0x45).contains(byte) { keys.append(.function(Int(byte) - 0x40)) }
    case .oldMouse(let remaining): state = remaining > 1 ? .oldMouse(remaining: remaining - 1) : .ground
    case .paste: paste(byte, &keys)
    case .string:
      if byte == 0x07 || byte == 0x18 || byte == 0x1A { state = .ground }
      if byte == 0x1B { state = .stringEscape }
    case .stringEscape: state = byte == 0x5C ? .ground : .string
    }
  }

  private mutating func ground(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case 0x1B: state = .escape
    case 0x0D, 0x0A: keys.append(.enter)
    case 0x09: keys.append(.tab)
    case 0x08, 0x7F: keys.append(.backspace)
    case 0x00: keys.append(.ctrl(" "))
    case 0x01...0x1A: keys.append(.ctrl(Character(Unicode.Scalar(byte + 0x60))))
    case 0x1C...0x1F: keys.append(.ctrl(Character(Unicode.Scalar(byte + 0x40))))
    case 0x20..<0x7F: keys.append(.char(Character(Unicode.Scalar(byte))))
    case 0xC2...0xDF: begin(byte, 1)
    case 0xE0...0xEF: begin(byte, 2)
    case 0xF0...0xF4: begin(byte, 3)
    default: break
    }
  }

  private mutating func begin(_ byte: UInt8, _ remaining: Int) {
    pending = [byte]
    state = .character(remaining: remaining)
  }

  private mutating func character(_ byte: UInt8, _ remaining: Int, _ keys: inout [Key]) {
    guard byte & 0xC0 == 0x80 else {
      // The character was cut short; this byte begins anew.
      pending.removeAll()
      state = .ground
      ground(byte, &keys)
      return
    }
    pending.append(byte)
    guard remaining == 1 else {
      state = .character(remaining: remaining - 1)
      return
    }
    if let text = String(validating: pending, as: UTF8.self), let first = text.unicodeScalars.first,
      first.properties.generalCategory != .control
    {
      keys.append(.char(Character(first)))
    }
    pending.removeAll()
    state = .ground
  }

  private mutating func escape(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case 0x5B:
      pending.removeAll()
      state = .control
    case 0x4F: state = .singleShift
    case 0x1B: keys.append(.escape)
    case 0x5D, 0x50, 0x58, 0x5E, 0x5F: state = .string
    default:
      // Escape and a key in one read: typed fast, or with alt held.
      keys.append(.escape)
      state = .ground
      ground(byte, &keys)
    }
  }

  private mutating func control(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case 0x1B:
      pending.removeAll()
      state = .escape
    case 0x5B where pending.isEmpty: state = .linuxFunction
    case 0x20..<0x40:
      if pending.count < KeyDecoder.sequenceLimit { pending.append(byte) }
    case 0x40..<0x7F:
      state = .ground
      finishControl(byte, &keys)
      pending.removeAll()
    default: break
    }
  }

  private mutating func finishControl(_ final: UInt8, _ keys: inout [Key]) {
    if final == 0x4D, pending.isEmpty {
      state = .oldMouse(remaining: 3)
      return
    }
    // Private sequences are mouse reports and answers, never keys.
    if let first = pending.first, (0x3C...0x3F).contains(first) { return }
    let numbers = String(decoding: pending, as: UTF8.self).split(separator: ";").map { Int($0) ?? 0 }
    guard final == 0x7E else {
      if pending.isEmpty, final == 0x49 { keys.append(.focusIn) }
      if pending.isEmpty, final == 0x4F { keys.append(.focusOut) }
      if let key = KeyDecoder.finalKeys[final] { keys.append(key) }
      return
    }
    switch numbers.first ?? 0 {
    case 1, 7: keys.append(.home)
    case 2: keys.append(.insert)
    case 3: keys.append(.delete)
    case 4, 8: keys.append(.end)
    case 5: keys.append(.pageUp)
    case 6: keys.append(.pageDown)
    case let number where (11...15).contains(number): keys.append(.function(number - 10))
    case let number where (17...21).contains(number): keys.append(.function(number - 11))
    case let number where (23...24).contains(number): keys.append(.function(number - 12))
    case 200: state = .paste
    default: break
    }
  }

  private static let finalKeys: [UInt8: Key] = [
    0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left, 0x48: .home, 0x46: .end, 0x5A: .backTab, 0x50: .function(1),
    0x51: .function(2), 0x52: .function(3), 0x53: .function(4),
  ]

  /// The number pad in application mode: `ESC O j` to `ESC O y` and `ESC O M`.
  private static func keypad(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x4D: .enter
    case 0x6A...0x79: .char(Character(Unicode.Scalar(byte - 0x40)))
    default: nil
    }
  }

  private static let pasteEnd: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]

  private mutating func paste(_ byte: UInt8, _ keys: inout [Key]) {
    pasteTail.append(byte)
    while !pasteTail.isEmpty, !KeyDecoder.pasteEnd.starts(with: pasteTail) {
      let first = pasteTail.removeFirst()
      if pasted.count < KeyDecoder.pasteLimit { pasted.append(first) }
    }
    guard pasteTail.count == KeyDecoder.pasteEnd.count else { return }
    pasteTail.removeAll()
    finishPaste(&keys)
    state = .ground
  }

  private mutating func finishPaste(_ keys: inout [Key]) {
    if !pasted.isEmpty { keys.append(.paste(String(decoding: pasted, as: UTF8.self))) }
    pasted.removeAll()
    pasteTail.removeAll()
  }
}

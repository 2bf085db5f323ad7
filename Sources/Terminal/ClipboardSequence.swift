/// The control sequence that puts text into the clipboard of the terminal that a person sits at, wherever the process
/// runs (OSC 52, xterm control sequences).
enum ClipboardSequence {
  /// Text is cut off after this many bytes: terminals refuse longer sequences, and a stalled line would hang on them.
  static let longest = 64 << 10

  /// `ESC ] 52 ; c ; BASE64 BEL`; what the text holds cannot end the sequence.
  static func bytes(_ text: String) -> [UInt8] {
    var kept = Array(text.utf8.prefix(longest))
    if kept.count < text.utf8.count {
      // Not in the middle of a scalar: continuation bytes go, and the lead byte that they belong to.
      while let last = kept.last, last & 0xC0 == 0x80 { kept.removeLast() }
      if let last = kept.last, last >= 0xC0 { kept.removeLast() }
    }
    return Array("\u{1B}]52;c;".utf8) + base64(kept) + [0x07]
  }

  /// RFC 4648, part 4, with padding.
  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let present = min(3, bytes.count - index)
      var group: UInt32 = 0
      for offset in 0..<3 { group = group << 8 | (offset < present ? UInt32(bytes[index + offset]) : 0) }
      for position in 0..<4 {
        output.append(
          position <= present ? alphabet[Int(group >> (18 - 6 * UInt32(position)) & 63)] : UInt8(ascii: "="))
      }
      index += 3
    }
    return output
  }
}

/// The control sequences by which a terminal program asks for a look although nobody watches it.
public enum AttentionSequence: String, CaseIterable, Sendable {
  /// The bell.
  case bell
  /// A desktop notification as iTerm2, kitty, WezTerm and Windows Terminal show them (OSC 9).
  case osc9
  /// A desktop notification as rxvt-unicode, foot and VTE terminals show them (OSC 777).
  case osc777

  /// Characters of the text that are kept.
  static let longest = 120

  /// The bytes. Whatever the text holds, only printable ASCII of it is sent, and what separates the sequence's parts is
  /// not, so that it can neither end the sequence nor begin another.
  func bytes(_ text: String) -> [UInt8] {
    let kept = text.unicodeScalars.prefix(AttentionSequence.longest).map { scalar -> UInt8 in
      (0x20..<0x7F).contains(scalar.value) && scalar != ";" ? UInt8(scalar.value) : UInt8(ascii: " ")
    }
    switch self {
    case .bell: return [0x07]
    case .osc9: return Array("\u{1B}]9;".utf8) + kept + [0x07]
    case .osc777: return Array("\u{1B}]777;notify;Leeway;".utf8) + kept + [0x07]
    }
  }
}

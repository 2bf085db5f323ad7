import Testing

@testable import Terminal

@Suite struct AttentionSequenceTests {
  @Test("text from logs can neither end a sequence nor begin another", arguments: AttentionSequence.allCases)
  func hostile(_ sequence: AttentionSequence) {
    let bytes = sequence.bytes("INC-0412 \u{1B}]0;title\u{7} ü;\u{9C}" + String(repeating: "x", count: 500))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(bytes.count { $0 == 0x07 } == 1 && bytes.last == 0x07)
    #expect(bytes.count { $0 == 0x1B } == (sequence == .bell ? 0 : 1))
    #expect(bytes.allSatisfy { $0 < 0x80 } && bytes.count < 160)
    if sequence == .osc9 { #expect(text.hasPrefix("\u{1B}]9;INC-0412 ")) }
    if sequence == .osc777 { #expect(text.hasPrefix("\u{1B}]777;notify;Leeway;INC-0412 ")) }
  }
}

import Screen
import Terminal
import Testing

@Suite("Key decoder")
struct KeyDecoderTests {
  @Test(
    arguments: [
      ("a", [.char("a")]), ("é", [.char("é")]), ("漢", [.char("漢")]), ("👍", [.char("👍")]),
      ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]), ("\u{08}", [.backspace]),
      ("\u{13}", [.ctrl("s")]), ("\u{00}", [.ctrl(" ")]), ("\u{1F}", [.ctrl("_")]),
      ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}[1;5C", [.right]), ("\u{1B}[D", [.left]),
      ("\u{1B}[Z", [.backTab]), ("\u{1B}[H", [.home]), ("\u{1B}[4~", [.end]), ("\u{1B}[7~", [.home]),
      ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]), ("\u{1B}[3~", [.delete]), ("\u{1B}[3;2~", [.delete]),
      ("\u{1B}OP", [.function(1)]), ("\u{1B}[[A", [.function(1)]), ("\u{1B}[[E", [.function(5)]),
      ("\u{1B}[15~", [.function(5)]), ("\u{1B}[21~", [.function(10)]), ("\u{1B}[24~", [.function(12)]),
      ("\u{1B}[I", [.focusIn]), ("\u{1B}[O", [.focusOut]), ("\u{1B}x", [.escape, .char("x")]),
      ("\u{1B}\u{1B}[A", [.escape, .up]),
      ("\u{1B}[200~two\nlines\u{1B}[31m\u{1B}[201~x", [.paste("two\nlines\u{1B}[31m"), .char("x")]),
      ("\u{1B}[200~\u{1B}[201~x", [.char("x")]),
      ("\u{1B}[<0;10;20Mx", [.char("x")]), ("\u{1B}[M !!x", [.char("x")]), ("\u{1B}[?62;c", []),
      ("\u{1B}]11;rgb:0000/0000/0000\u{07}x", [.char("x")]), ("\u{1B}P1$r0m\u{1B}\\x", [.char("x")]),
      ("\u{1B}[999999999999999999999~x", [.char("x")]), ("\u{1B}Oj", [.char("*")]),
    ] as [(String, [Key])])
  func `decodes`(text: String, keys: [Key]) {
    var whole = KeyDecoder()
    #expect(whole.feed(text.utf8) == keys)
    #expect(whole.flush() == [])
    var bytewise = KeyDecoder()
    var oneByOne: [Key] = []
    for byte in text.utf8 { oneByOne += bytewise.feed([byte]) }
    #expect(oneByOne == keys)
  }

  @Test func `a lone escape is known after a short wait`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed([0x1B]) == [])
    #expect(decoder.patienceMilliseconds == 25)
    #expect(decoder.flush() == [.escape])
    #expect(decoder.patienceMilliseconds == nil)
    #expect(decoder.feed("[".utf8) == [.char("[")])
  }

  @Test func `invalid UTF-8 is dropped and what follows is read`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed([0xC3, 0x61, 0xFF, 0x80, 0xED, 0xA0, 0x80, 0x62, 0xC2, 0x9B]) == [.char("a"), .char("b")])
  }

  @Test func `a paste is bounded, and ends when nothing more comes`() {
    var decoder = KeyDecoder()
    _ = decoder.feed("\u{1B}[200~".utf8)
    #expect(decoder.feed(repeatElement(0x61, count: 1_000_000)) == [])
    #expect(decoder.patienceMilliseconds == 2_000)
    let keys = decoder.flush()
    #expect(keys == [.paste(String(repeating: "a", count: KeyDecoder.pasteLimit))])
    #expect(decoder.feed("b".utf8) == [.char("b")])
  }

  @Test(arguments: 0..<100 as Range<UInt64>) func `any bytes leave the decoder usable`(seed: UInt64) {
    var state = seed
    var decoder = KeyDecoder()
    for _ in 0..<2_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let byte = UInt8(truncatingIfNeeded: state >> 33)
      _ = decoder.feed([byte % 5 == 0 ? 0x1B : byte])
    }
    _ = decoder.flush()
    #expect(decoder.patienceMilliseconds == nil)
    #expect(decoder.feed("q".utf8) == [.char("q")])
  }
}

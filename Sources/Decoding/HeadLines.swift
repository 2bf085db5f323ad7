/// The whole lines among the first bytes of a file.
enum HeadLines {
  /// Calls `body` for each line that ends within the bytes, without its newline and carriage return, at most `limit`.
  static func forEach(in bytes: borrowing RawSpan, limit: Int = 64, _ body: (borrowing RawSpan) -> Void) {
    var start = 0
    var lines = 0
    for index in 0..<bytes.byteCount where JSONLexer.byte(bytes, index) == 0x0A {
      let hasReturn = index > start && JSONLexer.byte(bytes, index - 1) == 0x0D
      body(bytes.extracting(start..<(hasReturn ? index - 1 : index)))
      start = index + 1
      lines += 1
      if lines == limit { return }
    }
  }
}

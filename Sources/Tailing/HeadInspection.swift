/// What the first bytes say of a file that is not lines of text.
enum HeadInspection {
  /// Whether a file that begins so is a gzip file.
  static func isGzip(_ head: UnsafeRawBufferPointer) -> Bool {
    head.count >= 3 && head[0] == 0x1F && head[1] == 0x8B && head[2] == 0x08
  }

  /// Why a file that begins so is not read; nil when nothing speaks against it.
  static func refusal(_ head: UnsafeRawBufferPointer) -> String? {
    func begins(_ magic: [UInt8]) -> Bool { head.count >= magic.count && zip(head, magic).allSatisfy { $0 == $1 } }
    if begins([0xFF, 0xFE]) || begins([0xFE, 0xFF]) { return "UTF-16 text: write the log as UTF-8" }
    let compressed: [[UInt8]] = [
      [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x42, 0x5A, 0x68, 0x39],
      [0x04, 0x22, 0x4D, 0x18],
    ]
    if compressed.contains(where: begins) { return "compressed: only plain text and gzip are read" }
    return nil
  }
}

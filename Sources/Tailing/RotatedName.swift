/// What a file name says about rotation: the name of the live log that it belongs to and its place among the rotated.
///
/// Read are a number or date behind the name (`app.log.1`, `app.log-20261120`, `app.log.2026-11-20_14`) or before its
/// extension (`app.1.log`, `app-2026-11-20T14.log`), each also with the extension of a compressor.
struct RotatedName: Hashable {
  /// The name of the live log.
  var base: [UInt8]
  /// The number or date.
  var mark: [UInt8]
  /// Whether the name has a compressor's extension.
  var isCompressed: Bool
  /// Whether that is the extension of gzip, which is read.
  var isGzip = false

  private static let compressors = ["gz", "bz2", "xz", "zst", "lz4", "Z"].map { Array($0.utf8) }

  /// Reads a name; nil when it is not one of a rotated file.
  init?(_ name: [UInt8]) {
    var rest = name[...]
    isCompressed = false
    if let dot = rest.lastIndex(of: UInt8(ascii: ".")), RotatedName.compressors.contains(Array(rest[(dot + 1)...])) {
      isGzip = name.suffix(3) == Array(".gz".utf8)[...]
      rest = rest[..<dot]
      isCompressed = true
    }
    if let start = RotatedName.markStart(in: rest) {
      base = Array(rest[..<start])
      mark = Array(rest[(start + 1)...])
      return
    }
    guard let dot = rest.lastIndex(of: UInt8(ascii: ".")), let start = RotatedName.markStart(in: rest[..<dot]) else {
      return nil
    }
    base = Array(rest[..<start]) + Array(rest[dot...])
    mark = Array(rest[(start + 1)..<dot])
  }

  /// The earliest separator after the first byte that only digits and their punctuation follow.
  private static func markStart(in name: ArraySlice<UInt8>) -> Int? {
    var start: Int?
    var index = name.endIndex
    while index > name.startIndex + 1 {
      index -= 1
      let byte = name[index]
      if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
        if index + 1 < name.endIndex, isDigit(name[index + 1]) { start = index }
      } else if !isDigit(byte), byte != UInt8(ascii: ":"), byte != UInt8(ascii: "T"), byte != UInt8(ascii: "Z"),
        byte != UInt8(ascii: "+")
      {
        break
      }
    }
    return start
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// The number of a numbered rotation: higher is older. Dates give nil.
  var number: Int? {
    guard mark.count <= 5, mark.allSatisfy(RotatedName.isDigit) else { return nil }
    return mark.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Whether content under this name is older than under the other, both rotated from one log; nil says nothing of
  /// the kind and counts as the live log itself. Of a date and a number neither says anything of the other; so that
  /// names can be sorted, dates come first.
  static func isOlder(_ left: RotatedName?, _ right: RotatedName?) -> Bool {
    guard let left else { return false }
    guard let right else { return true }
    switch (left.number, right.number) {
    case (let first?, let second?): return first > second
    case (nil, nil): return left.mark.lexicographicallyPrecedes(right.mark)
    case (nil, _): return true
    case (_, nil): return false
    }
  }

  /// Whether the two names can be compared by age: both have a number, or both a date.
  func isComparable(with other: RotatedName) -> Bool { (number == nil) == (other.number == nil) }
}

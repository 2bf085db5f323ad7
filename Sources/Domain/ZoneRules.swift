/// How far a place's clocks are ahead of UTC, by date: from a TZif file (RFC 9636) or one fixed offset.
public struct ZoneRules: Hashable, Sendable {
  /// As it was named: `Europe/Berlin`, `+02:00`, `UTC`.
  public let name: String
  /// Times of UTC, in seconds, from which each offset holds, ascending.
  private let transitions: [Int64]
  /// The offset from each transition on, in seconds.
  private let offsets: [Int32]
  /// The offset before the first transition.
  private let firstOffset: Int32
  /// The rule after the last transition; nil keeps the last offset.
  private let rule: ZoneRule?

  /// Coordinated universal time.
  public static let utc = ZoneRules(name: "UTC", offset: 0)

  /// A fixed offset in seconds ahead of UTC.
  public init(name: String, offset: Int) {
    self.name = name
    transitions = []
    offsets = []
    firstOffset = Int32(clamping: offset)
    rule = nil
  }

  /// A fixed offset as it is written: `UTC`, `Z`, `+02:00`, `-0530`, `+2`; nil for all else.
  public init?(fixed text: String) {
    if ["UTC", "GMT", "Z"].contains(text) {
      self.init(name: text, offset: 0)
      return
    }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), [1, 2, 4].contains(digits.count),
      let number = Int(digits)
    else { return nil }
    let hours = digits.count == 4 ? number / 100 : number
    let minutes = digits.count == 4 ? number % 100 : 0
    guard hours <= 18, minutes < 60 else { return nil }
    self.init(name: text, offset: (hours * 3_600 + minutes * 60) * (sign == "-" ? -1 : 1))
  }

  /// Reads a TZif file; nil when it is none, or larger than any zone's file.
  public init?(name: String, tzif bytes: [UInt8]) {
    guard bytes.count <= 1 << 18, let block = ZoneFile(bytes) else { return nil }
    self.name = name
    transitions = block.transitions
    offsets = block.offsets
    firstOffset = block.firstOffset
    rule = block.footer.flatMap { ZoneRule($0) }
  }

  /// How many seconds ahead of UTC the clocks are that show `local`, seconds from 1970 by those clocks.
  ///
  /// A time that the clocks showed twice is taken for the first; one that they skipped is read by the later offset.
  public func offset(local: Int64) -> Int {
    var before = firstOffset
    if let last = transitions.last, let rule, local > last + 86_400 { return rule.offset(local: local) }
    var low = 0
    var high = transitions.count
    // The last transition whose local time, by the offset before it, is not after `local`.
    while low < high {
      let middle = (low + high) / 2
      let offset = middle == 0 ? firstOffset : offsets[middle - 1]
      if transitions[middle] + Int64(offset) <= local { low = middle + 1 } else { high = middle }
    }
    if low > 0 { before = offsets[low - 1] }
    return Int(before)
  }
}

/// The parts of a TZif file that say when clocks change.
private struct ZoneFile {
  var transitions: [Int64] = []
  var offsets: [Int32] = []
  var firstOffset: Int32 = 0
  var footer: String?

  init?(_ bytes: [UInt8]) {
    guard let first = Header(bytes, at: 0), first.version >= 0x32 else { return nil }
    // The first block has times of 32 bits for old readers; the second one counts.
    guard let header = Header(bytes, at: 44 + first.length(timeSize: 4)) else { return nil }
    var place = header.start + 44
    guard place + header.length(timeSize: 8) <= bytes.count, header.times <= 4_096, header.types >= 1 else {
      return nil
    }
    func integer(_ place: Int, _ size: Int) -> Int64 {
      var value: UInt64 = 0
      for byte in bytes[place..<(place + size)] { value = value << 8 | UInt64(byte) }
      return size == 8 ? Int64(bitPattern: value) : Int64(Int32(truncatingIfNeeded: value))
    }
    let times = (0..<header.times).map { integer(place + $0 * 8, 8) }
    place += header.times * 8
    let indices = (0..<header.times).map { Int(bytes[place + $0]) }
    place += header.times
    let types = (0..<header.types).map { Int32(truncatingIfNeeded: integer(place + $0 * 6, 4)) }
    for (time, index) in zip(times, indices) {
      guard index < types.count, transitions.last.map({ $0 < time }) ?? true, time.magnitude < 1 << 40,
        types[index].magnitude <= 90_000
      else {
        if time < -(1 << 40) { continue }
        return nil
      }
      transitions.append(time)
      offsets.append(types[index])
    }
    firstOffset = types[0].magnitude <= 90_000 ? types[0] : 0
    let rest = bytes[(header.start + 44 + header.length(timeSize: 8))...]
    if rest.first == 0x0A, let end = rest.dropFirst().firstIndex(of: 0x0A) {
      footer = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
    }
  }

  private struct Header {
    var start: Int
    var version: UInt8
    var isUTC: Int
    var isStandard: Int
    var leaps: Int
    var times: Int
    var types: Int
    var characters: Int

    init?(_ bytes: [UInt8], at start: Int) {
      guard start >= 0, start + 44 <= bytes.count, bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else {
        return nil
      }
      func count(_ index: Int) -> Int {
        bytes[(start + 20 + index * 4)..<(start + 24 + index * 4)].reduce(0) { $0 << 8 | Int($1) }
      }
      self.start = start
      version = bytes[start + 4]
      (isUTC, isStandard, leaps, times, types, characters) = (
        count(0), count(1), count(2), count(3), count(4), count(5)
      )
    }

    func length(timeSize: Int) -> Int {
      times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + isStandard + isUTC
    }
  }
}

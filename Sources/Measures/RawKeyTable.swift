import Domain

/// Numbers the combinations of field bytes that lines bring, in the order in which they come: an open-addressed table
/// that is asked once a line and never makes a `String`.
struct RawKeyTable {
  /// The number under which a combination was stored, and its hash for storing it.
  enum Answer {
    case known(Int)
    case new(hash: UInt64)
  }

  private var places: [Int32]
  private var hashes: [UInt64] = []
  private var values: [Int32] = []
  /// Where each entry's fields begin in `arena`; every field is its kind, four bytes of length and its bytes.
  private var starts: [Int] = []
  private var arena: [UInt8] = []
  private let limit: Int

  /// Creates a table for at most `limit` combinations.
  init(limit: Int) {
    self.limit = max(1, limit)
    places = Array(repeating: -1, count: 64)
  }

  /// How many combinations are stored.
  var count: Int { hashes.count }

  /// Whether no more combinations are stored.
  var isFull: Bool { hashes.count >= limit }

  /// Looks a combination up.
  @inline(__always)
  func find(_ columns: [Int], _ table: borrowing FieldTable, _ line: borrowing RawSpan) -> Answer {
    var hash: UInt64 = 0x2545_F491_4F6C_DD1D
    for column in columns {
      RawFieldBytes(table.fields[column], lineLength: line.byteCount).hash(into: &hash, line)
    }
    var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while true {
      let entry = Int(places[place])
      if entry < 0 { return .new(hash: hash) }
      if hashes[entry] == hash, equals(entry, columns, table, line) { return .known(Int(values[entry])) }
      place = (place + 1) & (places.count - 1)
    }
  }

  @inline(__always)
  private func equals(
    _ entry: Int, _ columns: [Int], _ table: borrowing FieldTable, _ line: borrowing RawSpan
  ) -> Bool {
    let stored = arena.span.bytes
    var offset = starts[entry]
    for column in columns {
      let field = RawFieldBytes(table.fields[column], lineLength: line.byteCount)
      let length = Int(stored.unsafeLoadUnaligned(fromByteOffset: offset + 1, as: UInt32.self))
      guard stored.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == field.kind, length == field.end - field.start
      else { return false }
      offset += 5
      var index = 0
      while index &+ 8 <= length {
        let word = stored.unsafeLoadUnaligned(fromByteOffset: offset &+ index, as: UInt64.self)
        guard word == line.unsafeLoadUnaligned(fromByteOffset: field.start &+ index, as: UInt64.self) else {
          return false
        }
        index &+= 8
      }
      while index < length {
        let byte = stored.unsafeLoad(fromByteOffset: offset &+ index, as: UInt8.self)
        guard byte == line.unsafeLoad(fromByteOffset: field.start &+ index, as: UInt8.self) else { return false }
        index &+= 1
      }
      offset += length
    }
    return true
  }

  /// Stores a combination that ``find(_:_:_:)`` called new, and returns whether it did: not when the table is full or
  /// the combination is longer than 4 KiB.
  mutating func store(
    _ value: Int, hash: UInt64, _ columns: [Int], _ table: borrowing FieldTable, _ line: borrowing RawSpan
  ) -> Bool {
    guard !isFull else { return false }
    let start = arena.count
    for column in columns {
      let field = RawFieldBytes(table.fields[column], lineLength: line.byteCount)
      guard arena.count - start + field.end - field.start <= 4_096 else {
        arena.removeSubrange(start...)
        return false
      }
      arena.append(field.kind)
      let length = UInt32(truncatingIfNeeded: field.end - field.start)
      for shift in [UInt32(0), 8, 16, 24] { arena.append(UInt8(truncatingIfNeeded: length >> shift)) }
      for index in field.start..<field.end {
        arena.append(line.unsafeLoad(fromByteOffset: index, as: UInt8.self))
      }
    }
    starts.append(start)
    hashes.append(hash)
    values.append(Int32(truncatingIfNeeded: value))
    if hashes.count * 2 > places.count {
      places = Array(repeating: -1, count: places.count * 2)
      for entry in hashes.indices { place(entry) }
    } else {
      place(hashes.count - 1)
    }
    return true
  }

  /// Gives the combination that was stored last another number.
  mutating func renumberLast(_ value: Int) {
    guard !values.isEmpty else { return }
    values[values.count - 1] = Int32(truncatingIfNeeded: value)
  }

  private mutating func place(_ entry: Int) {
    var place = Int(truncatingIfNeeded: hashes[entry]) & (places.count - 1)
    while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
    places[place] = Int32(truncatingIfNeeded: entry)
  }
}

/// Numbers of keys that are made of up to four small numbers, open-addressed.
struct PackedKeyTable {
  /// How many numbers of 16 bits a key holds.
  static let parts = 4

  private var keys: [UInt64] = Array(repeating: 0, count: 64)
  private var numbers: [Int32] = Array(repeating: -1, count: 64)
  private(set) var count = 0

  /// The number of a key, or -1.
  @inline(__always)
  func number(of key: UInt64) -> Int {
    let mask = keys.count &- 1
    var place = PackedKeyTable.place(of: key) & mask
    while true {
      let number = numbers[place]
      if number < 0 || keys[place] == key { return Int(number) }
      place = (place &+ 1) & mask
    }
  }

  /// Stores the number of a key that is not known yet.
  mutating func store(_ number: Int, for key: UInt64) {
    if count * 2 >= keys.count {
      let old = zip(keys, numbers).filter { $0.1 >= 0 }
      keys = Array(repeating: 0, count: keys.count * 2)
      numbers = Array(repeating: -1, count: keys.count)
      for (key, number) in old { insert(number, for: key) }
    }
    insert(Int32(truncatingIfNeeded: number), for: key)
    count += 1
  }

  private mutating func insert(_ number: Int32, for key: UInt64) {
    var place = PackedKeyTable.place(of: key) & (keys.count - 1)
    while numbers[place] >= 0 { place = (place + 1) & (keys.count - 1) }
    keys[place] = key
    numbers[place] = number
  }

  @inline(__always)
  private static func place(of key: UInt64) -> Int {
    let product = (key ^ 0x2545_F491_4F6C_DD1D).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: product.high ^ product.low)
  }
}

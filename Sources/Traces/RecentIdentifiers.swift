/// A bounded set of hashes that forgets the oldest: recognises spans that are delivered twice.
///
/// Two open-addressed tables take turns: a full one becomes the older one, and the one before is forgotten. So at least
/// the latest `capacity` hashes are known, and at most twice as many.
struct RecentIdentifiers: Sendable {
  private let capacity: Int
  private var current = [UInt64](repeating: 0, count: 1_024)
  private var older: [UInt64] = []
  private var count = 0

  init(capacity: Int) {
    self.capacity = max(1, capacity)
  }

  func contains(_ hash: UInt64) -> Bool {
    let hash = hash == 0 ? 1 : hash
    return RecentIdentifiers.find(hash, in: current) || (!older.isEmpty && RecentIdentifiers.find(hash, in: older))
  }

  /// Adds a hash; false when it was there already.
  mutating func insert(_ hash: UInt64) -> Bool {
    let hash = hash == 0 ? 1 : hash
    if !older.isEmpty, RecentIdentifiers.find(hash, in: older) { return false }
    guard RecentIdentifiers.put(hash, in: &current) else { return false }
    count += 1
    if count >= capacity {
      older = current
      current = [UInt64](repeating: 0, count: current.count)
      count = 0
    } else if count * 2 >= current.count {
      var larger = [UInt64](repeating: 0, count: current.count * 2)
      for hash in current where hash != 0 { _ = RecentIdentifiers.put(hash, in: &larger) }
      current = larger
    }
    return true
  }

  /// Puts a hash into a table that has room; false when it was there already.
  private static func put(_ hash: UInt64, in table: inout [UInt64]) -> Bool {
    let mask = table.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while table[place] != 0 {
      if table[place] == hash { return false }
      place = (place + 1) & mask
    }
    table[place] = hash
    return true
  }

  private static func find(_ hash: UInt64, in table: [UInt64]) -> Bool {
    let mask = table.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while table[place] != 0 {
      if table[place] == hash { return true }
      place = (place + 1) & mask
    }
    return false
  }
}

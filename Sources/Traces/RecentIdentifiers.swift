/// A bounded set of hashes that forgets the oldest: recognises spans that are delivered twice.
///
/// Two open-addressed tables take turns: a full one becomes the older one, and the one before is forgotten. So at least
/// the latest `capacity` hashes are known, and at most twice as many.
struct RecentIdentifiers: Sendable {
  private let capacity: Int
  private let mask: Int
  private var current: [UInt64]
  private var older: [UInt64] = []
  private var count = 0

  init(capacity: Int) {
    self.capacity = max(1, capacity)
    var size = 16
    while size < 2 * self.capacity { size *= 2 }
    mask = size - 1
    current = [UInt64](repeating: 0, count: size)
  }

  func contains(_ hash: UInt64) -> Bool {
    let hash = hash == 0 ? 1 : hash
    return find(hash, in: current) || (!older.isEmpty && find(hash, in: older))
  }

  /// Adds a hash; false when it was there already.
  mutating func insert(_ hash: UInt64) -> Bool {
    let hash = hash == 0 ? 1 : hash
    if !older.isEmpty, find(hash, in: older) { return false }
    var place = Int(truncatingIfNeeded: hash) & mask
    while current[place] != 0 {
      if current[place] == hash { return false }
      place = (place + 1) & mask
    }
    current[place] = hash
    count += 1
    if count >= capacity {
      swap(&current, &older)
      if current.isEmpty {
        current = [UInt64](repeating: 0, count: mask + 1)
      } else {
        for index in current.indices { current[index] = 0 }
      }
      count = 0
    }
    return true
  }

  @inline(__always)
  private func find(_ hash: UInt64, in table: [UInt64]) -> Bool {
    var place = Int(truncatingIfNeeded: hash) & mask
    while table[place] != 0 {
      if table[place] == hash { return true }
      place = (place + 1) & mask
    }
    return false
  }
}

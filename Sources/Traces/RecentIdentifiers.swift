/// A bounded set of hashes that forgets the oldest first: recognises spans that are delivered twice.
struct RecentIdentifiers: Sendable {
  private let capacity: Int
  private var members: Set<UInt64> = []
  private var order: [UInt64] = []
  private var next = 0

  init(capacity: Int) {
    self.capacity = max(1, capacity)
  }

  func contains(_ hash: UInt64) -> Bool { members.contains(hash) }

  /// Adds a hash; false when it was there already.
  mutating func insert(_ hash: UInt64) -> Bool {
    guard members.insert(hash).inserted else { return false }
    if order.count < capacity {
      order.append(hash)
    } else {
      members.remove(order[next])
      order[next] = hash
      next = (next + 1) % capacity
    }
    return true
  }
}

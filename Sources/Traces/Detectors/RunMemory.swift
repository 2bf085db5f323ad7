import Domain

/// What the detectors remember of a run: bounded, and stored with it.
struct RunMemory: Hashable, Sendable {
  var cycle = CycleMemory()
  var text = TextMemory()
  var errors = ErrorMemory()
  var retries = RetryMemory()
  /// Hashes of the results that were seen, the latest 256.
  var results = RecentHashes(limit: 256)
  /// Tool calls since a result was new.
  var callsSinceNew = 0
  var sensitive: SensitiveRead?
  var marks: [InjectionMark] = []
  /// Hashes of the URLs, addresses and paths that the agent itself has named, the latest 64.
  var named = RecentHashes(limit: 64)
  /// Hashes of the parents that have not been seen yet.
  var parents: [UInt64] = []
  var pace = PaceMemory()
  /// Hashes of the tools that have succeeded, the latest 64.
  var succeeded = RecentHashes(limit: 64)
  var path = PathMemory()
  /// Whether the latest answer refuses.
  var isRefusal = false
  var raised: [RaisedTier] = []
  var held: [HeldFinding] = []
  var blind = BlindTally()
}

/// The latest of some 32-bit hashes, each once.
struct RecentHashes: Hashable, Sendable {
  let limit: Int
  private(set) var hashes: [UInt32] = []
  private var next = 0

  init(limit: Int) { self.limit = limit }

  func contains(_ hash: UInt32) -> Bool { hashes.contains(hash) }

  /// Adds a hash; false when it was there already.
  @discardableResult
  mutating func insert(_ hash: UInt32) -> Bool {
    guard !hashes.contains(hash) else { return false }
    if hashes.count < limit {
      hashes.append(hash)
    } else {
      hashes[next] = hash
      next = (next + 1) % limit
    }
    return true
  }

  /// The hashes, oldest first.
  private var ordered: [UInt32] { Array(hashes[next...] + hashes[..<next]) }

  static func == (left: RecentHashes, right: RecentHashes) -> Bool {
    left.limit == right.limit && left.ordered == right.ordered
  }

  func hash(into hasher: inout Hasher) { hasher.combine(ordered) }

  /// The hashes, oldest first, as text of eight hexadecimal digits each.
  var text: String {
    ordered.map { String(UInt64($0).hexadecimal.suffix(8)) }.joined()
  }

  /// Reads what ``text`` wrote.
  init(limit: Int, text: String?) {
    self.init(limit: limit)
    let digits = Array((text ?? "").utf8.prefix(limit * 8))
    for start in stride(from: 0, to: digits.count - 7, by: 8) {
      if let hash = UInt32(String(decoding: digits[start..<(start + 8)], as: UTF8.self), radix: 16) { insert(hash) }
    }
  }
}

extension UInt64 {
  /// The low half, enough to tell a run's few contents apart.
  var short: UInt32 { UInt32(truncatingIfNeeded: self) }
}

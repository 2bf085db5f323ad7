import Domain

/// Runs that have to be looked at when event time passes some instant, in slots of ten seconds.
struct DeadlineQueue: Sendable {
  private static let slot: Int64 = 10_000_000_000
  private var slots: [Int64: [String]] = [:]
  private var earliest = Int64.max
  /// How many entries there are.
  private(set) var count = 0

  mutating func schedule(_ id: String, at instant: Timestamp) {
    let slot = instant.nanoseconds / DeadlineQueue.slot + 1
    slots[slot, default: []].append(id)
    earliest = min(earliest, slot)
    count += 1
  }

  /// Takes the runs whose time has come.
  mutating func due(at now: Timestamp) -> [String] {
    let current = now.nanoseconds / DeadlineQueue.slot
    guard earliest <= current else { return [] }
    var due: [String] = []
    for slot in slots.keys.filter({ $0 <= current }).sorted() { due += slots.removeValue(forKey: slot) ?? [] }
    earliest = slots.keys.min() ?? .max
    count -= due.count
    return due
  }
}

/// The latest event time, unmoved by a single clock that is wrong.
struct Watermark: Sendable {
  /// An end so far ahead of all others counts only when a second one confirms it.
  static let leap: Duration = .seconds(3_600)
  private(set) var time: Timestamp?
  private var candidate: Timestamp?

  mutating func note(_ instant: Timestamp) {
    guard let time else {
      self.time = instant
      return
    }
    if instant <= time { return }
    if instant - time <= Watermark.leap {
      self.time = instant
      candidate = nil
    } else if let candidate, instant - candidate <= Watermark.leap, candidate - instant <= Watermark.leap {
      self.time = max(min(candidate, instant), time)
      self.candidate = nil
    } else {
      candidate = instant
    }
  }
}

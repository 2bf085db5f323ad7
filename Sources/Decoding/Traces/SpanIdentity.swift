import Domain

/// Names for runs and steps of formats that have none: made from the content, so that reading again gives the same.
enum SpanIdentity {
  /// 16 hexadecimal digits from some texts.
  static func span(_ parts: String...) -> String {
    var hash = ContentHash()
    for part in parts { hash.combine(part) }
    return hash.value.hexadecimal
  }

  /// 32 hexadecimal digits from some texts.
  static func trace(_ parts: String...) -> String {
    var hash = ContentHash()
    for part in parts { hash.combine(part) }
    let first = hash.value
    hash.combine(first)
    return first.hexadecimal + hash.value.hexadecimal
  }

  /// The instant of a step in a format without times: the epoch plus one second a step.
  static func instant(ofStep step: Int) -> Timestamp {
    Timestamp(nanoseconds: Int64(clamping: step) &* 1_000_000_000)
  }
}

/// The last value of each of the latest keys, in bounded memory.
struct RecentMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    var value: Value
    var number: Int
  }

  private var entries: [Key: Entry] = [:]
  /// The keys in order of their first setting; those that were taken out since have another number, or none.
  private var order: [(key: Key, number: Int)] = []
  private var first = 0
  private var number = 0
  let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// What is held, the oldest first.
  var all: [(key: Key, value: Value)] {
    order[first...].compactMap { key, number in
      guard let entry = entries[key], entry.number == number else { return nil }
      return (key, entry.value)
    }
  }

  var isEmpty: Bool { entries.isEmpty }

  subscript(key: Key) -> Value? { entries[key]?.value }

  /// Sets a value and gives the one that had to go for it.
  @discardableResult
  mutating func set(_ key: Key, _ value: Value) -> Value? {
    if let index = entries.index(forKey: key) {
      entries.values[index].value = value
      return nil
    }
    number += 1
    entries[key] = Entry(value: value, number: number)
    order.append((key, number))
    var evicted: Value?
    while entries.count > capacity, first < order.count {
      let (oldest, number) = order[first]
      first += 1
      if entries[oldest]?.number == number { evicted = entries.removeValue(forKey: oldest)?.value }
    }
    compact()
    return evicted
  }

  /// Changes the value of a key that is held.
  mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
    guard let index = entries.index(forKey: key) else { return }
    change(&entries.values[index].value)
  }

  /// Takes a value out.
  mutating func take(_ key: Key) -> Value? {
    defer { compact() }
    return entries.removeValue(forKey: key)?.value
  }

  private mutating func compact() {
    guard order.count > 1_024, order.count > entries.count * 2 else { return }
    order = order[first...].filter { entries[$0.key]?.number == $0.number }
    first = 0
  }
}

/// The roots that are made up for formats whose runs have none.
struct SyntheticRoots: Sendable {
  private var known = RecentMap<String, Bool>(capacity: 10_000)

  static func id(of run: String) -> String { SpanIdentity.span("root", run) }

  /// The open root of a run where it is seen for the first time.
  mutating func first(
    run: String, name: String, at start: Timestamp, agent: String?, version: String?
  ) -> TraceSpan? {
    guard known[run] == nil else { return nil }
    known.set(run, true)
    var root = TraceSpan(
      traceID: run, spanID: SyntheticRoots.id(of: run), parentID: nil, name: name, operation: .agent, start: start,
      end: nil)
    root.conversationID = run
    root.agent = agent
    root.version = version
    root.kind = "run"
    return root
  }
}

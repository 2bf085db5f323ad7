/// Runs by id, at most `capacity` of them: adding one more forgets the one touched longest ago.
struct RecentRuns: Sendable {
  private struct Slot: Sendable {
    var run: AgentRun
    var newer: Int
    var older: Int
    /// Whether somebody will look at the run when it is silent.
    var isScheduled = false
  }

  private static let none = -1
  let capacity: Int
  private var slots: [Slot] = []
  private var index: [String: Int] = [:]
  private var newest = none
  private var oldest = none

  init(capacity: Int) {
    self.capacity = max(1, capacity)
  }

  var count: Int { slots.count }

  subscript(id: String) -> AgentRun? { index[id].map { slots[$0].run } }

  func contains(_ id: String) -> Bool { index[id] != nil }

  /// The runs, the one touched last first.
  var newestFirst: [AgentRun] {
    var runs: [AgentRun] = []
    runs.reserveCapacity(slots.count)
    var position = newest
    while position != RecentRuns.none {
      runs.append(slots[position].run)
      position = slots[position].older
    }
    return runs
  }

  /// Changes a run in place and makes it the newest; `make` supplies it when it is not held.
  mutating func update<Result>(
    _ id: String, orInsert make: () -> AgentRun, _ body: (inout AgentRun, _ isScheduled: Bool) -> Result
  ) -> Result {
    let position: Int
    if let found = index[id] {
      position = found
      touch(position)
    } else {
      position = insert(id, make())
    }
    return body(&slots[position].run, slots[position].isScheduled)
  }

  /// Notes whether somebody will look at the run when it is silent.
  mutating func setScheduled(_ id: String, _ isScheduled: Bool) {
    if let position = index[id] { slots[position].isScheduled = isScheduled }
  }

  /// What `body` makes of every run, in no order, without copying the runs.
  func forEach(_ body: (AgentRun) -> Void) {
    slots.withUnsafeBufferPointer { slots in
      for index in slots.indices { body(slots[index].run) }
    }
  }

  /// Changes a run in place without making it the newest; nil when it is not held.
  @discardableResult
  mutating func inspect<Result>(_ id: String, _ body: (inout AgentRun) -> Result) -> Result? {
    guard let position = index[id] else { return nil }
    return body(&slots[position].run)
  }

  private mutating func insert(_ id: String, _ run: AgentRun) -> Int {
    let position: Int
    if slots.count < capacity {
      position = slots.count
      slots.append(Slot(run: run, newer: RecentRuns.none, older: RecentRuns.none))
    } else {
      position = oldest
      unlink(position)
      index[slots[position].run.id] = nil
      slots[position].run = run
      slots[position].isScheduled = false
    }
    index[id] = position
    linkNewest(position)
    return position
  }

  private mutating func touch(_ position: Int) {
    guard position != newest else { return }
    unlink(position)
    linkNewest(position)
  }

  private mutating func unlink(_ position: Int) {
    let newer = slots[position].newer
    let older = slots[position].older
    if newer == RecentRuns.none { newest = older } else { slots[newer].older = older }
    if older == RecentRuns.none { oldest = newer } else { slots[older].newer = newer }
  }

  private mutating func linkNewest(_ position: Int) {
    slots[position].newer = RecentRuns.none
    slots[position].older = newest
    if newest != RecentRuns.none { slots[newest].newer = position }
    newest = position
    if oldest == RecentRuns.none { oldest = position }
  }
}

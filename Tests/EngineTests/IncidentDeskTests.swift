import Domain
import Engine
import Incidents
import Storage
import Testing

@Suite struct IncidentDeskTests {
  static let alice = Actor(login: "alice", source: .loginuid, userID: 1_001)
  static let bob = Actor(login: "bob", source: .loginuid, userID: 1_002)

  private func ask(
    _ desk: IncidentDesk, _ request: IncidentRequest, on incident: Int? = 1, rev: Int? = nil, as actor: Actor = alice
  ) throws -> IncidentDesk.Outcome {
    try desk.perform(
      request, incident: incident, expectedRevision: rev, actor: actor, clock: SetClock(NightLog.origin))
  }

  private func entries(_ store: Store) throws -> [JournalEntry] { try store.read { try $0.entries(after: 0) } }

  @Test func `of two acts on one revision the later one is a conflict that changes nothing`() throws {
    let store = try WatchedDirectory().storeKept()
    let (here, there) = (
      IncidentDesk(store: store.store, policy: .standard), IncidentDesk(store: store.store, policy: .standard)
    )
    guard case .done(let opened) = try ask(here, .open(title: "slow", severity: .warn, category: nil), on: nil) else {
      Issue.record("an incident can be opened")
      return
    }
    // The other desk has read the journal before the first one acts.
    #expect(try there.number(named: "INC-1") == 1)
    guard case .done(let taken) = try ask(here, .ack(reason: nil), rev: opened.rev) else {
      Issue.record("the first act is done")
      return
    }
    let before = try entries(store.store).count
    guard case .conflict(let conflict) = try ask(there, .ack(reason: nil), rev: opened.rev, as: Self.bob) else {
      Issue.record("the second act is a conflict")
      return
    }
    #expect(conflict.rev == taken.rev && conflict.by == "alice" && conflict.owner == "alice")
    #expect(try there.current().book.incident(number: 1) == taken)
    let recorded = try entries(store.store)
    #expect(recorded.count == before + 1)
    #expect(recorded.last?.actor.login == "bob")
    #expect(recorded.last?.data["result"]?.string == "conflict")
  }

  @Test func `whoever has read a text forgets it when it is erased`() throws {
    let store = try WatchedDirectory().storeKept()
    let (here, there) = (
      IncidentDesk(store: store.store, policy: .standard), IncidentDesk(store: store.store, policy: .standard)
    )
    try store.store.write { try $0.setErasableScope(.notes) }
    _ = try ask(here, .open(title: "slow", severity: .warn, category: nil), on: nil)
    _ = try ask(here, .note(text: "Zoë called"))
    func details() throws -> [String] {
      try there.current().book.incident(number: 1)?.timeline.map(\.detail) ?? []
    }
    #expect(try details().last == "Zoë called")
    let note = try #require(try entries(store.store).last { $0.act == "incident.note" })
    try JournalDesk(store: store.store).record(
      EntryDraft(.auditErase, data: ["entries": [JSON(note.sequence)], "reason": "asked for"]), actor: Self.alice,
      clock: SetClock(NightLog.origin)
    ) { _ = try $0.eraseTexts(of: [note.sequence]) }
    #expect(try details().last == "(erased)")
    #expect(try there.current().book.incident(number: 1)?.rev == 2)
    // What comes later is folded on.
    _ = try ask(here, .ack(reason: nil))
    #expect(try there.current().book.incident(number: 1)?.state == .acknowledged)
  }

  @Test func `a refusal is journaled, says what is allowed, and changes nothing`() throws {
    let store = try WatchedDirectory().storeKept()
    let desk = IncidentDesk(store: store.store, policy: .standard)
    guard case .done(let opened) = try ask(desk, .open(title: "slow", severity: .alarm, category: nil), on: nil) else {
      Issue.record("an incident can be opened")
      return
    }
    let outcome = try ask(desk, .close(verdict: .truePositive, reason: nil, waive: false))
    guard case .refused(let refusal) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(refusal.allowed.contains(.ack) && !refusal.allowed.contains(.close))
    #expect(try desk.current().book.incident(number: 1) == opened)
    let last = try entries(store.store).last
    #expect(last?.act.rawValue == "incident.close")
    #expect(last?.data["result"]?.string == "refused")
  }

  @Test func `the journal begins with log.open, once, whichever desk comes first`() throws {
    let store = try WatchedDirectory().storeKept()
    for number in 0..<3 {
      let desk = IncidentDesk(store: store.store, policy: .standard)
      _ = try ask(desk, .open(title: "t\(number)", severity: .notice, category: nil), on: nil)
    }
    let acts = try entries(store.store).map(\.act.rawValue)
    #expect(acts.first == "log.open")
    #expect(acts.filter { $0 == "log.open" }.count == 1)
    #expect(acts.filter { $0 == "incident.open" }.count == 3)
  }

  @Test func `an incident that does not exist is unknown, and nothing is recorded of it`() throws {
    let store = try WatchedDirectory().storeKept()
    let desk = IncidentDesk(store: store.store, policy: .standard)
    _ = try ask(desk, .open(title: "t", severity: .notice, category: nil), on: nil)
    let before = try entries(store.store).count
    guard case .unknown = try ask(desk, .ack(reason: nil), on: 7) else {
      Issue.record("incident 7 is unknown")
      return
    }
    #expect(try entries(store.store).count == before)
  }
}

/// A store with the directory that it lives in.
struct KeptStore {
  var directory: WatchedDirectory
  var store: Store
}

extension WatchedDirectory {
  func storeKept() throws -> KeptStore { KeptStore(directory: self, store: try store()) }
}

import Assurance
import Domain
import GRDB
import Storage
import Testing

@Suite struct JournalTableTests {
  static let origin = Timestamp(seconds: 1_790_000_000)

  private func lines(_ store: Store) throws -> [[UInt8]] {
    try store.read { reader throws in
      var lines: [[UInt8]] = []
      try reader.lines { lines.append($0) }
      return lines
    }
  }

  private func verification(_ store: Store) throws -> Verification {
    var verifier = AuditVerifier()
    for line in try lines(store) { verifier.consume(line + [0x0A]) }
    return verifier.finish()
  }

  @Test func `entries are chained and numbered from 1 without gaps, across transactions`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    for round in 0..<3 {
      let drafts = (0..<4).map { EntryDraft("incident.note", data: ["text": .string("\(round) \($0)")]) }
      let entries = try store.write { try $0.append(drafts, actor: .leeway, at: Self.origin + .seconds(round)) }
      #expect(entries.map(\.sequence) == Array((round * 4 + 1)...(round * 4 + 4)))
    }
    let entries = try store.read { try $0.entries(after: 0) }
    #expect(entries.map(\.sequence) == Array(1...12))
    #expect(entries.last?.data["text"]?.string == "2 3")
    #expect(try store.read { try $0.entries(after: 10) }.map(\.sequence) == [11, 12])
    let verification = try verification(store)
    #expect(verification.isOK && verification.entries == 12)
  }

  @Test func `a draft that an entry must not hold leaves nothing of its transaction`() throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    #expect(throws: AuditError.self) {
      try store.write { writer in
        try writer.append(
          [EntryDraft("log.open"), EntryDraft("incident.note", data: ["value": 0.5])], actor: .leeway, at: Self.origin)
      }
    }
    #expect(try store.read { try $0.lastSequence() } == 0)
  }

  @Test(arguments: ["UPDATE journal SET line = x'00' WHERE seq = 1", "DELETE FROM journal WHERE seq = 2"])
  func `the database refuses to change or remove an entry`(statement: String) throws {
    let directory = try StateDirectory()
    let store = try directory.store()
    _ = try store.write {
      try $0.append([EntryDraft("log.open"), EntryDraft("x.y")], actor: .leeway, at: Self.origin)
    }
    let before = try lines(store)
    let error = #expect(throws: DatabaseError.self) { try directory.execute(statement) }
    #expect(error?.message == "the journal is append-only")
    #expect(try lines(store) == before)
  }

  @Test func `four stores on one file append at the same time, and the chain holds`() async throws {
    let directory = try StateDirectory()
    let path = directory.path
    _ = try directory.store()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        group.addTask {
          let store = try Store(directory: path, mode: .existing)
          for round in 0..<50 {
            let draft = EntryDraft("incident.note", data: ["by": JSON(number), "round": JSON(round)])
            _ = try store.write {
              try $0.append([draft], actor: Actor(login: "p\(number)", source: .osUser), at: Self.origin)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let store = try directory.store(.readOnly)
    let verification = try verification(store)
    #expect(verification.isOK && verification.entries == 200, "\(verification.problems)")
    let entries = try store.read { try $0.entries(after: 0) }
    for number in 0..<4 {
      let rounds = entries.filter { $0.actor.login == "p\(number)" }.compactMap { $0.data["round"]?.integer }
      #expect(rounds == Array(0..<50))
    }
  }

  @Test func `a reader notices what another store has committed, and only that`() throws {
    let directory = try StateDirectory()
    let writer = try directory.store()
    let reader = try directory.store(.readOnly)
    let before = try reader.dataVersion()
    #expect(try reader.dataVersion() == before)
    _ = try writer.write { try $0.append([EntryDraft("log.open")], actor: .leeway, at: Self.origin) }
    #expect(try reader.dataVersion() != before)
  }
}

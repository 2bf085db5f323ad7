import Domain
import Foundation
import Storage
import Testing

@Suite struct PresenceTests {
  @Test func `who looks is known until they leave, look elsewhere, or are not heard of any more`() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
      "leeway-presence-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let store = try Store(directory: directory.path, mode: .readWrite)
    let start = Timestamp(nanoseconds: 1_790_000_000_000_000_000)
    func look(_ session: String, _ name: String, _ incident: Int, after seconds: Int) throws {
      try store.write {
        try $0.note(Presence(session: session, name: name, incident: incident, at: start + .seconds(seconds)))
      }
    }
    func seen(after seconds: Int) throws -> [String] {
      try store.read { try $0.presences(at: start + .seconds(seconds)) }.map { "\($0.name) \($0.incident)" }
    }
    try look("s1", "mo", 7, after: 0)
    try look("s2", "ak", 7, after: 1)
    #expect(try seen(after: 2) == ["ak 7", "mo 7"])
    try look("s1", "mo", 9, after: 20)
    #expect(try seen(after: 21) == ["ak 7", "mo 9"])
    #expect(try seen(after: 50) == ["mo 9"])
    try store.write { try $0.forgetPresence(of: "s1") }
    #expect(try seen(after: 21) == ["ak 7"])
    try look("s3", "zo", 1, after: 1_000)
    #expect(try store.read { try $0.presences(at: start) }.map(\.name) == ["zo"], "those who are gone are not kept")
  }
}

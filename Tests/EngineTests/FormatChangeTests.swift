import Domain
import Engine
import Storage
import Testing

@Suite struct FormatChangeTests {
  private static func line(_ second: Int, _ rest: String) -> String {
    "{\"ts\":\"\((NightLog.origin + .seconds(second)).formatted())\",\"tenant\":\"t1\",\"status\":\"ok\"\(rest)}"
  }

  /// The notices and the journal after lines of a usual form and of another one.
  private func collected(_ lines: [String]) throws -> (notices: [String], entries: [JSON]) {
    let directory = try WatchedDirectory()
    try directory.write("app.jsonl", lines)
    let store = try directory.collect(directory.options(), at: SetClock(NightLog.origin + .seconds(100_000)))
    return try store.read { reader throws in
      let entries = try reader.entries(after: 0).filter { $0.act == "source.format_changed" }
      let notices = try reader.sources().flatMap { $0.state["notices"]?.array ?? [] }.compactMap(\.string)
      return (notices.filter { $0.hasPrefix("log format changed") }, entries.map(\.data))
    }
  }

  @Test func `lines of another form raise a notice that names the members, never their values`() throws {
    let usual = (0..<2_300).map { Self.line($0, ",\"cost\":\($0)") }
    let other = (2_300..<2_400).map { Self.line($0, ",\"price\":\"secret-\($0)\",\"note\":1") }
    let result = try collected(usual + other)
    let notice = try #require(result.notices.first)
    #expect(result.notices.count == 1 && result.entries.count == 1)
    #expect(notice.contains("app.jsonl:\(usual.reduce(0) { $0 + $1.utf8.count + 1 });"))
    #expect(notice.hasSuffix("fields added: price, note; fields removed: cost"))
    #expect(!"\(result.entries)".contains("secret"))
    #expect(result.entries.first?["added"] == ["price", "note"])
  }

  @Test func `a few odd lines, or a form that was never steady, raise nothing`() throws {
    let rare = (0..<3_000).map { Self.line($0, $0 % 40 == 7 ? ",\"cost\":1,\"retry\":true" : ",\"cost\":1") }
    #expect(try collected(rare).notices == [])
    let unsteady = (0..<3_000).map { Self.line($0, ",\"k\($0 % 97)\":1") }
    #expect(try collected(unsteady).notices == [])
  }
}

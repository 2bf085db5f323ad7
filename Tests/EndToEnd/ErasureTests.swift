import Domain
import Foundation
import Testing

/// Texts of people: the journal commits to them, and they can be erased without breaking it.
@Suite struct ErasureTests {
  private static let python = "/usr/bin/python3"
  private static let hasPython = FileManager.default.isExecutableFile(atPath: python)
  private static let secret = "Zoë Ångström (zoe@angstrom.example) called about her refund"

  private func run(_ arguments: [String], in directory: TemporaryDirectory, status: Int32 = 0) throws -> Binary.Run {
    let run = try Binary.run(arguments + ["--state", "state"], in: directory)
    #expect(run.status == status, "\(arguments): \(run.output) \(run.errors)")
    return run
  }

  /// A store with an incident and a note on it; answers the note's number.
  private func noted(in directory: TemporaryDirectory) throws -> Int64 {
    try directory.write("app.jsonl", "{\"ts\":\"2026-11-20T10:00:00Z\",\"ms\":3}\n")
    _ = try run(["collect", "--once"], in: directory)
    _ = try run(["incidents", "open", "--title", "refunds fail", "--severity", "warn"], in: directory)
    _ = try run(["incidents", "note", "1", Self.secret], in: directory)
    let entries = try run(["audit", "log", "--act", "incident.note", "--json"], in: directory).json["entries"]?.array
    #expect(entries?.count == 1 && entries?.first?["data"]?["text"]?.string == Self.secret, "\(entries ?? [])")
    return try #require(entries?.first?["seq"]?.integer)
  }

  /// Whether a word stands anywhere in the files of a directory.
  private func holds(_ word: String, _ directory: TemporaryDirectory) throws -> Bool {
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/state")
    return try files.contains { name in
      try Data(contentsOf: URL(fileURLWithPath: directory.path + "/state/" + name)).range(of: Data(word.utf8)) != nil
    }
  }

  @Test("a note is a salted hash in the journal and a text everywhere else; erased, it is nowhere, and the chain holds")
  func erase() throws {
    let directory = try TemporaryDirectory()
    try directory.write("leeway.yaml", "service: s\nsources: [{ name: app, paths: [app.jsonl] }]\n")
    let number = try noted(in: directory)
    #expect(try holds("Ångström", directory))
    let exported = try run(["audit", "export"], in: directory)
    #expect(!exported.output.contains("Zo"), "\(exported.output)")
    let commitment = try exported.lines.first { $0["seq"]?.integer == number }?["data"]?["text"]?["salted_sha256"]?
      .string
    #expect(commitment?.count == 64)
    let before = try run(["audit", "verify", "--json"], in: directory).json
    #expect(before["ok"] == true)
    // The texts can be handed on, and anybody can hold them against the journal.
    _ = try run(["audit", "export", "--output", "bundle", "--texts"], in: directory)
    let script = """
      import hashlib, json
      journal = {e["seq"]: e for e in map(json.loads, open("bundle/journal.jsonl"))}
      for t in map(json.loads, open("bundle/texts.jsonl")):
          kept = journal[t["seq"]]["data"][t["member"]]["salted_sha256"]
          assert kept == hashlib.sha256(bytes.fromhex(t["salt"]) + t["text"].encode()).hexdigest()
          print("ok", t["seq"])
      """
    if Self.hasPython {
      #expect(try Binary.run(["-c", script], in: directory, program: Self.python).output == "ok \(number)\n")
    }

    let found = try run(["audit", "erase", "--find", "ÅNGSTRÖM", "--json"], in: directory).json["entries"]?.array
    #expect(found?.map { $0["seq"]?.integer } == [number])
    _ = try run(["audit", "erase", "\(number)"], in: directory, status: 64)
    let erased = try run(
      ["audit", "erase", "\(number)", "1", "--reason", "request 7", "--json"], in: directory
    ).json
    #expect(erased["erased"] == [.integer(number)] && erased["not_erasable"] == [1] && erased["log_cleared"] == true)
    #expect(try !holds("Ångström", directory) && !holds("ngstr", directory))
    let shown = try run(["incidents", "show", "1"], in: directory).output
    #expect(shown.contains("(erased)") && !shown.contains("Zo"), "\(shown)")
    let after = try run(["audit", "verify", "--json"], in: directory).json
    #expect(after["ok"] == true && after["entries"]?.integer == (before["entries"]?.integer ?? 0) + 1, "\(after)")
    let last = try run(["audit", "log", "--act", "audit.erase", "--json"], in: directory).json["entries"]?.array?.last
    #expect(last?["data"]?["entries"] == [.integer(number)] && last?["data"]?["reason"] == "request 7")
    // Nothing is left to be erased, or found.
    _ = try run(["audit", "erase", "\(number)", "--reason", "again"], in: directory, status: 1)
    _ = try run(["audit", "erase", "--find", "Ångström"], in: directory, status: 1)
  }

  @Test("the configuration chooses which texts", arguments: ["personal", "notes", "all", "off"]) func scope(
    scope: String
  ) throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      "leeway.yaml", "service: s\nerasable: \(scope)\nsources: [{ name: app, paths: [app.jsonl] }]\n")
    _ = try noted(in: directory)
    _ = try run(["incidents", "note", "1", "nothing of anybody"], in: directory)
    _ = try run(["incidents", "dismiss", "1", "--reason", "a drill of Zoë's", "--verdict", "test"], in: directory)
    let exported = try run(["audit", "export"], in: directory).output
    #expect(exported.contains("Ångström") == (scope == "off"))
    #expect(exported.contains("nothing of anybody") == ["personal", "off"].contains(scope))
    #expect(exported.contains("a drill of") == (scope != "all"))
    #expect(exported.contains("refunds fail") == (scope != "all"))
    let list = try run(["incidents", "list", "--json"], in: directory).json["incidents"]?.array?.first
    #expect(list?["title"] == "refunds fail" && list?["state"] == "dismissed", "\(list ?? .null)")
    #expect(try run(["audit", "verify"], in: directory).status == 0)
  }

  @Test("a text that was tampered with is told by its entry", .enabled(if: hasPython, "needs python3")) func tampering()
    throws
  {
    let directory = try TemporaryDirectory()
    try directory.write("leeway.yaml", "service: s\nsources: [{ name: app, paths: [app.jsonl] }]\n")
    let number = try noted(in: directory)
    let script =
      "import sqlite3; c = sqlite3.connect('state/leeway.db'); c.execute(\"UPDATE erasable SET text = 'all is well'\"); c.commit()"
    #expect(try Binary.run(["-c", script], in: directory, program: Self.python).status == 0)
    let verified = try run(["audit", "verify", "--json"], in: directory, status: 1).json
    #expect(verified["problems"] == [["line": .integer(number), "kind": "text"]], "\(verified)")
  }

  @Test("a configuration that takes effect is an entry that names what it changed") func configuration() throws {
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", "{\"ts\":\"2026-11-20T10:00:00Z\",\"ms\":3}\n")
    func collect(_ rules: String) throws {
      try directory.write(
        "leeway.yaml", "service: s\nsources: [{ name: app, paths: [app.jsonl] }]\nrules:\n\(rules)")
      _ = try run(["collect", "--once"], in: directory)
    }
    let slow = "  - { name: slow, source: app, when: 'p95(ms) over 5m > 300' }\n"
    try collect(slow)
    try collect(slow)
    try collect(
      "  - { name: slow, source: app, when: 'p95(ms) over 5m > 400' }\n  - { name: many, source: app, when: 'count() over 5m > 300' }\n"
    )
    try collect("  - { name: many, source: app, when: 'count() over 5m > 300' }\n")
    let entries =
      try run(["audit", "log", "--act", "config.loaded", "--json"], in: directory).json["entries"]?.array ?? []
    #expect(entries.count == 3, "\(entries)")
    #expect(entries[1]["data"]?["added"] == ["rules/many"] && entries[1]["data"]?["changed"] == ["rules/slow"])
    #expect(entries[2]["data"]?["removed"] == ["rules/slow"] && entries[2]["data"]?["changed"] == [])
    #expect(entries[2]["data"]?["previous"] == entries[1]["data"]?["sha256"])
    let drawn = try run(["render", "overview", "200x50"], in: directory).output
    #expect(drawn.contains("configuration took effect: -rules/slow"), "\(drawn)")
  }
}

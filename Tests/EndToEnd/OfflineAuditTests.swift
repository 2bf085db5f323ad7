import Domain
import Foundation
import Testing

/// Cases of the audit trail that an auditor meets who has no Leeway, and of a store that somebody else holds.
@Suite struct OfflineAuditTests {
  /// The lines of Python in docs/AUDIT.md.
  private static let verifier: String? = {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/AUDIT.md")
    guard let text = try? String(contentsOf: page, encoding: .utf8) else { return nil }
    return text.components(separatedBy: "```python\n").dropFirst().first?.components(separatedBy: "```").first
  }()

  private static func exists(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: program) }

  private func run(
    _ program: String, _ arguments: [String], in directory: TemporaryDirectory, input: String? = nil
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = directory.url
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    if let input {
      process.standardInput = try FileHandle(forReadingFrom: directory.url.appendingPathComponent(input))
    }
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test(
    "U03 an exported journal and its signature are verified with Python and ssh-keygen alone, and a change is found",
    .enabled(
      if: exists("/usr/bin/python3") && exists("/usr/bin/ssh-keygen"), "needs /usr/bin/python3 and /usr/bin/ssh-keygen")
  )
  func offline() throws {
    let directory = try TemporaryDirectory()
    func leeway(_ arguments: [String]) throws -> Binary.Run {
      let run = try Binary.run(arguments + ["--state", "state"], in: directory)
      #expect(run.status == 0, "\(arguments): \(run.errors)")
      return run
    }
    for title in ["ümläut \"quoted\" \\ back", "a\u{1B}[31m", "\u{1F600} third"] {
      _ = try leeway(["incidents", "open", "--title", title, "--severity", "warn"])
    }
    #expect(try run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "key"], in: directory).status == 0)
    _ = try leeway(["audit", "checkpoint", "--key", "key", "--output", "checkpoint.json"])
    try directory.write("journal.jsonl", try leeway(["audit", "export"]).output)
    let verified = try leeway(["audit", "verify", "--json"]).json

    try directory.write("verify.py", try #require(Self.verifier))
    let python = try run("/usr/bin/python3", ["verify.py"], in: directory)
    let expected = [
      verified["entries"]?.integer.map(String.init), verified["head"]?.string, verified["root"]?.string,
    ].compactMap { $0 }.joined(separator: " ")
    #expect(python.status == 0 && python.output == expected + "\n", "\(python.output) or \(expected)")

    // The checkpoint commits to what came before its own entry.
    let size = try JSON(parsing: directory.text("checkpoint.json"))["size"]?.integer
    #expect(size.map { $0 + 1 } == verified["entries"]?.integer)
    let key = try directory.text("key.pub").split(separator: " ").prefix(2).joined(separator: " ")
    try directory.write("allowed_signers", "alice \(key)\n")
    let arguments = [
      "-Y", "verify", "-f", "allowed_signers", "-I", "alice", "-n", "leeway-audit", "-s", "checkpoint.json.sig",
    ]
    let signed = try run("/usr/bin/ssh-keygen", arguments, in: directory, input: "checkpoint.json")
    #expect(signed.status == 0, "\(signed.output)")

    try directory.write("journal.jsonl", try directory.text("journal.jsonl").replacing("third", with: "fourth"))
    #expect(try run("/usr/bin/python3", ["verify.py"], in: directory).status != 0)
    try directory.write("checkpoint.json", try directory.text("checkpoint.json") + " ")
    #expect(try run("/usr/bin/ssh-keygen", arguments, in: directory, input: "checkpoint.json").status != 0)
  }

  @Test func `U04 what was written stays: a correction is another entry, and both are in the export`() throws {
    let directory = try TemporaryDirectory()
    func leeway(_ arguments: String...) throws {
      let run = try Binary.run(arguments + ["--state", "state"], in: directory)
      #expect(run.status == 0, "\(arguments): \(run.errors)")
    }
    try leeway("incidents", "open", "--title", "x", "--severity", "warn")
    try leeway("incidents", "note", "1", "tennant t4 is affected")
    try leeway("incidents", "note", "1", "correction: tenant t4 is affected")
    let log = try Binary.run(["audit", "export", "--state", "state"], in: directory).output
    #expect(log.contains("tennant t4") && log.contains("correction: tenant t4"))
    let verbs = try Binary.run(["incidents", "--help"], in: directory).output
    for verb in ["delete", "remove", "edit"] { #expect(!verbs.contains("  \(verb)"), "\(verb)") }
  }
}

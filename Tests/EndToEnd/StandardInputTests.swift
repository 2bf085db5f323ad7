import Domain
import Foundation
import Testing

@Suite(.serialized) struct StandardInputTests {
  private static func lines(_ count: Int) -> String {
    let origin = Timestamp(seconds: 1_790_000_000)
    return (0..<count).map { "{\"ts\":\"\((origin + .seconds($0)).formatted())\",\"latency_ms\":\($0)}\n" }.joined()
  }

  /// Runs a shell line with the program as `$0`, and gives its status.
  private func shell(_ line: String, in directory: TemporaryDirectory) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line, Binary.path]
    process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func counted(in directory: TemporaryDirectory) throws -> Int64? {
    let run = try Binary.run(["metrics", "--metric", "latency_ms", "--state", "state", "--json"], in: directory)
    return try run.json["rows"]?.array?.first?["count"]?.integer
  }

  @Test(arguments: ["--once -", "-"])
  func `what a pipe brings is counted, also a last line without an end, and the files of it are removed`(
    arguments: String
  ) throws {
    let directory = try TemporaryDirectory()
    try directory.write("part.jsonl", String(Self.lines(300).dropLast()))
    let line =
      "(head -c 4000 part.jsonl; sleep 0.3; tail -c +4001 part.jsonl) | \"$0\" collect \(arguments) --state state"
    #expect(try shell(line, in: directory) == 0)
    #expect(try counted(in: directory) == 300)
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/state/stdin")
    #expect(left.isEmpty, "\(left)")
    let status = try Binary.run(["status", "--state", "state", "--json"], in: directory).json
    #expect(status["sources"]?.array?.first?["path"]?.string == "-")
    #expect(["ended", "caught_up"].contains(status["sources"]?.array?.first?["state"]?.string))
    #expect(status["by_source"]?.array?.first?["name"]?.string == "stdin")
  }

  @Test(arguments: ["--once -", "-"])
  func `what cannot be read is an error, not an end`(arguments: String) throws {
    let directory = try TemporaryDirectory()
    #expect(try shell("\"$0\" collect \(arguments) --state state < .", in: directory) == 74)
  }

  @Test func `two pipes one after the other add up, and nobody else may read what is kept of them`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("part.jsonl", Self.lines(50))
    for _ in 0..<2 { #expect(try shell("\"$0\" collect --once - --state state < part.jsonl", in: directory) == 0) }
    #expect(try counted(in: directory) == 100)
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/state/stdin")
    #expect((attributes[.posixPermissions] as? Int) == 0o700)
  }

  @Test(.enabled(if: Tmux.isAvailable, "tmux is not installed"))
  func `the dashboard shows a pipe and takes its keys from the terminal`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("part.jsonl", Self.lines(400))
    let tmux = try Tmux(
      [
        "/bin/sh", "-c", "cd \"$1\" && (cat part.jsonl; sleep 20) | exec \"$0\" watch - --state state", Binary.path,
        directory.path,
      ], in: directory)
    #expect(tmux.wait { $0.contains("stdin") && $0.contains("latency") }, "\(tmux.screen)")
    try tmux.keys("?")
    #expect(tmux.wait { $0.contains("this list") }, "\(tmux.screen)")
    try tmux.keys("q")
    try tmux.keys("q")
    #expect(tmux.wait { $0.contains("EXITED 0") }, "\(tmux.screen)")
  }
}

import Domain
import Foundation
import Testing

@Suite struct ExitCodeTests {
  /// What goes wrong, the exit code of the contract, and what the one line must name.
  static let cases: [(arguments: [String], status: Int32, says: String)] = [
    (["collect", "--once", "none.jsonl"], 66, "none.jsonl"),
    (["replay", "none.jsonl"], 66, "none.jsonl"),
    (["watch", "none.jsonl"], 66, "none.jsonl"),
    (["sniff", "none.jsonl"], 66, "none.jsonl"),
    (["status", "--config", "none.yaml", "--state", "none"], 69, "none/leeway.db"),
    (["collect", "--once", "--config", "none.yaml"], 66, "none.yaml"),
    (["replay", "folder"], 65, "folder"),
    (["collect", "--bogus"], 64, "--bogus"),
    (["bogus.jsonl", "--bogus"], 64, "--bogus"),
    (["render", "overview", "wide"], 64, "wide"),
    (["render", "nowhere", "80x24", "--state", "full"], 64, "nowhere"),
    (["metrics", "--metric", "m", "--from", "yesterday", "--state", "full"], 64, "yesterday"),
    (["incidents", "ack", "7", "--state", "full"], 66, "7"),
    (["status"], 69, "leeway.db"),
    (["metrics", "--metric", "m"], 69, "leeway.db"),
    (["incidents", "list"], 69, "leeway.db"),
    (["audit", "verify"], 69, "leeway.db"),
    (["render", "overview", "80x24"], 69, "leeway.db"),
    (["collect", "--once", "app.jsonl", "--state", "app.jsonl"], 69, "app.jsonl"),
    (["incidents", "list", "--state", "app.jsonl"], 69, "app.jsonl"),
    (["status", "--state", "damaged"], 69, "damaged"),
  ]

  @Test(arguments: cases.indices)
  func `a failure is one line that names its cause, and an exit code`(index: Int) throws {
    let (arguments, status, says) = Self.cases[index]
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", "{\"ts\":\"2026-11-23T03:00:00Z\",\"latency_ms\":1}\n")
    try directory.write("folder/inside.txt", "")
    try directory.write("damaged/leeway.db", String(repeating: "no database ", count: 500))
    if arguments.contains("full") {
      #expect(try Binary.run(["collect", "--once", "app.jsonl", "--state", "full"], in: directory).status == 0)
    }
    let run = try Binary.run(arguments, in: directory)
    #expect(run.status == status, "\(arguments): \(run.output)\(run.errors)")
    #expect(run.output.isEmpty, "\(run.output)")
    #expect(run.errors.hasSuffix("\n") && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    #expect(run.errors.hasPrefix("leeway: ") && run.errors.contains(says), "\(run.errors)")
  }

  @Test func `mistakes in a configuration are told with their places`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("leeway.yaml", "service: x\nsources:\n  - { name: a, pathz: [\"a\"] }\nevaluate: soon\n")
    let run = try Binary.run(["collect", "--once"], in: directory)
    #expect(run.status == 78)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("leeway.yaml:3:16: ") && $0.contains("pathz") }, "\(run.errors)")
    #expect(lines.contains { $0.hasPrefix("leeway.yaml:4:11: ") }, "\(run.errors)")
    #expect(lines.last?.hasPrefix("leeway: leeway.yaml has ") == true)
    try directory.write("leeway.yaml", "service: [x\n")
    let broken = try Binary.run(["collect", "--once"], in: directory)
    #expect(broken.status == 78)
    #expect(broken.errors.range(of: #"leeway\.yaml:\d+:\d+: "#, options: .regularExpression) != nil, "\(broken.errors)")
  }

  @Test(arguments: [[:], ["TERM": "dumb"], ["TERM": "xterm-256color"], ["TERM": "no-such-terminal"]])
  func `a dashboard without a terminal ends at once and says so`(environment: [String: String]) throws {
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", "{\"ts\":\"2026-11-23T03:00:00Z\",\"latency_ms\":1}\n")
    let began = Date()
    let run = try Binary.run(["watch", "app.jsonl"], in: directory, environment: environment)
    #expect(Date().timeIntervalSince(began) < 5)
    #expect(run.status > 0, "\(run.status) \(run.output)\(run.errors)")
    #expect(run.output.isEmpty && !run.errors.contains("\u{1B}"))
    #expect(run.errors.hasPrefix("leeway: ") && run.errors.contains("terminal"), "\(run.errors)")
  }

  @Test func `a directory in the place of a log is told by name`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("folder/inside.txt", "")
    let run = try Binary.run(["collect", "--once", "folder"], in: directory)
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("leeway: ") && run.errors.contains("folder: a directory"), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "script is not installed"))
  func `a terminal that cannot place its cursor is told what to do`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", "{\"ts\":\"2026-11-23T03:00:00Z\",\"latency_ms\":1}\n")
    let output = directory.path + "/typescript"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = ["-qec", "exec '\(Binary.path)' watch app.jsonl", output]
    process.currentDirectoryURL = directory.url
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": directory.path, "LANG": "C.UTF-8", "TERM": "dumb"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let end = Date().addingTimeInterval(8)
    while process.isRunning, Date() < end { usleep(20_000) }
    #expect(!process.isRunning)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationStatus > 0)
    let text = try String(contentsOfFile: output, encoding: .utf8)
    #expect(text.contains("leeway: ") && text.contains("'dumb'") && text.contains("TERM"), "\(text)")
    #expect(!text.contains("\u{1B}"))
  }
}

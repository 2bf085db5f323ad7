import Domain
import Foundation
import Testing

@Suite(.serialized) struct HookTests {
  /// A collector with a hook, in a directory with a log that nothing fires on.
  private final class Watch {
    let directory: TemporaryDirectory
    let state: [String]
    private var collector: Process?
    private var starts = 0

    init(script: String, timeout: String = "5s") throws {
      directory = try TemporaryDirectory()
      state = ["--state", directory.path + "/state", "--json"]
      try directory.write("app.jsonl", "{\"ts\":\"\(Date().ISO8601Format())\",\"latency_ms\":1}\n")
      try write(script)
      try directory.write(
        "leeway.yaml",
        """
        service: refunds
        sources:
          - name: app
            paths: [app.jsonl]
        notify:
          hook: [\(directory.path)/hook.sh, --team, "ai $(touch \(directory.path)/pwned)"]
          timeout: \(timeout)
          severity: warn
        """)
      try start()
    }

    deinit { if let collector, collector.isRunning { kill(collector.processIdentifier, SIGKILL) } }

    func write(_ script: String) throws {
      try directory.write("hook.sh", "#!/bin/sh\ncd '\(directory.path)'\n" + script)
      chmod(directory.path + "/hook.sh", 0o700)
    }

    func start() throws {
      collector = try Binary.start(["collect", "--config", "leeway.yaml"] + state, in: directory, output: .nullDevice)
      starts += 1
      // The hook begins at the end of the journal, once its thread is there.
      let begun = wait { text("state/leeway.log").components(separatedBy: "the hook tells").count > starts }
      #expect(begun, "\(text("state/leeway.log"))")
    }

    /// Ends the collector; how long that took, in seconds.
    func end() throws -> Double {
      let began = Date()
      let collector = try #require(collector)
      kill(collector.processIdentifier, SIGTERM)
      collector.waitUntilExit()
      #expect(collector.terminationStatus == 0)
      return Date().timeIntervalSince(began)
    }

    func incidents(_ arguments: String...) throws {
      let run = try Binary.run(["incidents"] + arguments + state, in: directory)
      #expect(run.status == 0, "\(arguments): \(run.output) \(run.errors)")
    }

    func text(_ name: String) -> String {
      (try? String(contentsOfFile: directory.path + "/" + name, encoding: .utf8)) ?? ""
    }

    /// The events that the hook has been told so far.
    var told: [JSON] {
      text("told.jsonl").split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
        .flatMap { $0["events"]?.array ?? [] }
    }

    func wait(seconds: Double = 20, until condition: () -> Bool) -> Bool {
      let end = Date().addingTimeInterval(seconds)
      while Date() < end {
        if condition() { return true }
        usleep(50_000)
      }
      return false
    }
  }

  @Test func `a program is told of incidents from a severity on, as data and by no shell, and of their end`() throws {
    let watch = try Watch(script: "cat >> told.jsonl\necho \"$@\" > arguments\n")
    try watch.incidents("open", "--title", "worth a look", "--severity", "notice")
    let title = "refunds `touch pwned` $(touch pwned) \"over\" limit"
    try watch.incidents("open", "--title", title, "--severity", "alarm", "--category", "misuse")
    #expect(watch.wait { !watch.told.isEmpty }, "\(watch.text("state/leeway.log"))")
    let opened = try #require(watch.told.first)
    #expect(opened["event"]?.string == "opened")
    #expect(opened["title"]?.string == title)
    #expect(opened["name"]?.string == "INC-2" && opened["number"]?.integer == 2)
    #expect(opened["severity"]?.string == "alarm" && opened["category"]?.string == "misuse")
    #expect(watch.text("arguments").hasPrefix("--team ai $(touch "))
    try watch.incidents("ack", "2")
    try watch.incidents("resolve", "2", "--reason", "limit restored")
    #expect(watch.wait { watch.told.count > 1 })
    #expect(watch.told.map { $0["event"]?.string } == ["opened", "resolved"])
    _ = try watch.end()
    let exported = try Binary.run(["audit", "export"] + watch.state, in: watch.directory)
    let runs = try exported.lines.filter { $0["act"]?.string == "hook.run" }
    #expect(runs.map { $0["data"]?["outcome"]?.string } == ["exit 0", "exit 0"])
    #expect(runs.first?["data"]?["told"] == ["INC-2"])
    #expect(!FileManager.default.fileExists(atPath: watch.directory.path + "/pwned"))
    let drawn = try Binary.run(["render", "overview", "120x40"] + watch.state.dropLast(), in: watch.directory)
    #expect(drawn.output.contains("hook.sh told of INC-0002"), "\(drawn.output) \(drawn.errors)")
  }

  @Test func `a program that hangs is killed with all it has started, holds nobody up, and is told again later`() throws
  {
    let watch = try Watch(script: "sleep 97 & echo $! $$ >> pids\nsleep 98\n", timeout: "1s")
    try watch.incidents("open", "--title", "stuck", "--severity", "alarm")
    #expect(watch.wait { watch.text("state/leeway.log").contains("it took too long") }, "\(watch.text("pids"))")
    for pid in watch.text("pids").split(whereSeparator: \.isWhitespace).compactMap({ pid_t($0) }) {
      #expect(watch.wait(seconds: 5) { kill(pid, 0) != 0 }, "\(pid) still runs")
    }
    #expect(try watch.end() < 4)
    try watch.write("cat >> told.jsonl\n")
    try watch.start()
    #expect(watch.wait { !watch.told.isEmpty }, "\(watch.text("state/leeway.log"))")
    #expect(watch.told.map { $0["title"]?.string } == ["stuck"])
    _ = try watch.end()
  }

  @Test func `what is silenced is told when the silence is over, and what becomes worse when it does`() throws {
    let watch = try Watch(script: "cat >> told.jsonl\n")
    let silence = try Binary.run(
      ["silences", "add", "severity=alarm", "--for", "4s", "--reason", "planned", "--accept-no-match"] + watch.state,
      in: watch.directory)
    #expect(silence.status == 0, "\(silence.output) \(silence.errors)")
    try watch.incidents("open", "--title", "hidden for now", "--severity", "alarm")
    try watch.incidents("open", "--title", "grows", "--severity", "notice")
    try watch.incidents("severity", "2", "--to", "warn")
    #expect(watch.wait { !watch.told.isEmpty }, "\(watch.text("state/leeway.log"))")
    #expect(watch.told.map { $0["event"]?.string } == ["escalated"])
    #expect(watch.wait { watch.told.count > 1 }, "\(watch.text("state/leeway.log"))")
    #expect(watch.told.last?["title"]?.string == "hidden for now" && watch.told.last?["event"]?.string == "opened")
    _ = try watch.end()
  }
}

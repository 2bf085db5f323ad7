import Domain
import Foundation
import Testing

/// What is too old is removed and journaled; what is held stays.
@Suite struct RetentionTests {
  private static let old = Timestamp(seconds: 1_775_000_000)

  private func run(_ arguments: [String], in directory: TemporaryDirectory, status: Int32 = 0) throws -> Binary.Run {
    let run = try Binary.run(arguments + ["--state", "state"], in: directory)
    #expect(run.status == status, "\(arguments): \(run.output) \(run.errors)")
    return run
  }

  private func line(_ at: Timestamp, _ status: Int) -> String {
    "{\"ts\":\"\(at.formatted())\",\"status\":\(status),\"who\":\"zoe@angstrom.example\"}\n"
  }

  private func applied(in directory: TemporaryDirectory) throws -> [JSON] {
    try run(["audit", "log", "--act", "retention.apply", "--json"], in: directory).json["entries"]?.array ?? []
  }

  /// A log of which the first hour lies a hundred days before the rest, in whose time a rule fired.
  private func collected(holding: Bool) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let yaml = """
      service: s
      shipped_rules: off
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics: [{ name: requests, source: app, kind: counter }]
      rules: [{ name: failures, source: app, when: "count(status >= 500) over 5m > 10", severity: alarm }]

      """
    try directory.write("leeway.yaml", yaml)
    var text = (0..<360).map { line(Self.old + .seconds(10 * $0), $0 > 200 ? 500 : 200) }.joined()
    try directory.write("app.jsonl", text)
    _ = try run(["collect", "--once"], in: directory)
    if holding {
      let held = try run(["incidents", "hold", "1", "--reason", "the authority asked"], in: directory)
      #expect(held.errors.contains("3 of 3 lines are held"), "\(held.errors)")
    }
    text += (0..<360).map { line(Self.old + .seconds(100 * 86_400 + 10 * $0), 200) }.joined()
    // The day of the last sweep has passed.
    try FileManager.default.removeItem(atPath: directory.path + "/app.jsonl")
    try directory.write("app.jsonl", text)
    try directory.write("leeway.yaml", yaml + "retention: { summaries: 31d }\n")
    try forgetSweep(in: directory)
    _ = try run(["collect", "--once"], in: directory)
    return directory
  }

  private static let python = "/usr/bin/python3"
  private static let hasPython = FileManager.default.isExecutableFile(atPath: python)

  private func forgetSweep(in directory: TemporaryDirectory) throws {
    let script =
      "import sqlite3; c = sqlite3.connect('state/leeway.db'); c.execute(\"DELETE FROM document WHERE name = 'retention'\"); c.commit()"
    #expect(try Binary.run(["-c", script], in: directory, program: Self.python).status == 0)
  }

  private func count(before: Timestamp, in directory: TemporaryDirectory) throws -> Int64 {
    let rows = try run(
      ["metrics", "--metric", "requests", "--to", before.formatted(), "--json"], in: directory
    ).json["rows"]?.array
    return rows?.first?["count"]?.integer ?? 0
  }

  @Test("summaries go when their time is over, and the journal says how many", .enabled(if: hasPython, "needs python3"))
  func summaries() throws {
    let directory = try collected(holding: false)
    #expect(try count(before: Self.old + .seconds(86_400), in: directory) == 0)
    #expect(try count(before: .distantFuture, in: directory) == 360)
    let entries = try applied(in: directory)
    #expect(entries.count == 1 && entries.first?["obj"]?["kind"] == "summaries", "\(entries)")
    #expect((entries.first?["data"]?["removed"]?.integer ?? 0) >= 2 && entries.first?["data"]?["held_back"] == false)
    // Once a day.
    _ = try run(["collect", "--once"], in: directory)
    #expect(try applied(in: directory).count == 1)
  }

  @Test("what is held stays, and so do its lines when the log is gone", .enabled(if: hasPython, "needs python3"))
  func held() throws {
    let directory = try collected(holding: true)
    #expect(try count(before: Self.old + .seconds(86_400), in: directory) > 300)
    let shown = try run(["incidents", "show", "1", "--json"], in: directory).json
    #expect(shown["held"]?["reason"] == "the authority asked", "\(shown["held"] ?? .null)")
    try directory.write("app.jsonl", "")
    let evidence =
      try run(["incidents", "evidence", "1", "--lines", "--json"], in: directory).json["evidence"]?.array ?? []
    #expect(evidence.count == 3 && evidence.allSatisfy { $0["standing"] == "held" }, "\(evidence)")
    #expect(evidence.first?["line"]?.string?.contains("zoe@angstrom.example") == true)
    // Released, the copies are gone, and so is the hold.
    _ = try run(["incidents", "release", "1", "--reason", "answered"], in: directory)
    let after =
      try run(["incidents", "evidence", "1", "--json"], in: directory, status: 1).json["evidence"]?.array ?? []
    #expect(after.allSatisfy { $0["standing"] == "changed" || $0["standing"] == "gone" }, "\(after)")
    let refused = try run(["incidents", "release", "1", "--reason", "again", "--json"], in: directory, status: 1).json
    #expect(refused["refused"]?["verb"] == "incident.release" || refused["refused"]?["verb"] == "release", "\(refused)")
    try forgetSweep(in: directory)
    _ = try run(["collect", "--once"], in: directory)
    #expect(try count(before: Self.old + .seconds(86_400), in: directory) == 0)
  }

  @Test("texts go when their time is over, except those of what is held") func texts() throws {
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", line(Self.old, 200))
    for number in ["1", "2"] {
      _ = try run(["incidents", "open", "--title", "t\(number)", "--severity", "warn"], in: directory)
      _ = try run(["incidents", "note", number, "call zoe\(number)@angstrom.example"], in: directory)
    }
    _ = try run(["incidents", "hold", "2", "--reason", "asked for"], in: directory)
    try directory.write(
      "leeway.yaml", "service: s\nsources: [{ name: app, paths: [app.jsonl] }]\nretention: { texts: 1s }\n")
    usleep(1_200_000)
    _ = try run(["collect", "--once"], in: directory)
    #expect(try run(["incidents", "show", "1"], in: directory).output.contains("(erased)"))
    #expect(try run(["incidents", "show", "2"], in: directory).output.contains("zoe2@angstrom.example"))
    let entries = try applied(in: directory)
    #expect(entries.map { $0["obj"]?["kind"] } == ["texts"] && entries.first?["data"]?["removed"] == 1, "\(entries)")
    #expect(try run(["audit", "verify"], in: directory).status == 0)
  }

  @Test("runs of agents go with their spans and findings") func traces() throws {
    let directory = try TemporaryDirectory()
    let start = Self.old.nanoseconds
    let span: (Int) -> String = { number in
      """
      {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b17\(number)","name":"chat m","kind":3,\
      "startTimeUnixNano":"\(start)","endTimeUnixNano":"\(start + 1_000_000_000)","attributes":[\
      {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.agent.name","value":{"stringValue":"a"}}]}
      """
    }
    try directory.write(
      "t.jsonl", "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[\(span(1)),\(span(2))]}]}]}\n")
    let yaml = "service: s\nsources: [{ name: agents, paths: [t.jsonl] }]\n"
    try directory.write("leeway.yaml", yaml + "retention: { traces: 1h }\n")
    _ = try run(["collect", "--once"], in: directory)
    let entries = try applied(in: directory)
    #expect(entries.map { $0["obj"]?["kind"] } == ["traces"] && entries.first?["data"]?["removed"] == 1, "\(entries)")
  }

  @Test("a retention that is too short is told") func mistakes() throws {
    let directory = try TemporaryDirectory()
    try directory.write("leeway.yaml", "service: s\nretention: { summaries: 7d, trace: 1d }\n")
    let run = try run(["config", "check", "--config", "leeway.yaml"], in: directory, status: 78)
    let text = run.output + run.errors
    #expect(text.contains("leeway.yaml:2:14") && text.contains("did you mean"), "\(text)")
  }
}

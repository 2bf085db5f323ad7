import Domain
import Foundation
import Testing

/// Cases of the incident engine that need the built program: several processes, kills, exit codes.
@Suite struct IncidentCaseTests {
  private struct Desk {
    let directory: TemporaryDirectory

    init(incidents: Int, severity: String = "warn") throws {
      directory = try TemporaryDirectory()
      for number in 0..<incidents {
        try ask("open", "--title", "incident \(number)", "--severity", severity)
      }
    }

    @discardableResult
    func run(_ arguments: [String]) throws -> Binary.Run {
      try Binary.run(arguments + ["--state", "state", "--json"], in: directory)
    }

    @discardableResult
    func ask(_ arguments: String...) throws -> JSON {
      let run = try run(["incidents"] + arguments)
      #expect(run.status == 0, "\(arguments): \(run.output) \(run.errors)")
      return try run.json
    }

    func incident(_ number: Int) throws -> JSON? { try ask("show", String(number))["incident"] }

    func verify() throws -> JSON { try run(["audit", "verify"]).json }
  }

  @Test func `I04 an illegal transition is refused with what is allowed, changes nothing, and is recorded`() throws {
    let desk = try Desk(incidents: 1)
    try desk.ask("dismiss", "1", "--verdict", "test", "--reason", "a rehearsal")
    let before = try desk.incident(1)
    let refused = try desk.run(["incidents", "ack", "1"])
    #expect(refused.status == 1)
    let answer = try refused.json["refused"]
    #expect(answer?["verb"] == "ack" && answer?["state"] == "dismissed", "\(refused.output)")
    #expect(answer?["allowed"]?.array?.contains("undo") == true, "\(refused.output)")
    let after = try desk.incident(1)
    #expect(after?["rev"] == before?["rev"] && after?["state"] == "dismissed")
    let log = try desk.run(["audit", "export"])
    let refusals = try log.lines.filter { $0["data"]?["result"] == "refused" }
    #expect(refusals.count == 1 && refusals[0]["act"] == "incident.ack")
  }

  @Test func `I06 a dismissal needs one of the four verdicts, which count for the rule`() throws {
    let desk = try Desk(incidents: 1)
    let without = try desk.run(["incidents", "dismiss", "1", "--reason", "noise"])
    #expect(without.status == 1 || without.status == 64, "\(without.output) \(without.errors)")
    let other = try desk.run(["incidents", "dismiss", "1", "--verdict", "whatever", "--reason", "noise"])
    #expect(other.status == 1 || other.status == 64, "\(other.output)")
    #expect(try desk.incident(1)?["state"] == "new")
    for verdict in ["false_positive", "expected", "test", "duplicate"] {
      let opened = try desk.ask("open", "--title", verdict, "--severity", "notice")["incident"]
      let number = try #require(opened?["number"]?.integer)
      try desk.ask("dismiss", String(number), "--verdict", verdict, "--reason", "judged")
      #expect(try desk.incident(Int(number))?["verdict"]?.string == verdict)
    }
  }

  @Test func `I13 of twenty acknowledged together, three that others changed are listed, and seventeen are taken`()
    throws
  {
    let desk = try Desk(incidents: 20)
    for number in [4, 9, 20] { try desk.ask("ack", String(number), "--as", "mo") }
    let run = try desk.run(["incidents", "ack"] + (1...20).map { "\($0)@1" })
    #expect(run.status == 1)
    let answer = try run.json
    #expect(answer["incidents"]?.array?.count == 17 && answer["refused"] == [])
    let conflicts = answer["conflicts"]?.array ?? []
    #expect(conflicts.compactMap { $0["incident"]?.string } == ["INC-4", "INC-9", "INC-20"])
    for conflict in conflicts {
      #expect(conflict["conflict"]?["rev"] == 2 && conflict["conflict"]?["state"] == "acknowledged")
      #expect(conflict["conflict"]?["by"]?.string?.contains("mo") == true && conflict["conflict"]?["at"]?.string != nil)
    }
    let all = try desk.ask("list")["incidents"]?.array ?? []
    #expect(all.count { $0["state"] == "acknowledged" } == 20)
    let open = try desk.ask("open", "--title", "more", "--severity", "warn")
    #expect(open["incident"]?["number"] == 21)
    let unknown = try desk.run(["incidents", "ack", "21@1", "99@1"])
    #expect(unknown.status == 66)
    #expect(try desk.incident(21)?["state"] == "new", "nothing is done by halves")
    #expect(try desk.run(["incidents", "ack", "21@x", "20"]).status == 64)
    #expect(try desk.run(["incidents", "ack", "21", "20", "--rev", "1"]).status == 64)
  }

  @Test func `C04 an action that was not done when it was due is overdue in the list and in the report`() throws {
    let desk = try Desk(incidents: 1)
    let due = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) - .seconds(3 * 86_400 + 3_600)
    for (statement, due) in [("late", due.formatted()), ("in time", "2d")] {
      let added = try desk.run(
        ["action", "add", "1", "--statement", statement, "--reason", "no metric shows it", "--due", due])
      #expect(added.status == 0, "\(added.output) \(added.errors)")
    }
    let actions = try desk.run(["action", "list"]).json["actions"]?.array ?? []
    #expect(actions.map { $0["overdue"] } == [true, false])
    #expect(abs((actions.first?["days_late"]?.double ?? 0) - 3.04) < 0.02 && actions.last?["days_late"] == .null)
    let listed = try desk.ask("list")["incidents"]?.array?.first?["actions"]?.array
    #expect(listed?.first?["overdue"] == true)
    let text = try Binary.run(["action", "list", "--state", "state"], in: desk.directory).output
    #expect(text.contains("3d overdue") || text.contains("3d1h overdue") || text.contains("3d01 overdue"), "\(text)")
    let drawn = try Binary.run(["render", "overview", "120x40", "--state", "state"], in: desk.directory).output
    #expect(drawn.contains("(action 3d") && drawn.contains("overdue)"), "\(drawn)")
    let report = try desk.run(["report", "--format", "json"]).json
    #expect(report["missing"]?.array?.contains("overdue actions: INC-1 A-1") == true, "\(report["missing"] ?? [])")
  }

  @Test func `M03 four processes write at once: every entry is there, gapless, and the chain holds`() throws {
    let desk = try Desk(incidents: 4)
    let start = try desk.verify()["entries"]?.integer ?? 0
    let script = """
      n=$1; shift
      for i in $(seq 1 50); do "$@" incidents note $n "note $i" --state state >/dev/null || exit 1; done
      """
    try desk.directory.write("notes.sh", script)
    let writers = try (1...4).map { number in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["notes.sh", String(number), Binary.path]
      process.currentDirectoryURL = desk.directory.url
      try process.run()
      return process
    }
    for writer in writers {
      writer.waitUntilExit()
      #expect(writer.terminationStatus == 0)
    }
    let verified = try desk.verify()
    #expect(verified["ok"] == true && verified["entries"]?.integer == start + 200, "\(verified)")
    let log = try desk.run(["audit", "export"]).lines
    #expect(log.compactMap { $0["seq"]?.integer } == Array(1...Int64(log.count)))
  }

  @Test
  func `U02 kill -9 at random moments of triage loses nothing that was acknowledged, and leaves nothing half done`()
    throws
  {
    let desk = try Desk(incidents: 3, severity: "alarm")
    var random = SplitMix64(seed: 7)
    var promised: [String] = []
    var killed = 0
    // How long one act takes here decides when to kill.
    let clock = ContinuousClock()
    let whole = try clock.measure { try desk.ask("note", "1", "measured") }
    for number in 0..<40 {
      let output = Pipe()
      let process = try Binary.start(
        ["incidents", "note", String(number % 3 + 1), "note-\(number)-", "--state", "state", "--json"],
        in: desk.directory, output: output.fileHandleForWriting)
      usleep(UInt32(Double.random(in: 0..<1.2, using: &random) * whole.inSeconds * 1e6))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      try output.fileHandleForWriting.close()
      let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      if answer.contains("\"incident\"") { promised.append("note-\(number)-") } else { killed += 1 }
    }
    #expect(killed > 0, "no kill was early enough to mean anything")
    let verified = try desk.verify()
    #expect(verified["ok"] == true, "\(verified)")
    var found: [String] = []
    for number in 1...3 {
      found += try desk.incident(number)?["timeline"]?.array?.compactMap { $0["detail"]?.string } ?? []
    }
    for note in promised { #expect(found.count { $0.contains(note) } == 1, "\(note)") }
    try desk.ask("ack", "1")
  }
}

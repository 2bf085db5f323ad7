import Domain
import Foundation
import GRDB
import Testing

@Suite struct StatusTests {
  private static func line(_ at: Timestamp, _ latency: String) -> String {
    "{\"ts\":\"\(at.formatted())\",\"latency_ms\":\(latency),\"tenant\":\"a\"}\n"
  }

  @Test func `status tells counts, errors, late records, lag and format of each source`() throws {
    let directory = try TemporaryDirectory()
    let start = Timestamp(seconds: 1_790_000_000)
    var text = (0..<100).map { Self.line(start + .seconds($0), "\($0)") }.joined()
    text += "not json\n" + Self.line(start + .seconds(100), "\"fast\"") + Self.line(start + .seconds(20), "7")
    text += "{\"latency_ms\":5,\"tenant\":\"a\"}\n"
    try directory.write("app.jsonl", text)
    let run = try Binary.run(["collect", "--once", "--json", "--state", "state", "app.jsonl"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    let status = try Binary.run(["status", "--json", "--state", "state"], in: directory).json
    #expect(status["collecting"]?.bool == false)
    let row = try #require(status["sources"]?.array?.first)
    #expect(row["state"]?.string == "caught_up" && row["format"]?.string == "jsonl")
    #expect(row["lines"]?.integer == 104 && row["malformed"]?.integer == 1 && row["timeless"]?.integer == 1)
    #expect(row["offset"]?.integer == Int64(text.utf8.count) && row["size"]?.integer == Int64(text.utf8.count))
    #expect(row["lag_bytes"]?.integer == 0 && row["lag_seconds"]?.double == 0 && row["gaps"]?.array == [])
    #expect(row["late"]?.integer == 1)
    #expect(row["field_errors"]?["latency_ms"]?.integer == 1)
    let whole = try #require(status["by_source"]?.array?.first)
    #expect(whole["reason"]?.string?.contains("lines are JSON objects") == true)
    #expect((whole["confidence"]?.double ?? 0) > 0.5 && whole["late"]?.integer == 1)
    #expect(whole["skew_seconds"]?.double == 0)
    #expect(whole["watermark"]?.string == (start + .seconds(100)).formatted())
    let words = try Binary.run(["status", "--state", "state"], in: directory).output
    for part in [
      "NOT COLLECTING", "104 lines, 1 malformed, 1 without a time, 1 late", "field latency_ms: 1", "malformed: ",
    ] {
      #expect(words.contains(part), "\(part) in \(words)")
    }
    let screen = try Binary.run(["render", "overview", "120x40", "--state", "state"], in: directory).output
    #expect(screen.contains("NOT COLLECTING") && !screen.contains("LIVE"))
    // The counters go on after a restart.
    _ = try Binary.run(["collect", "--once", "--state", "state", "app.jsonl"], in: directory)
    let again = try Binary.run(["status", "--json", "--state", "state"], in: directory).json
    #expect(again["by_source"]?.array?.first?["field_errors"]?["latency_ms"]?.integer == 1)
  }

  @Test func `a line that was left out is a gap with its place and reason`() throws {
    let directory = try TemporaryDirectory()
    let start = Timestamp(seconds: 1_790_000_000)
    let good = (0..<10).map { Self.line(start + .seconds($0), "\($0)") }.joined()
    let long = "{\"x\":\"" + String(repeating: "y", count: 2 << 20) + "\"}\n"
    try directory.write("app.jsonl", good + long + good)
    _ = try Binary.run(["collect", "--once", "--state", "state", "app.jsonl"], in: directory)
    let status = try Binary.run(["status", "--json", "--state", "state"], in: directory).json
    let gap = try #require(status["sources"]?.array?.first?["gaps"]?.array?.first)
    #expect(gap["from"]?.integer == Int64(good.utf8.count))
    #expect(gap["file"]?.string?.hasSuffix("app.jsonl") == true && gap["at"]?.string != nil)
    let reason = try #require(gap["reason"]?.string)
    #expect(status["by_source"]?.array?.first?["gaps"]?.integer == 1)
    let words = try Binary.run(["status", "--state", "state"], in: directory).output
    #expect(words.contains("gap: ") && words.contains(reason))
    let screen = try Binary.run(["render", "overview", "200x50", "--state", "state"], in: directory).output
    #expect(screen.contains("1 gap") && screen.contains(reason.prefix(20)), "\(screen)")
  }

  @Test func `a source whose clock is ahead is told, and leaves the others' newest values alone`() throws {
    let directory = try TemporaryDirectory()
    let now = Timestamp(seconds: Date().timeIntervalSince1970.rounded())
    func lines(_ end: Timestamp) -> String {
      (0..<300).map { Self.line(end - .seconds(300 - $0), "\(100 + $0 % 7)") }.joined()
    }
    try directory.write("right.jsonl", lines(now))
    try directory.write("ahead.jsonl", lines(now + .seconds(1_800)))
    let state = ["--state", "state"]
    _ = try Binary.run(["collect", "--once", "right.jsonl", "ahead.jsonl"] + state, in: directory)
    let status = try Binary.run(["status", "--json"] + state, in: directory).json
    let skews = (status["by_source"]?.array ?? []).map { $0["skew_seconds"]?.double ?? -1 }
    #expect(skews.count == 2 && skews[0] == 0 && (1_700...1_801).contains(skews[1]), "\(skews)")
    let screen = try Binary.run(["render", "overview", "120x40"] + state, in: directory).output
    let values = screen.split(separator: "\n").filter { $0.contains(".latency") && $0.contains("106 ms") }
    #expect(values.count == 2, "\(screen)")
    #expect(screen.contains("clock +"), "\(screen)")
  }

  @Test func `an entry that somebody changed turns the mark of PM-5, on every screen and in status`() throws {
    let directory = try TemporaryDirectory()
    let state = ["--state", "state", "--json"]
    for title in ["first of all", "changed by somebody", "last of all"] {
      let run = try Binary.run(
        ["incidents", "open", "--title", title, "--severity", "warn", "--as", "ana"] + state, in: directory)
      #expect(run.status == 0, "\(run.errors)")
    }
    func practice() throws -> JSON? {
      try Binary.run(["status"] + state, in: directory).json["practices"]?.array?.last
    }
    let before = try #require(try practice())
    #expect(before["mark"] == "ok" && before["sentence"]?.string?.contains("chain intact") == true, "\(before.text)")
    let database = try DatabaseQueue(path: directory.path + "/state/leeway.db")
    try database.write { database in
      for trigger in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
        try database.execute(sql: "DROP TRIGGER \"\(trigger)\"")
      }
      try database.execute(
        sql: "UPDATE journal SET line = CAST(replace(CAST(line AS TEXT), 'by somebody', 'by nobody') AS BLOB)")
    }
    try database.close()
    let after = try #require(try practice())
    #expect(after["mark"] == "alarm" && after["sentence"]?.string?.contains("broken") == true, "\(after.text)")
    #expect(try Binary.run(["audit", "verify"] + state, in: directory).status == 1)
    let screen = try Binary.run(["render", "overview", "120x40", "--state", "state"], in: directory).output
    #expect(screen.contains("P5■"), "\(screen.prefix(400))")
  }
}

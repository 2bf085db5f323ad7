import Domain
import Foundation
import Testing

@Suite struct IncidentCommandTests {
  @Test func `eight processes acknowledge the same revision and exactly one wins`() throws {
    let directory = try TemporaryDirectory()
    let state = ["--state", directory.path + "/state", "--json"]
    let opened = try Binary.run(
      ["incidents", "open", "--title", "refunds over limit", "--severity", "alarm"] + state, in: directory)
    #expect(opened.status == 0, "\(opened.errors)")
    let rev = try #require(try opened.json["incident"]?["rev"]?.integer)
    var racers: [(process: Process, output: String)] = []
    for number in 0..<8 {
      let output = directory.path + "/racer-\(number)"
      _ = FileManager.default.createFile(atPath: output, contents: nil)
      let process = try Binary.start(
        ["incidents", "ack", "1", "--rev", "\(rev)", "--as", "racer\(number)"] + state, in: directory,
        output: FileHandle(forWritingAtPath: output))
      racers.append((process, output))
    }
    var winners = 0
    for (process, output) in racers {
      process.waitUntilExit()
      let document = try JSON(parsing: String(contentsOfFile: output, encoding: .utf8))
      if process.terminationStatus == 0 {
        winners += 1
        #expect(document["incident"]?["state"]?.string == "acknowledged")
      } else {
        #expect(process.terminationStatus == 1)
        #expect(document["conflict"]?["rev"]?.integer == rev + 1)
        #expect(document["conflict"]?["by"]?.string?.hasPrefix("racer") == true)
      }
    }
    #expect(winners == 1)
    let verified = try Binary.run(["audit", "verify"] + state, in: directory)
    #expect(try verified.json["ok"]?.bool == true)
  }

  @Test func `an incident goes its whole way, and the journal tells it`() throws {
    let directory = try TemporaryDirectory()
    let state = ["--state", directory.path + "/state", "--json"]
    func step(_ arguments: [String]) throws -> JSON {
      let run = try Binary.run(arguments + state, in: directory)
      #expect(run.status == 0, "\(arguments): \(run.output) \(run.errors)")
      return try run.json
    }
    _ = try step(["incidents", "open", "--title", "latency", "--severity", "warn", "--category", "performance"])
    _ = try step(["incidents", "ack", "INC-1", "--reason", "looking"])
    _ = try step(["incidents", "note", "1", "--reason", "the new build"])
    _ = try step(["incidents", "assign", "1", "--to", "alice"])
    let added = try step([
      "action", "add", "1", "--kind", "correction", "--statement", "roll back", "--metric", "latency_ms", "--below",
      "800",
      "--within", "15m", "--reason", "p95 doubled",
    ])
    #expect(added["incident"]?["actions"]?.array?.count == 1)
    let refused = try Binary.run(["incidents", "close", "1"] + state, in: directory)
    #expect(refused.status == 1)
    #expect(try refused.json["refused"]?["state"]?.string == "acknowledged")
    _ = try step(["incidents", "resolve", "1", "--reason", "rolled back"])
    let shown = try step(["incidents", "show", "1"])
    let incident = shown["incident"] ?? shown
    #expect(incident["owner"]?.string == "alice")
    let verbs = incident["timeline"]?.array?.compactMap { $0["verb"]?.string } ?? []
    for verb in ["incident.open", "incident.ack", "incident.note", "incident.assign", "action.add", "incident.resolve"]
    {
      #expect(verbs.contains(verb), "\(verb) in \(verbs)")
    }
  }
}

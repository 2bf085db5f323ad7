import Domain
import Foundation
import Testing

/// `drills:` lets the collector show by itself that the rules fire.
@Suite struct ScheduledDrillTests {
  private static let origin = Timestamp(seconds: 1_790_000_000)

  /// Two hours of a service, a record every two seconds.
  private func log() -> String {
    (0..<3_600).map { number in
      let at = (Self.origin + .seconds(2 * number)).formatted()
      let status = number % 50 == 0 ? 500 : 200
      return "{\"ts\":\"\(at)\",\"latency_ms\":\(100 + number * 37 % 80),\"status\":\(status)}\n"
    }.joined()
  }

  private func write(_ drills: String, in directory: TemporaryDirectory) throws {
    try directory.write("app.jsonl", log())
    try directory.write(
      "leeway.yaml",
      """
      service: s
      sources: [{ name: app, paths: ["app*.jsonl"], time: ts }]
      metrics: [{ name: latency, source: app, kind: distribution, field: latency_ms, drift: {} }]
      rules: [{ name: slow, source: app, when: "p95(latency_ms) over 5m > 300", severity: alarm }]
      drills: \(drills)

      """)
  }

  private func drills(in directory: TemporaryDirectory) throws -> [JSON] {
    try Binary.run(["audit", "export", "--state", "state"], in: directory).lines.filter { $0["act"] == "drill.run" }
  }

  @Test("a collector holds the drills that are due, once a turn; a restart holds none again", .timeLimit(.minutes(4)))
  func schedule() async throws {
    let directory = try TemporaryDirectory()
    try write("{ every: 10m, lines: 4000 }", in: directory)
    for round in 0..<2 {
      let collector = try Binary.start(["collect", "--state", "state"], in: directory)
      let deadline = ContinuousClock.now + .seconds(120)
      while ContinuousClock.now < deadline, try round == 0 ? drills(in: directory).count < 2 : false {
        try await Task.sleep(for: .milliseconds(500))
      }
      if round == 1 { try await Task.sleep(for: .seconds(7)) }
      collector.terminate()
      collector.waitUntilExit()
      #expect(collector.terminationStatus == 0)
    }
    let held = try drills(in: directory)
    #expect(held.compactMap { $0["obj"]?["drill"]?.string }.sorted() == ["faults", "self-test"], "\(held)")
    let drill = try #require(held.first { $0["obj"]?["drill"] == "faults" })
    #expect(drill["obj"]?["drill"] == "faults" && drill["obj"]?["source"] == "app", "\(drill)")
    #expect(drill["data"]?["covered"]?.array?.contains("slow") == true, "\(drill)")
    #expect(drill["data"]?["lost"]?.array?.isEmpty == true)
  }

  @Test("a rule that fired in a drill and no longer does is named, and marks PM-3") func lost() throws {
    let directory = try TemporaryDirectory()
    try write("{ every: 24h }", in: directory)
    #expect(try Binary.run(["collect", "--once", "--state", "state"], in: directory).status == 0)
    func drill() throws {
      let run = try Binary.run(
        ["rules", "drill", "--lines", "4000", "--source", "app", "--state", "state", "app.jsonl"], in: directory)
      #expect(run.status == 0, "\(run.errors)")
    }
    try drill()
    let yaml = try String(contentsOf: directory.url.appending(path: "leeway.yaml"), encoding: .utf8)
    try directory.write("leeway.yaml", yaml.replacing("> 300", with: "> 300000"))
    try drill()
    let last = try #require(try drills(in: directory).last)
    #expect(last["data"]?["lost"]?.array?.contains("slow") == true, "\(last)")
    let status = try Binary.run(["status", "--json", "--state", "state"], in: directory).json
    let practices = (status["practices"] ?? .null).text
    #expect(practices.contains("slow fired in a drill before and no longer does"), "\(practices)")
    let drawn = try Binary.run(["render", "overview", "200x50", "--state", "state"], in: directory).output
    #expect(drawn.contains("slow no longer"), "\(drawn)")
  }

  @Test("values are checked on their schedule, and one beyond its limit marks PM-2", .timeLimit(.minutes(2)))
  func health() async throws {
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", log())
    try directory.write(
      "leeway.yaml",
      """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics: [{ name: failures, source: app, kind: ratio, where: "status >= 500" }]
      values: [{ name: answers without failing, metric: failures, owner: o, tolerance: { warn: 0.001, alarm: 0.005 }, check_every: 1h }]

      """)
    func checks() throws -> [JSON] {
      try Binary.run(["audit", "export", "--state", "state"], in: directory).lines.filter {
        $0["act"] == "health.check"
      }
    }
    let collector = try Binary.start(["collect", "--state", "state"], in: directory)
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline, try checks().isEmpty { try await Task.sleep(for: .milliseconds(300)) }
    try await Task.sleep(for: .seconds(6))
    collector.terminate()
    collector.waitUntilExit()
    let held = try checks()
    #expect(held.count == 1 && held.first?["actor"]?["login"] == "leeway", "\(held)")
    let value = try #require(held.first?["data"]?["values"]?.array?.first)
    // The first check may come before all has been read, but never before there is something to say.
    #expect(value["name"] == "answers without failing", "\(value)")
    _ = try Binary.run(["health", "--state", "state"], in: directory)
    let status = try Binary.run(["status", "--json", "--state", "state"], in: directory).json
    #expect((status["practices"] ?? .null).text.contains("beyond its limit: answers without failing"), "\(status)")
  }

  @Test("mistakes in 'drills' have their place") func mistakes() throws {
    let directory = try TemporaryDirectory()
    func problems(_ drills: String) throws -> String {
      try write(drills, in: directory)
      let run = try Binary.run(["config", "check", "--config", "leeway.yaml"], in: directory)
      return "\(run.status) " + run.output + run.errors
    }
    #expect(try problems("{ every: 1m }").contains("'every' is shorter than ten minutes"))
    #expect(try problems("{ lines: 10 }").contains("'lines' is 10"))
    #expect(try problems("{ evry: 24h }").contains("did you mean it"))
    #expect(try problems("{ traces: nowhere }").contains("nowhere"))
    #expect(try problems("{}").hasPrefix("0 "))
  }
}

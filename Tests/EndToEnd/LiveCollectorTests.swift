import Domain
import Foundation
import Testing

@Suite(.serialized) struct LiveCollectorTests {
  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal ends a live collector within a second, with everything committed`(signal: Int32) throws {
    let directory = try TemporaryDirectory()
    let origin = Timestamp(seconds: 1_790_000_000)
    let text = (0..<500).map { number in
      "{\"ts\":\"\((origin + .seconds(number)).formatted())\",\"latency_ms\":\(number)}\n"
    }.joined()
    try directory.write("app.jsonl", text)
    let state = ["--state", directory.path + "/state", "--json"]
    let collector = try Binary.start(["collect", "app.jsonl"] + state, in: directory, output: .nullDevice)
    defer { if collector.isRunning { kill(collector.processIdentifier, SIGKILL) } }
    var lines: Int64 = 0
    let end = Date().addingTimeInterval(8)
    while lines < 500, Date() < end {
      usleep(100_000)
      let run = try Binary.run(["status"] + state, in: directory)
      guard run.status == 0 else { continue }
      lines = try run.json["sources"]?.array?.first?["lines"]?.integer ?? 0
    }
    #expect(lines == 500)
    let second = try Binary.run(["collect", "--once", "app.jsonl"] + state, in: directory)
    #expect(second.status == 69 && second.errors.contains("another collector"), "\(second.errors)")
    let began = Date()
    kill(collector.processIdentifier, signal)
    collector.waitUntilExit()
    #expect(Date().timeIntervalSince(began) < 1)
    #expect(collector.terminationReason == .exit && collector.terminationStatus == 0)
    let again = try Binary.run(["collect", "--once", "app.jsonl"] + state, in: directory)
    #expect(try again.json["sources"]?.array?.first?["lines"]?.integer == 500, "\(again.errors)")
  }
}

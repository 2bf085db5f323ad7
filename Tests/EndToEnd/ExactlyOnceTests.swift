import Domain
import Foundation
import Testing

@Suite(.serialized) struct ExactlyOnceTests {
  @Test func `200,000 lines through five rotations and ten kills are each counted once`() throws {
    let directory = try TemporaryDirectory()
    let log = directory.path + "/app.jsonl"
    let total = 200_000
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let arguments = ["collect", log, "--state", directory.path + "/state"]
    var collector = try Binary.start(arguments, in: directory)
    // What is rotated away before anybody has seen it is not the collector's to find.
    try Binary.awaitFirstFile(in: directory)
    var random = SplitMix64(seed: 7)
    var kills = 0
    var written = 0
    var rotations = 0
    var handle = try #require(FileHandle(forWritingAtPath: log))
    let origin = Timestamp(seconds: 1_790_000_000)
    while written < total {
      var text = ""
      for _ in 0..<2_000 {
        let at = origin + .milliseconds(written)
        text +=
          "{\"ts\":\"\(at.formatted())\",\"seq\":\(written),\"latency_ms\":\(written * 7_919 % 997),\"tenant\":\"t\(written % 5)\"}\n"
        written += 1
      }
      // Cut the batch in the middle of a line now and then, so that partial last lines are met.
      let bytes = Data(text.utf8)
      let cut = Int.random(in: 0..<bytes.count, using: &random)
      handle.write(bytes.prefix(cut))
      if written % 20_000 == 0, kills < 10 {
        usleep(UInt32.random(in: 1_000...60_000, using: &random))
        kill(collector.processIdentifier, SIGKILL)
        collector.waitUntilExit()
        kills += 1
      }
      handle.write(bytes.suffix(from: cut))
      if written % 40_000 == 20_000, rotations < 5 {
        try handle.close()
        for number in stride(from: rotations, to: 0, by: -1) {
          rename("\(log).\(number)", "\(log).\(number + 1)")
        }
        rename(log, log + ".1")
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        handle = try #require(FileHandle(forWritingAtPath: log))
        rotations += 1
      }
      if !collector.isRunning { collector = try Binary.start(arguments, in: directory) }
      usleep(5_000)
    }
    try handle.close()
    usleep(300_000)
    collector.terminate()
    collector.waitUntilExit()
    #expect(collector.terminationStatus == 0)
    #expect(kills == 10 && rotations == 5)

    let last = try Binary.run(["collect", "--once", log, "--state", directory.path + "/state"], in: directory)
    #expect(last.status == 0, "\(last.errors)")
    let metrics = try Binary.run(
      ["metrics", "--metric", "latency_ms", "--state", directory.path + "/state", "--json"], in: directory
    ).json
    let row = try #require(metrics["rows"]?.array?.first)
    #expect(row["count"]?.integer == Int64(total))
    #expect(row["sum"]?.double == Double((0..<total).reduce(0) { $0 + $1 * 7_919 % 997 }))
    let status = try Binary.run(["status", "--state", directory.path + "/state", "--json"], in: directory).json
    let gaps = status["sources"]?.array?.flatMap { $0["gaps"]?.array ?? [] }
    #expect(gaps == [])
    let verified = try Binary.run(["audit", "verify", "--state", directory.path + "/state", "--json"], in: directory)
    #expect(try verified.json["ok"]?.bool == true)
  }
}

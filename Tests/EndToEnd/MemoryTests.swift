import Domain
import Foundation
import Testing

/// Memory is measured on the built program, where no other test adds to it.
@Suite(.serialized) struct MemoryTests {
  /// The most memory, in bytes, that a collector held by the time it had read a file to its end.
  private func peak(reading name: String, in directory: TemporaryDirectory) throws -> Int {
    let state = directory.path + "/state-" + name
    let size = try FileManager.default.attributesOfItem(atPath: directory.path + "/" + name)[.size] as? Int
    let collector = try Binary.start(["collect", name, "--state", state], in: directory, output: .nullDevice)
    defer { if collector.isRunning { kill(collector.processIdentifier, SIGKILL) } }
    let end = Date().addingTimeInterval(60)
    while Date() < end {
      usleep(100_000)
      let status = try Binary.run(["status", "--state", state, "--json"], in: directory)
      guard status.status == 0, try status.json["sources"]?.array?.first?["offset"]?.integer == Int64(size ?? -1) else {
        continue
      }
      let text = try String(contentsOfFile: "/proc/\(collector.processIdentifier)/status", encoding: .utf8)
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
      return try #require(Int(line.filter(\.isNumber))) * 1_024
    }
    Issue.record("\(name) was not read to its end within a minute")
    return 0
  }

  @Test func `a line of 200 MiB adds less than 4 MiB`() throws {
    let directory = try TemporaryDirectory()
    let record = "{\"ts\":\"2026-11-26T01:00:00Z\",\"latency_ms\":12}\n"
    try directory.write("small.jsonl", record)
    try directory.write("large.jsonl", "")
    let handle = try #require(FileHandle(forWritingAtPath: directory.path + "/large.jsonl"))
    let piece = Data(repeating: UInt8(ascii: "x"), count: 8 << 20)
    for _ in 0..<25 { handle.write(piece) }
    handle.write(Data(("\n" + record).utf8))
    try handle.close()
    let small = try peak(reading: "small.jsonl", in: directory)
    let large = try peak(reading: "large.jsonl", in: directory)
    #expect(large - small < 4 << 20, "\(small) bytes for a short line, \(large) for a long one")
  }
}

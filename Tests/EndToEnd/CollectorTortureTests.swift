import Domain
import Foundation
import Testing

/// The built collector beside a writer of numbered lines that rotates its log in every way, while the collector is
/// killed, stopped for a while and started again.
///
/// `LEEWAY_TORTURE_SECONDS` sets how long it goes on (6), `LEEWAY_TORTURE_SEED` the first seed (3, in which a log was once
/// copied, cut, renamed and compressed while the collector stood still).
@Suite(.serialized) struct CollectorTortureTests {
  private static func setting(_ name: String, _ standard: Double) -> Double {
    ProcessInfo.processInfo.environment[name].flatMap(Double.init) ?? standard
  }

  @Test func `no line is counted twice, and what is lost lies in a gap`() throws {
    let end = Date().addingTimeInterval(Self.setting("LEEWAY_TORTURE_SECONDS", 6))
    var seed = UInt64(Self.setting("LEEWAY_TORTURE_SEED", 3))
    repeat {
      try Torture(seed: seed, until: min(end, Date().addingTimeInterval(10))).run()
      seed += 1
    } while Date() < end.addingTimeInterval(-2)
  }
}

/// One run over one directory.
private final class Torture {
  private let seed: UInt64
  private let end: Date
  private var random: SplitMix64
  private let directory: TemporaryDirectory
  private let log: String
  private let arguments: [String]
  private var written = 0
  private var rotations = 0
  private var history: [String] = []
  /// The bytes of the shortest line.
  private static let shortestLine: Int64 = 55

  init(seed: UInt64, until end: Date) throws {
    self.seed = seed
    self.end = end
    random = SplitMix64(seed: seed)
    directory = try TemporaryDirectory()
    log = directory.path + "/app.jsonl"
    let pattern = seed.isMultiple(of: 2) ? log : log + "*"
    arguments = ["collect", pattern, "--state", directory.path + "/state"]
    _ = FileManager.default.createFile(atPath: log, contents: nil)
  }

  private func append(_ count: Int) {
    let origin = Timestamp(seconds: 1_790_000_000)
    var text = ""
    for _ in 0..<count {
      let at = origin + .milliseconds(written)
      text += "{\"ts\":\"\(at.formatted())\",\"seq\":\(written),\"value_ms\":\(written % 997)}\n"
      written += 1
    }
    let bytes = Data(text.utf8)
    let cut = Int.random(in: 0...bytes.count, using: &random)
    guard let handle = FileHandle(forWritingAtPath: log) else { return }
    handle.seekToEndOfFile()
    handle.write(bytes.prefix(cut))
    if Bool.random(using: &random) { usleep(UInt32.random(in: 0...3_000, using: &random)) }
    handle.write(bytes.suffix(from: cut))
    try? handle.close()
  }

  private func shiftNumbers() {
    for number in stride(from: rotations, to: 0, by: -1) {
      for suffix in ["", ".gz"] { rename("\(log).\(number)\(suffix)", "\(log).\(number + 1)\(suffix)") }
    }
  }

  private func gzip(_ path: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-q", path]
    try process.run()
    process.waitUntilExit()
  }

  private func rotate() throws {
    let kind = Int.random(in: 0..<5, using: &random)
    history.append("rotation \(kind) at \(written)")
    switch kind {
    case 0, 1:
      shiftNumbers()
      rename(log, log + ".1")
      _ = FileManager.default.createFile(atPath: log, contents: nil)
    case 2:
      shiftNumbers()
      try? FileManager.default.copyItem(atPath: log, toPath: log + ".1")
      truncate(log, 0)
    case 3:
      rename(log, "\(log)-202611\(10 + rotations % 20)-\(rotations)")
      _ = FileManager.default.createFile(atPath: log, contents: nil)
    default:
      // Compressed only once it was rotated before, as with delaycompress.
      if FileManager.default.fileExists(atPath: log + ".1") { try gzip(log + ".1") }
      shiftNumbers()
      rename(log, log + ".1")
      _ = FileManager.default.createFile(atPath: log, contents: nil)
    }
    rotations += 1
  }

  func run() throws {
    var collector = try Binary.start(arguments, in: directory, output: .nullDevice)
    defer { if collector.isRunning { kill(collector.processIdentifier, SIGKILL) } }
    // What was rotated away before the collector ever saw the log is not its concern.
    append(10)
    try awaitFirstLines()
    while Date() < end {
      append(Int.random(in: 1...400, using: &random))
      switch Int.random(in: 0..<40, using: &random) {
      case 0..<4: try rotate()
      case 4:
        kill(collector.processIdentifier, SIGKILL)
        collector.waitUntilExit()
        history.append("killed at \(written)")
      case 5:
        kill(collector.processIdentifier, SIGSTOP)
        history.append("stopped at \(written)")
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          append(Int.random(in: 1...200, using: &random))
          try rotate()
          usleep(50_000)
        }
        kill(collector.processIdentifier, SIGCONT)
      default: usleep(UInt32.random(in: 0...20_000, using: &random))
      }
      if !collector.isRunning { collector = try Binary.start(arguments, in: directory, output: .nullDevice) }
    }
    usleep(300_000)
    let began = Date()
    collector.terminate()
    collector.waitUntilExit()
    #expect(collector.terminationStatus == 0)
    #expect(Date().timeIntervalSince(began) < 2)
    try check()
  }

  private func awaitFirstLines() throws {
    let end = Date().addingTimeInterval(20)
    while Date() < end {
      usleep(50_000)
      let run = try Binary.run(["status", "--state", directory.path + "/state", "--json"], in: directory)
      if run.status == 0, try run.json["sources"]?.array?.first?["lines"]?.integer == 10 { return }
    }
    Issue.record("the first lines were not counted in time")
  }

  private func check() throws {
    let last = try Binary.run(["collect", "--once"] + arguments.dropFirst(), in: directory)
    #expect(last.status == 0, "\(last.errors)")
    let state = ["--state", directory.path + "/state", "--json"]
    let metrics = try Binary.run(["metrics", "--metric", "value_ms"] + state, in: directory).json
    let row = try #require(metrics["rows"]?.array?.first)
    let counted = Int(row["count"]?.integer ?? -1)
    let sum = Int(row["sum"]?.double ?? -1)
    let status = try Binary.run(["status"] + state, in: directory).json
    let gaps = status["sources"]?.array?.flatMap { $0["gaps"]?.array ?? [] } ?? []
    let expected = (0..<written).reduce(0) { $0 + $1 % 997 }
    let story =
      "seed \(seed): \(counted) of \(written), sum \(sum) of \(expected), \(history.prefix(6)) … \(history.suffix(12)), gaps \(gaps)"
    #expect(counted <= written && sum <= expected, "counted twice: \(story)")
    if gaps.isEmpty { #expect(counted == written && sum == expected, "lost without a gap: \(story)") }
    // A gap without a length says that it is not known how much is missing.
    let lengths = gaps.map { ($0["to"]?.integer ?? 0) - ($0["from"]?.integer ?? 0) }
    if !lengths.isEmpty, !lengths.contains(where: { $0 <= 0 }) {
      #expect(
        Int64(written - counted) * Self.shortestLine <= lengths.reduce(0, +), "more is lost than the gaps say: \(story)"
      )
    }
  }
}

import Domain
import Foundation
import Testing

/// The built collector beside a writer of numbered lines that rotates its log in every way, while the collector is
/// killed, stopped for a while, started again and finds its disk full.
///
/// The line of number n adds 2^(n mod 50) to the slot of ten seconds that it shares with 49 others, so that a slot's sum
/// has one bit a line and its count as many as bits: the store itself says which lines were counted, and none twice.
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
  private let disk: FullDisk?
  /// The bytes of the shortest line.
  private static let shortestLine: Int64 = 55
  /// How many lines share a slot of ten seconds.
  private static let linesPerSlot = 50
  /// As many as six hours of slots hold; older ones would be merged into minutes.
  private static let lineLimit = 100_000
  private static let origin = Timestamp(seconds: 1_790_000_000)

  init(seed: UInt64, until end: Date) throws {
    self.seed = seed
    self.end = end
    random = SplitMix64(seed: seed)
    directory = try TemporaryDirectory()
    log = directory.path + "/app.jsonl"
    let pattern = seed.isMultiple(of: 2) ? log : log + "*"
    arguments = ["collect", pattern, "--state", directory.path + "/state"]
    disk = try FullDisk(in: directory)
    _ = FileManager.default.createFile(atPath: log, contents: nil)
  }

  private func append(_ count: Int) {
    var text = ""
    for _ in 0..<count {
      let at = Self.origin + .milliseconds(written * 10_000 / Self.linesPerSlot)
      let value = 1 << (written % Self.linesPerSlot)
      text += "{\"ts\":\"\(at.formatted())\",\"seq\":\(written),\"value_ms\":\(value)}\n"
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

  private func start() throws -> Process {
    try Binary.start(arguments, in: directory, environment: disk?.environment ?? [:], output: .nullDevice)
  }

  /// The disk is full for a while, in which the log grows, is rotated, and the collector may be killed.
  private func fillDisk(_ disk: FullDisk, _ collector: Process) throws {
    disk.fill()
    history.append("disk full at \(written)")
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      append(Int.random(in: 1...200, using: &random))
      if Bool.random(using: &random) { try rotate() }
      usleep(UInt32.random(in: 20_000...150_000, using: &random))
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      kill(collector.processIdentifier, SIGKILL)
      collector.waitUntilExit()
      history.append("killed with the disk full at \(written)")
    } else {
      #expect(collector.isRunning, "a full disk must not end the collector: \(history.suffix(12))")
    }
    disk.free()
  }

  func run() throws {
    var collector = try start()
    defer { if collector.isRunning { kill(collector.processIdentifier, SIGKILL) } }
    // What was rotated away before the collector ever saw the log is not its concern.
    append(10)
    try awaitFirstLines()
    while Date() < end, written < Self.lineLimit {
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
      case 6: if let disk { try fillDisk(disk, collector) }
      default: usleep(UInt32.random(in: 0...20_000, using: &random))
      }
      if !collector.isRunning { collector = try start() }
    }
    usleep(300_000)
    let began = Date()
    collector.terminate()
    collector.waitUntilExit()
    #expect(collector.terminationStatus == 0)
    #expect(Date().timeIntervalSince(began) < 10)
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
    let metrics = try Binary.run(["metrics", "--metric", "value_ms", "--step", "10s"] + state, in: directory).json
    var counted: Set<Int> = []
    var twice: [Int] = []
    for row in try #require(metrics["rows"]?.array) {
      let start = try #require(row["start"]?.string.flatMap { Timestamp(rfc3339: $0) })
      let sum = try #require(row["sum"]?.double.map { Int($0) })
      let slot = Int((start - Self.origin).inSeconds.rounded()) / 10
      for bit in 0..<Int.bitWidth where sum >> bit & 1 == 1 { counted.insert(slot * Self.linesPerSlot + bit) }
      // Two equal powers of two make one bit: more lines than bits means that one was counted twice.
      if row["count"]?.integer != Int64(sum.nonzeroBitCount) || sum >> Self.linesPerSlot != 0 { twice.append(slot) }
    }
    let lost = Set(0..<written).subtracting(counted)
    let status = try Binary.run(["status"] + state, in: directory).json
    let gaps = status["sources"]?.array?.flatMap { $0["gaps"]?.array ?? [] } ?? []
    let story =
      "seed \(seed): \(counted.count) of \(written), lost \(Self.ranges(lost)), \(history.joined(separator: ", ")), gaps \(gaps)"
    #expect(twice.isEmpty && counted.isSubset(of: 0..<written), "counted twice in slots \(twice.prefix(8)): \(story)")
    if !lost.isEmpty, let keep = ProcessInfo.processInfo.environment["LEEWAY_TORTURE_KEEP"] {
      try? FileManager.default.moveItem(atPath: directory.path, toPath: keep)
    }
    if gaps.isEmpty { #expect(lost.count == 0, "lost without a gap: \(story)") }
    // A gap without a length says that it is not known how much is missing.
    let lengths = gaps.map { ($0["to"]?.integer ?? 0) - ($0["from"]?.integer ?? 0) }
    if !lengths.isEmpty, !lengths.contains(where: { $0 <= 0 }) {
      #expect(
        Int64(lost.count) * Self.shortestLine <= lengths.reduce(0, +), "more is lost than the gaps say: \(story)"
      )
    }
  }

  /// Runs of numbers as people write them, the first twenty.
  private static func ranges(_ numbers: Set<Int>) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.prefix(20).map { "\($0.lowerBound)–\($0.upperBound)" }.joined(separator: ", ")
  }
}

import CPosix
import Domain
import Engine
import Glibc
import Rehearsal

/// What one round of a benchmark took.
struct Measured {
  /// Wall-clock seconds.
  var seconds: Double
  /// Processor seconds of all threads.
  var cpu: Double
  /// Lines read.
  var lines: Int

  /// The round that took the least processor time: the others were disturbed by what else the machine does.
  static func best(of rounds: Int, _ body: (Int) throws -> Int) throws -> Measured {
    var best: Measured?
    for round in 0..<max(1, min(100, rounds)) {
      let (wall, cpu) = (leeway_monotonic_seconds(), leeway_processor_seconds())
      let lines = try body(round)
      let measured = Measured(
        seconds: leeway_monotonic_seconds() - wall, cpu: leeway_processor_seconds() - cpu, lines: lines)
      if best.map({ measured.cpu < $0.cpu }) ?? true { best = measured }
    }
    return best ?? Measured(seconds: 0, cpu: 0, lines: 0)
  }

  /// The figures as the commands print them, for so many bytes read.
  func figures(bytes: Int) -> JSON {
    [
      "seconds": JSON(seconds), "cpu_seconds": JSON(cpu), "lines": JSON(lines),
      "mb_per_second": JSON(Self.rate(bytes, seconds)), "mb_per_cpu_second": JSON(Self.rate(bytes, cpu)),
      "lines_per_second": JSON(Int(Double(lines) / max(seconds, 1e-9))),
    ]
  }

  /// The most memory that the process ever held, in MB.
  static var peakMegabytes: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return (Double(usage.ru_maxrss) / 102.4).rounded() / 10
  }

  private static func rate(_ bytes: Int, _ seconds: Double) -> Double {
    (Double(bytes) / 1e6 / max(seconds, 1e-9) * 10).rounded() / 10
  }
}

/// The seeded inference log that benchmarks read.
enum BenchLog {
  /// Writes about so many lines of the demo's service, which serves `rate` requests a second and has just ended.
  static func write(lines: Int, rate: Double, seed: UInt64, to path: String) throws {
    let now = SystemWallClock().now()
    let perSecond = max(1, min(100_000, rate))
    var log = InferenceLog(
      seed: seed, start: now - .seconds(Double(lines) / perSecond * 1.4), requestsPerSecond: perSecond)
    var written = 0
    let target = lines * 454
    while written < target {
      var piece: [UInt8] = []
      log.append(to: &piece, bytes: min(1 << 20, target - written))
      guard !piece.isEmpty else { break }
      try OutputFile.append(piece, to: path)
      written += piece.count
    }
  }

  /// Writes the two halves of a log, cut at a line's end, to files of their own, in pieces.
  static func halves(of path: String, in directory: String) throws -> [String] {
    let total = try InputFile.warm(path)
    guard let input = fopen(path, "r") else {
      throw CommandFailure(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(input) }
    let halves = [directory + "/first.jsonl", directory + "/second.jsonl"]
    var piece: [UInt8] = Array(repeating: 0, count: 1 << 20)
    var written = 0
    var half = 0
    while true {
      let count = fread(&piece, 1, piece.count, input)
      guard count > 0 else { return halves }
      var rest = piece[..<count]
      if half == 0, written + count > total / 2, let end = rest.lastIndex(of: 0x0A) {
        try OutputFile.append(Array(rest[...end]), to: halves[0])
        rest = rest[(end + 1)...]
        half = 1
      }
      try OutputFile.append(Array(rest), to: halves[half])
      written += count
    }
  }
}

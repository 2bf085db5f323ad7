import Domain
import Rehearsal

/// Reads back what a rehearsal wrote.
struct LogReader {
  let lines: [RehearsedLine]
  let liveStart: Timestamp

  static let start = Timestamp(nanoseconds: 1_795_478_400_000_000_000)

  init(seed: UInt64 = 1, seconds: Double, script: FaultScript = .standard, history: Double = 3_600) {
    var rehearsal = Rehearsal(
      seed: seed, start: LogReader.start, script: script, history: .seconds(history))
    liveStart = rehearsal.liveStart
    lines = rehearsal.lines(until: LogReader.start + .seconds(seconds))
  }

  /// The documents of a file between two times relative to the live start, in seconds.
  func documents(_ file: RehearsedFile, from: Double = -.infinity, to: Double = .infinity) throws -> [JSON] {
    try lines.filter { line in
      let age = (line.at - liveStart).inSeconds
      return line.file == file && age >= from && age < to
    }.map { try JSON(parsing: $0.bytes) }
  }
}

extension [JSON] {
  func share(_ holds: (JSON) -> Bool) -> Double { Double(count(where: holds)) / Double(Swift.max(1, count)) }

  func numbers(_ name: String) -> [Double] { compactMap { $0[name]?.double } }
}

extension [Double] {
  func quantile(_ share: Double) -> Double {
    let ordered = sorted()
    return ordered.isEmpty ? .nan : ordered[Swift.min(count - 1, Int(Double(count) * share))]
  }

  /// The population stability index against a reference, over its deciles.
  func populationStability(against reference: [Double]) -> Double {
    let edges = (1..<10).map { reference.quantile(Double($0) / 10) }
    func shares(_ values: [Double]) -> [Double] {
      var counts = [Double](repeating: 0.5, count: 10)
      for value in values { counts[edges.firstIndex { value <= $0 } ?? 9] += 1 }
      return counts.map { $0 / (Double(values.count) + 5) }
    }
    return zip(shares(reference), shares(self)).reduce(0) { sum, pair in
      sum + (pair.1 - pair.0) * (pair.1.logarithm - pair.0.logarithm)
    }
  }
}

extension Double {
  /// The natural logarithm, from the series of the inverse hyperbolic tangent.
  var logarithm: Double {
    let ratio = (significand - 1) / (significand + 1)
    var term = ratio
    var sum = 0.0
    for power in stride(from: 1.0, through: 41, by: 2) {
      sum += term / power
      term *= ratio * ratio
    }
    return 2 * sum + Double(exponent) * 0.693_147_180_559_945_3
  }
}

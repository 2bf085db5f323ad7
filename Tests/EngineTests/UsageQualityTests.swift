import Domain
import Engine
import Foundation
import Testing

/// How well the shipped rules find what goes wrong in logs that they were not made for.
@Suite struct UsageQualityTests {
  static let seeds: [UInt64] = Array(101...112)

  /// One log for each seed, each of another length, traffic, order of fields and number of tenants.
  static func settings(_ seed: UInt64) -> UsageLog.Settings {
    var settings = UsageLog.Settings(seed: seed)
    settings.hours = [2, 3, 4, 6][Int(seed % 4)]
    settings.rate = [0.8, 1.2, 2, 3.5][Int(seed / 2 % 4)]
    settings.tenants = [5, 8, 12][Int(seed % 3)]
    settings.isReversed = seed % 2 == 1
    return settings
  }

  @Test func `logs of other seeds, rates and tenants are judged well`() throws {
    var found = 0
    var episodes = 0
    var (right, wrong) = (0, 0)
    var times: [Double] = []
    for seed in Self.seeds {
      let log = UsageLog(Self.settings(seed))
      let quality = try log.quality()
      found += quality.found
      episodes += quality.findings.count
      right += quality.trueOpenings.count
      wrong += quality.falseOpenings.count
      times += quality.findings.compactMap { $0.timeToDetect?.inSeconds }
      if ProcessInfo.processInfo.environment["LEEWAY_QUALITY"] != nil {
        print("seed \(seed): \(quality.lines.joined(separator: "\n  "))")
      }
    }
    #expect(Double(found) / Double(episodes) >= 5.0 / 6, "\(found) of \(episodes) episodes")
    #expect(Double(right) / Double(right + wrong) >= 0.9, "\(wrong) false incidents of \(right + wrong)")
    times.sort()
    #expect(times[times.count / 2] <= 60, "\(times)")
  }
}

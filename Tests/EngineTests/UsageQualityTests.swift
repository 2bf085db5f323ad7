import Domain
import Engine
import Testing

/// How well the shipped rules find what goes wrong in logs that they were not made for.
@Suite struct UsageQualityTests {
  static let seeds: [UInt64] = Array(101...110)

  /// One log for each seed, each of other traffic, order of fields and number of tenants.
  static func settings(_ seed: UInt64) -> UsageLog.Settings {
    var settings = UsageLog.Settings(seed: seed)
    settings.hours = seed % 5 == 0 ? 3 : 2
    settings.rate = [0.8, 1.2, 2][Int(seed / 2 % 3)]
    settings.tenants = [4, 5, 6][Int(seed % 3)]
    settings.isReversed = seed % 2 == 1
    return settings
  }

  @Test func `logs of other seeds, rates and tenants are judged well`() async throws {
    let qualities = try await withThrowingTaskGroup(of: DetectionQuality.self) { group in
      for seed in Self.seeds { group.addTask { try UsageLog(Self.settings(seed)).quality() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let found = qualities.reduce(0) { $0 + $1.found }
    let episodes = qualities.reduce(0) { $0 + $1.findings.count }
    let right = qualities.reduce(0) { $0 + $1.trueOpenings.count }
    let wrong = qualities.flatMap(\.falseOpenings)
    let times = qualities.flatMap { $0.findings.compactMap { $0.timeToDetect?.inSeconds } }.sorted()
    let missed = qualities.flatMap { $0.findings.filter { $0.opening == nil }.map(\.episode.kind) }
    #expect(Double(found) / Double(episodes) >= 5.0 / 6, "missed of \(episodes): \(missed)")
    #expect(Double(right) / Double(right + wrong.count) >= 0.9, "false: \(wrong)")
    #expect(times[times.count / 2] <= 60, "\(times)")
  }

  @Test(
    "A log that lacks a field is blind for what needs it, and sees the rest",
    arguments: [
      ("guardrail", ["guardrail_fail_open"]), ("prompt_benign", []), ("pii", ["pii_leak"]), ("user_hash", []),
    ])
  func without(field: String, blind: [String]) throws {
    var settings = UsageLog.Settings(seed: 7, hours: 2, tenants: 4)
    settings.without = [field]
    let quality = try UsageLog(settings).quality()
    let missed = quality.findings.filter { $0.opening == nil }.map(\.episode.kind)
    #expect(missed == blind, "\(quality.lines)")
    #expect(quality.falseOpenings.isEmpty, "\(quality.lines)")
  }

  @Test func `a log in which nothing goes wrong opens no incident`() throws {
    let settings = UsageLog.Settings(seed: 11, hours: 2, tenants: 6, kinds: [])
    let quality = try UsageLog(settings).quality()
    #expect(quality.falseOpenings.isEmpty, "\(quality.lines)")
  }
}

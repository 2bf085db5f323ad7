import Domain
import Testing

@Suite struct ZoneRulesTests {
  /// A TZif file of version 2 whose only content is one change and a footer, as `zic -b slim` writes it.
  static func slim(_ transitions: [(at: Int64, type: UInt8)], types: [Int32], footer: String) -> [UInt8] {
    func header(_ times: Int, _ types: Int, _ characters: Int) -> [UInt8] {
      var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
      for count in [0, 0, 0, times, types, characters] {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
      }
      return bytes
    }
    func big(_ value: Int64, _ size: Int) -> [UInt8] {
      (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
    }
    var bytes = header(0, 1, 1) + [0, 0, 0, 0, 0, 0] + [0]
    bytes += header(transitions.count, types.count, 4)
    for transition in transitions { bytes += big(transition.at, 8) }
    bytes += transitions.map(\.type)
    for type in types { bytes += big(Int64(type), 4) + [0, 0] }
    bytes += Array("LMT\0".utf8)
    return bytes + Array("\n\(footer)\n".utf8)
  }

  static let berlin = slim(
    [(-2_422_054_408, 1)], types: [3_208, 3_600], footer: "CET-1CEST,M3.5.0,M10.5.0/3")

  private func local(_ text: String) -> Int64 { (Timestamp(rfc3339: text)?.nanoseconds ?? 0) / 1_000_000_000 }

  @Test(arguments: [
    ("2026-01-15T12:00:00Z", 3_600), ("2026-07-15T12:00:00Z", 7_200), ("2026-03-29T01:59:59Z", 3_600),
    ("2026-03-29T03:00:00Z", 7_200), ("2026-10-25T02:30:00Z", 7_200), ("2026-10-25T03:00:00Z", 3_600),
    ("1890-01-01T00:00:00Z", 3_208),
  ])
  func `the rule in the footer says what holds after the last change`(text: String, offset: Int) throws {
    let rules = try #require(ZoneRules(name: "Europe/Berlin", tzif: ZoneRulesTests.berlin))
    #expect(rules.offset(local: local(text)) == offset)
  }

  @Test func `summer may go over the turn of the year, and changes may come at any hour`() throws {
    let sydney = ZoneRulesTests.slim([], types: [36_000], footer: "AEST-10AEDT,M10.1.0,M4.1.0/3")
    let rules = try #require(ZoneRules(name: "Australia/Sydney", tzif: sydney))
    // Without a change in the file there is nothing for the rule to come after.
    #expect(rules.offset(local: local("2026-01-01T00:00:00Z")) == 36_000)
    let changed = ZoneRulesTests.slim([(0, 0)], types: [36_000], footer: "AEST-10AEDT,M10.1.0,M4.1.0/3")
    let later = try #require(ZoneRules(name: "Australia/Sydney", tzif: changed))
    #expect(later.offset(local: local("2026-01-01T00:00:00Z")) == 39_600)
    #expect(later.offset(local: local("2026-07-01T00:00:00Z")) == 36_000)
    let named = ZoneRulesTests.slim([(0, 0)], types: [12_600], footer: "<+0330>-3:30")
    #expect(ZoneRules(name: "Asia/Tehran", tzif: named)?.offset(local: local("2026-07-01T00:00:00Z")) == 12_600)
  }

  @Test(arguments: [
    ("UTC", 0), ("Z", 0), ("+02:00", 7_200), ("-0530", -19_800), ("+2", 7_200), ("+14", 50_400),
  ])
  func `fixed offsets are read`(text: String, offset: Int) {
    #expect(ZoneRules(fixed: text)?.offset(local: 0) == offset)
  }

  @Test(arguments: ["", "+", "2", "+25", "+02:60", "+1:2:3", "Berlin", "+aa"])
  func `other texts are no offsets`(text: String) {
    #expect(ZoneRules(fixed: text) == nil)
  }

  @Test func `damaged files are refused and never trap`() {
    let whole = ZoneRulesTests.berlin
    for length in 0..<whole.count { _ = ZoneRules(name: "x", tzif: Array(whole[..<length])) }
    var random = SplitMix64(seed: 3)
    for _ in 0..<3_000 {
      var bytes = whole
      for _ in 0..<4 {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = ZoneRules(name: "x", tzif: bytes)?.offset(local: 1_800_000_000)
    }
    #expect(ZoneRules(name: "x", tzif: Array("TZif2".utf8)) == nil)
  }
}

import Domain
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    ("2026-11-23T03:12:44.120Z", "2026-11-23T03:12:44.120Z"),
    ("2026-11-23T04:12:44.120+01:00", "2026-11-23T03:12:44.120Z"),
    ("2026-11-22T21:42:44,120-0530", "2026-11-23T03:12:44.120Z"),
    ("2026-11-23 03:12:44", "2026-11-23T03:12:44.000Z"),
    ("2024-02-29t23:59:60z", "2024-02-29T23:59:59.000Z"),
    ("1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999Z"),
    ("2261-12-31T00:00:00Z", "2261-12-31T00:00:00.000Z"),
  ])
  func `RFC 3339 text is read with any offset and written in UTC`(text: String, expected: String) {
    #expect(Timestamp(rfc3339: text)?.formatted() == expected)
  }

  @Test(arguments: [
    "", "2026-11-23", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-23T24:00:00Z",
    "2026-11-23T03:12:44.Z", "2026-11-23T03:12:44+1", "2026-11-23T03:12:44Zx", "20261123T031244Z",
    "0001-01-01T00:00:00Z",
  ])
  func `text that is not a time is refused`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(arguments: 0..<200)
  func `formatting and parsing are inverse to the microsecond`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let instant = Timestamp(
      nanoseconds: Int64.random(in: -9_000_000_000_000_000...9_000_000_000_000_000, using: &random) * 1_000)
    #expect(Timestamp(rfc3339: instant.formatted(.microseconds)) == instant)
  }

  @Test func `slots before the epoch are aligned downwards`() {
    #expect(Timestamp(seconds: -1).floored(to: .seconds(10)) == Timestamp(seconds: -10))
    #expect(Timestamp(seconds: 19.9).floored(to: .seconds(10)) == Timestamp(seconds: 10))
  }

  @Test func `arithmetic saturates at the ends of the range`() {
    #expect(Timestamp.distantFuture + .seconds(1_000_000_000_000) == .distantFuture)
    #expect(Timestamp.distantPast - .seconds(1_000_000_000_000) == .distantPast)
  }
}

@Suite struct DurationTextTests {
  @Test(arguments: [
    ("10s", 10.0), ("1h30m", 5_400), ("200ms", 0.2), ("2d", 172_800), ("1w", 604_800), ("45", 45), ("1.5m", 90),
  ])
  func `durations are read`(text: String, seconds: Double) {
    #expect(Duration(text: text)?.inSeconds == seconds)
  }

  @Test(arguments: ["", "-5s", "5 s", "s", "5x", "1h30", "1e5s", "99999999d"])
  func `text that is not a duration is refused`(text: String) {
    #expect(Duration(text: text) == nil)
  }
}

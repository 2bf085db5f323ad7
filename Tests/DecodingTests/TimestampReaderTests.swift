import Decoding
import Domain
import Testing

@Suite struct TimestampReaderTests {
  static let instant: Int64 = 1_795_403_564_120_000_000  // 2026-11-23T03:12:44.120Z

  @Test(arguments: [
    "2026-11-23T03:12:44.120Z", "2026-11-23t03:12:44.12z", "2026-11-23 03:12:44,120", "2026-11-23T04:12:44.120+01:00",
    "2026-11-22T21:42:44.12-0530", "2026-11-23 05:12:44.120 +02", "2026-11-23 03:12:44.120000000UTC",
    "2026-11-23 03:12:44.120 UTC", "1795403564120", "1795403564.12", "1795403564120000", "1795403564120000000",
    "1.79540356412e12", "1795403564120.0",
  ])
  func `every usual way to write an instant is read`(text: String) {
    var reader = TimestampReader()
    #expect(reader.read(text: text) == Timestamp(nanoseconds: TimestampReaderTests.instant))
    #expect(reader.read(text: text) == Timestamp(nanoseconds: TimestampReaderTests.instant))
  }

  @Test func `nanoseconds are kept`() {
    var reader = TimestampReader()
    #expect(reader.read(text: "1795403564120000001")?.nanoseconds == TimestampReaderTests.instant + 1)
    #expect(reader.read(text: "2026-11-23T03:12:44.1200000019Z")?.nanoseconds == TimestampReaderTests.instant + 1)
    #expect(reader.read(text: "1795403564.120000001")?.nanoseconds == TimestampReaderTests.instant + 1)
  }

  @Test func `a missing zone means the default offset, a given one does not`() {
    var reader = TimestampReader(zone: ZoneRules(name: "+02:00", offset: 7_200))
    #expect(reader.read(text: "2026-11-23 05:12:44.120")?.nanoseconds == TimestampReaderTests.instant)
    #expect(reader.read(text: "2026-11-23T03:12:44.120Z")?.nanoseconds == TimestampReaderTests.instant)
    #expect(reader.read(text: "2026-11-23")?.formatted() == "2026-11-22T22:00:00.000Z")
  }

  @Test(arguments: [
    ("23/Nov/2026:03:12:44 +0000", 0), ("23/Nov/2026:04:12:44 +0100", 0), ("23/Nov/2026:03:12:44", 0),
    ("2026/11/23 03:12:44", 0), ("2026/11/23 03:12:44.120", 120), ("Nov 23 03:12:44", 0), ("11-23 03:12:44", 0),
    ("11-23 03:12:44,120", 120), ("11-23 03:12:44.120Z", 120),
  ])
  func `the forms of web servers, of syslog and of Python's loggers are read`(text: String, milliseconds: Int64) {
    let now = TimestampReaderTests.instant + 3_600_000_000_000
    var reader = TimestampReader(reference: Timestamp(nanoseconds: now))
    let expected = TimestampReaderTests.instant + (milliseconds - 120) * 1_000_000
    #expect(reader.read(text: text)?.nanoseconds == expected)
  }

  @Test(arguments: [
    ("12-31 23:59:00", "2026-01-01T00:10:00Z", "2025-12-31T23:59:00.000Z"),
    ("01-01 00:30:00", "2025-12-31T23:00:00Z", "2026-01-01T00:30:00.000Z"),
    ("02-29 12:00:00", "2026-11-23T00:00:00Z", "2024-02-29T12:00:00.000Z"),
    ("Mar  1 00:00:00", "2026-11-23T00:00:00Z", "2026-03-01T00:00:00.000Z"),
  ])
  func `a time without a year is the latest that is not after the reference`(text: String, now: String, read: String) {
    var reader = TimestampReader(reference: Timestamp(rfc3339: now))
    #expect(reader.read(text: text)?.formatted() == read)
    var without = TimestampReader()
    #expect(without.read(text: text) == nil)
  }

  @Test(arguments: [
    "", "x", "2026", "2026-11", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z",
    "2026-11-23T03:60:00Z", "2026-11-23T03:12:61Z", "2026-11-23T03:12:44.Z", "2026-11-23T03:12:44.1x",
    "2026-11-23T03:12:44+1:00", "2026-11-23T03:12:44+24:00", "2026-11-23T03:12:44Z ", "2026-11-23T03:12",
    "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "0", "200", "946684799", "4102444800", "99999999999999999999",
    "1.", "-1795403564", "NaN", "1e400", "4611686018427387904", "9223372036854775807", "9223372036854775808",
  ])
  func `what is no plausible time gives none`(text: String) {
    var reader = TimestampReader()
    #expect(reader.read(text: text) == nil)
  }

  @Test func `fields of every kind are read from a table`() {
    let plan = plan("ts", "n", "e", "o", "b")
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: 5)
    var reader = TimestampReader()
    let line = Array(
      #"{"ts":"2026-11-23T03:12:44.120Z","n":1795403564120,"e":"2026-11-23\u005403:12:44.120Z","o":{},"b":true}"#.utf8)
    #expect(scanner.scan(line.span.bytes, into: &table))
    let read = (0..<6).map { reader.read($0, of: table, in: line.span.bytes)?.nanoseconds }
    let instant = TimestampReaderTests.instant
    #expect(read == [instant, instant, instant, nil, nil, nil])
  }

  @Test(arguments: 0..<20)
  func `a reader that remembers agrees with one that does not`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var reader = TimestampReader()
    for _ in 0..<200 {
      let seconds = Int64.random(in: 946_684_800..<4_102_444_800, using: &random)
      let base = Timestamp(
        nanoseconds: seconds * 1_000_000_000 + Int64.random(in: 0..<1_000, using: &random) * 1_000_000)
      for step: Int64 in 0..<4 {
        let instant = Timestamp(nanoseconds: base.nanoseconds + step * 21_000_000_000)
        var text = Array(instant.formatted().utf8)
        if Int.random(in: 0..<4, using: &random) == 0 {
          text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 32...126, using: &random)
        }
        var fresh = TimestampReader()
        let string = String(decoding: text, as: UTF8.self)
        #expect(reader.read(text: string) == fresh.read(text: string))
        if let read = fresh.read(text: string), string.count == 24 {
          #expect(read == Timestamp(rfc3339: string) || Timestamp(rfc3339: string) == nil)
        }
      }
    }
  }
}

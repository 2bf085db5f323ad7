import Domain
import Testing

@testable import Dashboard

@Suite struct TextTests {
  @Test(arguments: [(240, "no data 4m"), (720, "stale 12m"), (4_440, "stale 1h14"), (90_000, "no data 1d")])
  func `the age of a silent metric fits its column whole`(seconds: Int, text: String) {
    var row = MetricRow(name: "m", title: "m", aspect: .technical, health: .stale)
    row.staleFor = .seconds(seconds)
    #expect(MetricText(row).now == text)
    #expect(text.count <= 10)
  }

  @Test(
    "numbers of one row share a scale",
    arguments: [
      ("ms", 1_840.0, "1.84 s", "1.84"), ("ms", 412, "412 ms", "412"), ("share", 0.004, "0.40 %", "0.40"),
      ("share", 0.712, "71.2 %", "71.2"), ("usd", 3.12, "$3.12", "3.12"), ("eur", 9_480, "€9 480", "9 480"),
      ("", 4_210, "4 210", "4 210"), ("", 123_456, "123k", "123k"), ("", -0.004, "-0.00400", "-0.00400"),
      ("tokens", .nan, "—", "—"), ("usd", 0.00184, "0.18 ct", "0.18"), ("1/s", 18.94, "18.9 /s", "18.9"),
      ("1/s", 0.3, "18 /min", "18"), ("1/s", 0.002, "7.20 /h", "7.20"), ("usd/s", 0.035, "$126 /h", "126"),
    ])
  func units(_ unit: String, _ value: Double, _ full: String, _ bare: String) {
    let text = UnitText(unit: unit, values: [value])
    #expect(text.full(value) == full)
    #expect(text.bare(value) == bare)
    #expect(text.full(nil) == "—")
  }

  @Test(
    "short numbers",
    arguments: [(9_400.0, "9.4k"), (2_000, "2k"), (999.6, "1k"), (0.02, "0.02"), (1.5, "1.5"), (2e6, "2M")])
  func compact(_ value: Double, _ text: String) {
    #expect(NumberText.compact(value) == text)
  }

  @Test(
    "bounds as people type them",
    arguments: [
      ("1.5 s", "ms", 1_500.0), ("800", "ms", 800), ("2 %", "share", 0.02), ("0.02", "share", 0.02), ("2k", "", 2_000),
      ("€2 000", "eur", 2_000), ("-3", "", -3),
      ("30 /min", "1/s", 0.5), ("7200/h", "usd/s", 2), ("0.2 ct", "usd", 0.002),
    ])
  func bounds(_ text: String, _ unit: String, _ value: Double) {
    #expect(MetricBound.value(text, unit: unit) == value)
  }

  @Test(
    "unclear bounds are none",
    arguments: [
      ("", ""), ("2", "share"), ("1 h", "ms"), ("nan", ""), ("1e999", ""), ("k", ""), ("20", "usd/s"),
      ("20 /h", "share"),
    ])
  func unclear(_ text: String, _ unit: String) {
    #expect(MetricBound.value(text, unit: unit) == nil)
  }

  @Test(
    "a suggested bound is read back as it was",
    arguments: ["ms", "s", "share", "%", "usd", "", "bytes", "1/s", "usd/s"])
  func boundsRoundTrip(_ unit: String) {
    var random = SplitMix64(seed: 7)
    for _ in 0..<200 {
      let value = unit == "share" ? Double.random(in: 0...1, using: &random) : .random(in: 0...100_000, using: &random)
      let read = MetricBound.value(MetricBound.text(value, unit: unit), unit: unit)
      #expect(read.map { ($0 - value).magnitude <= max(1e-3, value * 1e-5) } == true)
    }
  }

  @Test("groups of samples change in their newest cell alone until a group closes")
  func groups() {
    func metric(_ count: Int) -> MetricRow {
      MetricRow(
        name: "m", title: "m", aspect: .technical, samples: (count..<count + 180).map { Double($0) }, bucketSeconds: 10,
        end: Timestamp(nanoseconds: Int64(count) * 10_000_000_000), limit: MetricLimit(warn: 1e9))
    }
    var moves = 0
    for step in 1_000..<1_140 {
      let before = SampleGroups(metric(step), width: 26).values
      let after = SampleGroups(metric(step + 1), width: 26).values
      if after.suffix(10).dropLast() == before.suffix(10).dropLast() { continue }
      moves += 1
      #expect(after.suffix(9).dropLast(1) == before.suffix(8))
    }
    #expect(moves == 20)
  }

  @Test("a group shows its worst sample, on the side that is bad")
  func worst() {
    var metric = MetricRow(
      name: "m", title: "m", aspect: .technical, samples: [1, 9, nil, 4], limit: MetricLimit(warn: 8))
    #expect(SampleGroups(metric, width: 1).values == [9])
    #expect(SampleGroups(metric, width: 1).breaches == [0])
    metric.limit = MetricLimit(warn: 0.5, direction: .below)
    #expect(SampleGroups(metric, width: 1).values == [1])
    #expect(SampleGroups(metric, width: 1).breaches.isEmpty)
  }

  @Test("rows are dealt out in proportion, and nobody gets more than it can fill but the last")
  func allotment() {
    let wants = [(5, 4), (12, 6), (5, 3), (9, 4)].map { RowAllotment.Want(natural: $0.0, weight: $0.1) }
    #expect(RowAllotment.rows(17, wants) == [4, 6, 3, 4])
    #expect(RowAllotment.rows(0, wants) == [0, 0, 0, 0])
    #expect(RowAllotment.rows(40, wants) == [5, 12, 5, 18])
    #expect(RowAllotment.rows(-3, wants).allSatisfy { $0 == 0 })
  }

  @Test("a filter's letters in order, all words, ! turned around")
  func filter() {
    #expect(FuzzyFilter("rfa").lets("Refund-Agent"))
    #expect(!FuzzyFilter("fra").lets("Refund-Agent"))
    #expect(!FuzzyFilter("ref mail").lets("Refund-Agent"))
    #expect(FuzzyFilter("!mail").lets("Refund-Agent"))
    #expect(FuzzyFilter("!").lets("anything"))
    #expect(FuzzyFilter("").lets(""))
  }

  @Test("time left is told in the unit of the whole")
  func progress() {
    #expect(ActionsPanel.progress(.seconds(125), .seconds(900)) == "2 of 15 m")
    #expect(ActionsPanel.progress(.seconds(40), .seconds(60)) == "40 of 60 s")
    #expect(ActionsPanel.progress(.seconds(3_700), .seconds(86_400)) == "1 of 24 h")
  }
}

import Domain
import Measures
import Testing

@testable import Drift

/// References that tell hours or weekdays apart.
@Suite struct StrataTests {
  private let midnight = Timestamp(seconds: 1_790_035_200)

  private func at(_ hours: Double) -> Timestamp { midnight + .seconds(hours * 3_600) }

  /// A quarter of an hour of 50 rows: small numbers by night, large ones by day.
  private func slots(days: Int) -> [(start: Timestamp, rows: Summary)] {
    (0..<days * 96).map { quarter in
      let hour = quarter / 4 % 24
      let base = hour < 8 ? 10.0 : 1_000
      return (at(Double(quarter) / 4), numeric((0..<50).map { base + Double(($0 * 7 + quarter) % 50) }))
    }
  }

  private func stratified(by: Stratification, days: Int) throws -> Reference {
    let slots = slots(days: days)
    var all = slots[0].rows
    for slot in slots.dropFirst() { all.merge(slot.rows) }
    var result = try reference(all)
    result.stratify(by: by, slots)
    return result
  }

  @Test(
    "strata of UTC",
    arguments: [
      (Stratification.hour, 0.0, 0, "0–1 h UTC"), (.hour, 23.99, 23, "23–24 h UTC"), (.hour, -0.01, 23, "23–24 h UTC"),
      (.weekday, 0, 1, "Tuesday"), (.weekday, -24, 0, "Monday"), (.weekday, 24 * 5, 6, "Sunday"),
      (.hourOfWeek, 0, 24, "Tuesday 0–1 h UTC"), (.hourOfWeek, -24, 0, "Monday 0–1 h UTC"),
      (.hourOfWeek, 24 * 5 + 23.5, 167, "Sunday 23–24 h UTC"),
    ])
  func strata(by: Stratification, hours: Double, stratum: Int, name: String) {
    #expect(by.stratum(of: at(hours)) == stratum && by.name(of: stratum) == name)
    #expect(by.period == (by == .hour ? .seconds(86_400) : .seconds(7 * 86_400)))
  }

  @Test func `a night is like the nights of the reference, and nothing like the whole of it`() throws {
    let reference = try stratified(by: .hour, days: 3)
    let night = slots(days: 1)[8..<10].map(\.rows).reduce(into: slots(days: 1)[10].rows) { $0.merge($1) }
    #expect(reference.compare(night).verdict != .ok)
    let alike = reference.alike(from: at(2), to: at(2.75))
    #expect(alike.stratum == "2–3 h UTC" && alike.count == 600 && alike.strata == nil)
    var settings = DriftSettings()
    settings.stratify = .hour
    let comparison = SummaryComparison(name: "x", reference: alike, current: night, settings: settings)
    #expect(comparison.estimate.verdict == .ok && comparison.estimate.psi < 0.05, "\(comparison.reason)")
    #expect(comparison.notes.contains("compared with 2–3 h UTC of the reference"))
    let day = reference.alike(from: at(12), to: at(12.5))
    #expect(day.compare(night).verdict != .ok)
  }

  @Test func `an hour of the week is compared with itself, or with that hour of all days while it has few rows`() throws
  {
    // Two weeks, in which Sundays are like nights.
    var slots = slots(days: 14)
    for index in slots.indices where Stratification.weekday.stratum(of: slots[index].start) == 6 {
      slots[index].rows = numeric((0..<50).map { 10 + Double(($0 * 7 + index) % 50) })
    }
    var all = slots[0].rows
    for slot in slots.dropFirst() { all.merge(slot.rows) }
    var reference = try reference(all)
    reference.stratify(by: .hourOfWeek, slots)
    let sunday = numeric((0..<200).map { 10 + Double($0 % 50) })
    let noon = at(24 * 5 + 12)
    let alike = reference.alike(from: noon, to: noon + .seconds(1_800))
    #expect(alike.stratum == "Sunday 12–13 h UTC" && alike.count == 400)
    #expect(alike.compare(sunday).verdict == .ok)
    // Two days only: an hour that was not seen is compared with the same hour of the others.
    var short = try stratified(by: .hour, days: 14)
    short.stratify(by: .hourOfWeek, slots.prefix(2 * 96))
    let pooled = short.alike(from: at(48 + 12), to: at(48 + 12.5))
    #expect(pooled.stratum == "the same hours of all days" && pooled.count == 400)
    // It survives being stored, in less than 10 kB.
    let stored = reference.json
    #expect(stored.text.utf8.count < 10_240, "\(stored.text.utf8.count)")
    #expect(Reference(json: stored) == reference)
  }

  @Test func `a stretch over two hours is like both, each by its part`() throws {
    let reference = try stratified(by: .hour, days: 4)
    let mixed = reference.alike(from: at(7.75), to: at(8.25))
    #expect(mixed.stratum == "the same hours" && mixed.count == 800)
    guard case .numeric(let cells) = mixed.cells else {
      Issue.record("no bins")
      return
    }
    let split = cells.uppers.firstIndex { BucketGrid.upperBound($0) > 500 } ?? 0
    #expect(cells.counts[..<split].reduce(0, +) == 400)
  }

  @Test func `hours with too few rows are those of the whole reference`() throws {
    let reference = try stratified(by: .hour, days: 1)
    #expect(reference.alike(from: at(2), to: at(2.5)).stratum != nil, "200 rows will do")
    var thin = try stratified(by: .hour, days: 1)
    thin.stratify(by: .hour, slots(days: 1).prefix(11))
    #expect(thin.alike(from: at(2), to: at(2.5)) == thin, "150 will not")
    #expect(thin.alike(from: at(5), to: at(5.5)) == thin)
    #expect(thin.alike(from: at(1), to: at(1.5)).count == 200)
  }

  @Test("what is stored of strata is read again, and stays below 10 kB", arguments: Stratification.allCases)
  func stored(by: Stratification) throws {
    let numbers = try stratified(by: by, days: 14)
    #expect(try Reference(json: JSON(parsing: numbers.json.text)) == numbers)
    #expect(numbers.json.text.utf8.count < 10_000)
    let words = (0..<14 * 24).map { hour -> (start: Timestamp, rows: Summary) in
      var counts: [String: Int] = [:]
      for category in 0..<200 { counts["category-\(category)"] = 100 + (category + hour) % 50 }
      return (at(Double(hour)), .category(CategorySummary(counts: counts)))
    }
    var all = words[0].rows
    for slot in words.dropFirst() { all.merge(slot.rows) }
    var categories = try reference(all)
    categories.stratify(by: by, words)
    #expect(try Reference(json: JSON(parsing: categories.json.text)) == categories)
    #expect(categories.json.text.utf8.count < 10_000, "\(categories.json.text.utf8.count)")
    #expect(categories.alike(from: at(3), to: at(3.5)).compare(words[3].rows).verdict == .ok)
  }

  @Test func `an automatic reference learns an hour at a time until each has come once`() throws {
    var learner = try reference(numeric([1, 2, 3]))
    learner.capturedFrom = at(14.9)
    learner.learnStrata(by: .hour)
    #expect(learner.nextToLearn(at: at(14.99)) == nil)
    var stretches: [Range<Timestamp>] = []
    while let stretch = learner.nextToLearn(at: at(100)) {
      stretches.append(stretch)
      learner.learn(numeric(Array(repeating: 2, count: 300)), of: stretch)
    }
    #expect(stretches.count == 25 && stretches[0] == at(14.9)..<at(15) && stretches[24] == at(38)..<at(38.9))
    #expect(learner.strata?.learning == nil && learner.strata?.counts.count == 24)
    #expect(learner.strata?.counts[14]?.reduce(0, +) == 600 && learner.strata?.counts[3]?.reduce(0, +) == 300)
    #expect(learner.nextToLearn(at: at(1_000)) == nil)
    var half = try reference(numeric([1, 2, 3]))
    half.capturedFrom = at(0)
    half.learnStrata(by: .hour)
    half.learn(nil, of: at(0)..<at(1))
    #expect(try Reference(json: JSON(parsing: half.json.text))?.strata == half.strata, "goes on after a restart")
    #expect(half.nextToLearn(at: at(2)) == at(1)..<at(2))
    half.learn(numeric(Array(repeating: 2, count: 300)), of: at(1)..<at(2))
    #expect(half.alike(from: at(25), to: at(25.5)).count == 300)
    let unknown = half.alike(from: at(25.75), to: at(26.25))
    #expect(unknown.count == 0 && unknown.compare(numeric(Array(repeating: 9, count: 300))).verdict == .tooFew)
  }
}

import Domain
import Testing

@testable import Assurance

/// What verdicts on incidents say should change of a rule.
@Suite struct RuleSuggestionTests {
  private func firings(_ rows: [(worst: Double, isReal: Bool?)], bound: Double = 5, label: [String] = [])
    -> [RuleFirings.Firing]
  {
    rows.enumerated().map { index, row in
      RuleFirings.Firing(
        incident: index + 1, labels: label.isEmpty ? .none : Labels(["tenant": label[index]]), worst: row.worst,
        bound: bound, isReal: row.isReal, isFlapping: false)
    }
  }

  private func suggestions(_ firings: [RuleFirings.Firing]) -> [RuleSuggestion] {
    RuleSuggestion.suggestions(for: "r", firings)
  }

  @Test("a bound between the false and the real ones is found, with the fewest digits that tell them apart")
  func raise() throws {
    let found = suggestions(firings([(6, false), (7, false), (7.5, false), (12, true), (9.5, true), (30, nil)]))
    #expect(found.map(\.change) == [.bound(from: 5, to: 9)])
    #expect(found.first?.because == "3 of 3 false incidents stayed within 9, and none of 2 real ones did")
    #expect(found.first?.json["change"] == "raise" && found.first?.json["to"]?.double == 9)
  }

  @Test("where low values are bad, the bound is lowered") func lower() {
    let found = suggestions(
      firings([(0.8, false), (0.82, false), (0.85, false), (0.3, true), (0.5, true)], bound: 0.9))
    guard case .bound(let old, let new)? = found.first?.change else {
      Issue.record("\(found)")
      return
    }
    #expect(old == 0.9 && new < 0.8 && new > 0.5, "\(new)")
  }

  @Test("nothing real at all: beyond the farthest false one, and with ten judged the rule goes") func retire() {
    let five = suggestions(firings((1...5).map { (5 + Double($0), false) }))
    #expect(five.count == 1)
    guard case .bound(5, let new)? = five.first?.change else {
      Issue.record("\(five)")
      return
    }
    #expect(new > 10)
    let ten = suggestions(firings((1...10).map { (5 + Double($0), false) }))
    #expect(ten.contains { $0.change == .retire })
  }

  @Test("one label's value that is always wrong is split off, unless the rule is wrong everywhere") func split() {
    let rows: [(Double, Bool?)] = [(9, false), (8, false), (9.5, false), (8, true), (7, true), (9, true)]
    let labels = ["t1", "t1", "t1", "t2", "t3", "t2"]
    let found = suggestions(firings(rows, label: labels))
    #expect(found.map(\.change) == [.split(label: "tenant", value: "t1")], "\(found)")
    let wrong: [(Double, Bool?)] = [(9, false), (8, false), (9.5, false), (8, false), (7, true), (9, false)]
    #expect(!suggestions(firings(wrong, label: labels)).contains { $0.change == .split(label: "tenant", value: "t1") })
  }

  @Test(
    "too little says nothing",
    arguments: [
      [(6.0, false), (7.0, false), (8.0, false), (9.0, true)],
      [(6.0, nil), (7.0, nil), (8.0, nil), (9.0, nil), (9.0, nil)],
      // False ones lie beyond real ones: no bound tells them apart.
      [(9.0, false), (9.5, false), (9.9, false), (6.0, true), (6.5, true)],
      [(9.0, true), (9.5, true), (9.9, true), (6.0, true), (6.5, false)],
    ] as [[(Double, Bool?)]])
  func silence(rows: [(Double, Bool?)]) {
    #expect(suggestions(firings(rows.map { (worst: $0.0, isReal: $0.1) })).isEmpty)
  }

  @Test("incidents of another bound, or without a value, do not choose one") func otherBounds() {
    var mixed = firings([(6, false), (7, false), (7.5, false), (12, true), (9.5, true)])
    mixed[0].bound = 4
    #expect(suggestions(mixed).isEmpty)
    mixed[0].bound = 5
    mixed[1].worst = nil
    #expect(suggestions(mixed).isEmpty)
  }

  @Test("rules that come and go") func steady() {
    var rows = firings([(6, nil), (7, nil), (8, nil), (9, nil)])
    for index in 0..<3 { rows[index].isFlapping = true }
    #expect(suggestions(rows).map(\.change) == [.steady])
  }
}

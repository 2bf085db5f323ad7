import Domain
import Expressions
import Testing

@Suite struct CompiledPredicateTests {
  @Test(
    "Comparisons with one field",
    arguments: [
      (TestLine.Value.number("500"), "a >= 500", true),
      (.number("499.5"), "a >= 500", false),
      (.number("5e2"), "a == 500", true),
      (.string("500"), "a == 500", true),
      (.string("5oo"), "a != 500", false),
      (.number("500"), "a == '500'", false),
      (.string("stop"), "a == 'stop'", true),
      (.string("stops"), "a == 'stop'", false),
      (.string("stops"), "a != 'stop'", true),
      (.string("abc"), "a < 'abd'", true),
      (.string("ab"), "a < 'abc'", true),
      (.string("b"), "a <= 'abc'", false),
      (.escaped(#"it\u0027s"#), #"a == 'it\'s'"#, true),
      (.escaped(#"a\nb"#), #"a == 'a\nb'"#, true),
      (.yes, "a == true", true),
      (.no, "a != true", true),
      (.string("false"), "a == false", true),
      (.number("1"), "a == true", false),
      (.absent, "a != 'x'", false),
      (.null, "a != 'x'", false),
      (.absent, "not a == 'x'", true),
      (.null, "exists a", false),
      (.no, "exists a", true),
      (.string("t2"), "a in ['t1', 't2', 3]", true),
      (.number("3"), "a in ['t1', 't2', 3]", true),
      (.string("t4"), "a not in ['t1', 't2']", true),
      (.string("GET /v1/chat"), "a matches /^GET .*chat$/", true),
      (.string("POST"), "a matches /^GET/", false),
      (.number("404"), "a matches /^4[0-9]{2}$/", true),
      (.escaped(#"a\/b"#), #"a matches /a\/b/"#, true),
      (.string(""), "a matches /^$/", true),
      (.absent, "a not matches /x/", true),
      (.string("grün"), "a matches /^gr.n$/", true),
    ])
  func comparison(value: TestLine.Value, predicate: String, expected: Bool) throws {
    #expect(try TestLine([value]).satisfies(predicate) == expected)
  }

  @Test func `and binds tighter than or, and not tighter than both`() throws {
    let line = TestLine([.number("1"), .number("2"), .number("3")])
    #expect(try line.satisfies("a == 1 or b == 0 and c == 0"))
    #expect(try !line.satisfies("(a == 1 or b == 0) and c == 0"))
    #expect(try line.satisfies("not a == 0 and b == 2"))
    #expect(try line.satisfies("not (a == 1 and b == 0)"))
  }

  @Test func `A subject is looked at up to its limit`() throws {
    let long = String(repeating: "x", count: TextPattern.subjectLimit)
    #expect(try TestLine([.string(long + "needle")]).satisfies("a matches /needle/") == false)
    #expect(try TestLine([.string(long.dropLast(6) + "needle")]).satisfies("a matches /needle/"))
  }

  @Test func `A table with fewer columns than the plan holds nothing`() throws {
    var plan = FieldPlan()
    let compiled = try CompiledPredicate(PredicateParser.parse("a == 1 or b == 1"), plan: &plan)
    let bytes: [UInt8] = [0x31]
    let holds = compiled.evaluate(FieldTable(columns: 1), bytes.span.bytes)
    #expect(!holds)
  }

  @Test(
    "Patterns that are refused",
    arguments: [
      ("(a)\\1", "back-references"), ("\\d+", "[0-9]"), ("(a{100}){100}", "too many"), ("a(", "("), ("", "empty"),
    ])
  func refusedPattern(pattern: String, reason: String) {
    #expect {
      _ = try TextPattern(pattern)
    } throws: { error in
      (error as? PatternError)?.reason.contains(reason) == true
    }
  }

  @Test("The chain of tests says what a tree of them says", arguments: UInt64(1)...40)
  func agreesWithTree(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let predicate = RandomExpressions.predicate(&random, depth: 4)
      let values = (0..<4).map { _ in RandomExpressions.value(&random) }
      let line = TestLine(values)
      #expect(try line.satisfies(predicate) == RandomExpressions.holds(predicate, values), "\(predicate)")
    }
  }
}

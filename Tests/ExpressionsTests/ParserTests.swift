import Domain
import Expressions
import Testing

@Suite struct ParserTests {
  @Test(
    "Conditions of the documentation",
    arguments: [
      "count(status >= 500) over 60s > 5",
      "ratio(guardrail.status in ['a', 'b']) over 120s > 0.01",
      "p95(latency_ms) over 60s > 800",
      "p95(latency_ms where tenant == 't1') over 60s > 800",
      "mean(tokens_out) over 300s < 10",
      "rate() over 60s < 0.1",
      "count() over 60s == 0",
      "absent() over 120s",
      "absent(feedback) over 600s",
      "change(p95(latency_ms), 3600s) over 300s > 1.5",
      "drift(prompt_tokens) > 0.25",
      "burn_rate(harm-free) over 3600s > 14.4",
      "burn_rate(status < 500 where exists status, 0.999) over 3600s > 14.4",
      "z(ratio(refused == true where benign == true), 3600s) over 60s < -5",
      "top(user where categories matches /jailbreak/) over 600s >= 3",
      "count(status >= 500) over 60s by tenant, user.id > 5",
      "(count() over 60s > 10 or absent() over 60s) and not mean(x) over 60s <= -0.5",
    ])
  func roundTrip(text: String) throws {
    let condition = try ConditionParser.parse(text)
    #expect(condition.description == text)
    #expect(try ConditionParser.parse(condition.description) == condition)
  }

  @Test func `A change without a length compares with a window six times as long`() throws {
    guard
      case .compare(let aggregate, .greater, 1.5) = try ConditionParser.parse(
        "change(p95(latency_ms)) over 5m > 1.5")
    else {
      Issue.record("not a comparison")
      return
    }
    #expect(aggregate.over == .seconds(300))
    #expect(aggregate.reference == .seconds(1_800))
    #expect(aggregate.function == .percentile(95))
  }

  @Test func `A percentage is a hundredth`() throws {
    #expect(try ConditionParser.parseBound("< 0.5%") == Bound(.less, 0.005))
    #expect(try ConditionParser.parseBound(">= -1e-3") == Bound(.greaterOrEqual, -0.001))
  }

  @Test func `Field names with dots, keywords and spaces are written with a backslash or backquotes`() throws {
    let path = try PredicateParser.parseField(#"gen_ai\.system.`odd name`.`not`"#)
    #expect(path.components == ["gen_ai.system", "odd name", "not"])
    let predicate = Predicate.exists(path)
    #expect(try PredicateParser.parse(predicate.description) == predicate)
  }

  @Test(
    "Faults of predicates, each with its column and what was expected",
    arguments: [
      ("", "column 1: found the end, expected a field, 'not', 'exists' or '('"),
      ("status", "column 7: found the end, expected a comparison (== != < <= > >=), 'in' or 'matches'"),
      ("status = 500", "column 8: found '=', expected '=='"),
      ("a == 1 && b == 2", "column 8: found '&', expected 'and'"),
      ("a == 1 || b == 2", "column 8: found '|', expected 'or'"),
      ("!a == 1", "column 1: found '!', expected '!=' or 'not'"),
      ("a == 'x", "column 8: found the end, expected the closing quote of the string at column 6"),
      ("a == stop", "column 6: found 'stop', expected a number, a string in quotes, true or false"),
      ("a == 12ms", "column 6: found '12ms', expected a number"),
      ("a in ('x')", "column 6: found '(', expected '['"),
      ("a in ['x' 'y']", "column 11: found ''y'', expected ']' or ','"),
      ("a not 'x'", "column 7: found ''x'', expected 'in' or 'matches'"),
      ("a matches 'x'", "column 11: found ''x'', expected a pattern between slashes, /…/"),
      ("a matches /x(/", "column 11: found '/x(/', expected a POSIX extended regular expression (Unmatched ( or \\()"),
      ("(a == 1", "column 8: found the end, expected ')' or 'and', 'or'"),
      ("a == 1)", "column 7: found ')', expected 'and', 'or' or the end"),
      ("grün == 1 and é", "column 16: found the end, expected a comparison (== != < <= > >=), 'in' or 'matches'"),
      ("a < true", "column 5: found 'true', expected a number or a string after '<'"),
      ("a == nan", "column 6: found 'nan', expected a number, a string in quotes, true or false"),
      ("a..b == 1", "column 3: found '.', expected a name"),
      ("exists in", "column 8: found 'in', expected a field"),
    ])
  func predicateFault(text: String, message: String) {
    #expect {
      _ = try PredicateParser.parse(text)
    } throws: { error in
      "\(error)" == message
    }
  }

  @Test(
    "Faults of conditions, each with its column and what was expected",
    arguments: [
      (
        "status >= 500",
        "column 1: found 'status', expected an aggregate: count, sum, mean, min, max, rate, ratio, p50…p99, distinct, top, burn_rate, drift, missing, risk, change, z or absent"
      ),
      ("count(status >= 500) > 5", "column 22: found '>', expected 'over' and a duration"),
      ("count() over 60x > 5", "column 14: found '60x', expected a duration such as 60s or 5m"),
      ("count() over 60s", "column 17: found the end, expected a comparison (== != < <= > >=)"),
      ("count() over 60s > many", "column 20: found 'many', expected a number"),
      ("p95() over 60s > 1", "column 5: found ')', expected a field, such as p95(latency_ms)"),
      ("p95(a == 1) over 60s > 1", "column 7: found '==', expected ')' or 'where'"),
      (
        "p49(a) over 60s > 1",
        "column 1: found 'p49', expected an aggregate: count, sum, mean, min, max, rate, ratio, p50…p99, distinct, top, burn_rate, drift, missing, risk, change, z or absent"
      ),
      ("ratio() over 60s > 1", "column 7: found ')', expected a predicate, such as ratio(status >= 500)"),
      (
        "change(drift(a)) over 5m > 1",
        "column 1: found 'change', expected change of a function other than drift, missing, risk, absent, burn_rate or top"
      ),
      ("count() over 60s by a, a > 1", "column 24: found 'a', expected each name after 'by' once"),
      ("absent() over 60s > 1", "column 19: found '>', expected 'and', 'or' or the end"),
      ("count() over 0s > 1", "column 14: found '0s', expected a duration such as 60s or 5m"),
    ])
  func conditionFault(text: String, message: String) {
    #expect {
      _ = try ConditionParser.parse(text)
    } throws: { error in
      "\(error)" == message
    }
  }

  @Test func `Depth and length are bounded`() throws {
    func nested(_ levels: Int) -> String {
      String(repeating: "(", count: levels) + "a == 1" + String(repeating: ")", count: levels)
    }
    #expect(throws: Never.self) { try PredicateParser.parse(nested(64)) }
    #expect(throws: ExpressionError.self) { try PredicateParser.parse(nested(65)) }
    #expect(throws: ExpressionError.self) {
      try ConditionParser.parse(String(repeating: "not ", count: 1_000) + "absent() over 10s")
    }
    #expect(throws: ExpressionError.self) {
      try PredicateParser.parse("a == '" + String(repeating: "x", count: 4_090) + "'")
    }
  }

  @Test("Written expressions are read back as they were", arguments: UInt64(1)...40)
  func randomRoundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let condition = RandomExpressions.condition(&random, depth: 4)
      #expect(try ConditionParser.parse(condition.description) == condition, "\(condition)")
      let predicate = RandomExpressions.predicate(&random, depth: 4)
      #expect(try PredicateParser.parse(predicate.description) == predicate, "\(predicate)")
    }
  }

  @Test("Any text is read or refused with a column inside it", arguments: UInt64(1)...40)
  func fuzz(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = [
      "count(", "p95(", "ratio(", "change(", "absent()", ")", "(", "[", "]", ",", "over ", "by ", "60s ", "5m", "not ",
      "and ", "or ", "in ", "matches ", "/a[/", "/x/", "'", "\"", "a.b", "\\", "`", "==", "<", ">", "=", "1e", "-", "%",
      "é", "\u{0}", "\u{1F600}", "where ", "exists ", "true", " ", "\n", "{9}", "drift(x) > 1",
    ]
    for _ in 0..<200 {
      let text = (0..<Int.random(in: 0...14, using: &random))
        .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      for parse in [{ "\(try ConditionParser.parse($0))" }, { "\(try PredicateParser.parse($0))" }] {
        do {
          let description = try parse(text)
          #expect(try parse(description) == description, "\(text)")
        } catch let error as ExpressionError {
          #expect((1...text.unicodeScalars.count + 1).contains(error.column), "\(text)")
          #expect(!error.expected.isEmpty)
        }
      }
    }
  }
}

import Engine
import Settings
import Testing

@Suite struct RuleTestRunnerTests {
  static let file = """
    labels: { tenant: org.tenant }
    rules:
      - { name: errors, when: "ratio(status >= 500) over 60s > 0.1", by: [tenant], for: 20s, keep_firing_for: 60s }
    tests:
      - name: errors fire and end
        records:
          - { from: 0s, to: 5m, every: 1s, record: { org: { tenant: t1 }, status: 200 } }
          - { from: 5m, to: 7m, every: 500ms, record: { org: { tenant: t1 }, status: 503 } }
          - { from: 7m, to: 15m, every: 1s, record: { org: { tenant: t1 }, status: 200 } }
        expect:
          - { rule: errors, labels: { tenant: t1 }, at: 5m, state: inactive }
          - { rule: errors, labels: { tenant: t1 }, at: 6m, state: STATE }
          - rule: errors
            labels: { tenant: t1 }
            changes: [pending 310s, firing 330s, recovering 480s, inactive 540s]
        incidents: [errors]
    """

  private func outcomes(_ yaml: String) throws -> [RuleTestRunner.Outcome] {
    let (tests, problems) = RuleTestFile.load(yaml: yaml, file: "t.yaml") { _ in nil }
    #expect(problems.isEmpty, "\(problems)")
    return try RuleTestRunner(try #require(tests)).run()
  }

  private func file(state: String) -> String {
    Self.file.split(separator: "STATE", omittingEmptySubsequences: false).joined(separator: state)
  }

  @Test func `what is as expected passes`() throws {
    let outcome = try #require(try outcomes(file(state: "firing")).first)
    #expect(outcome.isPassed, "\(outcome.differences)")
  }

  @Test func `a test of a rule that nobody has fails instead of passing for ever`() throws {
    let text = """
      rules:
        - { name: errors, when: "ratio(status >= 500) over 60s > 0.1" }
      tests:
        - name: a slip of the pen
          records: [{ from: 0s, to: 2m, every: 1s, record: { status: 200 } }]
          expect: [{ rule: erors, at: 1m, state: inactive }]
      """
    #expect(try outcomes(text).first?.differences == ["line 6: there is no rule 'erors'"])
  }

  @Test func `a difference tells what was expected, what came and when`() throws {
    let outcome = try #require(try outcomes(file(state: "inactive")).first)
    #expect(outcome.differences.count == 1)
    let text = try #require(outcome.differences.first)
    #expect(text.hasPrefix("line 12: errors{tenant=t1}: expected inactive 6m, got firing; its changes: pending 310s"))
  }

  @Test(
    "Mistakes in a file of tests have a place",
    arguments: [
      ("tests: []", "there are no tests"),
      (
        "config: none.yaml\ntests: [{ name: a, records: [{ record: {} }], incidents: [] }]",
        "'none.yaml' cannot be used"
      ),
      ("tests: [{ name: a, records: [{ record: 5 }], incidents: [] }]", "'record' is a single value"),
      ("tests: [{ name: a, records: [{ record: { a: 1 } }] }]", "the test expects nothing"),
      (
        "tests: [{ name: a, records: [{ record: {} }], expect: [{ rule: r, changes: [soon] }] }]",
        "a change is 'soon'"
      ),
    ])
  func mistake(yaml: String, what: String) {
    let (tests, problems) = RuleTestFile.load(yaml: yaml, file: "t.yaml") { _ in nil }
    #expect(tests == nil && problems.contains { $0.what == what && $0.line > 0 }, "\(problems)")
  }
}

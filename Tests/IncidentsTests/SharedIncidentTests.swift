import Domain
import Incidents
import Testing

/// Signals that share an incident: of one rule by `group_by`, of several by `joins`.
@Suite struct SharedIncidentTests {
  private func fire(
    _ desk: inout Desk, _ rule: String, _ labels: Labels = .none, groupBy: [String]? = nil, joins: [String] = [],
    to state: SignalState = .firing, from: SignalState = .inactive, inhibitedBy: SignalKey? = nil, hits: Int? = nil
  ) {
    let transition = SignalTransition(
      key: SignalKey(rule: rule, labels: labels), from: from, to: state, at: desk.now, since: desk.now, value: 1,
      threshold: 0.5, count: 9, hits: hits, inhibitedBy: inhibitedBy,
      rule: RuleDescription(
        name: rule, title: rule, severity: .alarm, owasp: ["LLM01"], atlas: ["AML.T0054"], groupBy: groupBy,
        joins: joins))
    desk.append(desk.book.signal(transition, now: desk.now, policy: desk.policy))
  }

  @Test func `a rule that groups by nothing opens one incident for all tenants`() {
    var desk = Desk()
    for tenant in 1...8 { fire(&desk, "fail-open", Labels(["tenant": "t\(tenant)"]), groupBy: []) }
    #expect(desk.book.incidents.count == 1 && desk.incident()?.signals.count == 8)
    #expect(desk.incident()?.atlas == ["AML.T0054"])
  }

  @Test func `a rule that groups by a label opens one incident for each of its values`() {
    var desk = Desk()
    for (tenant, user) in [("t1", "a"), ("t1", "b"), ("t2", "a")] {
      fire(&desk, "attack", Labels(["tenant": tenant, "user": user]), groupBy: ["tenant"])
    }
    #expect(desk.book.incidents.map(\.signals.count) == [2, 1])
  }

  @Test func `a signal joins the open incident of a rule that explains it, unless a label contradicts`() {
    var desk = Desk()
    fire(&desk, "campaign", Labels(["tenant": "t1"]))
    fire(&desk, "drift", joins: ["campaign"])
    fire(&desk, "success", Labels(["tenant": "t2"]), joins: ["campaign"])
    #expect(desk.book.incidents.map { $0.signals.map(\.key.rule) } == [["campaign", "drift"], ["success"]])
    desk.ask(.dismiss(verdict: .falsePositive, reason: nil), on: 1)
    desk.pass(10)
    fire(&desk, "drift", to: .inactive, from: .firing)
    desk.pass(10)
    fire(&desk, "drift", joins: ["campaign"])
    #expect(desk.book.incidents.count == 3)
  }

  @Test func `a signal that is kept back opens nothing until it is presented`() {
    var desk = Desk()
    fire(&desk, "effect", inhibitedBy: SignalKey(rule: "cause"))
    #expect(desk.book.incidents.isEmpty)
    #expect(desk.journal.last?.data["inhibited_by"]?.string == "cause")
    desk.pass(60)
    fire(&desk, "effect", from: .firing, hits: 41)
    #expect(desk.book.incidents.count == 1 && desk.incident()?.signals.first?.hits == 41)
  }
}

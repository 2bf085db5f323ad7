import Domain
import Incidents
import Testing

@Suite struct TransitionTableTests {
  /// What follows from each verb that a state allows (spec: incidents, part 2).
  static let table: [IncidentState: [IncidentVerb: IncidentState]] = [
    .new: [
      .ack: .acknowledged, .assign: .new, .note: .new, .snooze: .new, .contain: .mitigating, .resolve: .resolved,
      .dismiss: .dismissed, .merge: .merged, .severity: .new,
    ],
    .acknowledged: [
      .assign: .acknowledged, .note: .acknowledged, .snooze: .acknowledged, .contain: .mitigating,
      .resolve: .resolved, .dismiss: .dismissed, .merge: .merged, .severity: .acknowledged, .undo: .new,
    ],
    .mitigating: [
      .assign: .mitigating, .note: .mitigating, .contain: .mitigating, .monitor: .monitoring, .resolve: .resolved,
      .dismiss: .dismissed, .merge: .merged, .severity: .mitigating,
    ],
    .monitoring: [
      .assign: .monitoring, .note: .monitoring, .resolve: .resolved, .dismiss: .dismissed, .merge: .merged,
      .severity: .monitoring,
    ],
    .resolved: [
      .assign: .resolved, .note: .resolved, .review: .review, .close: .closed, .reopen: .new, .severity: .resolved,
    ],
    .review: [.assign: .review, .note: .review, .close: .closed, .reopen: .new, .severity: .review],
    .closed: [.note: .closed, .reopen: .new],
    .dismissed: [.note: .dismissed, .undo: .new],
    .merged: [.undo: .new, .unmerge: .new],
  ]

  @Test(arguments: IncidentState.allCases, IncidentVerb.allCases.filter { !$0.concernsAction && $0 != .open })
  func `every verb in every state does what the table says or is refused`(
    state: IncidentState, verb: IncidentVerb
  ) throws {
    var desk = Desk.holding(state)
    let before = try #require(desk.incident())
    #expect(before.state == state)
    let decision = desk.ask(Desk.plain(verb))
    let after = try #require(desk.incident())
    let allowed = try #require(TransitionTableTests.table[state])
    if let next = allowed[verb] {
      #expect(decision.isGranted)
      #expect(after.state == next)
      #expect(after.rev == before.rev + 1)
      let data = try #require(decision.drafts.last).data
      #expect(data["expected_rev"]?.integer == Int64(before.rev))
      #expect(data["new_rev"]?.integer == Int64(after.rev))
    } else {
      let refusal = try #require(decision.refusal)
      #expect(refusal.verb == verb)
      #expect(refusal.state == state.rawValue)
      #expect(refusal.allowed == allowed.keys.sorted { $0.rawValue < $1.rawValue })
      #expect(after == before)
      #expect(decision.drafts.count == 1)
      #expect(decision.drafts.first?.data["result"] == "refused")
    }
  }

  @Test func `a refusal and a conflict have the shapes of the contract`() throws {
    var desk = Desk.holding(.closed)
    let refusal = try #require(desk.ask(.ack(reason: nil)).refusal)
    #expect(
      refusal.json.text
        == #"{"refused":{"verb":"ack","state":"closed","allowed":["note","reopen"],"reason":"the incident is closed"}}"#
    )
    let conflict = try #require(desk.ask(.ack(reason: nil), rev: 1).conflict)
    #expect(
      conflict.json.text
        == #"{"conflict":{"rev":3,"state":"closed","owner":null,"by":"alice","at":"2026-11-23T10:00:00.000Z"}}"#)
  }

  @Test func `an incident that is not there is refused without an entry`() throws {
    var desk = Desk()
    let decision = desk.ask(.ack(reason: nil), on: 9)
    #expect(decision.refusal?.reason.contains("INC-9") == true)
    #expect(decision.drafts.isEmpty)
  }

  @Test(arguments: [
    IncidentRequest.note(text: " \n"), .note(text: String(repeating: "é", count: 2_049)), .assign(owner: ""),
    .snooze(until: .epoch), .severity(.notice, reason: nil), .severity(.warn, reason: nil), .merge(into: 1),
    .merge(into: 77), .dismiss(verdict: nil, reason: nil), .dismiss(verdict: .truePositive, reason: nil),
    .contain(ActionPlan(kind: .containment, statement: "disabled it")),
    .contain(ActionPlan(kind: .containment, statement: "", reason: "urgent")),
    .contain(
      ActionPlan(
        kind: .containment, statement: "x",
        effect: ExpectedEffect(metric: "m", relation: .less, bound: .nan, within: .seconds(5)))),
    .approve(action: "A-1"),
  ])
  func `guards refuse what makes no sense`(request: IncidentRequest) {
    var desk = Desk.holding(.new)
    let before = desk.incident()
    #expect(desk.ask(request).refusal != nil)
    #expect(desk.incident() == before)
  }

  @Test func `an action goes from proposal to implementation, one step after the other`() throws {
    var desk = Desk.holding(.acknowledged)
    desk.ask(.addAction(ActionPlan(kind: .corrective, statement: "restore the limit", reason: "lost in v2.4.1")))
    let early = try #require(desk.ask(.start(action: "A-1")).refusal)
    #expect(early.state == "proposed")
    #expect(early.allowed == [.approve, .cancel, .plan])
    #expect(desk.ask(.approve(action: "A-1"), as: Desk.bob).isGranted)
    #expect(desk.ask(.start(action: "A-1")).isGranted)
    #expect(desk.ask(.implement(action: "A-1", evidence: [], at: nil, reason: nil)).refusal != nil)
    #expect(desk.ask(.implement(action: "A-1", evidence: ["commit 4f1"], at: nil, reason: nil)).isGranted)
    let action = try #require(desk.incident()?.actions.first)
    #expect(action.state == .implemented)
    #expect(action.rev == 4)
    #expect(action.approvedBy == Desk.bob)
    #expect(action.evidence == ["commit 4f1"])
    #expect(desk.ask(.cancel(action: "A-1", reason: "too late")).refusal?.state == "implemented")
    #expect(desk.incident()?.rev == 6)
  }
}

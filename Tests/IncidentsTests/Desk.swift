import Domain
import Incidents

/// A journal and the book that it adds up to, in virtual time.
struct Desk {
  var book = IncidentBook()
  var journal: [JournalEntry] = []
  var now = Timestamp(rfc3339: "2026-11-23T10:00:00Z") ?? .epoch
  var policy = IncidentPolicy.standard

  static let alice = Actor(login: "alice", source: .loginuid, userID: 1_001)
  static let bob = Actor(login: "bob", source: .loginuid, userID: 1_002)

  mutating func append(_ drafts: [EntryDraft], _ actor: Actor = .leeway) {
    for draft in drafts {
      let entry = JournalEntry(sequence: journal.count + 1, at: now, actor: actor, draft: draft)
      journal.append(entry)
      book.apply(entry)
    }
  }

  @discardableResult
  mutating func ask(
    _ request: IncidentRequest, on number: Int? = 1, rev: Int? = nil, as actor: Actor = Desk.alice
  ) -> Decision {
    let decision = book.decide(
      request, on: number, expectedRevision: rev, actor: actor, now: now, policy: policy)
    append(decision.drafts, actor)
    return decision
  }

  mutating func pass(_ seconds: Int) { now = now + .seconds(seconds) }

  mutating func tick() { append(book.tick(now: now, policy: policy)) }

  @discardableResult
  mutating func signal(
    _ from: SignalState, _ to: SignalState, rule: String = "refunds", tenant: String = "t2",
    severity: Severity = .alarm, value: Double? = 7, at: Timestamp? = nil
  ) -> [EntryDraft] {
    let transition = SignalTransition(
      key: SignalKey(rule: rule, labels: Labels(["tenant": tenant])), from: from, to: to, at: at ?? now,
      since: to == .firing || to == .pending ? at ?? now : nil, value: value, threshold: 5, count: 40,
      rule: RuleDescription(
        name: rule, title: "refunds over limit", severity: severity, category: "misuse", runbook: "runbooks/refund.md",
        owasp: ["LLM06"]))
    let drafts = book.signal(transition, now: now, policy: policy)
    append(drafts)
    return drafts
  }

  func incident(_ number: Int = 1) -> Incident? { book.incident(number: number) }

  var state: IncidentState? { incident()?.state }

  static let plan = ActionPlan(
    kind: .containment, statement: "disabled refund tool",
    effect: ExpectedEffect(metric: "refund_rate", relation: .less, bound: 5, within: .seconds(900)))

  /// A desk whose incident 1 is in a state.
  static func holding(_ state: IncidentState) -> Desk {
    var desk = Desk()
    desk.ask(.open(title: "first", severity: .warn, category: nil), on: nil)
    desk.ask(.open(title: "second", severity: .warn, category: nil), on: nil)
    desk.ask(.hold(reason: "asked for"))
    switch state {
    case .new: break
    case .acknowledged: desk.ask(.ack(reason: nil))
    case .mitigating: desk.ask(.contain(plan))
    case .monitoring:
      desk.ask(.contain(plan))
      desk.ask(.monitor(reason: nil))
    case .resolved: desk.ask(.resolve(reason: nil))
    case .review:
      desk.ask(.resolve(reason: nil))
      desk.ask(.review(reason: nil))
    case .closed:
      desk.ask(.resolve(reason: nil))
      desk.ask(.close(verdict: .truePositive, reason: nil, waive: false))
    case .dismissed: desk.ask(.dismiss(verdict: .expected, reason: nil))
    case .merged: desk.ask(.merge(into: 2))
    }
    return desk
  }

  /// A request that no guard refuses, if only the state allows its verb.
  static func plain(_ verb: IncidentVerb) -> IncidentRequest {
    switch verb {
    case .open: .open(title: "t", severity: .warn, category: nil)
    case .ack: .ack(reason: "rolling back")
    case .assign: .assign(owner: "bob")
    case .note: .note(text: "seen")
    case .hold: .hold(reason: "asked for")
    case .release: .release(reason: "no longer asked for")
    case .snooze: .snooze(until: .distantFuture)
    case .contain: .contain(plan)
    case .monitor: .monitor(reason: nil)
    case .resolve: .resolve(reason: nil)
    case .review: .review(reason: nil)
    case .close: .close(verdict: .truePositive, reason: "done", waive: true)
    case .dismiss: .dismiss(verdict: .test, reason: nil)
    case .merge: .merge(into: 2)
    case .unmerge: .unmerge
    case .reopen: .reopen(reason: "again")
    case .undo: .undo
    case .severity: .severity(.alarm, reason: nil)
    case .add: .addAction(plan)
    case .approve: .approve(action: "A-1")
    case .start: .start(action: "A-1")
    case .implement: .implement(action: "A-1", evidence: ["commit 1"], at: nil, reason: nil)
    case .cancel: .cancel(action: "A-1", reason: "no")
    case .step: .step(1, text: nil, isDone: true)
    case .assess: .assess(.other, awareAt: nil, reason: nil)
    case .sent: .sent(complete: true, reference: "R-1", at: nil)
    case .plan:
      .planCheck(action: "A-1", CheckPlan(metric: "refund_rate", relation: .less, bound: 5, observation: .seconds(900)))
    case .verdict: .verdict(check: "C-1", verdict: "inconclusive", reason: "no", performedAt: nil)
    }
  }
}

extension Decision {
  var refusal: Refusal? { if case .refused(_, let refusal) = self { refusal } else { nil } }
  var conflict: Conflict? { if case .conflict(_, let conflict) = self { conflict } else { nil } }
  var isGranted: Bool { if case .entries = self { true } else { false } }
}

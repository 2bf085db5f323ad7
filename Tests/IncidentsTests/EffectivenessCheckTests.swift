import Domain
import Incidents
import Testing

/// PM-4: a check is registered before its action is implemented, measured after, and never skipped over.
struct EffectivenessCheckTests {
  static let plan = CheckPlan(
    metric: "harm_rate", relation: .less, bound: 0.01, observation: .seconds(600), minimumCount: 200,
    guards: [CheckPlan.Guard(metric: "over_refusal", relation: .lessOrEqual)])
  static let before = MeasuredValue(count: 12_000, value: 0.041, low: 0.0376, high: 0.0447)
  static let after = MeasuredValue(count: 12_800, value: 0.0032, low: 0.0024, high: 0.0043)
  static let work = ActionPlan(kind: .corrective, statement: "tightened the filter", reason: "the check says more")

  /// A desk whose incident has an action in progress with a check of its own.
  static func checking(severity: Severity = .warn, plan: CheckPlan = plan) -> Desk {
    var desk = Desk()
    desk.ask(.open(title: "harm", severity: severity, category: nil), on: nil)
    desk.ask(.addAction(work))
    desk.ask(.approve(action: "A-1"))
    desk.ask(.start(action: "A-1"))
    #expect(desk.ask(.planCheck(action: "A-1", plan)).isGranted)
    return desk
  }

  static func implemented(severity: Severity = .warn) -> Desk {
    var desk = checking(severity: severity)
    desk.now = desk.now + .seconds(60)
    #expect(desk.ask(.implement(action: "A-1", evidence: ["commit 4f1"], at: nil, reason: nil)).isGranted)
    return desk
  }

  static func measure(_ desk: inout Desk, _ measurement: CheckMeasurement) {
    desk.pass(700)
    desk.append(desk.book.measured(measurement, check: "C-1", incident: 1, policy: desk.policy))
  }

  @Test func `a check runs from the implementation to the end of its window`() throws {
    var desk = Self.checking()
    #expect(desk.incident()?.checks.first?.state(at: desk.now) == .planned)
    desk.now = desk.now + .seconds(60)
    desk.ask(.implement(action: "A-1", evidence: ["commit 4f1"], at: nil, reason: nil))
    #expect(desk.incident()?.actions.first?.state == .verifying)
    #expect(desk.incident()?.checks.first?.state(at: desk.now) == .observing)
    #expect(desk.book.dueChecks(at: desk.now + .seconds(599)).isEmpty)
    #expect(desk.book.dueChecks(at: desk.now + .seconds(600)).map(\.check.id) == ["C-1"])
  }

  @Test(arguments: ["N/A", "n.a.", "none", " ", "TBD", "-"])
  func `a check that measures nothing is refused`(metric: String) {
    var desk = Desk()
    desk.ask(.open(title: "harm", severity: .warn, category: nil), on: nil)
    desk.ask(.addAction(Self.work))
    var plan = Self.plan
    plan.metric = metric
    #expect(desk.ask(.planCheck(action: "A-1", plan)).refusal?.verb == .plan)
    #expect(desk.incident()?.checks.isEmpty == true)
  }

  @Test func `a check cannot be registered once its action is implemented`() {
    var desk = Self.implemented()
    let refusal = desk.ask(.planCheck(action: "A-1", Self.plan)).refusal
    #expect(refusal?.reason.contains("before its action is implemented") == true)
    #expect(refusal?.allowed == [.verdict])
  }

  @Test func `an implementation cannot be dated before its check was registered`() {
    var desk = Self.checking()
    let promised = desk.now
    desk.now = desk.now + .seconds(600)
    #expect(
      desk.ask(.implement(action: "A-1", evidence: ["x"], at: promised - .seconds(60), reason: nil)).refusal != nil)
    #expect(desk.ask(.implement(action: "A-1", evidence: ["x"], at: promised + .seconds(60), reason: nil)).isGranted)
    #expect(desk.incident()?.checks.first?.startsAt == promised + .seconds(60))
  }

  @Test func `C01 a verdict dated before the implementation is refused`() {
    var early = Self.checking()
    let unimplemented = early.ask(.verdict(check: "C-1", verdict: "effective", reason: "sure", performedAt: nil))
    #expect(unimplemented.refusal?.reason.contains("before its action's implementation") == true)
    var desk = Self.implemented()
    let implementedAt = desk.now
    desk.now = desk.now + .seconds(3_600)
    let dated = Self.verdict("effective", at: implementedAt - .seconds(1))
    #expect(desk.ask(dated).refusal?.reason.contains("before its action's implementation") == true)
    #expect(desk.ask(Self.verdict("effective", at: implementedAt)).refusal != nil)
    #expect(desk.ask(Self.verdict("effective", at: implementedAt + .seconds(601))).isGranted)
  }

  private static func verdict(_ text: String?, at: Timestamp? = nil) -> IncidentRequest {
    .verdict(check: "C-1", verdict: text, reason: "the dashboard shows it", performedAt: at)
  }

  @Test(arguments: ["", " ", "N/A", "yes"])
  func `a blank verdict is refused`(text: String) {
    var desk = Self.implemented()
    desk.now = desk.now + .seconds(3_600)
    #expect(desk.ask(Self.verdict(text)).refusal?.reason.contains("a verdict is one of") == true)
    #expect(desk.incident()?.actions.first?.state == .verifying)
  }

  @Test func `closing waits for an open check even where the action is waived`() {
    var desk = Self.implemented()
    desk.ask(.resolve(reason: "over"))
    let waived = desk.ask(.close(verdict: .truePositive, reason: "busy", waive: true), as: Desk.bob)
    #expect(waived.refusal?.reason.contains("C-1") == true)
    Self.measure(&desk, Self.plan.judge(before: Self.before, after: Self.after, guards: [(nil, nil)]))
    #expect(desk.incident()?.actions.first?.state == .effective)
    #expect(desk.ask(.close(verdict: .truePositive, reason: nil, waive: false)).isGranted)
  }

  @Test func `C02 the measurement stands with its figures`() throws {
    var desk = Self.implemented()
    Self.measure(&desk, Self.plan.judge(before: Self.before, after: Self.after, guards: [(nil, nil)]))
    let check = try #require(desk.incident()?.checks.first)
    #expect(check.verdict == .effective)
    #expect(check.measurement?.before == Self.before)
    #expect(check.measurement?.after == Self.after)
    #expect(check.decidedBy == .leeway)
  }

  @Test func `C03 on an alarm somebody else confirms that it worked`() {
    var desk = Self.implemented(severity: .alarm)
    Self.measure(&desk, Self.plan.judge(before: Self.before, after: Self.after, guards: [(nil, nil)]))
    #expect(desk.incident()?.checks.first?.state(at: desk.now) == .proposed)
    #expect(desk.incident()?.actions.first?.state == .verifying)
    #expect(desk.ask(.verdict(check: "C-1", verdict: nil, reason: nil, performedAt: nil)).refusal != nil)
    #expect(desk.ask(.verdict(check: "C-1", verdict: nil, reason: nil, performedAt: nil), as: Desk.bob).isGranted)
    #expect(desk.incident()?.actions.first?.state == .effective)
  }

  @Test func `saying otherwise than measured needs a reason`() {
    var desk = Self.implemented(severity: .alarm)
    Self.measure(&desk, Self.plan.judge(before: Self.before, after: Self.after, guards: [(nil, nil)]))
    let bare = IncidentRequest.verdict(check: "C-1", verdict: "ineffective", reason: nil, performedAt: nil)
    #expect(desk.ask(bare, as: Desk.bob).refusal?.reason.contains("reason") == true)
    #expect(desk.ask(Self.verdict("ineffective"), as: Desk.bob).isGranted)
    #expect(desk.incident()?.actions.first?.state == .ineffective)
  }

  @Test func `too few rows extend the window until inconclusive stands`() {
    var desk = Self.implemented()
    let start = desk.now
    let few = Self.plan.judge(before: Self.before, after: nil, guards: [(nil, nil)])
    #expect(few.needs == 200)
    for round in 1...3 {
      #expect(desk.incident()?.checks.first?.dueAt == start + .seconds(600) * round)
      Self.measure(&desk, few)
      #expect(desk.incident()?.checks.first?.isOpen == true)
    }
    Self.measure(&desk, few)
    #expect(desk.incident()?.actions.first?.state == .inconclusive)
  }

  @Test func `an expected effect is a check of its own`() {
    var desk = Desk()
    desk.ask(.open(title: "harm", severity: .warn, category: nil), on: nil)
    desk.ask(.contain(Desk.plan))
    #expect(desk.incident()?.checks.first?.isImplied == true)
    #expect(desk.incident()?.actions.first?.state == .implemented)
    #expect(desk.incident()?.checks.first?.state(at: desk.now) == .observing)
    Self.measure(&desk, CheckMeasurement(before: nil, after: Self.after, verdict: .ineffective))
    #expect(desk.incident()?.actions.first?.state == .ineffective)
  }

  @Test func `an action that worked has recurred once its signal fires again`() {
    var desk = Desk()
    desk.signal(.inactive, .firing, tenant: "t1", severity: .warn)
    desk.ask(.contain(Desk.plan))
    Self.measure(&desk, CheckMeasurement(before: nil, after: Self.after, verdict: .effective))
    desk.pass(60)
    desk.signal(.firing, .inactive, tenant: "t1", severity: .warn)
    desk.now = desk.now + .seconds(1_200)
    desk.tick()
    #expect(desk.state == .resolved)
    desk.now = desk.now + .seconds(86_400)
    desk.signal(.inactive, .firing, tenant: "t1", severity: .warn)
    #expect(desk.incident(2)?.recurrenceOf == 1)
    #expect(desk.incident(1)?.actions.first?.state == .recurred)
  }

  @Test func `cancelling an action cancels its check`() {
    var desk = Self.checking()
    desk.ask(.cancel(action: "A-1", reason: "another way"))
    #expect(desk.incident()?.checks.first?.state(at: desk.now) == .cancelled)
    desk.ask(.resolve(reason: "over"))
    #expect(desk.ask(.close(verdict: .truePositive, reason: nil, waive: false)).isGranted)
  }

  @Test(arguments: [
    (0.004, 0.003, 0.006, 500, EffectivenessCheck.Verdict.effective), (0.009, 0.006, 0.013, 500, .inconclusive),
    (0.02, 0.015, 0.03, 500, .partly), (0.041, 0.037, 0.045, 500, .ineffective),
    (0.004, 0.003, 0.006, 100, .inconclusive),
  ])
  func `judging looks at the whole interval`(
    value: Double, low: Double, high: Double, count: Int, verdict: EffectivenessCheck.Verdict
  ) {
    let after = MeasuredValue(count: count, value: value, low: low, high: high)
    let judged = Self.plan.judge(before: Self.before, after: after, guards: [(nil, nil)])
    #expect(judged.verdict == verdict)
    #expect((judged.needs != nil) == (verdict == .inconclusive))
  }

  @Test func `a guard that got worse makes it partly effective`() {
    let was = MeasuredValue(count: 5_000, value: 0.02, low: 0.016, high: 0.024)
    let isNow = MeasuredValue(count: 5_000, value: 0.08, low: 0.07, high: 0.09)
    let judged = Self.plan.judge(before: Self.before, after: Self.after, guards: [(was, isNow)])
    #expect(judged.verdict == .partly)
    #expect(judged.breaches.first?.contains("over_refusal got worse") == true)
  }
}

import Dashboard
import Domain
import Screen
import Testing

@Suite struct FormTests {
  /// An open form on INC-0412 without anything suggested.
  private func emptyForm() -> Model {
    var snapshot = Fixture.snapshot
    snapshot.details = [:]
    var model = model(120, 40, snapshot)
    model.press("c")
    return model
  }

  @Test("the whole form, by keys alone")
  func complete() {
    var model = emptyForm()
    model.press(.backTab)
    model.press(.right)
    model.press(.right)
    model.press(.tab)
    model.press("roll back the prompt\n")
    model.press("latency\n")
    model.press(.right)
    model.press("\n1.5 s\n15 m\n")
    let sent = model.press("template lost a line\n").acts.map(\.act)
    let effect = ExpectedEffect(metric: "latency", comparison: .lessOrEqual, bound: 1_500, within: .seconds(900))
    let draft = ActionDraft(
      kind: .corrective, statement: "roll back the prompt", effect: effect, reason: "template lost a line")
    #expect(sent == [IncidentAct(number: 412, revision: 3, kind: .addAction(draft))])
  }

  @Test("the incident's own metric and limit are suggested as the effect")
  func suggestion() {
    var model = model(120, 40)
    model.press("mdisable refund.create")
    let sent = model.press(.ctrl("s")).acts.map(\.act.kind)
    let effect = ExpectedEffect(metric: "refund_value", comparison: .less, bound: 1_500, within: .seconds(900))
    #expect(
      sent
        == [
          .contain(ActionDraft(kind: .containment, statement: "disable refund.create", effect: effect, reason: nil))
        ])
  }

  @Test("an action without an expected effect cannot be saved without a reason")
  func withoutEffect() {
    var model = emptyForm()
    model.press("restart")
    #expect(model.press(.ctrl("s")).isEmpty)
    #expect(model.footer.contains("an action without an expected effect needs a reason"))
    #expect(model.text(120, 40).contains { $0.contains("or say here why no effect can be named") })
    for _ in 0..<4 { model.press(.tab) }
    model.press("no metric sees it")
    #expect(
      model.press(.ctrl("s")).acts.map(\.act.kind)
        == [
          .addAction(
            ActionDraft(kind: .containment, statement: "restart", effect: nil, reason: "no metric sees it"))
        ])
  }

  @Test(
    "what is wrong stands beside the field",
    arguments: [
      ("", "latency", "1.5 s", "15m", "say what is done"), ("x", "nonsense", "1", "15m", "no such metric"),
      ("x", "latency", "", "15m", "up to which bound?"), ("x", "latency", "soon", "15m", "a time: write"),
      ("x", "errors", "2", "15m", "a share: write"), ("x", "latency", "1", "whenever", "how long may it take?"),
    ])
  func validation(_ what: String, _ metric: String, _ bound: String, _ within: String, _ problem: String) {
    var model = emptyForm()
    for text in [what, metric, "", bound, within] {
      model.press(text)
      model.press(.tab)
    }
    #expect(model.press(.ctrl("s")).isEmpty)
    #expect(model.text(120, 40).contains { $0.contains(problem) })
  }

  @Test("esc keeps the draft, and a refused act does too")
  func draftIsKept() throws {
    var model = model(120, 40)
    model.press("cstop the tool")
    model.press(.escape)
    #expect(!model.text(120, 40).contains { $0.contains("stop the tool") })
    model.press("c")
    #expect(model.text(120, 40).contains { $0.contains("stop the tool") })
    let sent = try #require(model.press(.ctrl("s")).acts.first)
    _ = update(&model, .commandFinished(sent.id, .failed("the store is read-only")))
    model.press("c")
    #expect(model.text(120, 40).contains { $0.contains("stop the tool") })
    let again = try #require(model.press(.ctrl("s")).acts.first)
    _ = update(&model, .commandFinished(again.id, .done()))
    model.press("c")
    #expect(!model.text(120, 40).contains { $0.contains("stop the tool") })
  }

  @Test("letters that act elsewhere are text in the form")
  func lettersAreText() {
    var model = emptyForm()
    #expect(model.press("acqzR").isEmpty)
    #expect(model.text(120, 40).contains { $0.contains("acqzR") })
  }

  @Test("the form names its incident although another snapshot arrives meanwhile")
  func survivesRefresh() {
    var model = emptyForm()
    model.press("restart")
    var snapshot = Fixture.snapshot
    snapshot.incidents[0].revision = 4
    _ = update(&model, .snapshot(snapshot))
    for _ in 0..<5 { model.press(.tab) }
    model.press("because")
    #expect(model.press(.ctrl("s")).acts.map(\.act.revision) == [4])
    #expect(model.text(120, 40).contains { $0.contains("save") || $0.contains("saving") })
  }
}

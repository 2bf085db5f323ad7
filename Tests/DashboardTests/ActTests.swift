import Dashboard
import Domain
import Screen
import Testing

@Suite struct ActTests {
  @Test("a sends the acknowledgement with the revision that is shown, and the row says so until it is answered")
  func acknowledge() throws {
    var model = model(120, 40)
    let sent = try #require(model.press("a").acts.first)
    #expect(sent.act == IncidentAct(number: 412, revision: 3, kind: .acknowledge(reason: nil)))
    #expect(model.text(120, 40)[3].contains("ack…"))
    #expect(model.press("a").isEmpty)
    _ = update(&model, .commandFinished(sent.id, .done()))
    #expect(!model.text(120, 40)[3].contains("ack…"))
    #expect(model.footer.contains("INC-0412 acknowledged"))
  }

  @Test("u takes it back for ten seconds, on the revision that the acknowledgement made")
  func undo() throws {
    var model = model(120, 40)
    let sent = try #require(model.press("a").acts.first)
    _ = update(&model, .commandFinished(sent.id, .done()))
    var late = model
    #expect(model.press("u").acts.map(\.act) == [IncidentAct(number: 412, revision: 4, kind: .undo)])
    #expect(model.press("u").isEmpty)
    _ = update(&late, .tick(Fixture.now + .seconds(10)))
    #expect(late.press("u").isEmpty)
  }

  @Test("a lost race says who, when and which revision, and stays until the next key")
  func conflict() throws {
    var model = model(120, 40)
    let sent = try #require(model.press("a").acts.first)
    let conflict = CommandConflict(revision: 4, state: .acknowledged, owner: "alice", by: "alice", at: Fixture.ago(33))
    _ = update(&model, .commandFinished(sent.id, .conflict(conflict)))
    _ = update(&model, .tick(Fixture.now + .seconds(600)))
    #expect(model.footer.contains("acked by alice 03:12:11 (rev 4)"))
    #expect(model.press("u").isEmpty)
    model.press("j")
    #expect(!model.footer.contains("alice"))
  }

  @Test("a refusal says why")
  func refused() throws {
    var model = model(120, 40)
    let sent = try #require(model.press("a").acts.first)
    _ = update(&model, .commandFinished(sent.id, .refused(reason: "it is closed; reopen it first")))
    #expect(model.footer.contains("not acknowledged: it is closed; reopen it first"))
  }

  @Test("an answer to nothing changes nothing")
  func strayAnswer() {
    var model = model(120, 40)
    let before = model
    _ = update(&model, .commandFinished(CommandID(rawValue: 99), .done()))
    #expect(model == before)
  }

  @Test("who may only look sends nothing", arguments: ["a", "c", "n", "R", "d", "A", "m"])
  func readOnly(_ key: String) {
    var snapshot = Fixture.snapshot
    snapshot.collecting = .readOnly
    var model = model(120, 40, snapshot)
    #expect(model.press(key + "text\n").acts.isEmpty)
  }

  @Test("R asks for a reason first and keeps what was typed")
  func resolve() {
    var model = model(120, 40)
    model.press("R")
    #expect(model.press(.enter).isEmpty)
    #expect(model.footer.contains("resolving needs a reason"))
    model.press("rolled b")
    model.press(.escape)
    model.press("R")
    #expect(
      model.press("ack\n").acts.map(\.act)
        == [IncidentAct(number: 412, revision: 3, kind: .resolve(reason: "rolled back"))])
  }

  @Test("d takes a verdict and a reason")
  func dismiss() {
    var model = model(120, 40)
    model.press("d")
    model.press(.tab)
    #expect(
      model.press("load test\n").acts.map(\.act)
        == [IncidentAct(number: 412, revision: 3, kind: .dismiss(.expected, reason: "load test"))])
  }

  @Test("n and A record a note and an owner; an empty owner is oneself")
  func noteAndOwner() {
    var other = model(120, 40)
    var model = model(120, 40)
    #expect(model.press("nlooks bad\n").acts.map(\.act.kind) == [.note("looks bad")])
    #expect(model.press("Aak\n").acts.map(\.act.kind) == [.assign(to: "ak")])
    #expect(other.press("A\n").acts.map(\.act.kind) == [.take])
  }

  @Test("q leaves at once, but asks while a draft is unsaved")
  func leaving() {
    var model = model(120, 40)
    #expect(model.press("q") == [.quit])
    model.press("nhalf a note")
    model.press(.escape)
    #expect(model.press("q").isEmpty)
    #expect(model.footer.contains("INC-0412 is not saved"))
    #expect(model.press("jq").isEmpty)
    #expect(model.press("q") == [.quit])
  }
}

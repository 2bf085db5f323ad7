import Dashboard
import Domain
import Screen
import Testing

@Suite struct MarkTests {
  private var crowd: Snapshot {
    var snapshot = Fixture.snapshot
    snapshot.incidents = (0..<5).map { index in
      IncidentRow(
        number: 500 + index, revision: index + 1, title: "t\(index)", severity: .warn,
        state: index == 4 ? .acknowledged : .new, openedAt: Fixture.ago(60))
    }
    return snapshot
  }

  @Test("marked incidents are acknowledged together, once their number is typed, each at its own revision")
  func bulk() {
    var model = model(120, 40, crowd)
    model.press("vvv")
    #expect(model.text(120, 40)[2].contains("3 marked"))
    // The first of them is acknowledged already.
    #expect(model.press("a").isEmpty)
    #expect(model.footer.contains("acknowledge 2 incidents"))
    #expect(model.press("3\n").isEmpty)
    model.press(.backspace)
    let acts = model.press("2\n").acts.map(\.act)
    #expect(acts.map(\.number) == [503, 502] && acts.map(\.revision) == [4, 3])
    #expect(acts.allSatisfy { $0.kind == .acknowledge(reason: nil) })
    #expect(!model.text(120, 40)[2].contains("marked"))
  }

  @Test("V drops the marks, esc leaves them, and a alone acknowledges the selected one")
  func leaving() {
    var model = model(120, 40, crowd)
    model.press("jvVk")
    #expect(model.press("ja").acts.map(\.act.number) == [502])
    model.press("v")
    model.press("a")
    model.press(.escape)
    #expect(model.text(120, 40)[2].contains("1 marked"))
  }

  @Test("what somebody else took meanwhile is not asked for")
  func gone() {
    var model = model(120, 40, crowd)
    model.press("jvv")
    var later = crowd
    for index in later.incidents.indices { later.incidents[index].state = .acknowledged }
    _ = update(&model, .snapshot(later))
    #expect(model.press("a").isEmpty)
    #expect(model.footer.contains("none of the marked incidents"))
  }
}

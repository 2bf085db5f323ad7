import Dashboard
import Domain
import Screen
import Testing

@Suite struct AttentionTests {
  private func snapshot(_ alarms: [Int], at seconds: Int, state: IncidentRow.State = .new) -> Snapshot {
    var snapshot = Fixture.snapshot
    snapshot.takenAt = Fixture.now + .seconds(seconds)
    snapshot.sources = [SourceRow(name: "app", file: "app.jsonl", state: .ok)]
    snapshot.incidents = alarms.map {
      IncidentRow(
        number: $0, revision: 1, title: "t\($0)", severity: $0 % 2 == 0 ? .alarm : .warn, state: state,
        openedAt: Fixture.now)
    }
    return snapshot
  }

  @Test("new alarms call once, what was there from the start and what is less grave does not, a storm is one call")
  func calls() {
    var model = model(120, 40, snapshot([2], at: 0))
    #expect(update(&model, .snapshot(snapshot([2], at: 1))) == [])
    #expect(update(&model, .snapshot(snapshot([2, 3], at: 2))) == [])
    #expect(update(&model, .snapshot(snapshot([2, 3, 4, 6], at: 3))) == [.call("ALARM INC-0006 t6 and 1 more")])
    #expect(update(&model, .snapshot(snapshot([2, 3, 4, 6], at: 4))) == [])
    #expect(update(&model, .snapshot(snapshot([2, 3, 4, 6, 8], at: 9))) == [])
    #expect(
      update(&model, .snapshot(snapshot([2, 3, 4, 6, 8, 10], at: 40))) == [.call("ALARM INC-0010 t10 and 1 more")])
  }

  @Test("what somebody has acknowledged by then calls nobody")
  func acknowledged() {
    var model = model(120, 40, snapshot([], at: 0))
    _ = update(&model, .snapshot(snapshot([], at: 1)))
    #expect(update(&model, .snapshot(snapshot([4], at: 2, state: .acknowledged))) == [])
  }
}

import Dashboard
import Domain
import Screen
import Testing

@Suite struct NavigationTests {
  private var another: IncidentRow {
    IncidentRow(
      number: 420, revision: 1, title: "graver one", severity: .alarm, state: .new, openedAt: Fixture.ago(1))
  }

  @Test("the selection stays on its incident when a graver one arrives", arguments: [0, 1, 3])
  func selectionSurvives(_ steps: Int) {
    var model = model(120, 40)
    for _ in 0..<steps { model.press("j") }
    let selected = model.currentIncident?.number
    var snapshot = Fixture.snapshot
    snapshot.incidents.append(another)
    _ = update(&model, .snapshot(snapshot))
    #expect(model.currentIncident?.number == selected)
    #expect(model.text(120, 40)[3].contains("0420"))
  }

  @Test("when the selected incident goes, the selection stays in its place")
  func selectionOfTheGone() {
    var model = model(120, 40)
    model.press("j")
    var snapshot = Fixture.snapshot
    snapshot.incidents.removeAll { $0.number == 411 }
    _ = update(&model, .snapshot(snapshot))
    #expect(model.currentIncident?.number == 409)
    snapshot.incidents = []
    _ = update(&model, .snapshot(snapshot))
    #expect(model.currentIncident == nil)
    #expect(model.press("aG\n").isEmpty)
  }

  @Test(
    "j k g G and pages move within the rows",
    arguments: [("jjj", 407), ("jk", 412), ("G", 405), ("Gg", 412), ("k", 412)])
  func moving(_ keys: String, _ number: Int) {
    var model = model(120, 40)
    model.press(keys)
    #expect(model.currentIncident?.number == number)
  }

  @Test("open incidents worst first, watched ones after them, ended ones only in the whole list")
  func order() {
    var model = model(120, 40)
    func numbers() -> [String] {
      model.text(120, 40)[3..<12].filter { $0.count > 20 && $0.contains("04") }.map {
        String($0.dropFirst(8).prefix(4))
      }
    }
    #expect(numbers().prefix(5) == ["0412", "0411", "0409", "0407", "0405"])
    model.press("3")
    #expect(numbers() == ["0412", "0411", "0409", "0407", "0405", "0401"])
  }

  @Test("the filter is fuzzy, ! turns it around, esc drops it")
  func filter() {
    var model = model(120, 40)
    model.press("/rfnd\n")
    #expect(model.currentIncident?.number == 412)
    #expect(!model.text(120, 40).contains { $0.contains("0411") && $0.contains("WARN") })
    model.press("/")
    for _ in 0..<4 { model.press(.backspace) }
    model.press("!rfnd\n")
    #expect(model.currentIncident?.number != 412)
    model.press(.escape)
    #expect(model.text(120, 40)[3].contains("0412"))
  }

  @Test("a frozen view stands still and shouts; back to live it shows the newest")
  func freeze() {
    var model = model(80, 24)
    model.press(" ")
    var snapshot = Fixture.snapshot
    snapshot.takenAt = Fixture.now + .seconds(60)
    snapshot.incidents.append(another)
    _ = update(&model, .snapshot(snapshot))
    #expect(model.isFrozen)
    #expect(model.text(80, 24)[0].contains("FROZEN 03:12Z"))
    #expect(!model.text(80, 24).contains { $0.contains("graver one") })
    model.press(" ")
    #expect(model.text(80, 24)[0].contains("LIVE"))
    #expect(model.text(80, 24).contains { $0.contains("graver one") })
  }

  @Test("opening an incident asks for its details, esc goes back to where it came from")
  func openAndBack() {
    var model = model(120, 40)
    #expect(model.press("3j\n") == [.loadDetail(411)])
    #expect(model.place == .incident(411))
    #expect(model.text(120, 40).contains { $0.contains("loading what is known") })
    model.press(.escape)
    #expect(model.place == .overview)
    #expect(model.currentIncident?.number == 411)
    #expect(model.text(120, 40)[2].contains("3 Incidents"))
  }

  @Test("tab walks the panels that the size shows and z fills the screen with each")
  func zoom() {
    var model = model(120, 40)
    for title in ["3 Incidents", "Metrics (worst first)", "2 Drift", "4 Agent runs", "Sources", "Events"] {
      model.press("z")
      #expect(model.text(120, 40)[2].contains(title))
      model.press("z")
      model.press(.tab)
    }
    model.press("z")
    #expect(model.text(120, 40)[2].contains("3 Incidents"))
  }

  @Test("every part of the incident screen can be zoomed")
  func incidentZoom() {
    var model = model(120, 40)
    model.press("\n")
    for title in ["Timeline", "Runbook", "Signals and evidence", "Did it work?", "refund value / h", "Similar before"] {
      model.press("z")
      #expect(model.text(120, 40)[4].contains(title))
      model.press("z")
      model.press(.tab)
    }
  }

  @Test("a smaller terminal moves the focus to a panel that it shows")
  func resize() {
    var model = model(200, 50)
    for _ in 0..<5 { model.press(.tab) }
    _ = update(&model, .resized(Size(columns: 80, rows: 24)))
    model.press("z")
    #expect(model.text(80, 24)[2].contains("3 Incidents"))
  }

  @Test("help lists every key and any key closes it")
  func help() {
    var model = model(120, 40)
    model.press("?")
    #expect(model.text(120, 40).contains { $0.contains("take the acknowledgement back") })
    #expect(model.press("a").isEmpty)
    #expect(model.text(120, 40)[2].contains("3 Incidents"))
  }

  @Test("y copies, ctrl-l redraws, ctrl-z suspends")
  func outward() {
    var model = model(120, 40)
    #expect(model.press("y") == [.copy("INC-0412\talarm\tnew\trefund-agent issues refunds over limit")])
    #expect(model.press(.ctrl("l")) == [.redraw])
    #expect(model.press(.ctrl("z")) == [.suspend])
  }
}

extension NavigationTests {
  @Test("an act without an incident in focus says where to go, and sends nothing")
  func actElsewhere() {
    var model = model(120, 40)
    model.press(.tab)
    #expect(model.press("a").isEmpty)
    #expect(model.footer.contains("3 or tab goes to them"))
    model.press("3")
    #expect(model.press("a").acts.count == 1)
  }
}

import Dashboard
import Domain
import Screen
import Testing

@Suite struct DriftScreenTests {
  private func shown(_ columns: Int = 120, _ rows: Int = 40, _ board: DriftBoard = Fixture.driftBoard) -> Model {
    var model = model(columns, rows, Fixture.with(.drift(board)))
    model.press("2")
    return model
  }

  @Test("2 asks for the board, n and N for the next and the previous column")
  func columns() {
    var model = shown()
    #expect(model.press("2") == [.show(BoardRequest(.drift))])
    #expect(model.press("n") == [.show(BoardRequest(.drift, selection: "topic"))])
    let last = model.press("N")
    #expect(last.count == 1 && last != [.show(BoardRequest(.drift, selection: "topic"))])
  }

  @Test("until its data is there, the gauges of the overview stand in its place")
  func withoutData() {
    var model = model(120, 40)
    model.press("2")
    #expect(model.text(120, 40).contains { $0.contains("prompt length") && $0.contains("0.31") })
  }

  @Test("every bin is shown with its points and its part, and the figures that the sum rests on")
  func figures() {
    let text = shown().text(120, 40).joined(separator: "\n")
    for part in ["+10 pp", "PSI +0.110 ■", "n ref 52 140, now 4 812", "95 % CI 0.29–0.33", "INC-0411", "needs 1.2k"] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test("s walks through the labels and back to all of them")
  func segments() {
    var model = shown()
    func shows(_ text: String) -> Bool { model.text(120, 40).contains { $0.contains(text) } }
    #expect(shows("channel=email") && shows("tier=free"))
    model.press("s")
    #expect(shows("channel=email") && !shows("tier=free"))
    model.press("ssss")
    #expect(shows("channel=email") && shows("tier=free"))
  }

  @Test("i opens the incident about the column, and says when there is none")
  func incident() {
    var model = shown()
    #expect(model.press("i") == [.loadDetail(411)])
    #expect(model.place == .incident(411))
    var calm = Fixture.driftBoard
    calm.incident = nil
    model = shown(120, 40, calm)
    #expect(model.press("i").isEmpty)
    #expect(model.footer.contains("no incident is open"))
  }

  @Test("a column that is asked for while the view is frozen is shown")
  func frozen() {
    var model = shown()
    model.press(" n")
    var other = Fixture.driftBoard
    other.row = Fixture.drift[1]
    _ = update(&model, .snapshot(Fixture.with(.drift(other))))
    #expect(model.isFrozen)
    #expect(model.text(120, 40)[2].contains("topic mix"))
  }

  @Test("tab, z and j go through all panels, and nothing traps at any size")
  func everySize() {
    for (columns, rows) in [(200, 50), (120, 40), (100, 30), (80, 24), (72, 20), (40, 12), (30, 8), (20, 5), (1, 1)] {
      for board in [Fixture.driftBoard, DriftBoard(row: Fixture.drift[3], course: Fixture.driftCourse)] {
        var model = shown(columns, rows, board)
        for _ in 0..<7 {
          model.press("\tzjjk")
          _ = model.text(columns, rows)
          _ = model.text(columns, rows, glyphs: .ascii)
          model.press("z")
        }
      }
    }
  }

  @Test("what the data says never reaches the terminal as a control")
  func hostileLabels() {
    #expect(!shown(200, 50).text(200, 50).joined().contains("\u{1B}"))
  }
}

import Dashboard
import Domain
import Screen
import Testing

@Suite struct AssuranceScreenTests {
  private func assess(_ columns: Int = 120, _ rows: Int = 40) -> Model {
    var model = model(columns, rows, Fixture.with(.assess(Fixture.assessBoard)))
    model.press("5")
    return model
  }

  private func audit(_ columns: Int = 120, _ rows: Int = 40, _ board: AuditBoard = Fixture.auditBoard) -> Model {
    var model = model(columns, rows, Fixture.with(.audit(board)))
    model.press("6")
    return model
  }

  private func shows(_ model: Model, _ text: String) -> Bool {
    model.text(120, 40).contains { $0.contains(text) }
  }

  @Test("5 and 6 ask for their boards")
  func asking() {
    var model = model(120, 40)
    #expect(model.press("5") == [.show(BoardRequest(.assess))])
    #expect(model.press("6") == [.show(BoardRequest(.audit))])
  }

  @Test("what is overdue comes first, with how long; what was found has its interval")
  func register() {
    let model = assess()
    for text in ["2d overdue", "0.026–0.199", "due now", "off until 06-24", "10% (2%–40%)", "missed INC-0398"] {
      #expect(shows(model, text), "\(text)")
    }
  }

  @Test("a record needs a figure or words; figures keep their number of cases; tab changes the decision")
  func recording() {
    var model = assess()
    model.press("r\n")
    #expect(model.footer.contains("name a figure"))
    model.press("accuracy=0.94:500 image leaks\t")
    let commands = model.press("\n")
    let expected = DeskAct.recordAssessment(
      name: "red-team: tool abuse", .hold, figures: [.init(metric: "accuracy", value: 0.94, count: 500)],
      finding: "image leaks")
    guard case .perform(let id, let act)? = commands.first else {
      Issue.record("nothing was sent: \(commands)")
      return
    }
    #expect(act == expected)
    _ = update(&model, .commandFinished(id, .refused(reason: "not now")))
    #expect(model.footer.contains("not recorded: hold: not now"))
    // A refusal loses nothing.
    model.press("r")
    #expect(model.footer.contains("accuracy=0.94:500 image leaks"))
    guard case .perform(let second, _)? = model.press("\n").first else {
      Issue.record("nothing was sent")
      return
    }
    _ = update(&model, .commandFinished(second, .done()))
    #expect(model.footer.contains("recorded: proceed"))
  }

  @Test("putting off needs how long and why", arguments: [("14d", false), ("soon later", false), ("14d vendor", true)])
  func puttingOff(_ text: String, _ isSent: Bool) {
    var model = assess()
    model.press("jw\(text)")
    let commands = model.press("\n")
    let act = DeskAct.snoozeAssessment(name: "review of v2.4.1", by: .seconds(14 * 86_400), reason: "vendor")
    #expect(commands == (isSent ? [.perform(CommandID(rawValue: 1), act)] : []))
  }

  @Test("who may only look records nothing")
  func readOnly() {
    var snapshot = Fixture.with(.assess(Fixture.assessBoard))
    snapshot.operatorName = nil
    var model = model(120, 40, snapshot)
    #expect(model.press("5r\n") == [.show(BoardRequest(.assess))])
    #expect(model.press("w").isEmpty)
  }

  @Test("moving in the journal asks for what lies around the entry; G and g for its ends")
  func journal() {
    var model = audit()
    #expect(model.press("j") == [.show(BoardRequest(.audit, selection: "18203"))])
    #expect(model.press("G") == [.show(BoardRequest(.audit, selection: "1"))])
    #expect(model.press("g") == [.show(BoardRequest(.audit))])
    #expect(model.press("y") == [.copy(Fixture.auditBoard.detail?.line ?? "")])
  }

  @Test("a chain that does not hold shouts, one that is still being checked says how far")
  func chain() {
    var board = Fixture.auditBoard
    board.chain.problem = "prev at line 7"
    #expect(shows(audit(120, 40, board), "chain BROKEN"))
    board.chain.problem = nil
    board.chain.checked = 20
    #expect(shows(audit(120, 40, board), "checked 20 of 18 204"))
    var model = audit()
    model.press("v")
    #expect(model.footer.contains("lusab babad"))
  }

  @Test("p explains the practices from anywhere, with the mark that each has")
  func practices() {
    for key in ["", "2", "5", "6"] {
      var model = model(120, 40)
      model.press(key + "p")
      #expect(shows(model, "▸ ▲ ") && shows(model, "every registered assessment is current"))
    }
  }

  @Test("nothing traps at any size, and no control reaches the terminal")
  func everySize() {
    for (columns, rows) in [(200, 50), (120, 40), (100, 30), (80, 24), (72, 20), (40, 12), (30, 8), (20, 5), (1, 1)] {
      for start in [
        assess(columns, rows), audit(columns, rows),
        audit(columns, rows, AuditBoard(entries: [], chain: .init(checked: 0, entries: 0))),
      ] {
        var model = start
        for keys in ["", "jjk", "\n", "z", "\t", "jz", "z", "\t", "jjj", "/x\n", "p", "jjj"] {
          model.press(keys)
          #expect(!model.text(columns, rows).joined().contains { $0 == "\u{1B}" || $0 == "\u{7}" })
          _ = model.text(columns, rows, glyphs: .ascii)
        }
      }
    }
  }
}

import Dashboard
import Domain
import Screen
import Testing

@Suite struct TraceScreenTests {
  private func list(_ columns: Int = 120, _ rows: Int = 40) -> Model {
    var model = model(columns, rows, Fixture.with(.traces(TraceBoard(runs: Fixture.runs))))
    model.press("4")
    return model
  }

  private func opened(_ columns: Int = 120, _ rows: Int = 40, _ board: TraceBoard = Fixture.traceBoard) -> Model {
    var model = list(columns, rows)
    model.press("j\n")
    _ = update(&model, .snapshot(Fixture.with(.traces(board))))
    return model
  }

  private func shows(_ model: Model, _ text: String, _ columns: Int = 120, _ rows: Int = 40) -> Bool {
    model.text(columns, rows).contains { $0.contains(text) }
  }

  @Test("enter asks for the selected run, esc goes back to the list")
  func opening() {
    var model = list()
    #expect(shows(model, "9f31c2"))
    #expect(model.press("j\n") == [.show(BoardRequest(.traces, selection: "9f31c2"))])
    #expect(shows(model, "loading the run"))
    _ = update(&model, .snapshot(Fixture.with(.traces(Fixture.traceBoard))))
    #expect(shows(model, "tool refund.create"))
    #expect(model.press(.escape) == [.show(BoardRequest(.traces))])
    #expect(model.place == .board(.traces))
  }

  @Test("the list is filtered by agent, version, finding and id")
  func filtering() {
    for (text, kept) in [("mail", "conv-7"), ("BUDGET", "9f31c2"), ("9f30", "9f30aa")] {
      var model = list()
      model.press("/\(text)\n")
      #expect(shows(model, kept) && !shows(model, "conv-1"), "\(text)")
    }
  }

  @Test("f goes to the next run with a finding, and within a run from finding to finding")
  func findings() {
    var model = list()
    #expect(model.press("f\n") == [.show(BoardRequest(.traces, selection: "9f31c2"))])
    model = opened()
    model.press("f")
    #expect(shows(model, "Span 9 refund.create"))
    model.press("f")
    #expect(shows(model, "Span 8 policy.get"))
    model.press("F")
    #expect(shows(model, "Span 9 refund.create"))
  }

  @Test("repeated calls are one line until they are unfolded; children fold below their span")
  func folding() {
    var model = opened()
    #expect(shows(model, "policy.get x3"))
    #expect(model.text(120, 40).count { $0.contains("tool policy.get") } == 1)
    model.press("jjjjjl")
    #expect(model.text(120, 40).count { $0.contains("tool policy.get") } == 3)
    model.press("gh")
    #expect(shows(model, "(+10)") && !shows(model, "orders.get {"))
    model.press("l")
    #expect(shows(model, "orders.get {"))
  }

  @Test("the way of what was injected is drawn from its source to the call that carried it out")
  func taintPath() {
    let text = opened().text(120, 40)
    #expect(text.contains { $0.contains("■╭") && $0.contains("orders.get") })
    #expect(text.contains { $0.contains("■╰") && $0.contains("refund.create") })
  }

  @Test("b marks a run and d puts another beside it; the place where they part is told")
  func comparing() {
    var model = list()
    model.press("jjbk")
    #expect(model.press("\n") == [.show(BoardRequest(.traces, selection: "9f31c2"))])
    _ = update(&model, .snapshot(Fixture.with(.traces(Fixture.traceBoard))))
    #expect(model.press("d") == [.show(BoardRequest(.traces, selection: "9f31c2", other: "9f30aa"))])
    _ = update(&model, .snapshot(Fixture.with(.traces(Fixture.comparedTrace))))
    #expect(shows(model, "they part at step 3"))
    #expect(model.press("d") == [.show(BoardRequest(.traces, selection: "9f31c2"))])
  }

  @Test("i opens the incident about the agent")
  func incident() {
    var model = opened()
    #expect(model.press("i") == [.loadDetail(412)])
  }

  @Test("what a trace says never reaches the terminal as a control, wherever it is shown")
  func hostile() {
    var model = opened(200, 50)
    for keys in ["", "jjjjjjjj", "\n", "\n", "\t", "\t"] {
      model.press(keys)
      #expect(!model.text(200, 50).joined().contains { $0 == "\u{1B}" || $0 == "\u{7}" })
    }
    #expect(!list().text(120, 40).joined().contains("\u{1B}"))
  }

  @Test("nothing traps at any size, with and without spans and findings")
  func everySize() {
    let bare = TraceBoard(runs: Fixture.runs, run: Fixture.runs[1])
    for (columns, rows) in [(200, 50), (120, 40), (100, 30), (80, 24), (72, 20), (40, 12), (30, 8), (20, 5), (1, 1)] {
      for board in [Fixture.traceBoard, bare, Fixture.comparedTrace] {
        var model = opened(columns, rows, board)
        for keys in ["", "jjjGgkk", "f", "F", "l", "h", "\n", "\n", "z", "z", "\t", "jj", "\t", "jk", "bd", "d", "q"] {
          model.press(keys)
          _ = model.text(columns, rows)
          _ = model.text(columns, rows, glyphs: .ascii)
        }
      }
    }
  }

  @Test("a run of 20 000 spans scrolls about as fast as one of 20")
  func longRuns() {
    func board(_ count: Int) -> TraceBoard {
      let spans = (0..<count).map {
        Fixture.span(
          "s\($0)", $0 == 0 ? nil : 0, $0 == 0 ? 0 : 1, .tool, "t\($0)", at: $0, 5, below: $0 == 0 ? count - 1 : 0)
      }
      return TraceBoard(runs: Fixture.runs, run: Fixture.runs[1], spans: spans)
    }
    func time(_ count: Int) -> Duration {
      var model = opened(120, 40, board(count))
      model.press(String(repeating: "j", count: count / 2))
      let clock = ContinuousClock()
      return (0..<5).map { _ in
        clock.measure {
          for _ in 0..<20 {
            model.press("jjk")
            _ = render(model, size: Size(columns: 120, rows: 40), now: Fixture.now)
          }
        }
      }.min() ?? .zero
    }
    let (short, long) = (time(20), time(20_000))
    #expect(long < short * 5, "20 spans \(short), 20 000 spans \(long)")
  }
}

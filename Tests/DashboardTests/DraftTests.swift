import Dashboard
import Domain
import Screen
import Testing

@Suite struct DraftTests {
  /// A new dashboard that takes up what another one left.
  private func successor(of drafts: JSON) throws -> Model {
    var next = model(120, 40)
    next.restore(drafts: try JSON(parsing: drafts.text))
    return next
  }

  @Test("what is being typed and what was put aside is there again, and said to be")
  func carriedOver() throws {
    var first = model(120, 40)
    #expect(first.drafts == [:])
    first.press("nhalf a note")
    first.press(.escape)
    first.press("cstop the tool")
    let drafts = first.drafts
    var next = try successor(of: drafts)
    #expect(next.footer.contains("kept from your last session: note INC-0412 and 1 more"), "\(next.footer)")
    #expect(next.drafts == drafts)
    next.press("n")
    #expect(next.footer.contains("half a note"), "\(next.footer)")
    next.press(.escape)
    next.press("c")
    #expect(next.text(120, 40).contains { $0.contains("stop the tool") })
  }

  @Test("what has been recorded, a filter and an untouched form leave nothing")
  func nothingLeft() throws {
    var model = model(120, 40)
    model.press("/refund")
    #expect(model.drafts == [:])
    model.press(.escape)
    model.press("c")
    #expect(model.drafts == [:])
    model.press(.escape)
    let sent = try #require(model.press("nlooks bad\n").acts.first)
    #expect(model.drafts != [:], "not yet in the journal")
    _ = update(&model, .commandFinished(sent.id, .done()))
    #expect(model.drafts == [:])
  }

  @Test(
    "a file that somebody damaged restores nothing and breaks nothing",
    arguments: [
      "[]", "{}", #"{"lines":7,"forms":{}}"#, #"{"lines":[{"kind":"filter","number":1,"text":"x"}]}"#,
      #"{"lines":[{"kind":"note","number":1e300,"text":"x"},{"kind":"note","number":1,"text":"  "}]}"#,
      #"{"forms":[{"number":-1,"contains":true,"kind":"containment","comparison":"<"},{"number":3}]}"#,
    ])
  func damaged(text: String) throws {
    var model = model(120, 40)
    model.restore(drafts: try JSON(parsing: text))
    #expect(model.drafts == [:])
  }

  @Test("escape sequences in a file reach no cell")
  func hostile() throws {
    let lines: JSON = [["kind": "note", "number": 412, "subject": "", "text": "a\u{1B}]52;c;eA==\u{07}b"]]
    var model = model(120, 40)
    model.restore(drafts: ["lines": lines])
    model.press("n")
    #expect(!model.footer.unicodeScalars.contains { $0.value < 0x20 })
  }
}

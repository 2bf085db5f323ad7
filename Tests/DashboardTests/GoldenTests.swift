import Dashboard
import Domain
import Foundation
import Screen
import Testing

/// Screens as they are kept beside the tests: the text, and below it one letter a cell for its role and attributes.
/// `LEEWAY_RECORD=1` writes them anew.
@Suite struct GoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var columns: Int
    var rows: Int
    var glyphs: Glyphs = .unicode
    var keys: String = ""
    var snapshot = Fixture.snapshot

    var testDescription: String { name }
  }

  static let cases: [Case] = {
    var cases: [Case] = []
    for (columns, rows) in [(200, 50), (120, 40), (80, 24), (40, 12), (20, 5)] {
      cases.append(Case(name: "overview_\(columns)x\(rows)", columns: columns, rows: rows))
      cases.append(Case(name: "incident_\(columns)x\(rows)", columns: columns, rows: rows, keys: "\n"))
    }
    for (columns, rows) in [(120, 40), (80, 24)] {
      cases.append(Case(name: "form_\(columns)x\(rows)", columns: columns, rows: rows, keys: "cdisable refund.create"))
      cases.append(Case(name: "drift_\(columns)x\(rows)", columns: columns, rows: rows, keys: "2"))
      cases.append(Case(name: "agents_\(columns)x\(rows)", columns: columns, rows: rows, keys: "4"))
    }
    for (columns, rows) in [(200, 50), (120, 40), (80, 24)] {
      // Past the panels before it; a terminal in three columns shows it last.
      let tabs = columns == 200 ? 6 : columns == 120 ? 4 : 5
      cases.append(
        Case(
          name: "source_\(columns)x\(rows)", columns: columns, rows: rows,
          keys: String(repeating: "\t", count: tabs) + "\nj"
        ))
      cases.append(Case(name: "backlog_\(columns)x\(rows)", columns: columns, rows: rows, snapshot: Fixture.reading))
      cases.append(
        Case(name: "uncollected_\(columns)x\(rows)", columns: columns, rows: rows, snapshot: Fixture.uncollected))
    }
    for (columns, rows) in [(200, 50), (120, 40), (80, 24), (40, 12)] {
      cases.append(
        Case(
          name: "drift_board_\(columns)x\(rows)", columns: columns, rows: rows, keys: "2",
          snapshot: Fixture.with(.drift(Fixture.driftBoard))))
    }
    cases.append(
      Case(
        name: "drift_board_80x24_ascii", columns: 80, rows: 24, glyphs: .ascii, keys: "2",
        snapshot: Fixture.with(.drift(Fixture.driftBoard))))
    for (columns, rows) in [(200, 50), (120, 40), (80, 24), (40, 12)] {
      cases.append(
        Case(
          name: "runs_\(columns)x\(rows)", columns: columns, rows: rows, keys: "4",
          snapshot: Fixture.with(.traces(TraceBoard(runs: Fixture.runs)))))
      cases.append(
        Case(
          name: "assess_\(columns)x\(rows)", columns: columns, rows: rows, keys: "5",
          snapshot: Fixture.with(.assess(Fixture.assessBoard))))
      cases.append(
        Case(
          name: "audit_\(columns)x\(rows)", columns: columns, rows: rows, keys: "6",
          snapshot: Fixture.with(.audit(Fixture.auditBoard))))
      // The board is the one of the run that the keys open.
      cases.append(
        Case(
          name: "trace_\(columns)x\(rows)", columns: columns, rows: rows, keys: "4j\nf",
          snapshot: Fixture.with(.traces(Fixture.traceBoard))))
    }
    cases.append(
      Case(
        name: "trace_80x24_ascii", columns: 80, rows: 24, glyphs: .ascii, keys: "4j\nf",
        snapshot: Fixture.with(.traces(Fixture.traceBoard))))
    cases.append(Case(name: "practices_80x24", columns: 80, rows: 24, keys: "p"))
    cases.append(Case(name: "overview_80x24_ascii", columns: 80, rows: 24, glyphs: .ascii))
    cases.append(Case(name: "incident_80x24_ascii", columns: 80, rows: 24, glyphs: .ascii, keys: "\n"))
    cases.append(Case(name: "frozen_80x24", columns: 80, rows: 24, keys: " "))
    cases.append(Case(name: "help_80x24", columns: 80, rows: 24, keys: "?"))
    return cases
  }()

  @Test("looks as it is kept", arguments: cases)
  func looksAsKept(_ golden: Case) throws {
    var model = model(golden.columns, golden.rows, golden.snapshot)
    model.press(golden.keys)
    let surface = render(
      model, size: Size(columns: golden.columns, rows: golden.rows), now: Fixture.now, glyphs: golden.glyphs)
    let drawn = Golden.text(surface)
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/\(golden.name).txt")
    if ProcessInfo.processInfo.environment["LEEWAY_RECORD"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try drawn.write(to: file, atomically: true, encoding: .utf8)
    }
    if let folder = ProcessInfo.processInfo.environment["LEEWAY_SVG"] {
      try SVGExporter.export(surface, theme: .leewayDark)
        .write(toFile: "\(folder)/\(golden.name).svg", atomically: true, encoding: .utf8)
    }
    let kept = try String(contentsOf: file, encoding: .utf8)
    #expect(drawn == kept, "\(golden.name) differs; LEEWAY_RECORD=1 records it anew")
  }
}

/// The text form of a surface: its lines, then the roles of its cells.
enum Golden {
  private static let letters: [Role: Character] = [
    .foreground: ".", .dim: "d", .title: "T", .rule: "-", .focus: "F", .key: "K", .ok: "O", .warn: "W", .alarm: "A",
    .acknowledged: "C", .stale: "S", .verify: "V", .sparkTechnical: "t", .sparkBusiness: "b", .deploy: "Y",
    .selection: "#", .badgeAlarm: "!", .badgeWarn: "w", .header: "H", .gaugeTrack: "g", .limitWarn: "1",
    .limitAlarm: "2", .input: "I", .error: "E",
  ]

  static func text(_ surface: Surface) -> String {
    var text = surface.lines.map { $0 + "\n" }.joined() + "=== roles\n"
    for y in 0..<surface.size.rows {
      var line = surface.row(y).map { cell in
        cell.glyph == " " && cell.style.role == .foreground ? " " : letters[cell.style.role] ?? "?"
      }
      while line.last == " " { line.removeLast() }
      text += String(line) + "\n"
    }
    if let cursor = surface.cursor { text += "cursor \(cursor.x) \(cursor.y)\n" }
    return text
  }
}

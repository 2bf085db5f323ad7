import Screen
import Testing

/// One row drawn by a widget.
private func row(_ width: Int, _ draw: (inout Surface, Rect) -> Void) -> String {
  var surface = Surface(columns: width, rows: 1)
  draw(&surface, Rect(x: 0, y: 0, width: width, height: 1))
  return surface.lines[0]
}

@Suite("Sparkline")
struct SparklineTests {
  @Test func `levels run from the smallest to the largest sample`() {
    let line = Sparkline(values: [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(row(8) { line.draw(on: &$0, in: $1) } == "▁▂▃▄▅▆▇█")
    #expect(row(8) { line.draw(on: &$0, in: $1, glyphs: .ascii) } == ".:-=+*#@")
  }

  @Test func `missing samples are gaps and the newest stands at the right`() {
    let line = Sparkline(values: [1, nil, .nan, 8], range: 1...8)
    #expect(row(6) { line.draw(on: &$0, in: $1) } == "  ▁  █")
    #expect(row(2) { line.draw(on: &$0, in: $1) } == " █")
  }

  @Test func `only breaching samples take the severity's style`() {
    let line = Sparkline(values: [1, 2, 3], breaches: [2], breachStyle: Style(.warn))
    var surface = Surface(columns: 3, rows: 1)
    line.draw(on: &surface, in: Rect(x: 0, y: 0, width: 3, height: 1))
    #expect((0..<3).map { surface[$0, 0].style.role } == [.sparkTechnical, .sparkTechnical, .warn])
  }

  @Test func `a deployment is marked above the sample where there is room`() {
    let line = Sparkline(values: [1, 2, 3], deploys: [1])
    var surface = Surface(columns: 3, rows: 2)
    line.draw(on: &surface, in: Rect(x: 0, y: 0, width: 3, height: 2))
    #expect(surface.lines == [" ▼", "▁▅█"])
    #expect(row(3) { line.draw(on: &$0, in: $1) } == "▁▼█")
  }

  @Test(
    arguments: [
      [0, 0], [5, 5], [.infinity, 1], [-.infinity, .infinity], [.greatestFiniteMagnitude, -.greatestFiniteMagnitude],
      [.leastNonzeroMagnitude, 0], [.nan, .nan],
    ] as [[Double]])
  func `extreme samples are drawn without a trap`(values: [Double]) {
    let line = Sparkline(values: values)
    #expect(row(2) { line.draw(on: &$0, in: $1) }.count <= 2)
    let chart = BrailleChart(values: values, limits: [.init(values[0], label: "x")])
    var surface = Surface(columns: 12, rows: 4)
    chart.draw(on: &surface, in: Rect(surface.size))
    Gauge(value: values[0], low: values[1], warn: values[0], maximum: values[1]).draw(
      on: &surface, in: Rect(surface.size))
  }
}

@Suite("Gauge")
struct GaugeTests {
  @Test(arguments: [
    (0.5, "━━━━┊──┃──"), (0.85, "━━━━┊━━┃━─"), (0.0, "────┊──┃──"), (2.0, "━━━━┊━━┃━━"), (-1.0, "────┊──┃──"),
  ])
  func `limits stay visible under and beyond the bar`(value: Double, expected: String) {
    let gauge = Gauge(value: value, warn: 0.4, alarm: 0.7, maximum: 1)
    #expect(row(10) { gauge.draw(on: &$0, in: $1) } == expected)
  }

  @Test func `band ends are visible and a missing value leaves the track`() {
    let gauge = Gauge(value: 0.5, low: 0.25, high: 0.75, maximum: 1)
    #expect(row(8) { gauge.draw(on: &$0, in: $1) } == "━━├━──┤─")
    #expect(row(8) { gauge.draw(on: &$0, in: $1, glyphs: .ascii) } == "==[=--]-")
    #expect(row(4) { Gauge(value: nil, maximum: 1).draw(on: &$0, in: $1) } == "────")
  }
}

@Suite("Braille chart")
struct BrailleChartTests {
  private func lines(_ chart: BrailleChart, _ glyphs: Glyphs = .unicode, columns: Int = 10, rows: Int = 4) -> [String] {
    var surface = Surface(columns: columns, rows: rows)
    chart.draw(on: &surface, in: Rect(surface.size), glyphs: glyphs)
    return surface.lines
  }

  @Test func `fills below the samples`() {
    let ramp = (1...8).map { Double($0) }
    #expect(lines(BrailleChart(values: ramp, range: 0...8), columns: 4, rows: 2) == ["  ⣠⣾", "⣠⣾⣿⣿"])
    #expect(lines(BrailleChart(values: ramp, range: 0...8), .block, columns: 8, rows: 1) == ["▁▂▃▄▅▆▇█"])
    #expect(lines(BrailleChart(values: ramp, range: 0...8), .ascii, columns: 8, rows: 1) == [".:-=+*#@"])
  }

  @Test func `limits, axis, deployments and times have their places`() {
    let chart = BrailleChart(
      values: [0, 0, 0, 0, nil, nil, 4, 4], range: 0...4, limits: [.init(2, label: "2 k")],
      deploys: [.init(index: 6, label: "v2")], topLabel: "4 k", bottomLabel: "0", timeLabels: ["02:42", "now"])
    #expect(
      lines(chart, columns: 12, rows: 6) == [
        "        ▼ v2", "4 k       ⣿⣿", "2 k ┄┄┄┄┄┄⣿⣿", "          ⣿⣿", "  0 ⣀⣀⣀⣀  ⣿⣿", "    02:42",
      ])
  }

  @Test func `no samples and no room draw nothing`() {
    #expect(lines(BrailleChart(values: []), columns: 3, rows: 1) == [""])
    #expect(lines(BrailleChart(values: [1, 2], timeLabels: ["a"]), columns: 1, rows: 1).count == 1)
    #expect(
      lines(BrailleChart(values: [1, 2], deploys: [.init(index: 9, label: "x")]), columns: 2, rows: 2).count == 2)
  }
}

@Suite("Title rule, footer and table")
struct LineWidgetTests {
  @Test func `a title rule is one line wide`() {
    let rule = TitleRule("3 Incidents", caption: "5 open")
    #expect(row(30) { rule.draw(on: &$0, in: $1) } == "─ 3 Incidents ─────── 5 open ─")
    #expect(row(18) { rule.draw(on: &$0, in: $1) } == "─ 3 Incidents ────")
    #expect(row(10) { rule.draw(on: &$0, in: $1) } == "─ 3 Inc… ─")
    #expect(row(3) { rule.draw(on: &$0, in: $1) } == "───")
    #expect(row(30) { rule.draw(on: &$0, in: $1, glyphs: .ascii) } == "- 3 Incidents ------- 5 open -")
  }

  @Test func `hints that do not fit are left out from the end`() {
    let hints = FooterHints(["j/k": "move", "⏎": "open", "a": "ack"])
    #expect(row(40) { hints.draw(on: &$0, in: $1) } == " j/k move  ⏎ open  a ack")
    #expect(row(20) { hints.draw(on: &$0, in: $1) } == " j/k move  ⏎ open")
    #expect(row(5) { hints.draw(on: &$0, in: $1) } == "")
  }

  private let columns = [
    TableColumn("sev", width: .fixed(4)),
    TableColumn("title", width: .flexible(minimum: 6, weight: 1)),
    TableColumn("age", width: .fixed(4), alignment: .right),
    TableColumn("owner", width: .fixed(6), dropOrder: 1),
  ]

  @Test func `flexible columns share what is left and the least needed go first`() {
    let wide = Table(columns, width: 30)
    #expect(wide.slots.map { $0?.width } == [4, 13, 4, 6])
    #expect(wide.slots.map { $0?.x } == [0, 5, 19, 24])
    let narrow = Table(columns, width: 18)
    #expect(narrow.slots.map { $0?.width } == [4, 8, 4, nil])
  }

  @Test(arguments: 0..<40) func `a table never leaves its width`(width: Int) {
    for slot in Table(columns, width: width).slots {
      if let slot { #expect(slot.x + slot.width <= width) }
    }
  }

  @Test func `rows are aligned and cut`() {
    let table = Table(columns, width: 24)
    let cells = ["ALRM", "refunds over limit", "3m", "mo"].map { TextRun($0) }
    #expect(row(24) { table.drawRow(cells, on: &$0, in: $1) } == "ALRM refund…   3m mo")
  }
}

@Suite("Rectangles")
struct RectTests {
  @Test func `splits share the cells`() {
    let rect = Rect(x: 2, y: 3, width: 10, height: 6)
    #expect(rect.split(top: 2).top == Rect(x: 2, y: 3, width: 10, height: 2))
    #expect(rect.split(top: 2).bottom == Rect(x: 2, y: 5, width: 10, height: 4))
    #expect(rect.split(bottom: 1).bottom == Rect(x: 2, y: 8, width: 10, height: 1))
    #expect(rect.split(left: 4, gap: 2).right == Rect(x: 8, y: 3, width: 4, height: 6))
    #expect(rect.split(right: 4, gap: 2).left == Rect(x: 2, y: 3, width: 4, height: 6))
    #expect(rect.split(top: 99).bottom.isEmpty)
    #expect(rect.inset(left: 1, top: 1, right: 1, bottom: 1) == Rect(x: 3, y: 4, width: 8, height: 4))
    #expect(rect.rows(from: 4, count: 9) == Rect(x: 2, y: 7, width: 10, height: 2))
  }
}

import Domain
import Screen

/// One column: what moved, since when, where, and with which version.
struct DriftScreen {
  var context: ViewContext
  var board: DriftBoard
  var size: Size

  private var model: Model { context.model }
  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    drawTop(on: &surface, in: rect.row(0))
    let body = rect.split(top: 1).bottom
    let layout = DriftLayout(board, size: size, body: body)
    if let zoom = model.zoom {
      draw(zoom, isTall: body.height >= board.row.movers.count * 2 + 2, on: &surface, in: body)
      return
    }
    for panel in layout.order {
      if let frame = layout.frames[panel] { draw(panel, isTall: layout.isTall, on: &surface, in: frame) }
    }
  }

  private func draw(_ panel: Panel, isTall: Bool, on surface: inout Surface, in rect: Rect) {
    switch panel {
    case .distribution:
      DistributionPanel(context: context, board: board, isTall: isTall).draw(on: &surface, in: rect)
    case .course: drawCourse(on: &surface, in: rect)
    case .segments: SegmentsPanel(context: context, board: board).draw(on: &surface, in: rect)
    case .versions: VersionsPanel(context: context, board: board).draw(on: &surface, in: rect)
    case .meaning: drawMeaning(on: &surface, in: rect)
    default: ZoomedPanel(context: context).draw(panel, on: &surface, in: rect)
    }
  }

  /// The column and its verdict at the left; which of the columns it is, and its incident, at the right.
  private func drawTop(on surface: inout Surface, in rect: Rect) {
    let row = board.row
    let panel = DriftPanel(context: context)
    let (word, style): (String, Style) =
      switch row.verdict {
      case .ok: (" \(glyphs.ok) ok ", Style(.dim))
      case .warn: (" \(glyphs.warn) WARN ", Style(.warn, .reverse))
      case .alarm: (" \(glyphs.alarm) ALARM ", Style(.badgeAlarm))
      case .tooFew, .noReference: (" \(glyphs.stale) cannot tell ", Style(.stale))
      }
    var left = [TextRun(word, style), TextRun(" "), TextRun(row.title, .title), TextRun("  ")]
    if row.value != nil {
      left.append(TextRun("\(row.statistic) \(DriftText.value(row))", Style(panel.role(row.verdict))))
      left.append(TextRun("  warn \(bound(row.warn)) alarm \(bound(row.alarm))", .dim))
    }
    let columns = model.driftRows
    var right: [TextRun] = []
    if let number = board.incident, let incident = model.incident(number) {
      let state = IncidentText.state(incident)
      right = [TextRun("INC-\(incidentNumber(number)) ", .title), state]
      if let owner = incident.owner { right.append(TextRun(" \(owner)", .dim)) }
      right.append(TextRun("  "))
    }
    if let index = columns.firstIndex(where: { $0.name == row.name }) {
      right.append(TextRun("\(index + 1) of \(columns.count)", .dim))
    }
    surface.writeLine(left, right: right, in: rect, glyphs: glyphs)
  }

  private func bound(_ value: Double) -> String { NumberText.fixed(value, places: 2) }

  private func drawCourse(on surface: inout Surface, in rect: Rect) {
    var course = board.course
    course.title = "\(board.row.statistic) over time"
    MetricChart(context: context).draw(course, of: .course, on: &surface, in: rect)
  }

  private func drawMeaning(on surface: inout Surface, in rect: Rect) {
    let body = context.title("What it means", of: .meaning, on: &surface, in: rect)
    let lines = DriftScreen.meaning(board, width: body.width)
    for (index, line) in lines.dropFirst(model.scrolls[.meaning] ?? 0).prefix(body.height).enumerated() {
      surface.write(line, x: body.x, y: body.y + index, maxWidth: body.width)
    }
  }

  /// The sentences broken into lines.
  static func meaning(_ board: DriftBoard, width: Int) -> [String] {
    let sentences = board.meaning.isEmpty ? [board.reason] : board.meaning
    return sentences.flatMap { TextWrap.lines($0, width: width) }
  }

  /// How many rows a panel that scrolls has.
  static func rowCount(_ panel: Panel, _ board: DriftBoard) -> Int {
    switch panel {
    case .distribution: board.row.movers.count
    case .segments: board.segments.count
    case .versions: board.comparisons.count
    case .meaning: meaning(board, width: 50).count
    default: 0
    }
  }
}

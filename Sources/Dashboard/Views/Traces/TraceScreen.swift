import Domain
import Screen

/// The runs of all agents; or one run: its tree, its findings, and any span in full.
struct TraceScreen {
  var context: ViewContext
  var board: TraceBoard
  var size: Size

  private var model: Model { context.model }
  private var glyphs: Glyphs { context.glyphs }

  func draw(on surface: inout Surface, in rect: Rect) {
    guard model.trace.run != nil else {
      drawList(on: &surface, in: rect)
      return
    }
    guard let run = board.run, run.id == model.trace.run else {
      context.hint("loading the run, or it is no longer kept: esc goes back", on: &surface, in: rect)
      return
    }
    drawTop(run, on: &surface, in: rect.row(0))
    let body = rect.split(top: 1).bottom
    if let zoom = model.zoom {
      draw(zoom, on: &surface, in: body)
      return
    }
    let layout = TraceLayout(board, isCompared: model.trace.isCompared, size: size, body: body)
    for panel in layout.order {
      if let frame = layout.frames[panel] { draw(panel, on: &surface, in: frame) }
    }
  }

  private func drawList(on surface: inout Surface, in rect: Rect) {
    if let zoom = model.zoom {
      draw(zoom, on: &surface, in: rect)
      return
    }
    let layout = TraceLayout(agents: max(1, context.snapshot.agents.count), size: size, body: rect)
    for panel in layout.order {
      if let frame = layout.frames[panel] { draw(panel, on: &surface, in: frame) }
    }
  }

  private func draw(_ panel: Panel, on surface: inout Surface, in rect: Rect) {
    switch panel {
    case .runs: RunListPanel(context: context).draw(on: &surface, in: rect)
    case .agents: AgentsPanel(context: context).draw(on: &surface, in: rect)
    case .spans: SpanTreePanel(context: context, board: board).draw(on: &surface, in: rect)
    case .spanDetail: SpanDetailPanel(context: context, board: board).draw(on: &surface, in: rect)
    case .findings: FindingsPanel(context: context, board: board).draw(on: &surface, in: rect)
    case .comparison: ComparisonPanel(context: context, board: board).draw(on: &surface, in: rect)
    default: ZoomedPanel(context: context).draw(panel, on: &surface, in: rect)
    }
  }

  private func drawTop(_ run: TraceBoard.Run, on surface: inout Surface, in rect: Rect) {
    let (word, style): (String, Style) =
      switch run.mark {
      case .incident: (" \(glyphs.alarm) INCIDENT ", Style(.badgeAlarm))
      case .error: (" \(glyphs.cross) ERROR ", Style(.error, .reverse))
      case .warn: (" \(glyphs.warn) WARN ", Style(.warn, .reverse))
      case .notice: (" \(glyphs.dot) notice ", Style(.focus))
      case .open: (" \(glyphs.verify) open ", Style(.dim))
      case .ok: (" \(glyphs.ok) nothing found ", Style(.dim))
      }
    var facts = ["\(NumberText.count(run.spans)) spans", "\(run.steps) steps"]
    facts.append(run.isTimeless ? "no times" : TraceText.duration(run.duration))
    if let tokens = run.tokens { facts.append("\(NumberText.count(tokens)) tok") }
    if let cost = run.costUSD { facts.append("$\(NumberText.plain(cost))") }
    var left = [TextRun(word, style), TextRun(" run ", .dim), TextRun(run.id, .title), TextRun("  ")]
    left.append(TextRun(run.agent ?? "unknown agent"))
    if let version = run.version { left.append(TextRun(" \(version)", .deploy)) }
    left.append(TextRun("  " + facts.joined(separator: "  "), .dim))
    let time = run.isTimeless ? "" : TimeText.seconds(run.start) + "Z"
    surface.writeLine(left, right: size.columns >= 100 ? [TextRun(time, .dim)] : [], in: rect, glyphs: glyphs)
  }
}

/// Texts of traces.
enum TraceText {
  /// `0.7 s`, `18.4 s`, `12 ms`, `4m12`.
  static func duration(_ duration: Duration) -> String {
    let seconds = duration.inSeconds
    if seconds < 0.0995 { return NumberText.fixed(seconds * 1_000, places: 0) + " ms" }
    if seconds < 120 { return NumberText.fixed(seconds, places: 1) + " s" }
    return duration.short
  }

  /// The glyph and role of a mark.
  static func mark(_ mark: RunMark, _ glyphs: Glyphs) -> TextRun {
    switch mark {
    case .incident: TextRun(glyphs.alarm, .alarm)
    case .error: TextRun(glyphs.cross, .error)
    case .warn: TextRun(glyphs.warn, .warn)
    case .notice: TextRun(glyphs.dot, .focus)
    case .open: TextRun(glyphs.verify, .dim)
    case .ok: TextRun(glyphs.ok, .dim)
    }
  }
}

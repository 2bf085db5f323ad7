import Domain
import Screen

/// What every panel needs to draw itself.
struct ViewContext {
  var model: Model
  var now: Timestamp
  var glyphs: Glyphs

  var snapshot: Snapshot { model.snapshot }

  /// Whether the keys go to this panel.
  func isFocused(_ panel: Panel) -> Bool {
    model.focus == panel && model.helpScroll == nil
  }

  /// Draws a panel's rule and gives back the room below it. A number before the title is the key that opens it.
  func title(
    _ title: String, caption: String = "", of panel: Panel? = nil, on surface: inout Surface, in rect: Rect
  ) -> Rect {
    let focused = panel.map(isFocused) ?? false
    let filter = panel.flatMap { model.filters[$0] }.map { " /\($0)" } ?? ""
    TitleRule(title + filter, caption: caption, isFocused: focused)
      .draw(on: &surface, in: rect.row(0), glyphs: glyphs)
    if title.first?.isNumber ?? false, rect.width > 4, !rect.isEmpty {
      surface.setStyle(Style(.key), in: Rect(x: rect.x + 2, y: rect.y, width: 1, height: 1))
    }
    return rect.split(top: 1).bottom
  }

  /// Writes what is missing in an empty panel, and what to do about it.
  func hint(_ text: String, on surface: inout Surface, in rect: Rect) {
    guard !rect.isEmpty else { return }
    for (index, line) in TextWrap.lines(text, width: rect.width - 2).prefix(rect.height).enumerated() {
      surface.write(line, x: rect.x + 2, y: rect.y + index, style: Style(.dim), maxWidth: rect.width - 2)
    }
  }

  /// The rows of a list that are shown so that the cursor is in view.
  func window(_ count: Int, height: Int, cursor: Int?) -> Range<Int> {
    guard height > 0, count > 0 else { return 0..<0 }
    let first = cursor.map { max(0, min($0 - height + 1, count - height)) } ?? 0
    return max(0, first)..<min(count, max(0, first) + height)
  }

  /// The cursor of a panel, when it shows: only in the focused panel.
  func cursor(_ panel: Panel) -> Int? { isFocused(panel) ? model.cursorIndex(panel) : nil }

  /// A glyph with a gauge's or row's meaning.
  func glyph(_ health: MetricRow.Health) -> TextRun {
    switch health {
    case .ok: TextRun(glyphs.ok, .dim)
    case .warn: TextRun(glyphs.warn, .warn)
    case .alarm: TextRun(glyphs.alarm, .alarm)
    case .stale, .tooFew: TextRun(glyphs.stale, .stale)
    }
  }

  /// The role of a text about something this bad.
  func role(_ severity: Severity?) -> Role {
    switch severity {
    case .alarm: .alarm
    case .warn: .warn
    case .notice, nil: .foreground
    }
  }
}

extension Surface {
  /// Writes pieces at the left and at the right end of a row; the left ones give way and end in an ellipsis.
  mutating func writeLine(_ left: [TextRun], right: [TextRun] = [], in rect: Rect, glyphs: Glyphs) {
    guard !rect.isEmpty else { return }
    let rightWidth = right.reduce(0) { $0 + DisplayWidth.of($1.text) }
    let fits = rightWidth <= rect.width
    let room = rightWidth == 0 ? rect.width : fits ? rect.width - rightWidth - 1 : 0
    write(Surface.fitted(left, width: room, ellipsis: glyphs.ellipsis), x: rect.x, y: rect.y, maxWidth: max(0, room))
    write(
      fits ? right : Surface.fitted(right, width: rect.width, ellipsis: glyphs.ellipsis),
      x: fits ? rect.maxX - rightWidth : rect.x, y: rect.y, maxWidth: rect.width)
  }

  private static func fitted(_ runs: [TextRun], width: Int, ellipsis: String) -> [TextRun] {
    var left = width
    var result: [TextRun] = []
    for (index, run) in runs.enumerated() where left > 0 {
      let rest = runs[(index + 1)...].contains { !$0.text.isEmpty && $0.text != " " }
      let needed = DisplayWidth.of(run.text)
      if needed < left || (needed == left && !rest) {
        result.append(run)
        left -= needed
      } else {
        result.append(
          TextRun((run.text + (rest ? ellipsis : "")).truncated(toWidth: left, ellipsis: ellipsis), run.style))
        left = 0
      }
    }
    return result
  }

  /// Marks a row as selected: reversed from a column on, with the mark in its first column.
  mutating func select(_ rect: Rect, mark: String? = nil) {
    setStyle(Style(.selection), in: rect)
    if let mark { write(mark, x: rect.x, y: rect.y, style: Style(.focus)) }
  }
}

/// Breaks sentences into lines.
enum TextWrap {
  /// The text in lines of at most `width` columns, broken at blanks; a longer word is cut.
  static func lines(_ text: String, width: Int) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let word = String(word).truncated(toWidth: width)
      if line.isEmpty {
        line = word
      } else if DisplayWidth.of(line) + 1 + DisplayWidth.of(word) <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = word
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}

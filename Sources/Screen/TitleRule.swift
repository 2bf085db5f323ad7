/// A panel's only border: `─ 3 Incidents ─────── 5 open · 1 new ─`.
public struct TitleRule: Hashable, Sendable {
  /// What the panel shows.
  public var title: String
  /// A caption at the right end; left out where it does not fit.
  public var caption: String
  /// Whether the keyboard acts on this panel.
  public var isFocused: Bool

  /// Creates a rule.
  public init(_ title: String, caption: String = "", isFocused: Bool = false) {
    self.title = title
    self.caption = caption
    self.isFocused = isFocused
  }

  /// Draws on the first row of the rectangle.
  public func draw(on surface: inout Surface, in rect: Rect, glyphs: Glyphs = .unicode) {
    guard !rect.isEmpty else { return }
    let ruleStyle = isFocused ? Style(.focus) : Style(.rule)
    for offset in 0..<rect.width { surface.write(glyphs.rule, x: rect.x + offset, y: rect.y, style: ruleStyle) }
    guard rect.width >= 5 else { return }
    var titleEnd = rect.x
    if !title.isEmpty {
      let shown = title.truncated(toWidth: rect.width - 4, ellipsis: glyphs.ellipsis)
      titleEnd += 1
      titleEnd += surface.write(" \(shown) ", x: titleEnd, y: rect.y, style: Style(isFocused ? .focus : .title))
    }
    let captionWidth = DisplayWidth.of(caption)
    let captionStart = rect.maxX - captionWidth - 3
    guard captionWidth > 0, captionStart > titleEnd else { return }
    surface.write(" \(caption) ", x: captionStart, y: rect.y, style: Style(.dim))
  }
}

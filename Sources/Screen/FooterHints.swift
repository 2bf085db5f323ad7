/// The keys that work here, ` j/k move  ⏎ open  a ack`; hints that do not fit are left out from the end.
public struct FooterHints: Hashable, Sendable {
  /// One key and what it does.
  public struct Hint: Hashable, Sendable {
    /// The key as it is written: `j/k`, `esc`.
    public var key: String
    /// What it does, in a word.
    public var label: String

    /// Creates a hint.
    public init(_ key: String, _ label: String) {
      self.key = key
      self.label = label
    }
  }

  /// The hints, most needed first.
  public var hints: [Hint]

  /// Creates hints.
  public init(_ hints: [Hint]) {
    self.hints = hints
  }

  /// Creates hints from keys and labels.
  public init(_ pairs: KeyValuePairs<String, String>) {
    self.init(pairs.map { Hint($0.key, $0.value) })
  }

  /// Draws on the first row of the rectangle.
  public func draw(on surface: inout Surface, in rect: Rect) {
    guard !rect.isEmpty else { return }
    var x = rect.x + 1
    for hint in hints {
      let width = DisplayWidth.of(hint.key) + 1 + DisplayWidth.of(hint.label)
      guard x + width <= rect.maxX else { return }
      surface.write(
        [TextRun(hint.key, .key), TextRun(" " + hint.label, .dim)], x: x, y: rect.y)
      x += width + 2
    }
  }
}

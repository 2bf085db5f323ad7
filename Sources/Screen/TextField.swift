/// A line of text that is being typed, with its cursor.
///
/// Line breaks and tabs that are pasted become spaces, other control characters are left out.
public struct TextField: Hashable, Sendable {
  /// The text.
  public var text: String { String(characters) }
  /// How many characters stand before the cursor.
  public private(set) var cursor: Int
  /// The most characters that the field takes.
  public let limit: Int
  private var characters: [Character]

  /// Creates a field with the cursor at the end.
  public init(_ text: String = "", limit: Int = 500) {
    self.limit = max(limit, 0)
    characters = []
    cursor = 0
    insert(text)
  }

  /// Whether there is no text.
  public var isEmpty: Bool { characters.isEmpty }

  /// Applies an editing key; false when the key does not edit.
  @discardableResult
  public mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .char(let character): insert(String(character))
    case .paste(let text): insert(text)
    case .backspace, .ctrl("h"): deleteBackward()
    case .delete, .ctrl("d"): deleteForward()
    case .left, .ctrl("b"): cursor = max(cursor - 1, 0)
    case .right, .ctrl("f"): cursor = min(cursor + 1, characters.count)
    case .home, .ctrl("a"): cursor = 0
    case .end, .ctrl("e"): cursor = characters.count
    case .ctrl("u"): deleteToStart()
    case .ctrl("k"): characters.removeSubrange(cursor...)
    case .ctrl("w"): deleteWord()
    default: return false
    }
    return true
  }

  /// Inserts text at the cursor, as much as the limit allows.
  public mutating func insert(_ text: String) {
    var clean = String.UnicodeScalarView()
    // Marks beyond four a character are not shown, so eight scalars a character are room enough.
    let scalarLimit = limit > Int.max / 8 ? Int.max : limit * 8
    for scalar in text.unicodeScalars.prefix(scalarLimit) {
      switch scalar {
      case "\n", "\r", "\t":
        if clean.last != " " { clean.append(" ") }
      default:
        if scalar.properties.generalCategory != .control { clean.append(scalar) }
      }
    }
    // A mark typed after its base joins the character before the cursor.
    let before = String(characters[..<cursor])
    let joined = Array(before + String(clean))
    let room = max(limit - (characters.count - cursor), 0)
    let kept = joined.prefix(max(room, cursor))
    characters.replaceSubrange(..<cursor, with: kept)
    cursor = kept.count
  }

  /// Empties the field.
  public mutating func clear() {
    characters = []
    cursor = 0
  }

  /// Deletes the character before the cursor.
  public mutating func deleteBackward() {
    guard cursor > 0 else { return }
    cursor -= 1
    characters.remove(at: cursor)
  }

  /// Deletes the character at the cursor.
  public mutating func deleteForward() {
    guard cursor < characters.count else { return }
    characters.remove(at: cursor)
  }

  /// Deletes everything before the cursor.
  public mutating func deleteToStart() {
    characters.removeSubrange(..<cursor)
    cursor = 0
  }

  /// Deletes the word before the cursor and the spaces after it.
  public mutating func deleteWord() {
    var start = cursor
    while start > 0, characters[start - 1] == " " { start -= 1 }
    while start > 0, characters[start - 1] != " " { start -= 1 }
    characters.removeSubrange(start..<cursor)
    cursor = start
  }

  /// Draws on the first row of the rectangle, scrolled so that the cursor is in view, and places the surface's cursor
  /// when the field is focused.
  public func draw(
    on surface: inout Surface, in rect: Rect, style: Style = Style(.input), isFocused: Bool = true
  ) {
    guard !rect.isEmpty else { return }
    surface.fill(Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), style: style)
    var start = cursor
    var before = 0
    while start > 0 {
      let width = DisplayWidth.of(characters[start - 1])
      guard before + width < rect.width else { break }
      before += width
      start -= 1
    }
    surface.write(String(characters[start...]), x: rect.x, y: rect.y, style: style, maxWidth: rect.width)
    if isFocused { surface.setCursor(Surface.Position(x: rect.x + before, y: rect.y)) }
  }
}

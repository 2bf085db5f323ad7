/// A surface as plain text: one line a row, without styles and trailing spaces.
public enum PlainTextExporter {
  /// The text; every line ends with a line feed.
  public static func export(_ surface: Surface) -> String {
    surface.lines.map { $0 + "\n" }.joined()
  }
}

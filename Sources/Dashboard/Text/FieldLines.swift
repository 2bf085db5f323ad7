import Screen

/// Fields as lines: the name once, the text wrapped beside it.
enum FieldLines {
  private static let nameWidth = 12

  static func lines(_ fields: [TraceSpanRow.Detail], width: Int) -> [[TextRun]] {
    let room = max(8, width - nameWidth - 1)
    return fields.flatMap { field -> [[TextRun]] in
      wrapped(field.text, room).enumerated().map { index, text in
        [
          TextRun((index == 0 ? field.name : "").fitted(toWidth: nameWidth, ellipsis: "") + " ", .dim),
          TextRun(text, field.name == "error" ? .error : .foreground),
        ]
      }
    }
  }

  /// Breaks at blanks where there are any, and anywhere in long words: arguments and hashes often have none.
  static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      var word = Substring(word)
      if !line.isEmpty, line.count + 1 + word.count <= width {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line) }
      while word.count > width {
        lines.append(String(word.prefix(width)))
        word = word.dropFirst(width)
      }
      line = String(word)
    }
    if !line.isEmpty { lines.append(line) }
    return lines.isEmpty ? [""] : lines
  }
}

import Screen

/// The report as Markdown and as one HTML file without scripts, links or anything from the network.
enum ReportText {
  /// Markdown; text from logs cannot break out of a cell.
  static func markdown(_ blocks: [ReportBlock], title: String) -> [String] {
    var lines = ["# \(title)", ""]
    func cell(_ text: String) -> String {
      SanitisedText.string(text).replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("<", with: "&lt;")
        .replacing("](", with: "]\\(")
    }
    for block in blocks {
      switch block {
      case .heading(let text): lines += ["## \(text)", ""]
      case .paragraph(let text): lines += [cell(text), ""]
      case .list(let items): lines += items.map { "- \(cell($0))" } + (items.isEmpty ? [] : [""])
      case .table(let header, let rows):
        guard !rows.isEmpty else { continue }
        lines.append("| " + header.joined(separator: " | ") + " |")
        lines.append("|" + String(repeating: "---|", count: header.count))
        lines += rows.map { "| " + $0.map(cell).joined(separator: " | ") + " |" }
        lines.append("")
      }
    }
    return lines
  }

  /// One self-contained HTML page; `pictures` are SVG documents of our own making.
  static func html(_ blocks: [ReportBlock], title: String, pictures: [String]) -> [String] {
    func text(_ raw: String) -> String {
      SanitisedText.string(raw).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        .replacing("\"", with: "&quot;")
    }
    var lines = [
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">",
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
      "<title>\(text(title))</title><style>",
      "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#16202a}",
      "table{border-collapse:collapse;margin:.6em 0 1.2em}th,td{border:1px solid #aab4be;padding:.25em .6em;",
      "text-align:left;vertical-align:top}th{background:#eef2f5}h2{margin-top:1.6em}svg{max-width:100%;height:auto}",
      "</style></head><body><h1>\(text(title))</h1>",
    ]
    for block in blocks {
      switch block {
      case .heading(let heading): lines.append("<h2>\(text(heading))</h2>")
      case .paragraph(let paragraph): lines.append("<p>\(text(paragraph))</p>")
      case .list(let items):
        guard !items.isEmpty else { continue }
        lines.append("<ul>" + items.map { "<li>\(text($0))</li>" }.joined() + "</ul>")
      case .table(let header, let rows):
        guard !rows.isEmpty else { continue }
        lines.append("<table><tr>" + header.map { "<th>\(text($0))</th>" }.joined() + "</tr>")
        lines += rows.map { "<tr>" + $0.map { "<td>\(text($0))</td>" }.joined() + "</tr>" }
        lines.append("</table>")
      }
    }
    for picture in pictures { lines.append("<figure>\(picture)</figure>") }
    return lines + ["</body></html>"]
  }
}

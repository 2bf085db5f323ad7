import Domain
import Screen

/// Everything about one source: what was recognised, what was counted, what was lost.
struct SourceDetail {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(_ row: SourceRow, on surface: inout Surface, in rect: Rect) {
    let body = context.title(row.name, caption: SourceDetail.word(row), on: &surface, in: rect)
    for (line, runs) in lines(row, width: body.width - 2).prefix(max(0, body.height)).enumerated() {
      surface.writeLine(runs, in: body.row(line).inset(left: 1), glyphs: glyphs)
    }
  }

  /// How it stands in words.
  static func word(_ row: SourceRow) -> String {
    switch row.state {
    case .ok: "reading" + (row.age.map { ", newest row \(TimeText.spaced($0)) ago" } ?? "")
    case .stale: "STALE" + (row.age.map { ", silent for \(TimeText.spaced($0))" } ?? "")
    case .waiting: "waiting for \(row.file)"
    case .denied: "DENIED"
    case .ended: "ended: its writer is done" + (row.age.map { ", \(TimeText.spaced($0)) ago" } ?? "")
    case .catchingUp:
      "catching up" + (row.progress.map { ", \(SourcesPanel.percent($0)) read" } ?? "")
        + (row.timeLeft.map { ", about \(TimeText.spaced($0)) left" } ?? "")
    }
  }

  private func lines(_ row: SourceRow, width: Int) -> [[TextRun]] {
    var lines: [[TextRun]] = []
    func add(_ label: String, _ text: String, _ role: Role = .foreground) {
      let room = max(10, width - 11)
      for (index, part) in TextWrap.lines(text, width: room).enumerated() {
        lines.append([TextRun((index == 0 ? label : "").padded(toWidth: 11), .dim), TextRun(part, role)])
      }
    }
    if row.state == .denied { add("denied", "give this user read access to \(row.file)", .error) }
    add("format", row.format ?? "not recognised yet: nothing has been read", row.format == nil ? .stale : .foreground)
    add("read", counts(row))
    add("lag", "\(SourcesPanel.lag(row).dropFirst(4)) \(glyphs.dot) \(SourcesPanel.rate(row))")
    if let watermark = row.watermark {
      add("newest", "\(watermark.formatted(.seconds)) (\(TimeText.age(of: watermark, at: context.now)) ago)")
    }
    if let skew = row.skew {
      add("clock", "its records are \(TimeText.spaced(skew)) ahead of this host's clock", .warn)
    }
    for notice in row.notices { add("notice", notice, .warn) }
    for (field, count) in row.tally.fieldErrors.sorted(by: { $0.key < $1.key }) {
      add(
        "field", "\(field): \(NumberText.count(count)) value\(count == 1 ? " is no number" : "s are no numbers")", .warn
      )
    }
    for (index, gap) in row.latestGaps.enumerated() {
      let place = "\(gap.path) bytes \(NumberText.count(gap.from)) to \(NumberText.count(gap.to))"
      add(
        index == 0 ? "\(row.gaps) gap\(row.gaps == 1 ? "" : "s")" : "",
        "\(TimeText.seconds(gap.at)) \(place): \(gap.reason)", .warn)
    }
    for (index, place) in row.tally.malformedPlaces.reversed().enumerated() {
      add(index == 0 ? "bad lines" : "", place, .warn)
    }
    for (index, file) in row.files.reversed().enumerated() {
      let text = "\(file.path)  \(file.state)  \(NumberText.count(file.offset)) of \(NumberText.count(file.size)) bytes"
      add(index == 0 ? "files" : "", text, index == 0 ? .foreground : .dim)
    }
    return lines
  }

  private func counts(_ row: SourceRow) -> String {
    let tally = row.tally
    var parts = ["\(NumberText.count(tally.lines)) lines", "\(NumberText.count(row.malformed)) malformed"]
    if tally.timeless > 0 { parts.append("\(NumberText.count(tally.timeless)) without a time") }
    if tally.late > 0 { parts.append("\(NumberText.count(tally.late)) late, their slots are amended") }
    if tally.skewed > 0 { parts.append("\(NumberText.count(tally.skewed)) from a wrong clock") }
    return parts.joined(separator: ", ")
  }
}

import Dashboard
import Domain

/// One source in lines for people.
struct StatusText {
  let lines: [String]

  /// How many gaps and files are told in full.
  private static let limit = 5

  init(_ source: SourceRow) {
    var lines = ["source \(source.name): \(StatusText.standing(source))"]
    lines.append("  format: \(source.format ?? "not recognised yet")")
    var counts = ["\(source.tally.lines) lines", "\(source.malformed) malformed"]
    if source.tally.timeless > 0 { counts.append("\(source.tally.timeless) without a time") }
    if source.tally.late > 0 { counts.append("\(source.tally.late) late") }
    if source.tally.skewed > 0 { counts.append("\(source.tally.skewed) from a wrong clock") }
    lines.append("  read: \(counts.joined(separator: ", "))")
    if let bytes = source.lagBytes {
      let time = bytes > 0 ? source.lag.map { ", \($0.short) behind" } ?? "" : ""
      lines.append("  lag: \(bytes) bytes\(time)")
    }
    if let watermark = source.watermark { lines.append("  newest record: \(watermark.formatted())") }
    if let skew = source.skew { lines.append("  clock: records are \(skew.short) ahead of this host") }
    for (field, count) in source.tally.fieldErrors.sorted(by: { $0.key < $1.key }) {
      lines.append("  field \(field): \(count) values are no numbers")
    }
    lines += source.tally.malformedPlaces.suffix(Self.limit).map { "  malformed: \($0)" }
    for gap in source.latestGaps.prefix(Self.limit) {
      lines.append("  gap: \(gap.path) bytes \(gap.from) to \(gap.to), \(gap.at.formatted()): \(gap.reason)")
    }
    if source.gaps > Self.limit { lines.append("  \(source.gaps - Self.limit) more gaps: --json has all") }
    for file in source.files.suffix(Self.limit).reversed() {
      lines.append("  file: \(file.path) \(file.state), \(file.offset) of \(file.size) bytes")
    }
    if source.files.count > Self.limit {
      lines.append("  \(source.files.count - Self.limit) more files: --json has all")
    }
    lines += source.notices.map { "  notice: \($0)" }
    self.lines = lines
  }

  private static func standing(_ source: SourceRow) -> String {
    let age = source.age.map { ", newest row \($0.short) ago" } ?? ""
    switch source.state {
    case .ok: return "ok\(age)"
    case .stale: return "STALE\(age)"
    case .ended: return "ended\(age)"
    case .waiting: return "waiting for \(source.file)"
    case .denied: return "DENIED: give this user read access to \(source.file)"
    case .catchingUp:
      return "catching up" + (source.progress.map { ", \(Int($0 * 100)) % read" } ?? "")
    }
  }
}

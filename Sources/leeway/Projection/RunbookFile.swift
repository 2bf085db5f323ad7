import Dashboard
import Glibc

/// A runbook's steps, read from its file.
enum RunbookFile {
  /// A runbook is read up to this many bytes.
  private static let longest = 64 << 10
  /// More steps than a screen holds are not kept.
  private static let mostSteps = 100

  /// The lines that are list items (`1. …`, `- …`, `* …`) without their marks; no steps where the file cannot be read.
  static func read(_ path: String) -> IncidentDetail.Runbook {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return IncidentDetail.Runbook(name: name, steps: text(of: path).map(steps) ?? [])
  }

  static func steps(_ text: String) -> [String] {
    let items = text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
      let line = line.drop { $0 == " " }
      var rest = line.drop { $0.isASCII && $0.isNumber }
      if rest.count < line.count {
        guard rest.first == "." || rest.first == ")" else { return nil }
        rest = rest.dropFirst()
      } else {
        guard line.first == "-" || line.first == "*" else { return nil }
        rest = line.dropFirst()
      }
      guard rest.first == " " else { return nil }
      let step = rest.drop { $0 == " " }
      return step.isEmpty ? nil : String(step)
    }
    return Array(items.prefix(mostSteps))
  }

  private static func text(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: longest)
    let count = Glibc.read(file, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}

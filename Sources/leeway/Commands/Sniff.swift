import ArgumentParser
import Decoding
import Domain
import Screen

/// `leeway sniff FILE…`: what format a file is in, and how that was seen.
struct Sniff: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Name the format of files, and say why.")

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The files.", completion: .file())
  var files: [String]

  func run() throws {
    var rows: [JSON] = []
    for file in files {
      let head = try InputFile.head(of: file, limit: 262_144)
      let recognised = FormatRecogniser().recognise(head: head, path: file)
      if shared.json {
        rows.append([
          "path": .string(file), "format": .string(recognised.format.rawValue), "dialect": JSON(recognised.dialect),
          "confidence": JSON(recognised.confidence), "reason": .string(recognised.reason),
          "readable": .bool(recognised.isReadable), "traces": .bool(recognised.format.holdsTraces),
        ])
      } else {
        let dialect = recognised.dialect.map { " (\($0))" } ?? ""
        StandardOutput.line(
          SanitisedText.string(
            "\(file): \(recognised.format.rawValue)\(dialect), \(Int((recognised.confidence * 100).rounded())) % sure: "
              + recognised.reason + use(of: recognised)))
      }
    }
    if shared.json { StandardOutput.json(["schema": 1, "files": .array(rows)]) }
  }

  private func use(of recognised: RecognisedFormat) -> String {
    if recognised.isReadable { return "" }
    return recognised.format.holdsTraces
      ? "; read whole by `leeway traces`, not followed by the collector" : "; not read by the collector yet"
  }
}

import ArgumentParser
import Assurance
import Domain
import Engine
import Incidents
import Screen
import Storage
import Tailing

/// `leeway incidents evidence`: the lines that an incident rests on, and whether they still stand where they stood.
struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "The lines of logs that an incident rests on, compared with what was kept of them.",
    discussion: """
      Each line is read again and its SHA-256 compared: intact, moved (in a rotated file beside it), changed, or gone. Exit 1
      when one is changed or gone. The journal keeps no more of a line than the fields that the rule read; --lines shows
      the whole lines, as far as they are intact.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The incident: 412, INC-412 or its id.")
  var incident: String

  @Flag(help: "Show the lines themselves; they may hold personal data.")
  var lines = false

  /// What became of a line.
  enum Standing: String {
    case intact, moved, changed, gone
  }

  func run() throws {
    let book = try IncidentDesk(store: shared.openStore(.readOnly), policy: .standard).current().book
    guard let number = book.number(named: incident), let found = book.incident(number: number) else {
      throw ActOptions.unknown(incident)
    }
    let checked = found.evidence.compactMap(\.line).map { line in (line: line, now: EvidenceCommand.look(for: line)) }
    if shared.json {
      StandardOutput.json([
        "schema": 1, "incident": JSON(found.number),
        "evidence": .array(
          checked.map { item in
            var object = item.line.json.object ?? JSONObject()
            object["standing"] = .string(item.now.standing.rawValue)
            object["found_in"] = JSON(item.now.path)
            if lines { object["line"] = JSON(item.now.text) }
            return .object(object)
          }),
      ])
    } else if checked.isEmpty {
      StandardOutput.line("\(found.name) rests on no line of a log: its signals or what operators named stand for it")
    } else {
      for item in checked {
        StandardOutput.line(SanitisedText.string("\(item.now.standing.rawValue) \(item.line.reference)"))
        if lines, let text = item.now.text { StandardOutput.line("  " + SanitisedText.string(text)) }
      }
    }
    guard checked.allSatisfy({ $0.now.standing == .intact || $0.now.standing == .moved }) else {
      throw CommandFailure(.answerIsNo)
    }
  }

  /// Rotated files beside the one that was named.
  private static let siblingLimit = 64

  private static func look(for line: EvidenceLine) -> (standing: Standing, path: String?, text: String?) {
    func read(_ path: String) -> (isThere: Bool, text: String?) {
      guard line.offset >= 0, line.length >= 0, line.length <= 32 << 20, line.offset <= Int64.max - Int64(line.length),
        let bytes = FilePart.read(TailPath(path), line.offset..<(line.offset + Int64(line.length)))
      else { return (false, nil) }
      guard bytes.count == line.length else { return (!bytes.isEmpty, nil) }
      return (true, Digest256.sha256(bytes).hex == line.hash ? String(decoding: bytes, as: UTF8.self) : nil)
    }
    let own = read(line.file)
    if let text = own.text { return (.intact, line.file, text) }
    let parts = line.file.split(separator: "/", omittingEmptySubsequences: false)
    let (folder, name) = (parts.dropLast().joined(separator: "/"), parts.last.map(String.init) ?? "")
    let siblings = (try? InputFile.names(in: folder.isEmpty ? "/" : folder)) ?? []
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    for sibling in siblings.lazy.filter({ $0 != name && $0.hasPrefix(stem) }).prefix(siblingLimit) {
      let path = "\(folder)/\(sibling)"
      if let text = read(path).text { return (.moved, path, text) }
    }
    return (own.isThere ? .changed : .gone, nil, nil)
  }
}

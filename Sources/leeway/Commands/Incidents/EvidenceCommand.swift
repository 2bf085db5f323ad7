import ArgumentParser
import Domain
import Engine
import Incidents
import Screen
import Storage

/// `leeway incidents evidence`: the lines that an incident rests on, and whether they still stand where they stood.
struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "The lines of logs that an incident rests on, compared with what was kept of them.",
    discussion: """
      Each line is read again and its SHA-256 compared: intact, moved (in a rotated file beside it), held (a copy was kept by
      'incidents hold'), changed, or gone. Exit 1 when one is changed or gone. The journal keeps no more of a line than the fields that the rule read; --lines shows
      the whole lines, as far as they are intact.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The incident: 412, INC-412 or its id.")
  var incident: String

  @Flag(help: "Show the lines themselves; they may hold personal data.")
  var lines = false

  func run() throws {
    let store = try shared.openStore(.readOnly)
    let book = try IncidentDesk(store: store, policy: .standard).current().book
    guard let number = book.number(named: incident), let found = book.incident(number: number) else {
      throw ActOptions.unknown(incident)
    }
    let held = try store.read { try $0.heldLines(of: found.id) }
    let checked = found.evidence.compactMap(\.line).map { line in
      (line: line, now: EvidenceStanding(of: line, held: held[line.hash]))
    }
    if shared.json {
      StandardOutput.json([
        "schema": 1, "incident": JSON(found.number),
        "evidence": .array(
          checked.map { item in
            var object = item.line.json.object ?? JSONObject()
            object["standing"] = .string(item.now.kind.rawValue)
            object["found_in"] = JSON(item.now.path)
            if lines { object["line"] = JSON(item.now.text) }
            return .object(object)
          }),
      ])
    } else if checked.isEmpty {
      StandardOutput.line("\(found.name) rests on no line of a log: its signals or what operators named stand for it")
    } else {
      for item in checked {
        StandardOutput.line(SanitisedText.string("\(item.now.kind.rawValue) \(item.line.reference)"))
        if lines, let text = item.now.text { StandardOutput.line("  " + SanitisedText.string(text)) }
      }
    }
    guard checked.allSatisfy({ $0.now.isThere }) else {
      throw CommandFailure(.answerIsNo)
    }
  }
}

import ArgumentParser
import Engine
import Incidents
import Screen
import Storage

/// `leeway incidents hold`: nothing that an incident rests on is removed until it is released.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Keep an incident's evidence from being removed.",
    discussion: """
      The lines that it rests on are copied whole into the store, as far as they still stand, so that no rotation can take them;
      they may hold personal data. Retention removes nothing of its time, from an hour before its harm began. 'incidents release'
      ends it and deletes the copies.
      """)

  @OptionGroup var target: IncidentsCommand.Target

  func run() throws {
    try target.act.perform(.hold(reason: target.act.reason), on: target.incident)
    let store = try target.act.shared.openStore(.existing)
    let book = try IncidentDesk(store: store, policy: .standard).current().book
    guard let number = book.number(named: target.incident), let incident = book.incident(number: number) else { return }
    var missing: [EvidenceLine] = []
    var lines: [(hash: String, bytes: [UInt8])] = []
    for line in incident.evidence.compactMap(\.line) {
      if let bytes = EvidenceStanding(of: line).bytes { lines.append((line.hash, bytes)) } else { missing.append(line) }
    }
    try store.write { [lines] writer in try writer.hold(lines, of: incident.id) }
    StandardError.line("leeway: \(lines.count) of \(lines.count + missing.count) lines are held")
    for line in missing { StandardError.line(SanitisedText.string("leeway: no longer there: \(line.reference)")) }
  }
}

/// `leeway incidents release`.
struct ReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Let an incident's evidence be removed again, and delete the held copies.")

  @OptionGroup var target: IncidentsCommand.Target

  func run() throws {
    try target.act.perform(.release(reason: target.act.reason), on: target.incident)
    let store = try target.act.shared.openStore(.existing)
    let book = try IncidentDesk(store: store, policy: .standard).current().book
    guard let number = book.number(named: target.incident), let incident = book.incident(number: number) else { return }
    try store.write { try $0.releaseLines(of: incident.id) }
  }
}

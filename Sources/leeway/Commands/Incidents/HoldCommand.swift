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
    guard let (store, incident) = try target.done(.hold(reason: target.act.reason)) else { return }
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
    commandName: "release", abstract: "End the hold of an incident's evidence; the copies go.")

  @OptionGroup var target: IncidentsCommand.Target

  func run() throws {
    guard let (store, incident) = try target.done(.release(reason: target.act.reason)) else { return }
    try store.write { try $0.releaseLines(of: incident.id) }
  }
}

extension IncidentsCommand.Target {
  /// Performs a request; gives the store and what the incident has become.
  fileprivate func done(_ request: IncidentRequest) throws -> (store: Store, incident: Incident)? {
    try act.perform(request, on: incident)
    let store = try act.shared.openStore(.existing)
    let book = try IncidentDesk(store: store, policy: .standard).current().book
    guard let number = book.number(named: incident), let found = book.incident(number: number) else { return nil }
    return (store, found)
  }
}

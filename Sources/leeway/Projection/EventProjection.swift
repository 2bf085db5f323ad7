import Dashboard
import Domain
import Engine
import Storage

/// The newest entries of the journal as events.
enum EventProjection {
  /// How many entries are looked at.
  private static let limit = 200

  static func rows(_ reader: StoreReader, newest: Int) throws -> [EventRow] {
    try reader.entries(after: max(0, newest - limit)).reversed().compactMap(row)
  }

  private static func row(_ entry: JournalEntry) -> EventRow? {
    let noun = String(entry.act.rawValue.prefix { $0 != "." })
    let kind: String
    switch noun {
    case "signal": kind = "rule"
    case "version": kind = "deploy"
    case "baseline": kind = "drift"
    case "log", "config": kind = "audit"
    default: kind = entry.actor.isPerson ? "op" : "rule"
    }
    if entry.act == .logOpen { return nil }
    let at = entry.data["at"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? entry.at
    return EventRow(at: at, kind: kind, severity: severity(of: entry), text: text(of: entry))
  }

  private static func severity(of entry: JournalEntry) -> Severity? {
    guard ["signal.firing", "incident.open"].contains(entry.act.rawValue) else { return nil }
    return entry.data["severity"]?.string.flatMap(Severity.init(rawValue:))
  }

  private static func text(of entry: JournalEntry) -> String {
    let name = entry.object["incident"].map { $0.string ?? $0.text }
    let who = entry.actor.isPerson ? entry.actor.displayName + " " : ""
    let verb = entry.act.rawValue.split(separator: ".").dropFirst().joined(separator: " ")
    switch entry.act {
    case .versionSeen:
      return "\(entry.object["version"]?.string ?? "?") first seen in \(entry.object["source"]?.string ?? "?")"
    case .baselineCapture, .baselinePromote:
      return "reference \(entry.object["reference"]?.string ?? "?") of \(entry.object["metric"]?.string ?? "?") \(verb)d"
    default: break
    }
    var text = who + verb
    if let name { text += " " + name }
    for member in ["title", "statement", "text", "reason", "owner", "verdict"] {
      if let value = entry.data[member]?.string, !value.isEmpty {
        text += member == "reason" ? " \"\(value)\"" : " \(value)"
      }
    }
    if let signal = entry.object["signal"]?.string { text += " \(signal)" }
    if let value = entry.data["value"]?.string { text += " at \(value.prefix(8))" }
    return text
  }
}

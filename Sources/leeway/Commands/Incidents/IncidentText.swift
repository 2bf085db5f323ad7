import Domain
import Incidents
import Screen

/// Incidents as lines of text.
enum IncidentText {
  static func printLine(_ incident: Incident) {
    let age = incident.episode.openedAt.formatted(.seconds)
    StandardOutput.line(
      SanitisedText.string(
        "\(incident.name) rev \(incident.rev) \(incident.severity.rawValue) \(incident.state.rawValue) "
          + "\(incident.owner ?? "-") \(age) \(incident.title)"))
  }

  static func printDetail(_ incident: Incident) {
    printLine(incident)
    for signal in incident.signals {
      let value = signal.value.map { " value \($0)" } ?? ""
      let bound = signal.threshold.map { " bound \($0)" } ?? ""
      StandardOutput.line(SanitisedText.string("  signal \(signal.key): \(signal.state.rawValue)\(value)\(bound)"))
    }
    for action in incident.actions {
      StandardOutput.line(SanitisedText.string("  \(action.sentence) [\(action.state.rawValue)]"))
    }
    for entry in incident.timeline {
      StandardOutput.line(
        SanitisedText.string("  \(entry.at.formatted(.seconds)) \(entry.actor) \(entry.verb): \(entry.detail)"))
    }
  }
}

import Domain
import Engine
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

  /// `C-1 of A-1 [observing until 2026-11-23T03:30:00Z]: p95 latency < 1500 over 30m, n ≥ 200`.
  static func checkLine(_ check: EffectivenessCheck, at now: Timestamp) -> String {
    let state = check.state(at: now)
    let standing =
      switch state {
      case .observing, .due: "\(state.rawValue) until \(check.dueAt?.formatted(.seconds) ?? "?")"
      case .decided: check.verdict?.rawValue ?? state.rawValue
      default: state.rawValue
      }
    let measured = check.measurement.map { "; measured \($0.sentence)" } ?? ""
    return "\(check.id) of \(check.action) [\(standing)]: \(check.plan.sentence)\(measured)"
  }

  /// `approved, 2d overdue`, `effective, done 3h late`.
  static func standing(of action: CorrectiveAction, at now: Timestamp) -> String {
    guard let late = action.lateness(at: now) else { return action.state.rawValue }
    return action.state.rawValue + (action.isOverdue(at: now) ? ", \(late.short) overdue" : ", done \(late.short) late")
  }

  static func printDetail(_ incident: Incident, harm: [String] = []) {
    printLine(incident)
    for signal in incident.signals {
      let value = signal.value.map { " value \($0)" } ?? ""
      let bound = signal.threshold.map { " bound \($0)" } ?? ""
      StandardOutput.line(SanitisedText.string("  signal \(signal.key): \(signal.state.rawValue)\(value)\(bound)"))
    }
    for sentence in harm { StandardOutput.line(SanitisedText.string("  " + sentence)) }
    let now = SystemWallClock().now()
    for action in incident.actions {
      StandardOutput.line(SanitisedText.string("  \(action.sentence) [\(standing(of: action, at: now))]"))
    }
    for check in incident.checks {
      StandardOutput.line(SanitisedText.string("  " + checkLine(check, at: now)))
    }
    for evidence in incident.evidence {
      StandardOutput.line(SanitisedText.string("  evidence (\(evidence.kind)): \(evidence.reference)"))
    }
    for entry in incident.timeline {
      StandardOutput.line(
        SanitisedText.string("  \(entry.at.formatted(.seconds)) \(entry.actor) \(entry.verb): \(entry.detail)"))
    }
  }
}

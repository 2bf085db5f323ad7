import Domain
import Engine
import Incidents

/// Chooses what of the journal somebody is told who looks at no screen.
struct HookNews {
  /// What has happened to an incident.
  enum Event: String {
    case opened
    case reopened
    /// Its severity was raised to one that is told.
    case escalated
    /// It had been acknowledged, and then nothing was done for too long.
    case unacknowledged
    case resolved
    case dismissed
  }

  /// From which severity on incidents are told.
  let severity: Severity
  /// The incidents that are silenced, and told when their silence is over while they are still new.
  private var withheld: Set<Int> = []
  /// The incidents that were told, so that their end is told too.
  private var told: Set<Int> = []

  /// Older news is history that a first reading has come upon.
  private static let lifetime = Duration.seconds(3_600)
  /// For how long the end of an incident is news.
  private static let endLifetime = Duration.seconds(86_400)
  /// The most incidents whose end is waited for.
  private static let limit = 10_000

  /// Chooses from here on; of incidents that are open already, the end is told.
  init(severity: Severity, book: IncidentBook, now: Timestamp) {
    self.severity = severity
    for incident in book.incidents where incident.state.isOpen && incident.severity >= severity {
      if book.silence(of: incident, at: now) != nil {
        withheld.insert(incident.number)
      } else {
        told.insert(incident.number)
      }
    }
  }

  /// What an entry tells, if anything; `book` has been brought up to it.
  mutating func news(of entry: JournalEntry, book: IncidentBook, now: Timestamp) -> JSON? {
    guard let event = HookNews.events[entry.act.rawValue], let id = entry.object["incident"]?.string,
      let incident = book.incidents.last(where: { $0.id == id || $0.name == id })
    else { return nil }
    switch event {
    case .resolved, .dismissed:
      withheld.remove(incident.number)
      guard told.remove(incident.number) != nil, now - entry.at < HookNews.endLifetime else { return nil }
      return document(event, incident, at: entry.at)
    case .escalated where told.contains(incident.number): return nil
    case .opened, .reopened, .escalated, .unacknowledged:
      guard incident.severity >= severity, now - entry.at < HookNews.lifetime,
        now - incident.episode.openedAt < HookNews.lifetime || event == .unacknowledged
      else { return nil }
      if book.silence(of: incident, at: now) != nil {
        withheld.insert(incident.number)
        return nil
      }
      return tell(event, incident, at: entry.at)
    }
  }

  /// What becomes news because a silence is over.
  mutating func unsilenced(book: IncidentBook, now: Timestamp) -> [JSON] {
    guard !withheld.isEmpty else { return [] }
    var news: [JSON] = []
    for number in withheld.sorted() {
      guard let incident = book.incident(number: number), incident.state.isOpen else {
        withheld.remove(number)
        continue
      }
      guard book.silence(of: incident, at: now) == nil else { continue }
      withheld.remove(number)
      if incident.state == .new { news.append(tell(.opened, incident, at: now)) } else { told.insert(number) }
    }
    return news
  }

  private mutating func tell(_ event: Event, _ incident: Incident, at: Timestamp) -> JSON {
    if told.count < HookNews.limit { told.insert(incident.number) }
    return document(event, incident, at: at)
  }

  private func document(_ event: Event, _ incident: Incident, at: Timestamp) -> JSON {
    [
      "event": .string(event.rawValue), "at": .string(at.formatted()), "number": JSON(incident.number),
      "name": .string(incident.name), "title": .string(incident.title), "severity": .string(incident.severity.rawValue),
      "state": .string(incident.state.rawValue), "category": JSON(incident.category), "owner": JSON(incident.owner),
      "opened_at": .string(incident.episode.openedAt.formatted()), "episode": JSON(incident.episode.number),
      "signals": .array(incident.signals.prefix(8).map { .string($0.key.description) }),
    ]
  }

  private static let events: [String: Event] = [
    "incident.open": .opened, "incident.reopen": .reopened, "incident.severity": .escalated,
    "incident.ack_expired": .unacknowledged, "incident.resolve": .resolved, "incident.close": .resolved,
    "incident.dismiss": .dismissed,
  ]
}

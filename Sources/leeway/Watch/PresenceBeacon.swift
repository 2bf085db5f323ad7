import Dispatch
import Domain
import Storage

/// Tells other operators at which incident this session looks, and not by the thread that draws.
final class PresenceBeacon {
  /// This session's name among those of the store.
  let session: String
  private let name: String
  private let store: Store
  private let log: LogFile
  private let queue = DispatchQueue(label: "leeway.presence", qos: .utility)
  private var told: (incident: Int?, at: Duration) = (nil, .zero)

  init(store: Store, actor: Actor, log: LogFile) {
    session = UInt64.random(in: 0 ... .max).hexadecimal
    name = actor.displayName
    self.store = store
    self.log = log
  }

  /// Takes note of the incident that is open; says so where it is another one, and again now and then.
  func look(at incident: Int?, now: Timestamp, elapsed: Duration) {
    let isNews = incident != told.incident
    guard isNews || incident != nil && elapsed - told.at >= Presence.interval else { return }
    told = (incident, elapsed)
    let (store, log, session) = (store, log, session)
    let presence = incident.map { Presence(session: session, name: name, incident: $0, at: now) }
    queue.async {
      do {
        try store.write { writer in
          if let presence { try writer.note(presence) } else { try writer.forgetPresence(of: session) }
        }
      } catch { log.write("who looks at an incident is not told: \(error)") }
    }
  }

  /// Takes leave, and waits until that is said.
  func end(now: Timestamp, elapsed: Duration) {
    look(at: nil, now: now, elapsed: elapsed)
    queue.sync {}
  }
}

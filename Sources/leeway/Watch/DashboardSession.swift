import Dashboard
import Domain
import Engine
import Foundation
import Glibc
import Incidents
import Screen
import Storage
import Terminal

/// The dashboard at a terminal: the loop of the thread that owns it.
struct DashboardSession {
  let store: Store
  let actor: Actor
  let collecting: Snapshot.Collecting
  let policy: IncidentPolicy
  let service: String
  let log: LogFile
  /// How long it stays open; nil until the operator leaves.
  var duration: Duration?
  /// How the operator is asked for a look when an alarm comes.
  var attention: [AttentionSequence] = []
  /// Where unfinished words are kept; nil where nothing may be written.
  var drafts: DraftFile?
  /// Problems of the collector beside it.
  var notices: @Sendable () -> [String] = { [] }

  /// Shows the dashboard until the operator leaves, the terminal goes away, or a signal asks it to end.
  func run() throws {
    let terminal: TerminalSession
    do {
      terminal = try TerminalSession()
    } catch {
      throw CommandFailure(.inputOutput, "\(error)")
    }
    let standardError = StandardErrorRedirection(to: log)
    defer {
      terminal.close()
      standardError.end()
    }
    let mailbox = try Mailbox()
    let beacon = PresenceBeacon(store: store, actor: actor, log: log)
    let projection = ProjectionThread(
      store: store, actor: actor, collecting: collecting, service: service, session: beacon.session, mailbox: mailbox,
      notices: notices)
    let acts = ActQueue(store: store, policy: policy, actor: actor, mailbox: mailbox, projection: projection)
    defer {
      acts.drain()
      projection.end()
    }
    try loop(terminal, mailbox, projection, acts, collecting == .readOnly ? nil : beacon)
  }

  private func loop(
    _ terminal: TerminalSession, _ mailbox: Mailbox, _ projection: ProjectionThread, _ acts: ActQueue,
    _ beacon: PresenceBeacon?
  ) throws {
    let clock = SystemWallClock()
    let elapsed = SystemMonotonicClock()
    let started = elapsed.elapsed()
    let glyphs = Glyphs(terminal.glyphs)
    let theme = Theme.leewayDark
    var model = Model(snapshot: .empty(service: service, takenAt: clock.now()), size: terminal.size)
    if let drafts { model.restore(drafts: drafts.load(now: clock.now())) }
    // Whoever leaves was asked about drafts; whoever is cut off was not.
    var hasLeft = false
    defer {
      drafts?.keep(hasLeft ? [:] : model.drafts, at: clock.now())
      drafts?.close()
      beacon?.end(now: clock.now(), elapsed: elapsed.elapsed())
    }
    var isStalled = false
    while true {
      let surface = render(model, size: terminal.size, now: clock.now(), glyphs: glyphs)
      switch terminal.draw(surface, theme: theme) {
      case .drawn, .unchanged: isStalled = false
      case .stalled: isStalled = true
      case .gone: return
      }
      let now = clock.now()
      let untilTick = 1_000 - Int(now.milliseconds % 1_000)
      var messages: [Message] = []
      for event in terminal.wait(
        timeoutMilliseconds: isStalled ? min(200, untilTick) : untilTick, wakeDescriptor: mailbox.wakeDescriptor)
      {
        switch event {
        case .key(.resize(let size)): messages.append(.resized(size))
        case .key(let key): messages.append(.key(key))
        case .wake: break
        case .resumed: terminal.redraw()
        case .interrupt, .terminate, .hangup: return
        }
      }
      if messages.isEmpty { drafts?.keep(model.drafts, at: now) }
      messages += mailbox.collect()
      messages.append(.tick(clock.now()))
      for message in messages {
        for command in update(&model, message) {
          switch command {
          case .act(let id, let act): acts.perform(id, act)
          case .perform(let id, let act): acts.perform(id, act)
          case .loadDetail(let number): projection.wantDetail(number)
          case .show(let request): projection.wantBoard(request)
          case .copy(let text): terminal.copy(text)
          case .call(let text): for sequence in attention { terminal.call(sequence, text) }
          case .redraw: terminal.redraw()
          case .suspend: terminal.suspend()
          case .quit:
            hasLeft = true
            return
          }
        }
      }
      beacon?.look(at: model.openIncident, now: clock.now(), elapsed: elapsed.elapsed())
      if let duration, elapsed.elapsed() - started >= duration { return }
    }
  }
}

/// Sends what is written to standard error into the log while a screen is up, so that nothing scribbles over it.
private final class StandardErrorRedirection {
  private let saved: Int32

  init(to log: LogFile) {
    saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10)
    log.adoptStandardError()
  }

  func end() {
    guard saved >= 0 else { return }
    dup2(saved, STDERR_FILENO)
    close(saved)
  }
}

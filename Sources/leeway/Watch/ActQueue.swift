import Assurance
import Dashboard
import Domain
import Engine
import Foundation
import Incidents
import Storage

/// Carries out the operator's acts one after the other, away from the thread that owns the terminal.
final class ActQueue: Sendable {
  private let desk: IncidentDesk
  private let assessments: AssessmentDesk
  private let versions: VersionDesk
  private let actor: Actor
  private let mailbox: Mailbox
  private let projection: ProjectionThread
  private let queue = DispatchQueue(label: "acts")

  init(store: Store, policy: IncidentPolicy, actor: Actor, mailbox: Mailbox, projection: ProjectionThread) {
    desk = IncidentDesk(store: store, policy: policy)
    assessments = AssessmentDesk(store: store)
    versions = VersionDesk(store: store)
    self.actor = actor
    self.mailbox = mailbox
    self.projection = projection
  }

  /// Sends an act off; its result comes as a message once it is durable.
  func perform(_ id: CommandID, _ act: IncidentAct) {
    queue.async { [self] in
      let result = Self.result(of: act, desk: desk, actor: actor)
      mailbox.post(.commandFinished(id, result))
      projection.refresh()
    }
  }

  /// Sends an act off that is about no incident.
  func perform(_ id: CommandID, _ act: DeskAct) {
    queue.async { [self] in
      let clock = SystemWallClock()
      let result: CommandResult
      do {
        if case .reviewVersion(let version, let decision, let reason) = act {
          result = try Self.review(version, decision, reason, desk: versions, actor: actor, clock)
        } else if let request = Self.request(for: act, actor: actor, now: clock.now()) {
          result = try Self.result(of: request, desk: assessments, actor: actor, clock)
        } else {
          result = .failed("it is not known what to do with it")
        }
      } catch {
        result = .failed("\(error)")
      }
      mailbox.post(.commandFinished(id, result))
      projection.refresh()
    }
  }

  private static func review(
    _ version: String, _ decision: DeskAct.VersionDecision, _ reason: String, desk: VersionDesk, actor: Actor,
    _ clock: SystemWallClock
  ) throws -> CommandResult {
    let decision = VersionReview.Decision(rawValue: decision.rawValue) ?? .watch
    switch try desk.review(version, decision, reason: reason, actor: actor, clock: clock) {
    case .success(let promoted):
      let text = "\(version) reviewed: \(decision.rawValue)"
      return .done(promoted.isEmpty ? text : text + ", \(promoted.count) references promoted from the next start on")
    case .failure(let refusal): return .refused(reason: refusal.reason)
    }
  }

  private static func result(
    of request: AssessmentRequest, desk: AssessmentDesk, actor: Actor, _ clock: SystemWallClock
  ) throws -> CommandResult {
    switch try desk.perform(request, actor: actor, clock: clock) {
    case .success: return .done()
    case .failure(let refusal): return .refused(reason: refusal.reason)
    }
  }

  private static func request(for act: DeskAct, actor: Actor, now: Timestamp) -> AssessmentRequest? {
    switch act {
    case .reviewVersion: return nil
    case .snoozeAssessment(let name, let length, let reason):
      return .snooze(name: name, until: now + length, reason: reason)
    case .recordAssessment(let name, let decision, let figures, let finding):
      let record = AssessmentRecord(
        finishedAt: now, version: nil,
        results: figures.map { AssessmentRecord.Result(metric: $0.metric, value: $0.value, count: $0.count) },
        findings: finding.map { [AssessmentRecord.Finding(severity: .notice, text: $0)] } ?? [],
        decision: AssessmentRecord.Decision(rawValue: decision.rawValue) ?? .hold, approver: actor.displayName)
      return .record(name: name, record)
    }
  }

  /// Waits until everything that was sent off is done.
  func drain() { queue.sync {} }

  private static func result(of act: IncidentAct, desk: IncidentDesk, actor: Actor) -> CommandResult {
    do {
      let outcome = try desk.perform(
        request(for: act.kind, actor: actor), incident: act.number, expectedRevision: act.revision, actor: actor,
        clock: SystemWallClock())
      switch outcome {
      case .done: return .done()
      case .refused(let refusal): return .refused(reason: refusal.description)
      case .unknown: return .failed("there is no INC-\(act.number)")
      case .conflict(let conflict):
        return .conflict(
          CommandConflict(
            revision: conflict.rev, state: IncidentRow.State(rawValue: conflict.state.rawValue) ?? .new,
            owner: conflict.owner, by: conflict.by, at: conflict.at))
      }
    } catch {
      return .failed("\(error)")
    }
  }

  private static func request(for kind: IncidentAct.Kind, actor: Actor) -> IncidentRequest {
    switch kind {
    case .acknowledge(let reason): .ack(reason: reason)
    case .undo: .undo
    case .addAction(let draft): .addAction(plan(draft))
    case .contain(let draft): .contain(plan(draft))
    case .note(let text): .note(text: text)
    case .assign(let owner): .assign(owner: owner)
    case .take: .assign(owner: actor.displayName)
    case .resolve(let reason): .resolve(reason: reason)
    case .close(let verdict, let reason):
      .close(verdict: Verdict(rawValue: verdict.rawValue), reason: reason, waive: false)
    case .step(let number, let text, let isDone): .step(number, text: text, isDone: isDone)
    case .advance(let action, .approve): .approve(action: "A-\(action)")
    case .advance(let action, .start): .start(action: "A-\(action)")
    case .advance(let action, .implement(let evidence)):
      .implement(action: "A-\(action)", evidence: [evidence], at: nil, reason: nil)
    case .advance(_, .confirm(let check)): .verdict(check: check, verdict: nil, reason: nil, performedAt: nil)
    case .dismiss(let verdict, let reason):
      .dismiss(verdict: Verdict(rawValue: verdict.rawValue), reason: reason)
    }
  }

  private static func plan(_ draft: ActionDraft) -> ActionPlan {
    ActionPlan(
      kind: CorrectiveAction.Kind(rawValue: draft.kind.rawValue) ?? .correction, statement: draft.statement,
      effect: draft.effect.flatMap { effect in
        Incidents.ExpectedEffect.Relation(rawValue: effect.comparison.rawValue).map {
          Incidents.ExpectedEffect(metric: effect.metric, relation: $0, bound: effect.bound, within: effect.within)
        }
      }, reason: draft.reason)
  }
}

public import Domain

/// What a person asks of the incident desk.
public enum IncidentRequest: Hashable, Sendable {
  /// Open an incident by hand.
  case open(title: String, severity: Severity, category: String?)
  /// Take it.
  case ack(reason: String?)
  /// Make somebody the owner.
  case assign(owner: String)
  /// Write into the timeline.
  case note(text: String)
  /// Hide it until a time; it wakes early when it gets graver.
  case snooze(until: Timestamp)
  /// Record what stops the harm.
  case contain(ActionPlan)
  /// Claim that the impact has ended and start the watch window.
  case monitor(reason: String?)
  /// Declare the impact over; needs a reason unless every signal is clear.
  case resolve(reason: String?)
  /// Start the review.
  case review(reason: String?)
  /// Finish it. A verdict is needed, here or earlier; `waive` closes over unproven actions, with a reason, by somebody
  /// who had no part in them.
  case close(verdict: Verdict?, reason: String?, waive: Bool)
  /// Declare that it was no incident.
  case dismiss(verdict: Verdict?, reason: String?)
  /// Start a new episode.
  case reopen(reason: String?)
  /// Take back an own acknowledgement of the last ten seconds, or a dismissal, or a merge.
  case undo
  /// Change the severity; lowering it needs a reason.
  case severity(Severity, reason: String?)
  /// Let another incident carry it on.
  case merge(into: Int)
  /// Take a merge back.
  case unmerge
  /// Propose an action.
  case addAction(ActionPlan)
  /// Approve an action.
  case approve(action: String)
  /// Start an action.
  case start(action: String)
  /// Say that an action is done, with what shows it; `at` when it was done earlier than now. While a reportable
  /// incident's evidence is on hold, it needs a reason.
  case implement(action: String, evidence: [String], at: Timestamp?, reason: String?)
  /// Give an action up.
  case cancel(action: String, reason: String?)

  /// Register a check of an action that is not implemented yet.
  case planCheck(action: String, CheckPlan)
  /// Say what a check has shown; nil confirms what was measured. `performedAt` is when it was looked at, now by default.
  case verdict(check: String, verdict: String?, reason: String?, performedAt: Timestamp?)

  /// Say whether it must be reported, and since when the provider knows; nil class: it need not.
  case assess(RegulatoryClock.Class?, awareAt: Timestamp?, reason: String?)
  /// Say that a report went out.
  case sent(complete: Bool, reference: String?, at: Timestamp?)

  /// Tick a step of the runbook, counted from 1, or take the tick back; `text` is what it says.
  case step(Int, text: String?, isDone: Bool)

  /// Keep its evidence and what was stored of its time from being removed.
  case hold(reason: String?)
  /// Let them be removed again.
  case release(reason: String?)

  /// The request's verb.
  public var verb: IncidentVerb {
    switch self {
    case .open: .open
    case .ack: .ack
    case .assign: .assign
    case .note: .note
    case .snooze: .snooze
    case .contain: .contain
    case .monitor: .monitor
    case .resolve: .resolve
    case .review: .review
    case .close: .close
    case .dismiss: .dismiss
    case .reopen: .reopen
    case .undo: .undo
    case .severity: .severity
    case .merge: .merge
    case .unmerge: .unmerge
    case .addAction: .add
    case .approve: .approve
    case .start: .start
    case .implement: .implement
    case .cancel: .cancel
    case .planCheck: .plan
    case .step: .step
    case .hold: .hold
    case .release: .release
    case .assess: .assess
    case .sent: .sent
    case .verdict: .verdict
    }
  }
}

/// Where an incident stands (spec: incidents, part 2).
public enum IncidentState: String, CaseIterable, Sendable {
  /// Nobody has taken it yet.
  case new
  /// Somebody has taken it.
  case acknowledged
  /// Something was done to stop the harm.
  case mitigating
  /// The impact has ended; the watch window runs.
  case monitoring
  /// The impact has ended for good.
  case resolved
  /// Root cause and actions are being worked out.
  case review
  /// Finished.
  case closed
  /// It was no incident.
  case dismissed
  /// Another incident carries it on.
  case merged

  /// Whether the harm may be going on: new, acknowledged, mitigating or monitoring.
  public var isOpen: Bool {
    switch self {
    case .new, .acknowledged, .mitigating, .monitoring: true
    case .resolved, .review, .closed, .dismissed, .merged: false
    }
  }

  /// The verbs that the state allows, in alphabetical order; guards may still refuse one.
  public var allowedVerbs: [IncidentVerb] {
    IncidentVerb.allCases.filter { !$0.concernsAction && $0.isAllowed(in: self) }
      .sorted { $0.rawValue < $1.rawValue }
  }
}

/// What can be asked of an incident; the names are those of the command line.
public enum IncidentVerb: String, CaseIterable, Sendable {
  /// Open an incident by hand.
  case open
  /// Take it.
  case ack
  /// Make somebody the owner.
  case assign
  /// Write into the timeline.
  case note
  /// Hide it for a while.
  case snooze
  /// Record what stops the harm.
  case contain
  /// Claim that the impact has ended and start watching.
  case monitor
  /// Declare the impact over.
  case resolve
  /// Start the review.
  case review
  /// Finish it.
  case close
  /// Declare that it was no incident.
  case dismiss
  /// Let another incident carry it on.
  case merge
  /// Take a merge back.
  case unmerge
  /// Start a new episode.
  case reopen
  /// Take back an acknowledgement, a dismissal or a merge.
  case undo
  /// Change the severity.
  case severity
  /// Propose an action.
  case add
  /// Approve an action.
  case approve
  /// Start an action.
  case start
  /// Say that an action is done.
  case implement
  /// Give an action up.
  case cancel
  /// Register what will show whether an action works.
  case plan
  /// Say what a check has shown.
  case verdict
  /// Tick a step of the runbook, or take the tick back.
  case step
  /// Keep what it rests on from being removed.
  case hold
  /// Let it be removed again.
  case release
  /// Say whether it must be reported.
  case assess
  /// Say that a report went out.
  case sent

  /// The verb in the journal.
  public var act: String {
    switch self {
    case .plan, .verdict: "check." + rawValue
    case .assess, .sent: "regulatory." + rawValue
    case .step, .hold, .release: "incident." + rawValue
    default: (concernsAction ? "action." : "incident.") + rawValue
    }
  }

  /// Whether it is asked of an action, a check or the duty to report, rather than of the incident's state.
  public var concernsAction: Bool {
    switch self {
    case .add, .approve, .start, .implement, .cancel, .plan, .verdict, .assess, .sent, .step, .hold, .release: true
    default: false
    }
  }

  /// Whether a state allows it (spec: incidents, part 2).
  public func isAllowed(in state: IncidentState) -> Bool {
    switch self {
    case .open: false
    case .ack: state == .new
    case .assign, .severity: state.isOpen || state == .resolved || state == .review
    case .note, .step, .hold, .release: state != .merged
    case .assess, .sent: state != .merged && state != .dismissed
    case .snooze: state == .new || state == .acknowledged
    case .contain: state == .new || state == .acknowledged || state == .mitigating
    case .monitor: state == .mitigating
    case .resolve, .dismiss, .merge: state.isOpen
    case .review: state == .resolved
    case .close: state == .resolved || state == .review
    case .reopen: state == .resolved || state == .review || state == .closed
    case .undo: state == .acknowledged || state == .dismissed || state == .merged
    case .unmerge: state == .merged
    // What was closed over a check that still ran can be judged when it ends.
    case .verdict: state.isOpen || state == .resolved || state == .review || state == .closed
    case .add, .approve, .start, .implement, .cancel, .plan:
      state.isOpen || state == .resolved || state == .review
    }
  }
}

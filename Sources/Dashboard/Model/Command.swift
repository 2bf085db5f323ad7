/// Names one act that was sent off, so that its result finds its way back.
public struct CommandID: Hashable, Sendable {
  /// Counts up from 1 within one run of the dashboard.
  public var rawValue: Int

  /// Creates an identifier.
  public init(rawValue: Int) { self.rawValue = rawValue }
}

/// What the dashboard wants done outside of itself.
public enum Command: Equatable, Sendable {
  /// Record an act on an incident; answered by ``Message/commandFinished(_:_:)`` with the same identifier.
  case act(CommandID, IncidentAct)
  /// Record an act that is about no incident; answered like ``act(_:_:)``.
  case perform(CommandID, DeskAct)
  /// From now on snapshots are to hold this incident's ``IncidentDetail``.
  case loadDetail(Int)
  /// From now on snapshots are to hold this board's data, and no other's.
  case show(BoardRequest)
  /// Put text into the operator's clipboard.
  case copy(String)
  /// Ask for the operator's attention with one line of text.
  case call(String)
  /// Draw every cell again.
  case redraw
  /// Give the terminal back to the shell until it continues this process.
  case suspend
  /// Leave.
  case quit
}

/// One act on an incident, on the revision that the operator saw.
public struct IncidentAct: Equatable, Sendable {
  /// What is to be done.
  public enum Kind: Equatable, Sendable {
    /// Take it over and stop the escalation.
    case acknowledge(reason: String?)
    /// Take back an acknowledgement of the last 10 seconds.
    case undo
    /// Record an action.
    case addAction(ActionDraft)
    /// Record a containment, which turns the incident to mitigating.
    case contain(ActionDraft)
    /// Write a note into the timeline.
    case note(String)
    /// Make somebody the owner.
    case assign(to: String)
    /// Make the operator the owner.
    case take
    /// Declare the impact over.
    case resolve(reason: String)
    /// Finish a resolved incident.
    case close(ClosingVerdict, reason: String)
    /// Declare that it is no incident.
    case dismiss(DismissalVerdict, reason: String)
    /// Tick a step of the runbook, counted from 1, or take the tick back.
    case step(Int, text: String, isDone: Bool)
    /// Bring an action, by its number, one step further.
    case advance(Int, ActionStep)
  }

  /// The next step of an action's way.
  public enum ActionStep: Equatable, Sendable {
    /// From proposed to approved.
    case approve
    /// From approved to in progress.
    case start
    /// From in progress to implemented, with what shows it.
    case implement(evidence: String)
    /// Confirm what a check, by its id, has measured.
    case confirm(check: String)
  }

  /// The incident's number.
  public var number: Int
  /// The revision that was shown.
  public var revision: Int
  /// What is to be done.
  public var kind: Kind

  /// Creates an act.
  public init(number: Int, revision: Int, kind: Kind) {
    self.number = number
    self.revision = revision
    self.kind = kind
  }
}

/// What an incident turned out to be when it is closed.
public enum ClosingVerdict: String, CaseIterable, Sendable {
  /// A real incident.
  case truePositive = "true_positive"
  /// The rule was wrong.
  case falsePositive = "false_positive"
  /// It was meant to happen.
  case expected
  /// Another incident covers it.
  case duplicate
  /// Somebody was testing.
  case test
}

/// Why something is no incident.
public enum DismissalVerdict: String, CaseIterable, Sendable {
  /// The rule was wrong.
  case falsePositive = "false_positive"
  /// It was meant to happen.
  case expected
  /// Another incident covers it.
  case duplicate
  /// Somebody was testing.
  case test
}

/// An action as the form hands it over; either an effect or the reason why none can be named (PM-4).
public struct ActionDraft: Equatable, Sendable {
  /// What kind it is.
  public var kind: ActionKind
  /// What is done.
  public var statement: String
  /// What it is expected to change.
  public var effect: ExpectedEffect?
  /// Why it is done, and why no effect can be named where there is none.
  public var reason: String?

  /// Creates a draft.
  public init(kind: ActionKind, statement: String, effect: ExpectedEffect?, reason: String?) {
    self.kind = kind
    self.statement = statement
    self.effect = effect
    self.reason = reason
  }
}

/// How an act ended.
public enum CommandResult: Equatable, Sendable {
  /// It is in the journal; the text says what was recorded where that is not obvious.
  case done(String? = nil)
  /// Somebody else was faster.
  case conflict(CommandConflict)
  /// The incident's state does not allow it; the reason says why and what is allowed instead.
  case refused(reason: String)
  /// It could not be recorded; the text says why and what to do.
  case failed(String)
}

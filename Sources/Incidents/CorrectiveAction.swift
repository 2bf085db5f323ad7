public import Domain

/// Something that was, or is to be, done about an incident.
public struct CorrectiveAction: Hashable, Sendable {
  /// What an action is for.
  public enum Kind: String, CaseIterable, Sendable {
    /// Stops the harm.
    case containment
    /// Puts right what went wrong.
    case correction
    /// Removes the cause.
    case corrective
    /// Keeps the like from happening elsewhere.
    case preventive
    /// Changes a rule, a test or a threshold.
    case monitoringChange = "monitoring_change"
  }

  /// Where an action stands (spec: incidents, part 2).
  public enum State: String, CaseIterable, Sendable {
    /// Somebody proposed it.
    case proposed
    /// Somebody approved it.
    case approved
    /// It is being done.
    case inProgress = "in_progress"
    /// It is done; whether it works is not known.
    case implemented
    /// Its effectiveness check is running.
    case verifying
    /// It was measured to work.
    case effective
    /// It was measured to work in part.
    case partly
    /// It was measured not to work.
    case ineffective
    /// The measurement could not tell.
    case inconclusive
    /// It worked, and then the incident came back.
    case recurred
    /// It was given up.
    case cancelled

    /// Whether an incident can be closed over it without a waiver.
    public var isSettled: Bool { self == .effective || self == .cancelled }

    /// The verbs that the state allows.
    public var allowedVerbs: [IncidentVerb] {
      switch self {
      case .proposed: [.approve, .cancel, .plan]
      case .approved: [.cancel, .plan, .start]
      case .inProgress: [.cancel, .implement, .plan]
      case .implemented, .verifying: [.verdict]
      default: []
      }
    }
  }

  /// `A-1`, counted within the incident.
  public let id: String
  /// Raised by one with every change of the action.
  public internal(set) var rev = 1
  /// What it is for.
  public let kind: Kind
  /// What is done.
  public let statement: String
  /// What it should bring about.
  public let effect: ExpectedEffect?
  /// Why it is done, or why no effect can be named.
  public let reason: String?
  /// Where it stands.
  public internal(set) var state: State
  /// Who sees to it.
  public internal(set) var owner: String?
  /// Who wrote it down.
  public let recordedBy: Actor
  /// When it was written down.
  public let recordedAt: Timestamp
  /// Who approved it.
  public internal(set) var approvedBy: Actor?
  /// When it was approved.
  public internal(set) var approvedAt: Timestamp?
  /// When it was started.
  public internal(set) var startedAt: Timestamp?
  /// Who said that it is done.
  public internal(set) var implementedBy: Actor?
  /// When it was done.
  public internal(set) var implementedAt: Timestamp?
  /// When it is to be done.
  public internal(set) var dueAt: Timestamp?
  /// What shows that it is done.
  public internal(set) var evidence: [String] = []

  /// Whether it was to be done by now and is not.
  public func isOverdue(at now: Timestamp) -> Bool { lateness(at: now) != nil && implementedAt == nil }

  /// By how much it was done, or is still to be done, after it was due; nil where it was or is in time, or was cancelled.
  public func lateness(at now: Timestamp) -> Duration? {
    guard let dueAt, state != .cancelled else { return nil }
    let end = implementedAt ?? now
    return dueAt < end ? end - dueAt : nil
  }

  /// When the expected effect should be there; nil until the action is done and where no effect is named.
  public var effectDueAt: Timestamp? {
    guard let effect, let implementedAt else { return nil }
    return implementedAt + effect.within
  }

  /// `A-1 containment: disabled refund tool; expects refund_rate < 5 within 15m`.
  public var sentence: String {
    let start = "\(id) \(kind.rawValue): \(statement)"
    if let effect { return "\(start); expects \(effect.sentence)" }
    return reason.map { "\(start); no effect named: \($0)" } ?? start
  }

  /// Whether the person wrote, did or owns the action, and so cannot be the second operator who waives its check.
  func isWork(of actor: Actor) -> Bool {
    recordedBy.isSamePerson(as: actor) || implementedBy?.isSamePerson(as: actor) == true || owner == actor.displayName
  }

  /// - Parameter now: wall time, by which being late is told; nil leaves it out.
  func json(detail: Bool, now: Timestamp? = nil) -> JSON {
    var object = JSONObject([
      ("id", .string(id)), ("rev", JSON(rev)), ("kind", .string(kind.rawValue)), ("statement", .string(statement)),
      ("state", .string(state.rawValue)), ("owner", JSON(owner)), ("effect", effect?.json ?? .null),
      ("effect_due_at", JSON(effectDueAt)), ("due_at", JSON(dueAt)),
    ])
    if let now {
      object["overdue"] = .bool(isOverdue(at: now))
      object["days_late"] = JSON(lateness(at: now).map { ($0.inSeconds / 864).rounded() / 100 })
    }
    if detail {
      object["reason"] = JSON(reason)
      object["recorded_at"] = JSON(recordedAt)
      object["recorded_by"] = .string(recordedBy.displayName)
      object["approved_at"] = JSON(approvedAt)
      object["approved_by"] = JSON(approvedBy?.displayName)
      object["started_at"] = JSON(startedAt)
      object["implemented_at"] = JSON(implementedAt)
      object["implemented_by"] = JSON(implementedBy?.displayName)
      object["evidence"] = .array(evidence.map(JSON.string))
    }
    return .object(object)
  }
}

extension Actor {
  /// Whether both are the same person, as far as can be told: host, terminal and address may differ.
  func isSamePerson(as other: Actor) -> Bool {
    login == other.login && userID == other.userID && sshKey == other.sshKey && claimedName == other.claimedName
  }
}

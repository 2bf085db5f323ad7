import Domain

/// An assessment that comes due again and again (practice PM-3).
public struct AssessmentPlan: Hashable, Sendable {
  /// What is assessed.
  public enum Kind: String, CaseIterable, Sendable {
    /// What could go wrong, and how bad it would be.
    case risk
    /// Whom it would affect.
    case impact
    /// How well the system does on known cases.
    case evaluation
    /// What people who try to break it achieve.
    case redTeam = "red-team"
    /// What people who try to break into it achieve.
    case penetrationTest = "penetration-test"
    /// Whether the rules find what they should.
    case ruleEffectiveness = "rule-effectiveness"
  }

  /// What makes it due.
  public enum Trigger: String, CaseIterable, Sendable {
    /// Its cadence.
    case schedule
    /// A version of a model, prompt, policy or tool that was not seen before.
    case newVersion = "new_version"
    /// An incident of severity alarm.
    case incident
    /// A drift alarm.
    case drift
    /// A change of law or of what is asked of the system; said by a person.
    case law
  }

  /// Its name.
  public var name: String
  /// What is assessed.
  public var kind: Kind
  /// Who answers for it.
  public var owner: String?
  /// What it covers: system, version, components.
  public var scope: String?
  /// How often it is due.
  public var every: Duration?
  /// What else makes it due.
  public var triggers: Set<Trigger>

  /// Creates a plan.
  public init(
    name: String, kind: Kind, owner: String? = nil, scope: String? = nil, every: Duration? = nil,
    triggers: Set<Trigger> = [.schedule]
  ) {
    self.name = name
    self.kind = kind
    self.owner = owner
    self.scope = scope
    self.every = every
    self.triggers = triggers
  }

  /// The longest name, in bytes.
  public static let longestName = 200
}

extension AssessmentPlan {
  /// As it stands in the journal.
  var data: JSON {
    var object = JSONObject([("kind", .string(kind.rawValue))])
    if let owner { object["owner"] = .string(owner) }
    if let scope { object["scope"] = .string(scope) }
    if let every { object["every_seconds"] = .integer(every.nanoseconds / 1_000_000_000) }
    object["triggers"] = .array(triggers.map(\.rawValue).sorted().map(JSON.string))
    return .object(object)
  }

  init?(name: String, data: JSON) {
    guard let kind = data["kind"]?.string.flatMap(Kind.init(rawValue:)) else { return nil }
    let seconds = data["every_seconds"]?.integer
    guard seconds.map({ (1...3_200_000_000).contains($0) }) ?? true else { return nil }
    self.init(
      name: name, kind: kind, owner: data["owner"]?.string, scope: data["scope"]?.string,
      every: seconds.map { .seconds($0) },
      triggers: Set((data["triggers"]?.array ?? []).compactMap { $0.string.flatMap(Trigger.init(rawValue:)) }))
  }
}

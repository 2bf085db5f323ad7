import Domain

/// Writes an incident's entries one after another, each on the revision that the one before left.
struct EntryWriter {
  private let number: Int
  private var rev: Int
  private(set) var state: IncidentState
  private(set) var drafts: [EntryDraft] = []

  init(_ incident: Incident) {
    number = incident.number
    rev = incident.rev
    state = incident.state
  }

  /// A writer for an incident that its first entry opens.
  init(opening number: Int) {
    self.number = number
    rev = 0
    state = .new
  }

  /// A change of the incident: raises the revision, and says from which state to which.
  mutating func change(
    _ act: JournalAct, to next: IncidentState? = nil, object extra: JSONObject = JSONObject(),
    _ fill: (inout JSONObject) -> Void = { _ in }
  ) {
    var data = JSONObject([("expected_rev", JSON(rev)), ("new_rev", JSON(rev &+ 1))])
    rev &+= 1
    if let next {
      data["from"] = .string(state.rawValue)
      data["to"] = .string(next.rawValue)
      state = next
    }
    fill(&data)
    write(act, extra, data)
  }

  /// A fact that leaves the revision alone.
  mutating func fact(_ act: JournalAct, object extra: JSONObject = JSONObject(), _ data: JSONObject) {
    write(act, extra, data)
  }

  /// A fact about a signal that no incident has yet.
  mutating func unattached(_ act: JournalAct, _ facts: SignalFacts) {
    drafts.append(EntryWriter.signal(act, facts))
  }

  /// A fact about a signal of the incident.
  mutating func signal(_ act: JournalAct, _ facts: SignalFacts, late: Bool = false) {
    var data = facts.members
    if late { data["late"] = true }
    write(act, JSONObject([("signal", .string(facts.key.description))]), data)
  }

  static func signal(_ act: JournalAct, _ facts: SignalFacts) -> EntryDraft {
    EntryDraft(act.verb, object: ["signal": .string(facts.key.description)], data: .object(facts.members))
  }

  private mutating func write(_ act: JournalAct, _ extra: JSONObject, _ data: JSONObject) {
    var object = JSONObject([("incident", .string(Incident.name(number))), ("rev", JSON(rev))])
    object.members += extra.members
    drafts.append(EntryDraft(act.verb, object: .object(object), data: .object(data)))
  }
}

import Domain
import Screen

extension Model {
  /// The assess board's data, when it is what is shown.
  var assessBoard: AssessBoard? {
    guard place == .board(.assess), case .assess(let board)? = snapshot.board else { return nil }
    return board
  }

  /// The assessments as they are listed.
  var assessRows: [AssessBoard.Item] {
    let filter = FuzzyFilter(filters[.assessments] ?? "")
    return (assessBoard?.items ?? []).filter {
      filter.lets("\($0.name) \($0.kind) \($0.state.rawValue) \($0.owner ?? "")")
    }
  }

  /// What a key does on the assess screen; nil where it means what it means everywhere.
  mutating func pressOnAssess(_ key: Key) -> [Command]? {
    guard assessBoard != nil else { return nil }
    switch key {
    case .enter where focus == .assessments:
      zoom = zoom == nil ? .assessment : nil
      return []
    case .char("r"): return askAbout(.recordAssessment)
    case .char("w"): return askAbout(.snoozeAssessment)
    default: return nil
    }
  }

  private mutating func askAbout(_ kind: Prompt.Kind) -> [Command] {
    let rows = assessRows
    let index = cursorIndex(.assessments)
    guard rows.indices.contains(index) else {
      say(.info, "there is no assessment: leeway assess add, or assessments: in the configuration")
      return []
    }
    ask(kind, about: rows[index].name)
    return []
  }

  /// Opens the line for an act that is about no incident.
  mutating func ask(_ kind: Prompt.Kind, about subject: String) {
    guard mayAct else {
      say(.bad, "not recorded: this dashboard may only look, or does not know who you are")
      return
    }
    let key = Prompt.Key(kind: kind, number: 0, subject: subject)
    var prompt = Prompt(
      kind: kind, number: 0, revision: 0, panel: focus, field: TextField(promptDrafts[key] ?? ""))
    prompt.subject = subject
    editing = .prompt(prompt)
  }

  /// Sends an act off and remembers it until it is answered.
  mutating func send(_ act: DeskAct) -> Command {
    let id = CommandID(rawValue: nextCommand)
    nextCommand += 1
    pendingDesk[id] = act
    return .perform(id, act)
  }

  /// Takes the answer to an act that is not about an incident; false where it is no such act's.
  mutating func finishDesk(_ id: CommandID, _ result: CommandResult) -> Bool {
    guard let act = pendingDesk.removeValue(forKey: id) else { return false }
    switch result {
    case .done(let text):
      let kind: Prompt.Kind =
        switch act {
        case .recordAssessment: .recordAssessment
        case .snoozeAssessment: .snoozeAssessment
        case .reviewVersion: .reviewVersion
        }
      promptDrafts[Prompt.Key(kind: kind, number: 0, subject: act.name)] = nil
      say(.good, text ?? "\(act.name) \(act.past)")
    case .refused(let reason), .failed(let reason): say(.bad, "\(act.name) not \(act.past): \(reason)")
    case .conflict: say(.bad, "\(act.name) not \(act.past): somebody else was faster")
    }
    return true
  }
}

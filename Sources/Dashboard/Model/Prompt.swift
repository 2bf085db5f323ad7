import Screen

/// A line at the bottom of the screen that asks for one thing.
struct Prompt: Equatable, Sendable {
  enum Kind: String, Hashable, Sendable {
    case filter
    case note
    case resolve
    case close
    case dismiss
    case assign
    case implement
  }

  /// What a draft is kept under.
  struct Key: Hashable, Sendable {
    var kind: Kind
    var number: Int
  }

  var kind: Kind
  /// The incident that it is about; 0 for a filter.
  var number: Int
  /// The incident's revision when the line was opened.
  var revision: Int
  /// The panel that a filter is for.
  var panel: Panel
  var field: TextField
  var verdict = DismissalVerdict.falsePositive
  /// What a closed incident turned out to be.
  var finding = ClosingVerdict.truePositive
  /// The action that evidence is asked for.
  var action: Int?
  var problem: String?

  var key: Key { Key(kind: kind, number: number) }

  /// What is asked for.
  var question: String {
    switch kind {
    case .filter: "filter"
    case .note: "note on INC-\(incidentNumber(number))"
    case .resolve: "resolve INC-\(incidentNumber(number)), why"
    case .close: "close INC-\(incidentNumber(number)) as ‹ \(finding.rawValue) ›, why"
    case .dismiss: "dismiss INC-\(incidentNumber(number)) as ‹ \(verdict.rawValue) ›, why"
    case .assign: "assign INC-\(incidentNumber(number)) to"
    case .implement: "A-\(action ?? 0) is done: what shows it"
    }
  }

  /// Which keys work while the line is open.
  var hint: String {
    switch kind {
    case .filter: "fuzzy, ! inverts · ⏎ keeps · esc clears"
    case .dismiss, .close: "tab other verdict · ⏎ records · esc keeps draft"
    case .assign: "empty: yourself · ⏎ records · esc leaves"
    default: "⏎ records · esc keeps draft"
    }
  }

  /// What an empty line is answered with.
  var missing: String {
    switch kind {
    case .note: "a note needs text"
    case .resolve: "resolving needs a reason: what ended the impact?"
    case .close: "closing needs a reason"
    case .implement: "name what shows it: a change, a file, a trace"
    case .dismiss: "dismissing needs a reason: how do you know?"
    case .filter, .assign: ""
    }
  }

  /// The act that the line stands for; nil for a filter, and where text is missing.
  var act: IncidentAct.Kind? {
    let text = trimmed(field.text)
    switch kind {
    case .filter: return nil
    case .assign: return text.isEmpty ? .take : .assign(to: text)
    case .note: return text.isEmpty ? nil : .note(text)
    case .resolve: return text.isEmpty ? nil : .resolve(reason: text)
    case .close: return text.isEmpty ? nil : .close(finding, reason: text)
    case .implement: return text.isEmpty ? nil : action.map { .advance($0, .implement(evidence: text)) }
    case .dismiss: return text.isEmpty ? nil : .dismiss(verdict, reason: text)
    }
  }
}

/// An incident's number as it is always written, with four digits at least.
public func incidentNumber(_ number: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, 4 - text.count)) + text
}

/// Text without blanks around it.
func trimmed(_ text: String) -> String {
  guard let first = text.firstIndex(where: { !$0.isWhitespace }),
    let last = text.lastIndex(where: { !$0.isWhitespace })
  else { return "" }
  return String(text[first...last])
}

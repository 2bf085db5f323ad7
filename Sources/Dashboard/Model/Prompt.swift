import Domain
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
    case recordAssessment
    case snoozeAssessment
    case reviewVersion
    case acknowledgeMarked
  }

  /// What a draft is kept under.
  struct Key: Hashable, Sendable {
    var kind: Kind
    var number: Int
    var subject = ""
  }

  var kind: Kind
  /// The incident that it is about, 0 for a filter; how many there are for an act on all that are marked.
  var number: Int
  /// The incident's revision when the line was opened.
  var revision: Int
  /// The panel that a filter is for.
  var panel: Panel
  var field: TextField
  var verdict = DismissalVerdict.falsePositive
  /// What a closed incident turned out to be.
  var finding = ClosingVerdict.truePositive
  /// The assessment that it is about, where it is about no incident.
  var subject = ""
  /// What is decided after an assessment.
  var decision = DeskAct.Decision.proceed
  /// What is decided about a version.
  var versionDecision = DeskAct.VersionDecision.watch
  /// The action that evidence is asked for.
  var action: Int?
  var problem: String?

  var key: Key { Key(kind: kind, number: number, subject: subject) }

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
    case .recordAssessment: "\(subject) ‹ \(decision.rawValue) ›"
    case .acknowledgeMarked: "acknowledge \(number) incidents: type \(number) to confirm"
    case .reviewVersion: "review \(subject) ‹ \(versionDecision.rawValue) ›, why"
    case .snoozeAssessment: "put \(subject) off, how long and why"
    }
  }

  /// Which keys work while the line is open.
  var hint: String {
    switch kind {
    case .filter: "fuzzy, ! inverts · ⏎ keeps · esc clears"
    case .recordAssessment: "accuracy=0.94:500, words · tab decision"
    case .acknowledgeMarked: "⏎ acknowledges all of them · esc leaves"
    case .reviewVersion: "tab other decision · ⏎ records"
    case .snoozeAssessment: "14d waiting for the vendor"
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
    case .recordAssessment: "name a figure (accuracy=0.94:500) or what was found wanting"
    case .acknowledgeMarked: "type \(number), how many they are, to confirm"
    case .reviewVersion: "a review needs a reason: what did you compare?"
    case .snoozeAssessment: "how long, then why: 14d waiting for the vendor"
    case .filter, .assign: ""
    }
  }

  /// The act that the line stands for; nil for a filter, and where text is missing.
  var act: IncidentAct.Kind? {
    let text = trimmed(field.text)
    switch kind {
    case .filter, .recordAssessment, .snoozeAssessment, .reviewVersion, .acknowledgeMarked: return nil
    case .assign: return text.isEmpty ? .take : .assign(to: text)
    case .note: return text.isEmpty ? nil : .note(text)
    case .resolve: return text.isEmpty ? nil : .resolve(reason: text)
    case .close: return text.isEmpty ? nil : .close(finding, reason: text)
    case .implement: return text.isEmpty ? nil : action.map { .advance($0, .implement(evidence: text)) }
    case .dismiss: return text.isEmpty ? nil : .dismiss(verdict, reason: text)
    }
  }
}

extension Prompt {
  /// The act that the line stands for where it is about no incident; nil where something is missing.
  var deskAct: DeskAct? {
    let text = trimmed(field.text)
    guard !text.isEmpty else { return nil }
    let words = text.split(separator: " ")
    switch kind {
    case .recordAssessment:
      let figures = words.compactMap { DeskAct.Figure($0) }
      let finding = words.filter { DeskAct.Figure($0) == nil }.joined(separator: " ")
      return .recordAssessment(name: subject, decision, figures: figures, finding: finding.isEmpty ? nil : finding)
    case .snoozeAssessment:
      guard let first = words.first, let length = Duration(text: String(first)), length > .zero, words.count > 1
      else { return nil }
      return .snoozeAssessment(name: subject, by: length, reason: words.dropFirst().joined(separator: " "))
    case .reviewVersion: return .reviewVersion(subject, versionDecision, reason: text)
    default: return nil
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

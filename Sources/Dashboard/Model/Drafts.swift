public import Domain
import Screen

/// What was begun and not recorded, as it outlives the dashboard: a line that drops takes no words along.
extension Model {
  /// The most that is kept of each kind.
  private static let draftLimit = 64

  /// The lines and forms that were begun, what is being typed right now among them; an empty object without any.
  public var drafts: JSON {
    var lines = promptDrafts
    var forms = forms
    switch editing {
    case .prompt(let prompt) where prompt.kind.isKept && !trimmed(prompt.field.text).isEmpty:
      lines[prompt.key] = prompt.field.text
    case .form(let form) where form.isTouched: forms[form.number] = form
    default: break
    }
    guard !lines.isEmpty || !forms.isEmpty else { return [:] }
    let keys = lines.keys.sorted {
      ($0.number, $0.kind.rawValue, $0.subject) < ($1.number, $1.kind.rawValue, $1.subject)
    }
    return [
      "lines": .array(
        keys.prefix(Model.draftLimit).map { key in
          [
            "kind": .string(key.kind.rawValue), "number": JSON(key.number), "subject": .string(key.subject),
            "text": .string(lines[key] ?? ""),
          ]
        }),
      "forms": .array(forms.sorted { $0.key < $1.key }.prefix(Model.draftLimit).map(\.value.draft)),
    ]
  }

  /// Takes up drafts of an earlier session, where nothing newer is there, and says so. What cannot be read is left out.
  public mutating func restore(drafts: JSON) {
    var restored: [String] = []
    for line in drafts["lines"]?.array?.prefix(Model.draftLimit) ?? [] {
      guard let kind = line["kind"]?.string.flatMap(Prompt.Kind.init), kind.isKept,
        let number = line["number"]?.integer.flatMap({ Int(exactly: $0) }), let text = line["text"]?.string,
        !trimmed(text).isEmpty
      else { continue }
      let key = Prompt.Key(kind: kind, number: number, subject: line["subject"]?.string ?? "")
      guard promptDrafts[key] == nil else { continue }
      promptDrafts[key] = TextField(text).text
      restored.append(number > 0 ? "\(kind.word) INC-\(incidentNumber(number))" : "\(kind.word) \(key.subject)")
    }
    for draft in drafts["forms"]?.array?.prefix(Model.draftLimit) ?? [] {
      guard let form = ActionForm(draft: draft), forms[form.number] == nil else { continue }
      forms[form.number] = form
      restored.append("action INC-\(incidentNumber(form.number))")
    }
    guard let first = restored.first else { return }
    let others = restored.count > 1 ? " and \(restored.count - 1) more" : ""
    say(.info, "kept from your last session: \(first)\(others); the same key opens it again")
  }
}

extension Prompt.Kind {
  /// Whether a text that was begun is kept: not what merely filters or confirms.
  fileprivate var isKept: Bool { self != .filter && self != .acknowledgeMarked }

  /// The act in a word.
  fileprivate var word: String {
    switch self {
    case .filter, .note, .resolve, .close, .dismiss, .assign: rawValue
    case .implement: "evidence"
    case .recordAssessment, .snoozeAssessment: "assessment"
    case .reviewVersion: "review"
    case .acknowledgeMarked: "acknowledge"
    }
  }
}

extension ActionForm {
  /// The form as it outlives the dashboard.
  fileprivate var draft: JSON {
    [
      "number": JSON(number), "contains": .bool(isContaining), "kind": .string(kind.rawValue),
      "comparison": .string(comparison.rawValue), "what": .string(what.text), "metric": .string(metric.text),
      "bound": .string(bound.text), "within": .string(within.text), "why": .string(why.text),
    ]
  }

  /// Reads a form back; nil where it is none.
  fileprivate init?(draft: JSON) {
    guard let number = draft["number"]?.integer.flatMap({ Int(exactly: $0) }), number > 0,
      let contains = draft["contains"]?.bool, let kind = draft["kind"]?.string.flatMap(ActionKind.init),
      let comparison = draft["comparison"]?.string.flatMap(EffectComparison.init)
    else { return nil }
    self.init(number: number, isContaining: contains, metric: nil)
    self.kind = kind
    self.comparison = comparison
    what = TextField(draft["what"]?.string ?? "")
    metric = TextField(draft["metric"]?.string ?? "")
    bound = TextField(draft["bound"]?.string ?? "")
    within = TextField(draft["within"]?.string ?? "")
    why = TextField(draft["why"]?.string ?? "")
  }
}

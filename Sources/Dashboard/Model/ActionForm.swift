import Domain
import Screen

/// The form in which an action is written down; it stays open while the incident goes on.
struct ActionForm: Equatable, Sendable {
  enum Field: Int, CaseIterable, Sendable {
    case kind
    case what
    case metric
    case comparison
    case bound
    case within
    case why

    var isChoice: Bool { self == .kind || self == .comparison }
  }

  /// The incident that the action belongs to.
  var number: Int
  /// Whether saving declares the harm contained; the kind is fixed then.
  var isContaining: Bool
  var field = Field.what
  var kind = ActionKind.containment
  var comparison = EffectComparison.less
  var what = TextField()
  var metric = TextField()
  var bound = TextField()
  var within = TextField()
  var why = TextField()
  /// What has to be put right before the form can be saved, beside the field.
  var problems: [Field: String] = [:]
  /// What the form was opened with, to tell a draft from an untouched form.
  private var suggestion = ""

  /// An empty form, with the incident's own metric and limit suggested as the effect.
  init(number: Int, isContaining: Bool, metric suggested: MetricRow?) {
    self.number = number
    self.isContaining = isContaining
    if let suggested, let limit = suggested.limit {
      metric = TextField(suggested.name)
      comparison = limit.direction == .above ? .less : .greater
      if let value = limit.warn ?? limit.alarm {
        bound = TextField(MetricBound.text(value, unit: suggested.unit))
      }
      within = TextField("15m")
    }
    suggestion = contents
  }

  /// Whether anything was typed.
  var isTouched: Bool { contents != suggestion }

  private var contents: String {
    [what.text, metric.text, comparison.rawValue, bound.text, within.text, why.text].joined(separator: "\u{1F}")
  }

  /// Moves on to the next field, or back to the one before; stops at the ends.
  mutating func move(by step: Int) {
    let first = isContaining ? 1 : 0
    let index = max(first, min(Field.allCases.count - 1, field.rawValue + step))
    field = Field(rawValue: index) ?? field
  }

  /// Turns the choice of the present field.
  mutating func turn(by step: Int) {
    switch field {
    case .kind: kind = ActionForm.turned(kind, by: step)
    case .comparison: comparison = ActionForm.turned(comparison, by: step)
    default: break
    }
  }

  /// Gives a key to the present field's text; false where it means nothing there.
  mutating func type(_ key: Key) -> Bool {
    problems[field] = nil
    switch field {
    case .kind, .comparison: return false
    case .what: return what.handle(key)
    case .metric: return metric.handle(key)
    case .bound: return bound.handle(key)
    case .within: return within.handle(key)
    case .why: return why.handle(key)
    }
  }

  /// The action as it is written, or nil with ``problems`` saying what is missing.
  ///
  /// An action without an expected effect cannot be saved without a reason (PM-4).
  mutating func draft(metrics: [MetricRow]) -> ActionDraft? {
    problems = [:]
    let statement = trimmed(what.text)
    let reason = trimmed(why.text)
    if statement.isEmpty { problems[.what] = "say what is done" }
    var effect: ExpectedEffect?
    let name = trimmed(metric.text)
    if name.isEmpty {
      if reason.isEmpty {
        problems[.metric] = "name the metric that will show the effect"
        problems[.why] = "or say here why no effect can be named"
      }
    } else {
      effect = expectedEffect(name, metrics)
    }
    guard problems.isEmpty else {
      field = Field.allCases.first { problems[$0] != nil } ?? field
      return nil
    }
    return ActionDraft(kind: kind, statement: statement, effect: effect, reason: reason.isEmpty ? nil : reason)
  }

  private mutating func expectedEffect(_ name: String, _ metrics: [MetricRow]) -> ExpectedEffect? {
    let row = ActionForm.metric(named: name, in: metrics)
    if row == nil, !metrics.isEmpty {
      problems[.metric] = "no such metric; try " + metrics.prefix(3).map(\.name).joined(separator: ", ")
    }
    let value = MetricBound.value(bound.text, unit: row?.unit ?? "")
    if value == nil {
      problems[.bound] = trimmed(bound.text).isEmpty ? "up to which bound?" : MetricBound.help(unit: row?.unit ?? "")
    }
    let time = Duration(text: within.text.filter { !$0.isWhitespace })
    if time == nil || time == .zero { problems[.within] = "how long may it take? such as 15m or 1h30m" }
    guard let value, let time, problems[.metric] == nil, problems[.within] == nil else { return nil }
    return ExpectedEffect(metric: row?.name ?? name, comparison: comparison, bound: value, within: time)
  }

  /// The metric that a typed name means: its name, its title, or the only one that the letters fit.
  static func metric(named text: String, in metrics: [MetricRow]) -> MetricRow? {
    let wanted = text.lowercased()
    if let exact = metrics.first(where: { $0.name.lowercased() == wanted || $0.title.lowercased() == wanted }) {
      return exact
    }
    let filter = FuzzyFilter(wanted)
    let fitting = metrics.filter { filter.lets($0.name) || filter.lets($0.title) }
    return fitting.count == 1 ? fitting.first : nil
  }

  private static func turned<Choice: CaseIterable & Equatable>(_ choice: Choice, by step: Int) -> Choice {
    let all = Array(Choice.allCases)
    guard let index = all.firstIndex(of: choice) else { return choice }
    return all[((index + step) % all.count + all.count) % all.count]
  }
}

import Dashboard
import Domain
import Engine
import Measures

/// What a signal is about, in words: rules are not stored, so their metric is found by its words and its bounds.
struct SignalWords {
  /// What a signal is about.
  enum Subject: Equatable {
    case drift(String)
    case missing(String)
    case source(String)
    case agent
    case metric(String)
    case other

    /// The kind of its events.
    var kind: String {
      switch self {
      case .drift, .missing: "drift"
      case .source: "src"
      case .agent: "trace"
      case .metric: "metric"
      case .other: "rule"
      }
    }
  }

  /// A signal as a journal entry tells of it.
  struct Facts {
    var rule: String
    var labels: Labels
    var value: Double?
    var threshold: Double?
    var count: Int?
    var at: Timestamp?
    /// When a detector says that it changed.
    var onset: Timestamp?

    /// Reads the `signal` member of an entry's data, or the data itself; nil where it tells of no signal.
    init?(_ data: JSON) {
      let data = data["signal"] ?? data
      guard let rule = data["rule"]?.string else { return nil }
      self.rule = rule
      labels = Labels(
        (data["labels"]?.object?.members ?? []).compactMap { name, value in
          value.string.map { Labels.Label(name: name, value: $0) }
        })
      func number(_ name: String) -> Double? { data[name]?.string.flatMap(Double.init) ?? data[name]?.double }
      value = number("value")
      threshold = number("threshold")
      count = data["n"]?.integer.map { Int($0) }
      at = data["at"]?.string.flatMap { Timestamp(rfc3339: $0) }
      onset = data["onset"]?.string.flatMap { Timestamp(rfc3339: $0) }
    }
  }

  let metrics: [WatchPlan.Metric]

  init(_ plan: WatchPlan) { metrics = plan.metrics }

  /// The metric that a rule reads, as far as its name, the incident's title and its bound tell; nil when nothing fits.
  func metric(rule: String, title: String = "", threshold: Double? = nil) -> WatchPlan.Metric? {
    for kind in ["drift:", "missing:"] {
      if let name = Self.rest(of: rule, after: kind) { return metrics.first { $0.name == name } }
    }
    guard Self.rest(of: rule, after: "heartbeat:") == nil else { return nil }
    let (named, told) = (Set(Self.words(rule)), Set(Self.words(title)))
    var best: (metric: WatchPlan.Metric, score: Int)?
    for metric in metrics where metric.kind != .category {
      let own = Self.words(metric.name)
      var score = own.count { named.contains($0) } * 4 + own.count { told.contains($0) } * 2
      guard score > 0 || named.isEmpty else { continue }
      if let threshold, let tolerance = metric.tolerance, threshold == tolerance.alarm || threshold == tolerance.warn {
        score += 3
      }
      if let tolerance = metric.tolerance, named.contains(tolerance.statistic.description) { score += 1 }
      if score > best?.score ?? 0 { best = (metric, score) }
    }
    return best?.metric
  }

  /// What a signal is about.
  func subject(rule: String, labels: Labels, title: String = "", threshold: Double? = nil) -> Subject {
    if let name = Self.rest(of: rule, after: "drift:") { return .drift(name) }
    if let name = Self.rest(of: rule, after: "missing:") { return .missing(name) }
    if let name = Self.rest(of: rule, after: "heartbeat:") { return .source(name) }
    if labels["agent"] != nil { return .agent }
    return metric(rule: rule, title: title, threshold: threshold).map { .metric($0.name) } ?? .other
  }

  /// The unit of the values that a rule compares, as in `MetricRow.unit`.
  func unit(rule: String, labels: Labels, title: String = "", threshold: Double? = nil) -> String {
    switch subject(rule: rule, labels: labels, title: title, threshold: threshold) {
    case .source: return "s"
    case .drift, .agent, .other: return ""
    case .missing: return "share"
    case .metric(let name): return metrics.first { $0.name == name }?.displayUnit ?? ""
    }
  }

  /// `6.1 % over 1 %`, `PSI 0.27 over 0.25`; nil where there is no value.
  func reading(_ facts: Facts, title: String = "") -> String? {
    guard let value = facts.value else { return nil }
    let unit = unit(rule: facts.rule, labels: facts.labels, title: title, threshold: facts.threshold)
    let text = ReadingText.comparison(value, facts.threshold, unit: unit)
    switch subject(rule: facts.rule, labels: facts.labels, title: title, threshold: facts.threshold) {
    case .drift:
      return "PSI \(text)" + (facts.onset.map { ", began \($0.formatted().dropFirst(11).prefix(5))" } ?? "")
    case .missing: return "\(text) more than usual"
    case .source: return "silent for \(ReadingText.comparison(value, nil, unit: "s"))"
    case .agent where facts.threshold == 0, .other where facts.threshold == 0:
      return value == 1 ? "once" : "\(ReadingText.comparison(value, nil, unit: "")) times"
    case .agent, .metric, .other: return text
    }
  }

  /// What a rule watches, in words: `p95 latency`, `prompt tokens drift`, `gpu`, else the rule's name in words.
  func name(rule: String, labels: Labels) -> String {
    switch subject(rule: rule, labels: labels) {
    case .drift(let name): Self.spaced(name) + " drift"
    case .missing(let name): Self.spaced(name) + " missing"
    case .source(let name): name
    case .metric(let name): metrics.first { $0.name == name }?.title ?? name
    default: rule.split(separator: "-").joined(separator: " ")
    }
  }

  /// A title with the names of metrics in words, and with the labels that tell incidents of one rule apart.
  func title(_ title: String, labels: [Labels]) -> String {
    var text = title.split(separator: " ", omittingEmptySubsequences: false).map { word in
      metrics.contains { $0.name == word } ? Self.spaced(String(word)) : String(word)
    }.joined(separator: " ")
    let told = labels.filter { !$0.isEmpty }
    if told.count == 1, let only = told.first {
      text += " (\(only))"
    } else if told.count > 1 {
      text += " (\(told.count) signals)"
    }
    return text
  }

  /// What stands after a prefix; nil where the text does not begin with it.
  static func rest(of text: String, after prefix: String) -> String? {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  /// Blanks instead of underscores.
  static func spaced(_ name: String) -> String { name.split(separator: "_").joined(separator: " ") }

  /// Words with their endings cut off, so that `guardrail-failures` and `guardrail fails` meet.
  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 2 }.map { String($0.prefix(5)) }
  }
}

extension WatchPlan.Metric {
  /// The name that is shown: words instead of underscores, and which percentile a distribution is told by.
  var title: String {
    let words = SignalWords.spaced(name)
    guard kind == .distribution, case .quantile = shownStatistic else { return words }
    return words.hasPrefix("\(shownStatistic)") ? words : "\(shownStatistic) \(words)"
  }

  /// The number that is shown.
  var shownStatistic: Statistic {
    if let tolerance { return tolerance.statistic }
    switch kind {
    case .counter: return .rate
    case .gauge: return .last
    case .distribution: return .quantile(0.95)
    case .ratio: return .ratio
    case .category: return .distinct
    }
  }

  /// The unit of the shown number, as in `MetricRow.unit`.
  var displayUnit: String {
    if kind == .ratio, shownStatistic == .ratio { return "share" }
    if shownStatistic == .count || shownStatistic == .distinct { return "" }
    let known = ["usd": "usd", "$": "usd", "eur": "eur", "€": "eur", "percent": "%"]
    let own = unit.map { known[$0.lowercased()] ?? $0 } ?? ""
    guard shownStatistic == .rate else { return own }
    return own == "usd" || own == "eur" ? own + "/s" : "1/s"
  }
}

import Dashboard
import Domain
import Engine
import Storage

/// The newest entries of the journal as events: one line each, in the order in which things happened.
struct EventProjection {
  /// How many entries are looked at.
  private static let limit = 300

  let words: SignalWords

  func rows(_ reader: StoreReader, newest: Int) throws -> [EventRow] {
    let entries = try reader.entries(after: max(0, newest - Self.limit))
    // What opened or joined an incident is told by the incident's line alone.
    let told = Set(entries.filter { Self.carriers.contains($0.act.rawValue) }.compactMap(Self.moment))
    var versions: Set<String> = []
    let rows = entries.compactMap { entry -> (row: EventRow, sequence: Int)? in
      if entry.act == "version.seen", !versions.insert(entry.object["version"]?.string ?? "").inserted { return nil }
      if entry.act == "signal.firing", let moment = Self.moment(entry), told.contains(moment) { return nil }
      return row(entry).map { ($0, entry.sequence) }
    }
    return rows.sorted { ($0.row.at, $0.sequence) > ($1.row.at, $1.sequence) }.map(\.row)
  }

  private static let carriers: Set<String> = ["incident.open", "incident.attach", "incident.reopen"]

  private static func moment(_ entry: JournalEntry) -> String? {
    guard let facts = SignalWords.Facts(entry.data), let at = facts.at else { return nil }
    return "\(at.nanoseconds) \(facts.rule) \(facts.labels)"
  }

  /// When the thing itself happened: event time where the entry tells it.
  static func time(of entry: JournalEntry) -> Timestamp {
    if let at = SignalWords.Facts(entry.data)?.at { return at }
    guard !entry.actor.isPerson else { return entry.at }
    return ["at", "since", "to"].lazy.compactMap { entry.data[$0]?.string.flatMap { Timestamp(rfc3339: $0) } }.first
      ?? entry.at
  }

  private func row(_ entry: JournalEntry) -> EventRow? {
    let at = Self.time(of: entry)
    if entry.actor.isPerson { return EventRow(at: at, kind: "op", text: operatorText(entry)) }
    switch entry.act.rawValue {
    case "log.open", "signal.pending", "signal.cleared", "incident.evidence": return nil
    case "version.seen":
      guard entry.data["initial"]?.bool != true else { return nil }
      return EventRow(
        at: at, kind: "deploy",
        text: "\(entry.object["version"]?.string ?? "?") first seen in \(entry.object["source"]?.string ?? "?")")
    case "baseline.capture", "baseline.promote":
      return EventRow(at: at, kind: "drift", text: baselineText(entry))
    case "assessment.add":
      return EventRow(
        at: at, kind: "audit", text: "assessment \(entry.object["assessment"]?.string ?? "?") is registered")
    case "config.loaded": return EventRow(at: at, kind: "audit", text: configurationText(entry.data))
    case "retention.apply":
      let held = entry.data["held_back"]?.bool == true ? ", less what is held" : ""
      return EventRow(
        at: at, kind: "audit",
        text: "retention removed \(entry.data["removed"]?.integer ?? 0) \(entry.object["kind"]?.string ?? "?")\(held)")
    case "drill.run", "health.check":
      return EventRow(at: at, kind: "audit", text: Self.assuranceText(entry))
    case Verb.hookRun.rawValue:
      return EventRow(
        at: at, kind: "notify", severity: Self.hookFailed(entry) ? .warn : nil, text: Self.hookText(entry))
    default: break
    }
    guard let facts = SignalWords.Facts(entry.data) else {
      return EventRow(at: at, kind: "rule", text: Self.name(entry).map { "\($0) " }.orEmpty + Self.systemText(entry))
    }
    let title = entry.data["title"]?.string ?? ""
    let subject = words.subject(rule: facts.rule, labels: facts.labels, title: title, threshold: facts.threshold)
    return EventRow(
      at: at, kind: subject.kind, severity: severity(of: entry), text: signalText(entry, facts, subject))
  }

  private func severity(of entry: JournalEntry) -> Severity? {
    guard entry.act == "incident.open" || entry.act == "incident.reopen" else { return nil }
    return entry.data["severity"]?.string.flatMap(Severity.init(rawValue:)) ?? .warn
  }

  /// A sentence about a signal, such as `INC-0003 opened: guardrail fails open (tenant=t2), 6.1 % over 1 %`. The
  /// incident comes first, so that a narrow panel cuts off the least needed.
  private func signalText(_ entry: JournalEntry, _ facts: SignalWords.Facts, _ subject: SignalWords.Subject) -> String {
    let title = entry.data["title"]?.string ?? ""
    let labels = facts.labels.isEmpty ? "" : " (\(facts.labels))"
    let reading = words.reading(facts, title: title).map { ", \($0)" } ?? ""
    let what = words.name(rule: facts.rule, labels: facts.labels)
    let name = Self.name(entry)
    switch entry.act.rawValue {
    case "incident.open": return "\(name ?? "?") opened: \(words.title(title, labels: []))\(labels)\(reading)"
    case "incident.attach": return "\(name ?? "?") fires again: \(what)\(labels)\(reading)"
    case "incident.reopen": return "\(name ?? "?") opened again: \(what)\(labels)\(reading)"
    case "signal.firing": return "\(what)\(labels): fires\(reading)"
    case "signal.resolved":
      if case .source = subject { return (name.map { "\($0) " } ?? "") + "\(what) speaks again" }
      return (name.map { "\($0) " } ?? "") + "clear again: \(what)\(labels)\(reading)"
    case "signal.stale": return "\(what)\(labels): no data, so whether it still fires is unknown"
    case "signal.error": return "\(what)\(labels): the rule failed, so whether it fires is unknown"
    default: return "\(what)\(labels) \(Self.systemText(entry))\(reading)"
    }
  }

  private func baselineText(_ entry: JournalEntry) -> String {
    let metric = SignalWords.spaced(entry.object["metric"]?.string ?? "?")
    let reference = entry.object["reference"]?.string ?? "?"
    let count = entry.data["n"]?.integer.map { ", n=\(ReadingText.count(Int($0)))" } ?? ""
    return entry.act == "baseline.promote"
      ? "\(metric) is compared with reference \(reference) from now on"
      : "reference \(reference) of \(metric) captured\(count)"
  }

  /// What a drill, a self-test or a check of health found.
  private static func assuranceText(_ entry: JournalEntry) -> String {
    let data = entry.data
    func number(_ name: String) -> Int64 { data[name]?.integer ?? 0 }
    if entry.act == "health.check" {
      let bad = (data["values"]?.array ?? []).filter { $0["state"] == "alarm" || $0["state"] == "warn" }
      let first = bad.first.map { ": \($0["name"]?.string ?? "?")" } ?? ""
      return "checked health: \(number("ok")) ok, \(number("warn")) warn, \(number("alarm")) alarm\(first)"
    }
    if entry.object["drill"]?.string == "self-test" {
      return
        "tested the drift gauges: \(number("false_alarms")) false alarms, \(number("caught")) of \(number("of")) shifts seen"
    }
    let lost = data["lost"]?.array?.compactMap(\.string) ?? []
    let rest = lost.count > 1 ? " and \(lost.count - 1) more no longer fire, " : " no longer fires, "
    return "drilled the rules: \(lost.first.map { $0 + rest } ?? "")"
      + "\(number("caught")) of \(number("of")) \(entry.object["drill"]?.string ?? "") caught"
  }

  private static func hookFailed(_ entry: JournalEntry) -> Bool { entry.data["outcome"]?.string != "exit 0" }

  /// A sentence about a run of the hook, such as `page-oncall told of INC-0003`.
  private static func hookText(_ entry: JournalEntry) -> String {
    let program = (entry.object["hook"]?.string ?? "?").split(separator: "/").last.map(String.init) ?? "?"
    let names = Set(entry.data["told"]?.array?.compactMap(\.string) ?? []).map(shortName).sorted()
    let what = names.count > 3 ? "\(names.count) incidents" : names.joined(separator: ", ")
    guard hookFailed(entry) else { return "\(program) told of \(what)" }
    return "\(program) not told of \(what): \(entry.data["outcome"]?.string ?? "?")"
  }

  private static func name(_ entry: JournalEntry) -> String? {
    entry.object["incident"]?.string.map(shortName)
  }

  private static func shortName(_ name: String) -> String {
    Int(name.drop { !$0.isNumber }).map(ReadingText.incident) ?? name
  }

  /// What Leeway itself did to an incident.
  private static func systemText(_ entry: JournalEntry) -> String {
    let reason = entry.data["reason"]?.string.map { ": \($0)" } ?? ""
    switch entry.act.rawValue {
    case "incident.ack_expired": return "is new again: its acknowledgement lapsed"
    case "incident.wake": return "is awake again"
    case "incident.monitor": return "is only watched now\(reason)"
    case "incident.resolve": return "is resolved\(reason)"
    case "check.verdict":
      return "\(entry.object["action"]?.string ?? "action"): \(entry.data["verdict"]?.string ?? "no verdict")\(reason)"
    default: return entry.act.rawValue.split { $0 == "." || $0 == "_" }.joined(separator: " ") + reason
    }
  }

  /// What a person did.
  private func operatorText(_ entry: JournalEntry) -> String {
    let name = Self.name(entry) ?? ""
    let data = entry.data
    func quoted(_ member: String) -> String {
      data[member]?.string.flatMap { $0.isEmpty ? nil : " \"\($0)\"" } ?? ""
    }
    let did: String
    switch entry.act.rawValue {
    case "incident.ack": did = "acknowledged \(name)" + quoted("reason")
    case "incident.assign": did = "made \(data["owner"]?.string ?? "?") the owner of \(name)"
    case "incident.note": did = "noted on \(name)" + quoted("text")
    case "incident.undo": did = "took the last step on \(name) back"
    case "incident.contain": did = "contained \(name)" + quoted("statement")
    case "action.add": did = "acts on \(name)" + quoted("statement")
    case "incident.resolve": did = "resolved \(name)" + quoted("reason")
    case "incident.close": did = "closed \(name)" + quoted("reason")
    case "incident.dismiss":
      let verdict = (data["verdict"]?.string ?? "?").split(separator: "_").joined(separator: " ")
      did = "dismissed \(name) as \(verdict)" + quoted("reason")
    case "incident.snooze": did = "snoozed \(name)"
    case "incident.severity":
      did = "changed \(name) from \(data["previous"]?.string ?? "?") to \(data["severity"]?.string ?? "?")"
    case "rule.decide":
      did =
        "decided on rule \(entry.object["rule"]?.string ?? "?"): \(data["decision"]?.string ?? "?")" + quoted("reason")
    case "audit.erase":
      did = "erased the texts of \(data["entries"]?.array?.count ?? 0) entries" + quoted("reason")
    case "drill.run", "health.check": did = Self.assuranceText(entry)
    case "baseline.capture", "baseline.promote": did = "recorded: " + baselineText(entry)
    case let verb:
      did = verb.split { $0 == "." || $0 == "_" }.dropFirst().joined(separator: " ") + " " + name + quoted("reason")
    }
    return "\(entry.actor.displayName) \(did)"
  }

  /// What a configuration changed, by the names of its parts.
  private func configurationText(_ data: JSON) -> String {
    let parts = [("added", "+"), ("removed", "-"), ("changed", "")].flatMap { key, sign in
      (data[key]?.array?.compactMap(\.string) ?? []).map { sign + $0 }
    }
    guard !parts.isEmpty else { return "configuration took effect" }
    let more = parts.count > 3 ? " and \(parts.count - 3) more" : ""
    return "configuration took effect: \(parts.prefix(3).joined(separator: ", "))\(more)"
  }
}

extension Optional where Wrapped == String {
  fileprivate var orEmpty: String { self ?? "" }
}

import Assurance
import Dashboard
import Domain
import Engine
import Incidents
import Storage

/// The audit screen's data: a stretch of the journal, and what the check of its chain has found.
enum AuditBoardProjection {
  /// Entries that are listed on either side of the one that is asked for.
  private static let reach = 150
  private static let lineLimit = 4_096

  static func board(
    around: Int?, _ fold: JournalFold, _ chain: ChainCheck, now: Timestamp, _ reader: StoreReader
  ) throws -> AuditBoard {
    let newest = try reader.lastSequence()
    let middle = max(1, min(newest, around ?? newest))
    let first = max(0, middle - Self.reach - 1)
    var entries: [AuditBoard.Entry] = []
    var detail: AuditBoard.Detail?
    let limit = around == nil ? 2 * Self.reach : 2 * Self.reach + 1
    try reader.lines(after: around == nil ? max(0, newest - limit) : first, limit: limit) { line in
      let entry = try AuditChain.parse(line)
      entries.append(Self.row(entry))
      if entry.sequence == middle { detail = Self.detail(entry, line) }
    }
    let finding = chain.finding
    return AuditBoard(
      entries: entries.reversed(), around: around, detail: detail,
      chain: AuditBoard.Chain(
        checked: finding.checked, entries: newest, problem: finding.problem, head: finding.head.hex,
        words: SpokenRoot.words(finding.root),
        checkpoint: chain.checkpoint.map { ($0.size, $0.at, $0.signedWith) }),
      activity: try activity(fold, now: now, newest: newest, reader))
  }

  private static func row(_ entry: JournalEntry) -> AuditBoard.Entry {
    AuditBoard.Entry(
      sequence: entry.sequence, at: entry.at, actor: entry.actor.displayName, isPerson: entry.actor.isPerson,
      act: entry.act.rawValue, text: text(entry),
      isRefused: ["refused", "conflict"].contains(entry.data["result"]?.string ?? ""))
  }

  /// What it happened to, then the facts that people look for first.
  private static func text(_ entry: JournalEntry) -> String {
    var parts: [String] = []
    if let name = entry.object["incident"]?.string {
      let number = name.hasPrefix("INC-") ? Int(name.dropFirst(4)) : nil
      parts.append(number.map { "INC-\(incidentNumber($0))" } ?? name)
    }
    for (name, value) in entry.object.object?.members ?? [] where name != "rev" && name != "incident" {
      if let text = words(value) { parts.append(name == "id" ? text : "\(name) \(text)") }
    }
    for name in ["result", "title", "reason", "text", "statement", "decision", "owner", "verdict", "rule", "value"] {
      if let text = entry.data[name].flatMap(words) {
        parts.append(name == "text" || name == "title" ? text : "\(name) \(text)")
      }
    }
    if let rule = entry.data["signal"]?["rule"]?.string { parts.append(rule) }
    return String(parts.joined(separator: "  ").prefix(400))
  }

  private static func words(_ value: JSON) -> String? {
    switch value {
    case .null, .array, .object: nil
    case .string(let text): text.isEmpty ? nil : text
    default: value.canonical
    }
  }

  private static func detail(_ entry: JournalEntry, _ line: [UInt8]) -> AuditBoard.Detail {
    var fields = [
      TraceSpanRow.Detail("time", entry.at.formatted(.microseconds)),
      TraceSpanRow.Detail("actor", entry.actor.displayName), TraceSpanRow.Detail("act", entry.act.rawValue),
    ]
    func add(_ json: JSON) {
      for (name, value) in json.object?.members ?? [] where value != .null {
        fields.append(TraceSpanRow.Detail(name, words(value) ?? value.canonical))
      }
    }
    add(entry.object)
    add(entry.data)
    fields.append(TraceSpanRow.Detail("hash", AuditChain.hash(line: line).hex))
    let text = String(decoding: line.prefix(lineLimit), as: UTF8.self)
    return AuditBoard.Detail(
      sequence: entry.sequence, fields: fields, line: line.count > lineLimit ? text + "…" : text)
  }

  /// Who did what in the last day, and how fast.
  private static func activity(
    _ fold: JournalFold, now: Timestamp, newest: Int, _ reader: StoreReader
  ) throws -> [TraceSpanRow.Detail] {
    let since = now - .seconds(86_400)
    var acts: [String: [String: Int]] = [:]
    for entry in try reader.entries(after: max(0, newest - 1_000)) where entry.at >= since && entry.actor.isPerson {
      acts[entry.actor.displayName, default: [:]][entry.act.rawValue, default: 0] += 1
    }
    var rows = acts.sorted { $0.key < $1.key }.prefix(6).map { name, counts in
      let text = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(4)
        .map { "\($0.value) \($0.key.split(separator: ".").last ?? "")" }.joined(separator: ", ")
      return TraceSpanRow.Detail(name, text)
    }
    let recent = fold.book.incidents.filter { $0.openedAt >= since }
    let quality = AlertQuality(recent)
    rows.append(TraceSpanRow.Detail("rules", "\(recent.count { $0.detectedBy == "rule" }) incidents opened"))
    let acknowledged = RuleQuality.Durations(seconds: quality.rules.flatMap(\.timeToAcknowledge.seconds))
    let mitigated = RuleQuality.Durations(seconds: quality.rules.flatMap(\.timeToMitigate.seconds))
    func median(_ durations: RuleQuality.Durations) -> String {
      durations.quantile(0.5).map { Duration.seconds($0).short } ?? "nobody yet"
    }
    rows.append(TraceSpanRow.Detail("median to ack", median(acknowledged)))
    rows.append(TraceSpanRow.Detail("to mitigate", median(mitigated)))
    let unjudged = recent.filter { !$0.state.isOpen && $0.state != .merged && $0.verdict == nil }
    if !unjudged.isEmpty {
      rows.append(
        TraceSpanRow.Detail(
          "no verdict", unjudged.prefix(4).map { "INC-\(incidentNumber($0.number))" }.joined(separator: ", ")))
    }
    return rows
  }
}

extension [UInt8] {
  /// Whether the bytes stand anywhere in these.
  fileprivate func contains(_ needle: [UInt8]) -> Bool {
    guard let first = needle.first, count >= needle.count else { return false }
    return indices.dropLast(needle.count - 1).contains { start in
      self[start] == first && self[start..<start + needle.count].elementsEqual(needle)
    }
  }
}

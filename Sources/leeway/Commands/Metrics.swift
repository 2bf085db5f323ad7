import ArgumentParser
import Domain
import Measures
import Screen
import Storage

/// `leeway metrics`: what the stored summaries say, over any range, by any labels.
struct Metrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Counts, sums and percentiles from the stored summaries.",
    discussion: """
      Times are RFC 3339. The range is rounded to stored slots: 10 seconds for the last hours, coarser further back.
      Without --by all label sets are merged; without --step there is one row a series over the whole range.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "Only this metric.")
  var metric: String?

  @Option(help: "Labels to tell apart, separated by commas.")
  var by: String?

  @Option(help: "The first instant.")
  var from: String?

  @Option(help: "The first instant that is left out.")
  var to: String?

  @Option(help: "One row for every step of this length, such as 1m.")
  var step: String?

  func run() throws {
    let range = try Metrics.instant(from, "--from") ?? .distantPast
    let end = try Metrics.instant(to, "--to") ?? .distantFuture
    let stepLength = try step.map { text in
      guard let duration = Duration(text: text), duration >= .seconds(10) else {
        throw ValidationError("--step takes a duration of at least 10s such as 1m, not '\(text)'")
      }
      return duration
    }
    let names = by.map { $0.split(separator: ",").map { String($0).trimmed } } ?? []
    let store = try shared.openStore(.readOnly)
    var rows: [Row] = []
    try store.read { reader in
      let metrics = try reader.metricNames().filter { name in
        metric.map { $0 == name } ?? !name.hasPrefix("rule:")
      }
      if let metric, metrics.isEmpty {
        throw CommandFailure(.noSuchInput, "there is no metric '\(metric)': leeway metrics lists them all")
      }
      for name in metrics {
        rows += try Metrics.rows(of: name, by: names, from: range, to: end, step: stepLength, reader)
      }
    }
    if shared.json {
      StandardOutput.json(["schema": 1, "rows": .array(rows.map(\.json))])
    } else {
      for row in rows { StandardOutput.line(SanitisedText.string(row.text)) }
    }
  }

  static func instant(_ text: String?, _ option: String) throws -> Timestamp? {
    guard let text else { return nil }
    guard let instant = Timestamp(rfc3339: text) else {
      throw ValidationError("\(option) takes a time such as 2026-11-23T03:12:44Z, not '\(text)'")
    }
    return instant
  }

  private static func rows(
    of metric: String, by names: [String], from: Timestamp, to: Timestamp, step: Duration?,
    _ reader: StoreReader
  ) throws -> [Row] {
    struct Group: Hashable {
      var labels: Labels
      var start: Timestamp?
    }
    var merged: [Group: Row] = [:]
    try reader.slots(of: metric, from: from, to: to) { slot in
      let group = Group(labels: slot.labels.keeping(names), start: step.map { slot.start.floored(to: $0) })
      let end = slot.start + slot.resolution
      if merged[group] == nil {
        merged[group] = Row(
          metric: metric, labels: group.labels, start: group.start ?? slot.start,
          end: step.flatMap { step in group.start.map { $0 + step } } ?? end, summary: slot.summary)
      } else {
        merged[group]?.add(slot, end: end, isStepped: step != nil)
      }
    }
    return merged.values.sorted { ($0.labels.description, $0.start) < ($1.labels.description, $1.start) }
  }

  /// One row of the answer.
  struct Row {
    var metric: String
    var labels: Labels
    var start: Timestamp
    var end: Timestamp
    var summary: Summary

    mutating func add(_ slot: StoredSlot, end: Timestamp, isStepped: Bool) {
      summary.merge(slot.summary)
      guard !isStepped else { return }
      start = min(start, slot.start)
      self.end = max(self.end, end)
    }

    private func value(_ statistic: Statistic) -> JSON { JSON(summary.value(of: statistic, over: end - start)) }

    var json: JSON {
      var row = JSONObject([
        ("metric", .string(metric)), ("kind", .string(summary.kind.rawValue)), ("labels", JSON(labels)),
        ("start", JSON(start)), ("end", JSON(end)), ("count", JSON(summary.count)),
      ])
      switch summary {
      case .ratio(let ratio):
        row["numerator"] = JSON(ratio.numerator)
        row["denominator"] = JSON(ratio.denominator)
        row["value"] = value(.ratio)
      case .category(let category):
        row["values"] = .object(JSONObject(category.ranked.map { ($0.value, JSON($0.count)) }))
        row["other"] = JSON(category.other)
      case .counter, .gauge, .distribution:
        row["sum"] = value(.sum)
        row["min"] = value(.minimum)
        row["max"] = value(.maximum)
        row["mean"] = value(.mean)
        row["p50"] = value(.quantile(0.5))
        row["p90"] = value(.quantile(0.9))
        row["p95"] = value(.quantile(0.95))
        row["p99"] = value(.quantile(0.99))
      }
      return .object(row)
    }

    var text: String {
      let members = json.object?.members ?? []
      let figures = members.filter {
        !["metric", "kind", "labels", "start", "end"].contains($0.name) && !$0.value.isNull
      }
      let name = labels.isEmpty ? metric : "\(metric){\(labels)}"
      return "\(start.formatted(.seconds)) \(name) "
        + figures.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
    }
  }
}

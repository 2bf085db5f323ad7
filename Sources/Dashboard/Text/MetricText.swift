import Domain

/// The texts of a metric's row, all on one scale.
struct MetricText {
  private let row: MetricRow
  private let unit: UnitText

  init(_ row: MetricRow) {
    self.row = row
    unit = UnitText(unit: row.unit, values: [row.now, row.minimum, row.maximum, row.limit?.warn, row.limit?.alarm])
  }

  /// The present value, or why there is none.
  var now: String {
    switch row.health {
    // The column has ten places, and an age that is cut off lies: 12 minutes must not read as 1.
    case .stale: row.staleFor.map { $0.short.count <= 2 ? "no data \($0.short)" : "stale \($0.short)" } ?? "no data"
    case .tooFew: row.count.map { "few n=\(NumberText.compact(Double($0)))" } ?? "too few"
    case .ok, .warn, .alarm: unit.full(row.now)
    }
  }

  var minimum: String { unit.bare(row.minimum) }
  var maximum: String { unit.bare(row.maximum) }

  /// The bound that counts now: the next one on the way to worse.
  var limit: String {
    guard let limit = row.limit else { return "" }
    if let text = limit.text { return text }
    let bound = row.health == .alarm ? limit.alarm ?? limit.warn : limit.warn ?? limit.alarm
    guard let bound else { return "" }
    return (limit.direction == .above ? ">" : "<") + unit.bound(bound)
  }

  func full(_ value: Double?) -> String { unit.full(value) }
  func bound(_ value: Double) -> String { unit.bound(value) }
}

/// The texts of a drift row.
enum DriftText {
  static func value(_ row: DriftRow) -> String {
    row.value.map { NumberText.fixed($0, places: $0.magnitude < 9.995 ? 2 : 1) } ?? "—"
  }

  static func word(_ verdict: DriftRow.Verdict) -> String {
    switch verdict {
    case .ok: "ok"
    case .warn: "WARN"
    case .alarm: "ALRM"
    case .tooFew: "few"
    case .noReference: "none"
    }
  }
}

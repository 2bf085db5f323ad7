import Domain
import Drift
import Measures

/// What a source with few records has of its first reference: half hours that are added up until their rows are enough.
///
/// The half hours are counted from the first boundary of the source, so that a restart, which adds up what is stored,
/// comes to the same ones.
struct GrowingReference {
  /// Where the first half hour begins.
  let from: Timestamp
  /// Up to where half hours have been added.
  private(set) var through: Timestamp
  private(set) var rows: Summary?
  /// Records without a value; nil where they are not counted.
  private(set) var missing: Int?
  /// The rows by the minute; at most as many as there are rows.
  private(set) var minutes: [(start: Timestamp, rows: Summary)] = []

  init(from: Timestamp, countsMissing: Bool) {
    self.from = from
    through = from
    missing = countsMissing ? 0 : nil
  }

  /// The next half hour.
  var next: Range<Timestamp> { through..<through + AutomaticReference.span }

  /// Whether the rows are enough.
  var isComplete: Bool { (rows?.count ?? 0) >= AutomaticReference.minimumRows }

  /// Adds the next half hour.
  mutating func add(_ slots: [(start: Timestamp, rows: Summary)], missing: Int?) {
    for slot in slots {
      if rows?.merge(slot.rows) == nil { rows = slot.rows }
    }
    minutes += slots
    if let missing { self.missing = (self.missing ?? 0) + missing }
    through = next.upperBound
  }

  /// Passes over half hours of which nothing is known any more.
  mutating func skip(to start: Timestamp) {
    guard start > through else { return }
    let steps = (start - through).nanoseconds / AutomaticReference.span.nanoseconds
    through = through + .nanoseconds(steps * AutomaticReference.span.nanoseconds)
  }

  /// The reference; nil while the rows are too few.
  func reference(of metric: String, source: String, at boundary: Timestamp) -> Reference? {
    guard isComplete, let rows,
      var reference = try? Reference.capture(
        from: rows, name: AutomaticReference.name, series: SeriesKey(metric: metric), missing: missing,
        capturedFrom: from, capturedTo: through, capturedAt: boundary,
        source: "the first \((through - from).short) of \(source)")
    else { return nil }
    reference.measureOverdispersion(slots: minutes)
    return reference
  }
}

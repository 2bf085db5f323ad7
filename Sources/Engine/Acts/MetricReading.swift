public import Domain
public import Incidents
import Measures
public import Storage

/// What the stored summaries say of a metric in a stretch of event time.
public struct MetricReading {
  /// The value with its interval.
  public var value: MeasuredValue
  /// The statistic that was read, such as `p95`.
  public var statistic: String
  /// The encoded summary that it was read from, for a hash.
  public var bytes: [UInt8]

  /// Reads a metric over the slots that lie within `from..<to`; nil without rows.
  ///
  /// - Parameters:
  ///   - statistic: such as `p95`; nil takes the metric's usual one.
  ///   - labels: the values that a series must have; empty for all series merged.
  ///   - usual: the metric's usual statistic, where its tolerance names one.
  public init?(
    _ reader: StoreReader, metric: String, statistic: String? = nil, labels: Labels = .none, usual: String? = nil,
    from: Timestamp, to: Timestamp
  ) throws {
    var merged: Summary?
    // A slot in which the stretch begins or ends holds records of both sides.
    let first = from.floored(to: SlotDelta.baseSlot)
    let start = first == from ? from : first + SlotDelta.baseSlot
    try reader.slots(of: metric, from: start, to: to.floored(to: SlotDelta.baseSlot)) { slot in
      guard labels.all.allSatisfy({ slot.labels[$0.name] == $0.value }) else { return }
      if merged?.merge(slot.summary) == nil { merged = slot.summary }
    }
    guard let merged else { return nil }
    let wanted = (statistic ?? usual).flatMap { Statistic($0) } ?? merged.usualStatistic
    guard let value = merged.measured(wanted, over: to - from) else { return nil }
    self.value = value
    self.statistic = wanted.description
    bytes = merged.encode()
  }
}

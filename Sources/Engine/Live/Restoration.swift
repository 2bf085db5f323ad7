import Detection
import Domain
import Drift
import Measures
import Storage

/// Reads back what a source's worker needs to go on where an earlier process stopped.
struct Restoration {
  let store: Store

  func restore(_ setup: SourceSetup, state: SourceState?, fold: JournalFold) throws -> SourceWorker.Restored {
    try store.read { reader in
      var restored = SourceWorker.Restored()
      restored.versions = Set(fold.versions.filter { $0.source == setup.name }.map(\.version))
      restored.references = try reader.references().compactMap(Reference.init(json:))
      restored.signals = try reader.signals().compactMap { SignalRecord(json: $0.record) }
        .filter { $0.source == setup.name }
      restored.streams = try reader.document(Collector.streamsName(setup.name))
      restored.detectors = try reader.document(Collector.detectorsName(setup.name))
      for metric in setup.definitions.map(\.name) where !metric.hasPrefix(SourceSetup.shadowPrefix) {
        restored.labelSets[metric] = try reader.labelSets(of: metric, limit: setup.labelLimit)
      }
      guard let state else { return restored }
      restored.counters = state.counters
      restored.watermark = state.watermark
      restored.evaluatedThrough = state.evaluatedThrough
      restored.firstBoundary = state.firstBoundary
      restored.watchedSince = state.watchedSince
      guard let watermark = state.watermark else { return restored }
      let last = min(watermark, state.evaluatedThrough ?? watermark)
      let from = last - setup.horizon
      let reaches = setup.reaches
      for metric in setup.rules.derivedMetrics(for: setup.name).map(\.name) {
        let reach = min(setup.horizon, (reaches[metric] ?? setup.horizon) + .seconds(60))
        try reader.slots(of: metric, from: last - reach) { slot in
          restored.recent.append(
            SlotDelta(
              series: SeriesKey(metric: metric, labels: slot.labels), start: slot.start, summary: slot.summary))
        }
      }
      for shadow in setup.shadows {
        let metric = String(shadow.name.dropFirst(SourceSetup.shadowPrefix.count))
        try reader.slots(of: metric, from: from) { slot in
          restored.recent.append(
            SlotDelta(series: SeriesKey(metric: shadow.name), start: slot.start, summary: slot.summary))
        }
      }
      restored.growing = try growing(setup, restored, through: last, reader)
      return restored
    }
  }

  /// What has been stored of references that are not captured yet.
  private func growing(
    _ setup: SourceSetup, _ restored: SourceWorker.Restored, through last: Timestamp, _ reader: StoreReader
  ) throws -> [String: GrowingReference] {
    guard let first = restored.firstBoundary else { return [:] }
    let known = Set(restored.references.map(\.metric))
    let counters = setup.rules.recordCounters(for: setup.name)
    var growing: [String: GrowingReference] = [:]
    for (metric, settings) in setup.driftSettings
    where AutomaticReference.applies(to: settings) && !known.contains(metric) {
      var grown = GrowingReference(from: first, countsMissing: counters[metric] != nil)
      var stretches: [Timestamp: Stretch] = [:]
      func start(of slot: Timestamp) -> Timestamp {
        let span = AutomaticReference.span.nanoseconds
        return first + .nanoseconds((slot - first).nanoseconds / span * span)
      }
      try reader.slots(of: metric, from: first, to: last) { slot in
        stretches[start(of: slot.start), default: Stretch()].add(slot)
      }
      if let counter = counters[metric] {
        try reader.slots(of: counter, from: first, to: last) { slot in
          stretches[start(of: slot.start), default: Stretch()].records += slot.summary.count
        }
      }
      for (start, stretch) in stretches.sorted(by: { $0.key < $1.key }) where !grown.isComplete {
        grown.skip(to: start)
        guard grown.next.upperBound <= last else { break }
        let slots = stretch.minutes.sorted { $0.key < $1.key }.map { (start: $0.key, rows: $0.value) }
        let values = slots.reduce(0) { $0 + $1.rows.count }
        grown.add(slots, missing: counters[metric] == nil ? nil : max(0, stretch.records - values))
      }
      growing[metric] = grown
    }
    return growing
  }

  /// What is stored of one half hour.
  private struct Stretch {
    var minutes: [Timestamp: Summary] = [:]
    var records = 0

    mutating func add(_ slot: StoredSlot) {
      let minute = slot.start.floored(to: .seconds(60))
      if minutes[minute]?.merge(slot.summary) == nil { minutes[minute] = slot.summary }
    }
  }
}

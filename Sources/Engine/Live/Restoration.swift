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
      return restored
    }
  }
}

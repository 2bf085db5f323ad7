import Domain
import Drift
import Incidents
import Measures

/// Turns what batches decided into journal entries, in the order in which it happened.
struct BatchJournal {
  /// The incidents' policy.
  var policy: IncidentPolicy

  /// Appends a batch's decisions.
  ///
  /// - Parameters:
  ///   - source: the source that the batch is of.
  ///   - now: when the entries are written; nil uses each decision's own time, as in a replay.
  ///   - append: writes drafts into the chain and applies them to the fold that it gives back.
  func record(
    _ batch: Batch, of source: String, now: Timestamp?, fold: inout JournalFold,
    append: ([EntryDraft], Timestamp, inout JournalFold) throws -> Void
  ) throws {
    for version in batch.versions {
      let draft = EntryDraft(
        .versionSeen, object: ["source": .string(version.source), "version": .string(version.version)],
        data: ["since": JSON(version.since), "initial": .bool(version.isInitial)])
      try append([draft], now ?? version.since, &fold)
    }
    for reference in batch.references {
      try append([BatchJournal.capture(reference)], now ?? reference.capturedAt, &fold)
    }
    for change in batch.formatChanges {
      let draft = EntryDraft(.sourceFormatChanged, object: ["source": .string(source)], data: change.json)
      try append([draft], now ?? change.at, &fold)
    }
    for transition in batch.transitions {
      let at = now ?? transition.at
      if now == nil { try tick(at: at, fold: &fold, append: append) }
      // Each decision sees the ones before it.
      let drafts = fold.book.signal(transition, now: at, policy: policy)
      try append(drafts, at, &fold)
    }
  }

  /// Appends what the passing of time calls for.
  func tick(
    at now: Timestamp, fold: inout JournalFold,
    append: ([EntryDraft], Timestamp, inout JournalFold) throws -> Void
  ) throws {
    let drafts = fold.book.tick(now: now, policy: policy)
    if !drafts.isEmpty { try append(drafts, now, &fold) }
  }

  /// The entry of a captured reference.
  static func capture(_ reference: Reference) -> EntryDraft {
    var data = JSONObject([
      ("n", JSON(reference.count)), ("from", JSON(reference.capturedFrom)), ("to", JSON(reference.capturedTo)),
      ("source", .string(reference.source)),
    ])
    if let strata = reference.strata {
      data["strata"] = ["by": .string(strata.by.rawValue), "count": JSON(strata.counts.count)]
    }
    return EntryDraft(
      .baselineCapture, object: ["reference": .string(reference.name), "metric": .string(reference.metric)],
      data: .object(data))
  }
}

extension Verb {
  /// A source's lines have taken another form.
  static let sourceFormatChanged: Verb = "source.format_changed"
}

import Domain
import Incidents
import Settings
import Storage

/// Removes what is older than it is to be kept, and journals how much of what that was. Nothing of the time of an incident
/// whose evidence is held is removed.
struct RetentionSweep {
  /// How often it is looked.
  static let interval: Duration = .seconds(86_400)
  private static let documentName = "retention"

  let definition: RetentionDefinition
  let fold: JournalFold

  /// When it was last looked; nil before the first time.
  static func lastAt(_ reader: StoreReader) throws -> Timestamp? {
    try reader.document(documentName)?["at"]?.string.flatMap { Timestamp(rfc3339: $0) }
  }

  /// Removes, in the transaction of the entries that say so.
  ///
  /// - Parameters:
  ///   - watermark: how far event time has come.
  ///   - now: wall time.
  func apply(_ writer: StoreWriter, watermark: Timestamp?, now: Timestamp) throws -> [EntryDraft] {
    try writer.setDocument(Self.documentName, ["at": .string(now.formatted())])
    let held = fold.book.incidents.compactMap(\.heldFrom).min()
    var drafts: [EntryDraft] = []
    func note(_ kind: String, before: Timestamp, asked: Timestamp, _ removed: Int) {
      guard removed > 0 else { return }
      drafts.append(
        EntryDraft(
          .retentionApply, object: ["kind": .string(kind)],
          data: ["before": JSON(before), "removed": JSON(removed), "held_back": .bool(before < asked)]))
    }
    if let watermark {
      let asked = watermark - definition.summaries
      let before = min(asked, held ?? asked).floored(to: .seconds(3_600))
      note(
        "summaries", before: before, asked: asked.floored(to: .seconds(3_600)), try writer.removeSlots(before: before))
    }
    if let traces = definition.traces {
      let asked = now - traces
      let before = min(asked, held ?? asked)
      note("traces", before: before, asked: asked, try writer.removeRuns(endedBefore: before))
    }
    if let texts = definition.texts {
      let asked = now - texts
      let names = Set(fold.book.incidents.filter(\.isHeld).flatMap { [$0.id, $0.name] })
      let entries = try writer.reader.erasableEntries(before: asked) { entry in
        entry.object["incident"]?.string.map(names.contains) ?? false
      }
      note("texts", before: asked, asked: asked, try writer.eraseTexts(of: entries).count)
    }
    return drafts
  }
}

extension Verb {
  /// What was older than it is to be kept was removed.
  static let retentionApply: Verb = "retention.apply"
}

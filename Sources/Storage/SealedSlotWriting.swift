public import Domain
import GRDB
public import Measures

extension StoreWriter {
  /// Merges what a batch has sealed into the stored slots of the base resolution.
  ///
  /// Slots that start before `amendedBefore` had been evaluated already: they are marked as amended. Series by series, so
  /// that neighbouring rows are written one after the other.
  public func merge(_ slots: SealedSlots, resolution: Duration = .seconds(10), amendedBefore: Timestamp) throws {
    guard !slots.isEmpty else { return }
    let statement = try SlotStatement(database)
    try slots.forEachSeries { key, run in
      let (series, isNew) = try number(of: key)
      let known = isNew ? [:] : try existing(series: series, resolution: resolution, run)
      var index = run.startIndex
      while index < run.endIndex {
        let start = run[index].start
        var end = index + 1
        while end < run.endIndex, run[end].start == start { end += 1 }
        let isAmended = start < amendedBefore
        if known[start] == nil, end == index + 1 {
          try slots.withBytes(of: run[index]) { bytes in
            try statement.write(
              series: series, resolution: resolution, start: start, summary: bytes, isAmended: isAmended)
          }
        } else {
          // The pieces first, as they would have been put together before they were handed out.
          let pieces = try run[index..<end].map { try summary(slots.bytes(of: $0)) }
          var merged = pieces.dropFirst().reduce(into: pieces[0]) { $0.merge($1) }
          if var stored = known[start]?.summary {
            stored.merge(merged)
            merged = stored
          }
          try merged.encode().withUnsafeBytes { bytes in
            try statement.write(
              series: series, resolution: resolution, start: start, summary: bytes,
              isAmended: isAmended || known[start]?.isAmended == true)
          }
        }
        index = end
      }
    }
  }

  private struct Existing {
    var summary: Summary
    var isAmended: Bool
  }

  /// The stored slots that a run of slots falls upon.
  private func existing(
    series: Int64, resolution: Duration, _ run: ArraySlice<SealedSlots.Slot>
  ) throws -> [Timestamp: Existing] {
    guard let first = run.first?.start, let last = run.last?.start else { return [:] }
    let statement = try database.cachedStatement(
      sql: "SELECT start, summary, amended FROM slot WHERE series = ? AND resolution = ? AND start BETWEEN ? AND ?")
    // Slots that lie far apart, as a wrong clock leaves them, are asked for one by one.
    let isDense = (last - first).nanoseconds / resolution.nanoseconds <= Int64(4 * run.count)
    var ranges: [(Timestamp, Timestamp)] = [(first, last)]
    if !isDense { ranges = run.map { ($0.start, $0.start) } }
    var found: [Timestamp: Existing] = [:]
    for (from, to) in ranges {
      let rows = try Row.fetchCursor(
        statement, arguments: [series, resolution.nanoseconds, from.nanoseconds, to.nanoseconds])
      while let row = try rows.next() {
        found[Timestamp(nanoseconds: row[0])] = Existing(summary: try StoreReader.summary(row[1]), isAmended: row[2])
      }
    }
    return found
  }

  private func summary(_ bytes: [UInt8]) throws -> Summary {
    do {
      return try Summary(decoding: bytes)
    } catch {
      throw StoreError.damaged(what: "a summary (\(error))")
    }
  }
}

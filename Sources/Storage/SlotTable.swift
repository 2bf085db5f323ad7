public import Domain
import GRDB
public import Measures

import struct Foundation.Data

/// One stored slot of a series.
public struct StoredSlot: Sendable {
  /// The series' labels.
  public var labels: Labels
  /// The slot's start, aligned to its resolution.
  public var start: Timestamp
  /// The slot's length.
  public var resolution: Duration
  /// What the slot's records add up to.
  public var summary: Summary
}

extension StoreWriter {
  /// Merges what a batch has added into the stored slots of the base resolution.
  ///
  /// Slots that start before `amendedBefore` had been evaluated already: they are marked as amended.
  public func merge(_ deltas: [SlotDelta], resolution: Duration = .seconds(10), amendedBefore: Timestamp) throws {
    for delta in deltas {
      try merge(
        delta.summary, series: number(of: delta.series).number, resolution: resolution, start: delta.start,
        isAmended: delta.start < amendedBefore)
    }
  }

  /// Moves slots that have outlived their tier into coarser ones; counts and sums are kept exactly.
  ///
  /// Handles at most `limit` series and returns whether any are left, so that one transaction stays short.
  public func rollUp(_ steps: [RollUpStep], limit: Int = 50) throws -> Bool {
    var handled = 0
    for step in steps {
      let finest = step.fromResolution.nanoseconds
      let series = try Int64.fetchAll(
        database,
        sql: """
          SELECT id FROM series WHERE EXISTS (
            SELECT 1 FROM slot WHERE series = series.id AND resolution = ? AND start < ?) LIMIT ?
          """, arguments: [finest, step.olderThan.nanoseconds, limit - handled])
      for number in series {
        try rollUp(step, series: number)
        handled += 1
        if handled >= limit { return true }
      }
    }
    return false
  }

  private func rollUp(_ step: RollUpStep, series: Int64) throws {
    let finest = step.fromResolution.nanoseconds
    if let toResolution = step.toResolution {
      let rows = try Row.fetchAll(
        database, sql: "SELECT start, summary FROM slot WHERE series = ? AND resolution = ? AND start < ?",
        arguments: [series, finest, step.olderThan.nanoseconds])
      var merged: [Timestamp: Summary] = [:]
      for row in rows {
        let start = Timestamp(nanoseconds: row[0]).floored(to: toResolution)
        let summary = try StoreReader.summary(row[1])
        if merged[start]?.merge(summary) == nil { merged[start] = summary }
      }
      for (start, summary) in merged {
        try merge(summary, series: series, resolution: toResolution, start: start, isAmended: false)
      }
    }
    try database.execute(
      sql: "DELETE FROM slot WHERE series = ? AND resolution = ? AND start < ?",
      arguments: [series, finest, step.olderThan.nanoseconds])
  }

  private func merge(
    _ summary: Summary, series: Int64, resolution: Duration, start: Timestamp, isAmended: Bool
  ) throws {
    let select = try database.cachedStatement(
      sql: "SELECT summary, amended FROM slot WHERE series = ? AND resolution = ? AND start = ?")
    var merged = summary
    var wasAmended = false
    if let row = try Row.fetchOne(select, arguments: [series, resolution.nanoseconds, start.nanoseconds]) {
      merged = try StoreReader.summary(row[0])
      wasAmended = row[1]
      merged.merge(summary)
    }
    let upsert = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO slot (series, resolution, start, summary, amended) VALUES (?, ?, ?, ?, ?)")
    try upsert.execute(arguments: [
      series, resolution.nanoseconds, start.nanoseconds, Data(merged.encode()), isAmended || wasAmended,
    ])
  }

  /// The number of a series, and whether it has been given out just now.
  func number(of key: SeriesKey) throws -> (number: Int64, isNew: Bool) {
    if let number = index.number(of: key) { return (number, false) }
    let labels = key.labels.encoded
    let found = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT id FROM series WHERE metric = ? AND labels = ?"),
      arguments: [key.metric, labels])
    if let found {
      index.remember(found, for: key)
      return (found, false)
    }
    try database.cachedStatement(sql: "INSERT INTO series (metric, labels) VALUES (?, ?)")
      .execute(arguments: [key.metric, labels])
    return (database.lastInsertedRowID, true)
  }
}

extension StoreReader {
  static func summary(_ bytes: Data) throws -> Summary {
    do {
      return try Summary(decoding: Array(bytes))
    } catch {
      throw StoreError.damaged(what: "a stored summary (\(error))")
    }
  }

  /// The metrics that have any series, sorted.
  public func metricNames() throws -> [String] {
    try String.fetchAll(database, sql: "SELECT DISTINCT metric FROM series ORDER BY metric")
  }

  /// How many series are stored.
  public func seriesCount() throws -> Int {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM series") ?? 0
  }

  /// The label sets of a metric that have any slot, in the order in which they were first seen, at most `limit`.
  public func labelSets(of metric: String, limit: Int) throws -> [Labels] {
    try String.fetchAll(
      database,
      sql: """
        SELECT labels FROM series
        WHERE metric = ? AND EXISTS (SELECT 1 FROM slot WHERE series = series.id) ORDER BY id LIMIT ?
        """, arguments: [metric, limit]
    ).compactMap { Labels(encoded: $0) }
  }

  /// Calls `body` with every slot of a metric that starts in `from..<to`, by series and time, of every resolution.
  public func slots(
    of metric: String, from: Timestamp = .distantPast, to: Timestamp = .distantFuture,
    _ body: (StoredSlot) throws -> Void
  ) throws {
    let series = try Row.fetchAll(
      database, sql: "SELECT id, labels FROM series WHERE metric = ? ORDER BY labels", arguments: [metric])
    let statement = try database.cachedStatement(
      sql: """
        SELECT start, resolution, summary FROM slot WHERE series = ? AND resolution = ? AND start >= ? AND start < ?
        ORDER BY start
        """)
    let resolutions = try Int64.fetchAll(database, sql: Self.resolutionsQuery)
    for row in series {
      let number: Int64 = row[0]
      let text: String = row[1]
      guard let labels = Labels(encoded: text) else {
        throw StoreError.damaged(what: "the labels of series \(number)")
      }
      for resolution in resolutions {
        let cursor = try Row.fetchCursor(
          statement, arguments: [number, resolution, from.nanoseconds, to.nanoseconds])
        while let slot = try cursor.next() {
          try body(
            StoredSlot(
              labels: labels, start: Timestamp(nanoseconds: slot[0]), resolution: .nanoseconds(slot[1] as Int64),
              summary: try StoreReader.summary(slot[2])))
        }
      }
    }
  }

  /// The resolutions in use; a loose index scan, since `DISTINCT` would read every slot.
  private static let resolutionsQuery = """
    SELECT column1 FROM (VALUES (10000000000), (60000000000), (600000000000), (3600000000000))
    """

  /// The start of the oldest slot of a metric, of any resolution, or nil when there is none.
  public func firstSlotStart(of metric: String) throws -> Timestamp? {
    try Int64.fetchOne(
      database,
      sql: """
        SELECT min((SELECT min(start) FROM slot WHERE series = series.id AND resolution = column1))
        FROM series, (\(Self.resolutionsQuery)) WHERE metric = ?
        """, arguments: [metric]
    ).map(Timestamp.init(nanoseconds:))
  }

  /// The start of the newest slot of a metric, or nil when there is none.
  public func lastSlotStart(of metric: String) throws -> Timestamp? {
    try Int64.fetchOne(
      database,
      sql: """
        SELECT max(newest) FROM (
          SELECT (SELECT max(start) FROM slot WHERE series = series.id AND resolution = 10000000000) AS newest
          FROM series WHERE metric = ?)
        """, arguments: [metric]
    ).map(Timestamp.init(nanoseconds:))
  }
}

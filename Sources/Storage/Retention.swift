public import Domain
import GRDB

extension StoreWriter {
  /// Removes the coarsest slots, of an hour, that start before an instant; answers how many there were.
  public func removeSlots(before instant: Timestamp) throws -> Int {
    let statement = try database.cachedStatement(
      sql: "DELETE FROM slot WHERE series = ? AND resolution = 3600000000000 AND start < ?")
    var count = 0
    for series in try Int64.fetchAll(database, sql: "SELECT id FROM series") {
      try statement.execute(arguments: [series, instant.nanoseconds])
      count += database.changesCount
    }
    return count
  }

  /// Removes the runs that ended before an instant, with their spans and findings; answers how many runs there were.
  public func removeRuns(endedBefore instant: Timestamp) throws -> Int {
    for table in ["span", "finding"] {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE run IN (SELECT id FROM run WHERE ended < ?)", arguments: [instant.nanoseconds])
    }
    try database.execute(sql: "DELETE FROM run WHERE ended < ?", arguments: [instant.nanoseconds])
    return database.changesCount
  }
}

extension StoreReader {
  /// The entries from before an instant whose texts can be erased.
  ///
  /// - Parameter isHeld: whether the texts of an entry have to stay.
  public func erasableEntries(before instant: Timestamp, except isHeld: (JournalEntry) -> Bool) throws -> [Int] {
    var found: [Int] = []
    for sequence in try Int.fetchAll(database, sql: "SELECT DISTINCT seq FROM erasable ORDER BY seq") {
      guard let entry = try entries(after: sequence - 1, limit: 1).first, entry.at < instant else { return found }
      if !isHeld(entry) { found.append(sequence) }
    }
    return found
  }
}

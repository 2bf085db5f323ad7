public import Domain
import GRDB

/// What is kept of an earlier record until a later one tells what it was worth.
public struct StoredPrediction: Hashable, Sendable {
  /// When it was made.
  public var at: Timestamp
  /// What was predicted.
  public var value: String
  /// The version that made it; nil where that is not known.
  public var version: String?
  /// How sure the model was; nil where that is not kept.
  public var score: Double?

  /// Creates a prediction.
  public init(at: Timestamp, value: String, version: String?, score: Double? = nil) {
    self.at = at
    self.value = value
    self.version = version
    self.score = score
  }
}

extension StoreWriter {
  /// Keeps predictions of a join by the hash of what both sides share; a later one of the same replaces the earlier.
  public func addPredictions(_ join: String, _ predictions: some Sequence<(key: UInt64, value: StoredPrediction)>)
    throws
  {
    let statement = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO prediction (\"join\", id, at, value, version, score) VALUES (?, ?, ?, ?, ?, ?)")
    for (key, value) in predictions {
      try statement.execute(
        arguments: [join, Int64(bitPattern: key), value.at.nanoseconds, value.value, value.version, value.score])
    }
  }

  /// Forgets the predictions that have found their label.
  public func removePredictions(_ join: String, _ keys: some Sequence<UInt64>) throws {
    let statement = try database.cachedStatement(sql: "DELETE FROM prediction WHERE \"join\" = ? AND id = ?")
    for key in keys { try statement.execute(arguments: [join, Int64(bitPattern: key)]) }
  }

  /// Forgets the predictions from before an instant, and the oldest beyond a number.
  public func forgetPredictions(_ join: String, before: Timestamp, keeping limit: Int) throws {
    try database.execute(
      sql: "DELETE FROM prediction WHERE \"join\" = ? AND at < ?", arguments: [join, before.nanoseconds])
    try database.execute(
      sql: """
        DELETE FROM prediction WHERE "join" = ? AND at < (
          SELECT at FROM prediction WHERE "join" = ? ORDER BY at DESC LIMIT 1 OFFSET ?)
        """, arguments: [join, join, limit])
  }
}

extension StoreReader {
  /// A prediction of a join; nil where none is kept.
  public func prediction(_ join: String, _ key: UInt64) throws -> StoredPrediction? {
    let statement = try database.cachedStatement(
      sql: "SELECT at, value, version, score FROM prediction WHERE \"join\" = ? AND id = ?")
    return try Row.fetchOne(statement, arguments: [join, Int64(bitPattern: key)]).map { row in
      StoredPrediction(at: Timestamp(nanoseconds: row[0]), value: row[1], version: row[2], score: row[3])
    }
  }
}

import Domain
import GRDB
import GRDBSQLite
import Measures

/// Writes slots whose summaries are bytes already, without making values of them: some hundred thousand rows a second.
struct SlotStatement {
  private let database: Database
  private let statement: Statement

  init(_ database: Database) throws {
    self.database = database
    statement = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO slot (series, resolution, start, summary, amended) VALUES (?, ?, ?, ?, ?)")
  }

  /// Writes one slot.
  func write(
    series: Int64, resolution: Duration, start: Timestamp, summary: UnsafeRawBufferPointer, isAmended: Bool
  ) throws {
    let handle = statement.sqliteStatement
    // Values cannot be bound before a statement that was used otherwise has been reset.
    sqlite3_reset(handle)
    sqlite3_bind_int64(handle, 1, series)
    sqlite3_bind_int64(handle, 2, resolution.nanoseconds)
    sqlite3_bind_int64(handle, 3, start.nanoseconds)
    // The bytes are lent until the statement has been reset and its bindings cleared, below.
    sqlite3_bind_blob(handle, 4, summary.baseAddress, Int32(truncatingIfNeeded: summary.count), nil)
    sqlite3_bind_int(handle, 5, isAmended ? 1 : 0)
    let result = sqlite3_step(handle)
    let message = result == SQLITE_DONE ? nil : database.lastErrorMessage
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
    if result != SQLITE_DONE {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection)), message: message)
    }
  }
}

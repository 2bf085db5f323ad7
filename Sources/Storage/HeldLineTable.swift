import GRDB

import struct Foundation.Data

extension StoreWriter {
  /// Keeps copies of lines that an incident rests on, by their hash.
  public func hold(_ lines: [(hash: String, bytes: [UInt8])], of incident: String) throws {
    for line in lines {
      try database.execute(
        sql: "INSERT OR REPLACE INTO held_line (incident, sha256, line) VALUES (?, ?, ?)",
        arguments: [incident, line.hash, Data(line.bytes)])
    }
  }

  /// Deletes the copies of an incident's lines.
  public func releaseLines(of incident: String) throws {
    try database.execute(sql: "PRAGMA secure_delete = ON")
    try database.execute(sql: "DELETE FROM held_line WHERE incident = ?", arguments: [incident])
  }
}

extension StoreReader {
  /// The copies of an incident's lines, by their hash.
  public func heldLines(of incident: String) throws -> [String: [UInt8]] {
    guard try database.tableExists("held_line") else { return [:] }
    let rows = try Row.fetchAll(
      database, sql: "SELECT sha256, line FROM held_line WHERE incident = ?", arguments: [incident])
    return Dictionary(
      rows.map { row in
        let line: Data = row[1]
        return (row[0], Array(line))
      }, uniquingKeysWith: { first, _ in first })
  }
}

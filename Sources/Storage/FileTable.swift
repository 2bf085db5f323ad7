public import Domain
import GRDB

import struct Foundation.Data

/// A followed file as it is stored: how far it has been read, and all that is needed to go on there.
public struct StoredFile: Hashable, Sendable {
  /// The file's number, given once and never again.
  public var id: Int64
  /// The source's name.
  public var source: String
  /// The path under which the file was last seen.
  public var path: String
  /// Where the next unread line begins.
  public var offset: Int64
  /// The file's length when it was last looked at.
  public var size: Int64
  /// What the follower is doing with it, such as `reading` or `waiting`.
  public var state: String
  /// The follower's own record, as it wrote it.
  public var checkpoint: [UInt8]

  /// Creates a row.
  public init(
    id: Int64, source: String, path: String, offset: Int64, size: Int64, state: String, checkpoint: [UInt8]
  ) {
    self.id = id
    self.source = source
    self.path = path
    self.offset = offset
    self.size = size
    self.state = state
    self.checkpoint = checkpoint
  }

  /// Bytes written but not read.
  public var lagBytes: Int64 { max(0, size - offset) }
}

/// Bytes of a file that could not be read, and why.
public struct StoredGap: Hashable, Sendable {
  /// The source's name.
  public var source: String
  /// The file's path.
  public var path: String
  /// The first byte that is missing.
  public var from: Int64
  /// One past the last byte that is missing, where it is known.
  public var to: Int64
  /// Why, for people.
  public var reason: String
  /// Wall time at which it was noticed.
  public var at: Timestamp

  /// Creates a gap.
  public init(source: String, path: String, from: Int64, to: Int64, reason: String, at: Timestamp) {
    self.source = source
    self.path = path
    self.from = from
    self.to = to
    self.reason = reason
    self.at = at
  }
}

extension StoreWriter {
  /// Stores how far files have been read.
  public func setFiles(_ files: [StoredFile]) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO file (id, source, path, offset, size, state, checkpoint) VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    for file in files {
      try statement.execute(arguments: [
        file.id, file.source, file.path, file.offset, file.size, file.state, Data(file.checkpoint),
      ])
    }
  }

  /// Forgets files that are gone and were read.
  public func removeFiles(_ ids: [Int64]) throws {
    for id in ids { try database.execute(sql: "DELETE FROM file WHERE id = ?", arguments: [id]) }
  }

  /// Records what could not be read; a source keeps its newest 1,000 gaps.
  public func addGaps(_ gaps: [StoredGap]) throws {
    for gap in gaps {
      try database.execute(
        sql: "INSERT INTO gap (source, path, first, last, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [gap.source, gap.path, gap.from, gap.to, gap.reason, gap.at.nanoseconds])
      try database.execute(
        sql: """
          DELETE FROM gap WHERE source = ?1 AND id <= (
            SELECT id FROM gap WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET 1000)
          """, arguments: [gap.source])
    }
  }
}

extension StoreReader {
  /// Every followed file, in the order in which they were found.
  public func files() throws -> [StoredFile] {
    try Row.fetchAll(
      database, sql: "SELECT id, source, path, offset, size, state, checkpoint FROM file ORDER BY id"
    ).map { row in
      let checkpoint: Data = row[6]
      return StoredFile(
        id: row[0], source: row[1], path: row[2], offset: row[3], size: row[4], state: row[5],
        checkpoint: Array(checkpoint))
    }
  }

  /// Every gap, oldest first.
  public func gaps() throws -> [StoredGap] {
    try Row.fetchAll(database, sql: "SELECT source, path, first, last, reason, at FROM gap ORDER BY id").map { row in
      StoredGap(
        source: row[0], path: row[1], from: row[2], to: row[3], reason: row[4], at: Timestamp(nanoseconds: row[5]))
    }
  }
}

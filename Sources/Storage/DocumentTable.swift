public import Domain
import GRDB

extension StoreWriter {
  /// Stores a small named JSON document, replacing the one before.
  public func setDocument(_ name: String, _ body: JSON) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO document (name, body) VALUES (?, ?)", arguments: [name, body.text])
  }

  /// Stores what is known of a source.
  public func setSource(_ name: String, _ state: JSON) throws {
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO source (name, state) VALUES (?, ?)")
      .execute(arguments: [name, state.text])
  }

  /// Replaces the stored signals that are given, and removes those whose record is nil.
  public func setSignals(_ records: [(key: String, record: JSON?)]) throws {
    for (key, record) in records {
      if let record {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO signal (key, record) VALUES (?, ?)")
          .execute(arguments: [key, record.text])
      } else {
        try database.cachedStatement(sql: "DELETE FROM signal WHERE key = ?").execute(arguments: [key])
      }
    }
  }

  /// Stores a reference under its metric and name, replacing the one before.
  public func setReference(metric: String, name: String, _ reference: JSON) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO reference (metric, name, reference) VALUES (?, ?, ?)",
      arguments: [metric, name, reference.text])
  }

  /// Stores an agent's run, replacing its earlier state.
  public func setRun(id: String, source: String, agent: String, lastEnd: Timestamp, _ run: JSON) throws {
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO run (id, source, agent, ended, run) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [id, source, agent, lastEnd.nanoseconds, run.text])
  }

  /// Removes the runs that ended longest ago, so that at most `count` are kept.
  public func keepNewestRuns(_ count: Int) throws {
    try database.execute(
      sql: """
        DELETE FROM run WHERE ended < (SELECT ended FROM run ORDER BY ended DESC LIMIT 1 OFFSET ?)
        """, arguments: [max(0, count - 1)])
  }
}

extension StoreReader {
  /// A stored document, or nil when there is none of that name.
  public func document(_ name: String) throws -> JSON? {
    try String.fetchOne(database, sql: "SELECT body FROM document WHERE name = ?", arguments: [name]).map(parse)
  }

  /// What is known of every source, by name.
  public func sources() throws -> [(name: String, state: JSON)] {
    try Row.fetchAll(database, sql: "SELECT name, state FROM source ORDER BY name").map { row in
      (row[0], try parse(row[1]))
    }
  }

  /// Every stored signal, by key.
  public func signals() throws -> [(key: String, record: JSON)] {
    try Row.fetchAll(database, sql: "SELECT key, record FROM signal ORDER BY key").map { row in
      (row[0], try parse(row[1]))
    }
  }

  /// The references of a metric, or of all, by metric and name.
  public func references(metric: String? = nil) throws -> [JSON] {
    try Row.fetchAll(
      database, sql: "SELECT reference FROM reference WHERE ?1 IS NULL OR metric = ?1 ORDER BY metric, name",
      arguments: [metric]
    ).map { try parse($0[0]) }
  }

  /// The stored state of a run, or nil when it is unknown.
  public func run(id: String) throws -> JSON? {
    try String.fetchOne(
      database.cachedStatement(sql: "SELECT run FROM run WHERE id = ?"), arguments: [id]
    ).map(parse)
  }

  /// The rows of the runs that ended last, newest first. A run that is stored anew gets a row above all others.
  public func newestRunRows(limit: Int) throws -> [Int64] {
    try Int64.fetchAll(
      database.cachedStatement(sql: "SELECT rowid FROM run ORDER BY ended DESC, id LIMIT ?"), arguments: [limit])
  }

  /// The run of a row of ``newestRunRows(limit:)``.
  public func run(row: Int64) throws -> JSON? {
    try String.fetchOne(
      database.cachedStatement(sql: "SELECT run FROM run WHERE rowid = ?"), arguments: [row]
    ).map(parse)
  }

  /// The runs that ended last, newest first.
  public func newestRuns(limit: Int) throws -> [JSON] {
    try String.fetchAll(
      database, sql: "SELECT run FROM run ORDER BY ended DESC, id LIMIT ?", arguments: [limit]
    ).map(parse)
  }

  func parse(_ text: String) throws -> JSON {
    do {
      return try JSON(parsing: text)
    } catch {
      throw StoreError.damaged(what: "a stored document (\(error))")
    }
  }
}

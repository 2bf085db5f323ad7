public import Domain
import GRDB

/// Who looks at an incident. Not a record of anything: it is forgotten as soon as it is over.
public struct Presence: Hashable, Sendable {
  /// The session that looks, by a name of its own.
  public var session: String
  /// The operator, as others are shown.
  public var name: String
  /// The incident's number.
  public var incident: Int
  /// When the session was heard of last; wall time.
  public var at: Timestamp

  /// How often a session that looks says so.
  public static let interval = Duration.seconds(15)
  /// After how long a session that says nothing is taken for gone: two times it may be late.
  public static let lifetime = Duration.seconds(45)

  /// Creates a presence.
  public init(session: String, name: String, incident: Int, at: Timestamp) {
    self.session = session
    self.name = name
    self.incident = incident
    self.at = at
  }
}

extension StoreWriter {
  /// Says at which incident a session looks, and forgets the sessions that are gone.
  public func note(_ presence: Presence) throws {
    try database.execute(
      sql: """
        INSERT INTO presence (session, name, incident, at) VALUES (?, ?, ?, ?)
          ON CONFLICT (session) DO UPDATE SET name = excluded.name, incident = excluded.incident, at = excluded.at
        """,
      arguments: [presence.session, presence.name, presence.incident, presence.at.nanoseconds])
    try database.execute(
      sql: "DELETE FROM presence WHERE at < ?",
      arguments: [(presence.at - Presence.lifetime).nanoseconds])
  }

  /// A session looks at no incident any more.
  public func forgetPresence(of session: String) throws {
    try database.execute(sql: "DELETE FROM presence WHERE session = ?", arguments: [session])
  }
}

extension StoreReader {
  /// Who looks at which incident, in order of their names; at most 64.
  public func presences(at now: Timestamp) throws -> [Presence] {
    // A store that is open for reading only may be of an earlier version.
    guard try database.tableExists("presence") else { return [] }
    return try Row.fetchAll(
      database,
      sql: "SELECT session, name, incident, at FROM presence WHERE at >= ? ORDER BY name, session LIMIT 64",
      arguments: [(now - Presence.lifetime).nanoseconds]
    ).map { row in
      Presence(session: row[0], name: row[1], incident: row[2], at: Timestamp(nanoseconds: row[3]))
    }
  }
}

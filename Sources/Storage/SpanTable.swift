public import Domain
import GRDB

/// A span or a finding of a run as it is stored.
public struct StoredRunPart: Equatable, Sendable {
  /// The run.
  public var run: String
  /// The span's id; empty for a finding.
  public var span: String
  /// What is kept of it.
  public var body: JSON

  /// Creates a part.
  public init(run: String, span: String = "", body: JSON) {
    self.run = run
    self.span = span
    self.body = body
  }
}

extension StoreWriter {
  /// Stores spans, replacing those with the same id, and forgets the oldest so that about `limit` are kept in all.
  public func setSpans(_ spans: [StoredRunPart], limit: Int = 200_000) throws {
    guard !spans.isEmpty else { return }
    let statement = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO span (run, span, body) VALUES (?, ?, ?)")
    for span in spans { try statement.execute(arguments: [span.run, span.span, span.body.text]) }
    try database.execute(
      sql: "DELETE FROM span WHERE id <= (SELECT max(id) FROM span) - ?", arguments: [max(1, limit)])
  }

  /// Stores findings, and forgets the oldest so that about `limit` are kept in all.
  public func addFindings(_ findings: [StoredRunPart], limit: Int = 50_000) throws {
    guard !findings.isEmpty else { return }
    let statement = try database.cachedStatement(sql: "INSERT INTO finding (run, body) VALUES (?, ?)")
    for finding in findings { try statement.execute(arguments: [finding.run, finding.body.text]) }
    try database.execute(
      sql: "DELETE FROM finding WHERE id <= (SELECT max(id) FROM finding) - ?", arguments: [max(1, limit)])
  }
}

extension StoreReader {
  /// The spans of a run that are kept, in the order in which they were stored, at most `limit`.
  public func spans(of run: String, limit: Int) throws -> [StoredRunPart] {
    guard try database.tableExists("span") else { return [] }
    return try Row.fetchAll(
      database.cachedStatement(sql: "SELECT span, body FROM span WHERE run = ? ORDER BY id LIMIT ?"),
      arguments: [run, limit]
    ).map { StoredRunPart(run: run, span: $0[0], body: try parse($0[1])) }
  }

  /// The number of the newest stored span of a run; nil when none is kept.
  public func newestSpan(of run: String) throws -> Int64? {
    guard try database.tableExists("span") else { return nil }
    return try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT max(id) FROM span WHERE run = ?"), arguments: [run])
  }

  /// The findings of a run that are kept, oldest first, at most `limit`.
  public func findings(of run: String, limit: Int) throws -> [JSON] {
    guard try database.tableExists("finding") else { return [] }
    return try String.fetchAll(
      database.cachedStatement(sql: "SELECT body FROM finding WHERE run = ? ORDER BY id LIMIT ?"),
      arguments: [run, limit]
    ).map(parse)
  }
}

import CPosix
import GRDB
import Glibc

/// The embedded store: one SQLite database in the state directory, in write-ahead-log mode with full synchronisation.
///
/// Everything that must stand or fall together is written in one ``write(_:)``: summaries, journal entries, signal
/// timers and read offsets. Several processes may hold the same store; SQLite's lock orders their writes, and
/// ``dataVersion()`` tells a reader cheaply whether anybody has committed.
public final class Store: Sendable {
  /// How a store is opened.
  public enum Mode: Sendable {
    /// For writing; the database is created where there is none.
    case readWrite
    /// For writing, but only where there is one.
    case existing
    /// For reading, only where there is one.
    case readOnly
  }

  /// The database file.
  public let path: String
  private let writer: DatabaseQueue?
  private let reader: DatabaseQueue
  private let index = SeriesIndex()
  private let holdsPersonalData: @Sendable (String) -> Bool

  /// Opens the store of a state directory, creating the directory (0700) and the database (see
  /// ``StateFile``) as the mode allows.
  ///
  /// - Parameter holdsPersonalData: says of a person's text whether the journal should only commit to it; see
  ///   ``ErasableScope``.
  public init(
    directory: String, mode: Mode, holdsPersonalData: @escaping @Sendable (String) -> Bool = { _ in false }
  ) throws(StoreError) {
    self.holdsPersonalData = holdsPersonalData
    path = directory + "/leeway.db"
    if mode == .readWrite {
      try Store.makeDirectory(directory)
    } else if access(path, F_OK) != 0 {
      throw .missing(path: path)
    }
    var configuration = GRDB.Configuration()
    configuration.busyMode = .timeout(8)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864")
    }
    do {
      if mode == .readOnly {
        writer = nil
      } else {
        // SQLite gives its other files the modes of this one.
        let descriptor = StateFile.open("leeway.db", in: directory, O_RDWR | O_CREAT)
        if descriptor >= 0 { close(descriptor) }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
          try database.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try Schema.migrator.migrate(queue)
        writer = queue
      }
      configuration.readonly = true
      let readQueue = try DatabaseQueue(path: path, configuration: configuration)
      let isNewer = try readQueue.read { try Schema.migrator.hasBeenSuperseded($0) }
      if isNewer { throw StoreError.newer(path: path) }
      reader = readQueue
    } catch let error {
      throw Store.translate(error, path: path)
    }
  }

  /// Runs one transaction: everything that `body` writes is durable when this returns, or nothing is.
  public func write<Result: Sendable>(_ body: (StoreWriter) throws -> Result) throws -> Result {
    guard let writer else { throw StoreError.unreachable(path: path, reason: "it is open for reading only") }
    do {
      return try writer.writeWithoutTransaction { database in
        var result: Result?
        do {
          try database.inTransaction(.immediate) {
            result = try body(StoreWriter(database: database, index: index, holdsPersonalData: holdsPersonalData))
            return .commit
          }
        } catch {
          // Still in the writers' queue: nobody has used a number that this transaction gave out.
          index.forgetAll()
          throw error
        }
        guard let result else { throw StoreError.damaged(what: "a transaction returned nothing") }
        return result
      }
    } catch let error as DatabaseError {
      throw Store.translate(error, path: path)
    }
  }

  /// Runs what SQLite does not do within a transaction.
  func withoutTransaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard let writer else { throw StoreError.unreachable(path: path, reason: "it is open for reading only") }
    do {
      return try writer.writeWithoutTransaction(body)
    } catch let error as DatabaseError {
      throw Store.translate(error, path: path)
    }
  }

  /// Reads one consistent snapshot.
  public func read<Result>(_ body: (StoreReader) throws -> Result) throws -> Result {
    do {
      return try reader.read { database in try body(StoreReader(database: database)) }
    } catch let error as DatabaseError {
      throw Store.translate(error, path: path)
    }
  }

  /// A number that changes whenever another connection, in this process or any other, has committed.
  public func dataVersion() throws -> Int {
    do {
      return try reader.unsafeRead { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    } catch {
      throw Store.translate(error, path: path)
    }
  }

  private static func makeDirectory(_ directory: String) throws(StoreError) {
    var prefix = directory.hasPrefix("/") ? "/" : ""
    for component in directory.split(separator: "/") {
      prefix += prefix.isEmpty || prefix.hasSuffix("/") ? String(component) : "/" + component
      guard mkdir(prefix, 0o700) != 0 else { continue }
      let failure = errno
      if failure != EEXIST, access(prefix, F_OK) != 0 {
        throw .unreachable(path: directory, reason: String(cString: strerror(failure)))
      }
    }
    if leeway_is_network_file_system(directory) { throw .networkFileSystem(path: directory) }
  }

  static func translate(_ error: any Error, path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else { return .unreachable(path: path, reason: "\(error)") }
    if error.message?.hasPrefix("no such table") == true { return .missing(path: path) }
    switch error.resultCode {
    case .SQLITE_FULL: return .full(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy(path: path)
    case .SQLITE_IOERR where errno == ENOSPC: return .full(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .damaged(what: "\(path) is not a sound database")
    case .SQLITE_READONLY: return .unreachable(path: path, reason: "it is read-only")
    default: return .unreachable(path: path, reason: error.message ?? error.resultCode.description)
    }
  }
}

/// What can be written within one transaction of a ``Store``; its operations stand in files by table.
public struct StoreWriter {
  let database: Database
  let index: SeriesIndex
  let holdsPersonalData: (String) -> Bool

  /// The same transaction for reading: sees what has been written so far.
  public var reader: StoreReader { StoreReader(database: database) }
}

/// What can be read from one consistent snapshot of a ``Store``; its operations stand in files by table.
public struct StoreReader {
  let database: Database
}

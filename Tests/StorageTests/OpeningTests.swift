import Domain
import Foundation
import Glibc
import Storage
import Testing

@Suite struct OpeningTests {
  @Test func `directory and database are their owner's alone`() throws {
    let directory = try StateDirectory()
    let nested = directory.path + "/a/b"
    let store = try Store(directory: nested, mode: .readWrite)
    try store.write { try $0.setDocument("x", 1) }
    #expect(try directory.mode(of: "/a/b") == 0o700)
    let database = try directory.mode(of: "/a/b/leeway.db")
    let log = try directory.mode(of: "/a/b/leeway.db-wal")
    #expect(database == 0o600)
    #expect(log == 0o600)
  }

  @Test(arguments: [Store.Mode.existing, .readOnly])
  func `a store that is not there is missing, and is not made`(mode: Store.Mode) throws {
    let directory = try StateDirectory()
    let error = #expect(throws: StoreError.self) { try Store(directory: directory.path + "/none", mode: mode) }
    #expect(error == .missing(path: directory.path + "/none/leeway.db"))
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/none"))
  }

  @Test(arguments: [Store.Mode.readWrite, .existing, .readOnly])
  func `a store of a newer version is left alone`(mode: Store.Mode) throws {
    let directory = try StateDirectory()
    _ = try directory.store()
    try directory.execute("INSERT INTO grdb_migrations (identifier) VALUES ('999')")
    let error = #expect(throws: StoreError.self) { try directory.store(mode) }
    #expect(error == .newer(path: directory.path + "/leeway.db"))
  }

  @Test func `a file in the place of the directory is unreachable`() throws {
    let directory = try StateDirectory()
    let path = directory.path + "/file"
    try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: StoreError.self) { try Store(directory: path, mode: .readWrite) }
    guard case .unreachable? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("hello".utf8))
  }

  @Test(arguments: [Store.Mode.readWrite, .readOnly])
  func `a file that is no database is damaged`(mode: Store.Mode) throws {
    let directory = try StateDirectory()
    try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: directory.path + "/leeway.db"))
    let error = #expect(throws: StoreError.self) { try directory.store(mode) }
    guard case .damaged? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a store that is open for reading refuses to write and still reads`() throws {
    let directory = try StateDirectory()
    try directory.store().write { try $0.setDocument("x", 1) }
    let store = try directory.store(.readOnly)
    let error = #expect(throws: StoreError.self) { try store.write { try $0.setDocument("x", 2) } }
    guard case .unreachable? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try store.read { try $0.document("x") } == 1)
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
  func `a directory that may not be written is unreachable, and the text names it`() throws {
    let directory = try StateDirectory()
    chmod(directory.path, 0o500)
    defer { chmod(directory.path, 0o700) }
    let error = #expect(throws: StoreError.self) { try directory.store() }
    #expect(error?.description.contains(directory.path) == true)
    guard case .unreachable? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

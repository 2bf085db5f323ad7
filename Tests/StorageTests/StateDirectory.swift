import Foundation
import GRDB
import Storage

/// A state directory that is removed when the test is over.
final class StateDirectory {
  let path: String

  init() throws {
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("leeway-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    path = base.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func store(_ mode: Store.Mode = .readWrite) throws -> Store { try Store(directory: path, mode: mode) }

  /// Runs statements against the database behind the store's back.
  func execute(_ sql: String) throws {
    try DatabaseQueue(path: path + "/leeway.db").write { try $0.execute(sql: sql) }
  }

  /// The permission bits of a file under the directory.
  func mode(of file: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path + file)[.posixPermissions] as? Int
  }
}

import Domain
import Foundation
import GRDB
import Testing

/// Another process holds the store's lock (case M04 of the incident engine).
@Suite struct HeldStoreTests {
  /// Holds the write lock for so many seconds, from the return of this function on.
  private func hold(_ directory: TemporaryDirectory, seconds: Double) throws -> DispatchSemaphore {
    let (held, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let queue = try DatabaseQueue(path: directory.path + "/state/leeway.db")
    Thread.detachNewThread {
      try? queue.writeWithoutTransaction { database in
        try database.execute(sql: "BEGIN IMMEDIATE")
        held.signal()
        Thread.sleep(forTimeInterval: seconds)
        try database.execute(sql: "COMMIT")
      }
      done.signal()
    }
    held.wait()
    return done
  }

  @Test("M04 an act waits for the lock within a bound, and then succeeds or says what to do", arguments: [2.0, 30])
  func wait(seconds: Double) throws {
    let directory = try TemporaryDirectory()
    let open = try Binary.run(
      ["incidents", "open", "--title", "x", "--severity", "warn", "--state", "state"], in: directory)
    #expect(open.status == 0, "\(open.errors)")
    let done = try hold(directory, seconds: seconds)
    let began = Date()
    let run = try Binary.run(["incidents", "ack", "1", "--state", "state"], in: directory)
    let took = Date().timeIntervalSince(began)
    if seconds < 5 {
      #expect(run.status == 0 && took >= 1.5, "\(run.errors)")
    } else {
      #expect(run.status == 69 && took < 20, "\(run.status) after \(took) s: \(run.errors)")
      #expect(!run.errors.contains("database is locked") && run.errors.contains("leeway:"), "\(run.errors)")
      // Reading needs no lock.
      let list = try Binary.run(["incidents", "list", "--state", "state", "--json"], in: directory)
      #expect(try list.json["incidents"]?.array?.first?["state"] == "new")
      return
    }
    done.wait()
  }
}

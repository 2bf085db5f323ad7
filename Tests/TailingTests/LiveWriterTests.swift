import Domain
import Glibc
import Synchronization
import Testing

@testable import Tailing

/// Writes numbered lines as fast as it is let, its log rotated by renaming, on a thread of its own.
private final class LiveWriter: Sendable {
  let files: TestFiles
  let rotations: Int
  let linesPerFile: Int
  let pause: UInt32
  let written = Atomic<Int>(0)
  let isDone = Atomic<Bool>(false)

  init(_ files: TestFiles, rotations: Int, linesPerFile: Int, pause: UInt32) {
    self.files = files
    self.rotations = rotations
    self.linesPerFile = linesPerFile
    self.pause = pause
  }

  func run() {
    var number = 0
    for rotation in 0...rotations {
      for older in stride(from: rotation - 1, to: 0, by: -1) { files.move("app.log.\(older)", "app.log.\(older + 1)") }
      if rotation > 0 { files.move("app.log", "app.log.1") }
      let descriptor = open(files.full("app.log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      for _ in 0..<(linesPerFile / 50) {
        var text = ""
        for _ in 0..<50 {
          text += "\(number)\n"
          number += 1
        }
        // In two writes, the first of which ends within a line.
        let bytes = Array(text.utf8)
        let cut = bytes.count / 2
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, cut) }
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: cut), bytes.count - cut) }
        usleep(pause)
      }
      close(descriptor)
    }
    written.store(number, ordering: .sequentiallyConsistent)
    isDone.store(true, ordering: .sequentiallyConsistent)
  }
}

@Suite(.serialized) struct LiveWriterTests {
  @Test(arguments: ["app.log", "app.log*"], [0, 3, 20])
  func `nothing is lost or counted twice beside a writer that goes on`(pattern: String, restartEvery: Int) throws {
    let files = try TestFiles()
    files.append("app.log", "")
    let collector = TestCollector(files.full(pattern))
    collector.turn(after: 0)
    files.delete("app.log")
    let writer = LiveWriter(files, rotations: 30, linesPerFile: 1_000, pause: 300)
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<LiveWriter>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(writer).toOpaque())
    var rounds = 0
    while !writer.isDone.load(ordering: .sequentiallyConsistent) {
      rounds += 1
      if restartEvery > 0, rounds.isMultiple(of: restartEvery) {
        // Several rotations pass while nothing runs.
        if restartEvery == 20 { usleep(60_000) }
        collector.restart()
        collector.turn(after: 0)
      } else if collector.tailer.wait(timeout: .milliseconds(50)) == .changed, !collector.tailer.needsReconcile {
        collector.read()
      } else {
        collector.turn(after: 0.01)
      }
    }
    pthread_join(thread, nil)
    collector.turn()
    collector.turn()
    let written = writer.written.load(ordering: .sequentiallyConsistent)
    let numbers = collector.lines.compactMap { Int($0) }
    #expect(numbers.count == written && collector.lines.count == written)
    #expect(Set(numbers).count == written)
    #expect(collector.gaps == [])
    // It did run beside the writer, however slow the machine.
    #expect(rounds > 5)
  }
}

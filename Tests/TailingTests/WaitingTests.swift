import Domain
import Glibc
import Synchronization
import Testing

@testable import Tailing

@Suite(.serialized) struct WaitingTests {
  let files: TestFiles

  init() throws {
    files = try TestFiles()
  }

  @Test func `an append, a new file and a rotation end the wait`() {
    let collector = TestCollector(files.full("*.log"))
    collector.turn()
    #expect(collector.tailer.wait(timeout: .milliseconds(20)) == .timedOut)
    files.append("a.log", "a1\n")
    #expect(collector.tailer.wait(timeout: .seconds(5)) == .changed)
    #expect(collector.tailer.needsReconcile)
    collector.turn()
    #expect(collector.lines == ["a1"])
    while collector.tailer.wait(timeout: .milliseconds(20)) == .changed { collector.turn() }
    files.append("a.log", "a2\n")
    #expect(collector.tailer.wait(timeout: .seconds(5)) == .changed)
    collector.read()
    #expect(collector.lines == ["a1", "a2"], "without a reconcile")
    files.move("a.log", "a.log.1")
    #expect(collector.tailer.wait(timeout: .seconds(5)) == .changed)
    #expect(collector.tailer.needsReconcile)
    collector.turn()
    while collector.tailer.wait(timeout: .milliseconds(20)) == .changed { collector.turn() }
    files.append("unrelated.txt", "x\n")
    #expect(collector.tailer.wait(timeout: .milliseconds(50)) == .timedOut)
  }

  @Test func `another thread ends the wait`() async {
    let tailer = Tailer(sources: [])
    _ = tailer.reconcile(now: .epoch)
    let waker = tailer.waker
    waker.wake()
    waker.wake()
    #expect(tailer.wait(timeout: .seconds(10)) == .woken)
    #expect(tailer.wait(timeout: .milliseconds(10)) == .timedOut)
    var thread = pthread_t()
    let box = Unmanaged.passRetained(WakerBox(waker))
    pthread_create(
      &thread, nil,
      { argument in
        usleep(20_000)
        if let argument { Unmanaged<WakerBox>.fromOpaque(argument).takeRetainedValue().waker.wake() }
        return nil
      }, box.toOpaque())
    #expect(tailer.wait(timeout: .seconds(10)) == .woken)
    pthread_join(thread, nil)
  }

  @Test func `without inotify everything is found by reconciling`() {
    var options = TailerOptions()
    options.usesNotifications = false
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full("app.log")])], options: options)
    collector.turn()
    collector.turn()
    #expect(collector.events.count { if case .polling = $0 { true } else { false } } == 1)
    files.append("app.log", "a1\n")
    #expect(collector.tailer.wait(timeout: .milliseconds(10)) == .timedOut)
    collector.turn()
    files.append("app.log", "a2\n")
    collector.turn()
    #expect(collector.lines == ["a1", "a2"])
  }
}

private final class WakerBox: Sendable {
  let waker: TailerWaker

  init(_ waker: TailerWaker) {
    self.waker = waker
  }
}

/// Memory that a ``Tailer`` reads into, with the stretch of whole lines that it delivered last.
///
/// It can be taken from the tailer, which goes on with another, so that a second thread reads the stretch where it lies.
public final class ReadBuffer {
  let memory: UnsafeMutableRawBufferPointer
  var delivered = 0..<0

  init(byteCount: Int) {
    memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 4_096)
  }

  deinit {
    memory.deallocate()
  }

  /// Calls `body` with the stretch that was delivered last.
  public func withDelivered(_ body: (RawSpan) -> Void) {
    body(UnsafeRawBufferPointer(rebasing: memory[delivered]).bytes)
  }
}

extension Tailer {
  /// Takes the buffer that was read into last, and goes on with another.
  ///
  /// - Parameter other: a buffer that an earlier call gave and nobody uses any more; nil makes a new one.
  public func exchangeBuffer(for other: ReadBuffer?) -> ReadBuffer {
    let taken = readBuffer
    readBuffer = other ?? ReadBuffer(byteCount: taken.memory.count)
    return taken
  }
}

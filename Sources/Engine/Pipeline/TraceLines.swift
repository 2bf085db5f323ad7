import Decoding
import Domain

/// Reads the lines of the trace files of one source, each file by its own format and with its own memory.
struct TraceLines {
  private var decoders: [String: TraceDecoder] = [:]
  private var order: [String] = []
  private static let fileLimit = 256

  /// Reads one line of a file; the first line that shows the file's format settles it.
  mutating func decode(_ line: borrowing RawSpan, path: String) -> TraceBatch {
    if let batch = decoders[path]?.decode(line: line) { return batch }
    let head = line.extracting(0..<min(line.byteCount, 65_536)).withUnsafeBytes { Array($0) }
    let format = FormatRecogniser().recognise(head: head, path: path).format
    guard var decoder = TraceDecoder(format: format, source: path) else {
      var batch = TraceBatch()
      batch.malformed = 1
      batch.reasons = ["a line that holds no spans": 1]
      return batch
    }
    let batch = decoder.decode(line: line)
    if order.count >= TraceLines.fileLimit { decoders[order.removeFirst()] = nil }
    order.append(path)
    decoders[path] = decoder
    return batch
  }
}

import Decoding
import Domain
import Tailing

/// A trace file as `leeway traces` reads it: whole where it is a document, else line by line in bounded memory.
struct TraceFile {
  /// What a file held.
  struct Summary {
    /// The file.
    var path: String
    /// What it was recognised as.
    var recognised: RecognisedFormat
    /// How many spans were read.
    var spans = 0
    /// How many OTLP log records were read.
    var logRecords = 0
    /// How many records could not be read.
    var malformed = 0
    /// Why records could not be read, or what was left out, and how often.
    var reasons: [String: Int] = [:]
    /// How many records there were.
    var records = 0

    /// Whether anything could be read.
    var isUsable: Bool { recognised.format.holdsTraces && (spans > 0 || records > malformed) }

    /// The file as one of `files` in the output of `leeway traces`.
    var json: JSON {
      [
        "path": .string(path), "format": .string(recognised.format.rawValue), "dialect": JSON(recognised.dialect),
        "spans": JSON(spans), "malformed": JSON(malformed),
        "reasons": .array(
          reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            ["reason": .string($0.key), "count": JSON($0.value)]
          }),
      ]
    }
  }

  private static let headLimit = 65_536

  /// Reads a file and gives its spans piece by piece.
  ///
  /// - Throws: exit 66 when there is no such file, 65 when it is no regular file, 74 when reading fails.
  static func read(_ path: String, prices: PriceTable, _ take: (TraceBatch) -> Void) throws -> Summary {
    let whole = path == "-" ? try InputFile.bytes(of: path) : nil
    let head = try whole.map { Array($0.prefix(headLimit)) } ?? InputFile.head(of: path, limit: headLimit)
    let recognised = FormatRecogniser().recognise(head: head, path: path)
    var summary = Summary(path: path, recognised: recognised)
    guard var decoder = TraceDecoder(format: recognised.format, source: path, prices: prices) else {
      summary.reasons = ["\(recognised.format.rawValue) holds no spans: \(recognised.reason)": 1]
      return summary
    }
    func add(_ batch: TraceBatch) {
      summary.spans += batch.spans.count
      summary.logRecords += batch.logRecords
      summary.malformed += batch.malformed
      for (reason, count) in batch.reasons where summary.reasons[reason] != nil || summary.reasons.count < 64 {
        summary.reasons[reason, default: 0] += count
      }
      if !batch.spans.isEmpty { take(batch) }
    }
    if recognised.isDocument {
      summary.records = 1
      do {
        add(decoder.decode(document: try whole ?? InputFile.bytes(of: path, limit: TraceDecoder.documentLimit)))
      } catch let failure as CommandFailure where failure.code == .inputUnusable {
        summary.malformed += 1
        summary.reasons["a document larger than \(TraceDecoder.documentLimit >> 20) MiB"] = 1
      }
    } else if let whole {
      LineSplitter.forEachLine(of: whole.span.bytes) { line in
        guard !JSONLineScanner.isBlank(line) else { return }
        summary.records += 1
        add(decoder.decode(line: line))
      }
    } else {
      try FileLines.forEach(of: path, limit: TraceDecoder.lineLimit) { line in
        switch line {
        case .bytes(let bytes):
          guard !JSONLineScanner.isBlank(bytes.span.bytes) else { return }
          summary.records += 1
          add(decoder.decode(line: bytes.span.bytes))
        case .tooLong:
          summary.records += 1
          summary.malformed += 1
          summary.reasons["a line longer than \(TraceDecoder.lineLimit >> 20) MiB", default: 0] += 1
        }
      }
    }
    add(decoder.finish())
    return summary
  }
}

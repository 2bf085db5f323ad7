import Compression
import Domain

/// Reads the spans of one trace file or source, whatever format it is in.
///
/// Lines come one by one, documents whole. The decoder remembers what a later record needs, in bounded memory: calls
/// that wait for their results, a service's agent, a trace's conversation. Nothing is read beyond ``lineLimit`` and
/// ``documentLimit``, nor deeper than 128 levels of nesting.
public struct TraceDecoder: Sendable {
  private enum Reader: Sendable {
    case otlp(OTLPTraceReader)
    case records(any TraceRecordReader)
  }

  /// The longest line that is read, in bytes.
  public static let lineLimit = 32 << 20
  /// The largest document that is read, in bytes.
  public static let documentLimit = 256 << 20
  /// The most that one member of an archive may grow to, in bytes.
  public static let memberLimit = 128 << 20
  /// The most that all members of an archive may grow to, in bytes.
  public static let archiveLimit = 1 << 30

  private var reader: Reader
  private let format: LogFormat
  private let prices: PriceTable
  private var knownPrices = RecentMap<String, PriceTable.Price?>(capacity: 1_024)
  /// The conversation of each trace: conventions that name it on some spans of a trace mean all of them.
  private var conversations = RecentMap<String, String>(capacity: 10_000)

  /// Creates a decoder; nil where the format holds no spans.
  ///
  /// - Parameters:
  ///   - source: the file's path, from which runs get their name where nothing in the file names them.
  ///   - prices: what models cost, for spans that do not say.
  public init?(format: LogFormat, source: String, prices: PriceTable = .builtIn) {
    self.format = format
    self.prices = prices
    switch format {
    case .otlp, .openInference, .openLLMetry: reader = .otlp(OTLPTraceReader())
    case .claudeCode: reader = .records(ClaudeTranscriptReader(source: source))
    case .codex: reader = .records(CodexReader(source: source))
    case .openAIAgents: reader = .records(OpenAIAgentsReader())
    case .langfuse: reader = .records(LangfuseReader())
    case .langSmith: reader = .records(LangSmithReader())
    case .liteLLM: reader = .records(LiteLLMReader())
    case .inspect: reader = .records(InspectReader(source: source))
    case .sweAgent: reader = .records(TrajectoryReader())
    case .atif: reader = .records(ATIFReader())
    case .otelConsole: reader = .records(ConsoleSpanReader())
    case .whoAndWhen: reader = .records(WhoAndWhenReader())
    case .tauBench: reader = .records(TauBenchReader())
    default: return nil
    }
  }

  /// Reads one line.
  public mutating func decode(line: borrowing RawSpan) -> TraceBatch {
    guard line.byteCount <= TraceDecoder.lineLimit else {
      return TraceDecoder.refusal("a line longer than \(TraceDecoder.lineLimit >> 20) MiB")
    }
    if case .otlp = reader { return decodeOTLP(line) }
    return decode(record: line.withUnsafeBytes { Array($0) })
  }

  /// Reads a whole document: JSON, several JSON texts one after the other, or Inspect's archive.
  public mutating func decode(document bytes: [UInt8]) -> TraceBatch {
    guard bytes.count <= TraceDecoder.documentLimit else {
      return TraceDecoder.refusal("a document larger than \(TraceDecoder.documentLimit >> 20) MiB")
    }
    if bytes.starts(with: [0x50, 0x4B]) { return decode(archive: bytes) }
    var batch = TraceBatch()
    for text in JSONTexts(bytes) {
      switch text {
      case .text(let range):
        let one = range.count == bytes.count ? bytes : Array(bytes[range])
        batch.add(decode(record: one))
      case .damaged(let offset): batch.refuse("no JSON from byte \(offset) on")
      }
    }
    return batch
  }

  /// Gives what waits for records that have not come, as open spans.
  public mutating func finish() -> TraceBatch {
    var batch = TraceBatch()
    switch reader {
    case .otlp(var otlp):
      batch = otlp.finish()
      reader = .otlp(otlp)
    case .records(var records):
      records.finish(into: &batch)
      reader = .records(records)
    }
    complete(&batch)
    return batch
  }

  private static func refusal(_ reason: String) -> TraceBatch {
    var batch = TraceBatch()
    batch.refuse(reason)
    return batch
  }

  private mutating func decodeOTLP(_ bytes: borrowing RawSpan) -> TraceBatch {
    guard case .otlp(var otlp) = reader else { return TraceBatch() }
    // Else what it remembers would be copied when it changes.
    reader = .records(ATIFReader())
    var batch = otlp.read(bytes)
    reader = .otlp(otlp)
    complete(&batch)
    return batch
  }

  private mutating func decode(record bytes: [UInt8]) -> TraceBatch {
    if case .otlp = reader { return decodeOTLP(bytes.span.bytes) }
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let record: JSON
    do throws(JSONError) {
      record = try JSON(parsing: bytes)
    } catch {
      return TraceDecoder.refusal("no JSON: \(error.expected) was expected")
    }
    var batch = TraceBatch()
    switch reader {
    case .otlp: break
    case .records(var records):
      reader = .records(ATIFReader())
      if case .array(let elements) = record, format != .sweAgent {
        for element in elements { records.read(element, into: &batch) }
      } else {
        records.read(record, into: &batch)
      }
      reader = .records(records)
    }
    complete(&batch)
    return batch
  }

  private mutating func decode(archive bytes: [UInt8]) -> TraceBatch {
    var batch = TraceBatch()
    guard case .records(let records) = reader, var inspect = records as? InspectReader else {
      batch.refuse("an archive, but no log of Inspect")
      return batch
    }
    do throws(ZIPError) {
      let archive = try ZIPArchive(bytes)
      if archive.isIncomplete { batch.note("the archive has no directory yet: its members were found one by one") }
      let header =
        archive.members.last { $0.name == "header.json" } ?? archive.members.first { $0.name == "_journal/start.json" }
      if let header, let content = TraceDecoder.member(header, of: archive, &batch),
        let document = try? JSON(parsing: content)
      {
        inspect.take(header: document)
      }
      var total = 0
      // A member that was written again later replaces the earlier one.
      var last: [String: Int] = [:]
      for (index, member) in archive.members.enumerated() { last[member.name] = index }
      for (index, member) in archive.members.enumerated()
      where member.name.hasPrefix("samples/") && member.name.hasSuffix(".json") && last[member.name] == index {
        guard total < TraceDecoder.archiveLimit else {
          batch.refuse("an archive that grows beyond \(TraceDecoder.archiveLimit >> 20) MiB: the rest was left out")
          break
        }
        guard let content = TraceDecoder.member(member, of: archive, &batch) else { continue }
        total += content.count
        do throws(JSONError) {
          inspect.read(try JSON(parsing: content), into: &batch)
        } catch {
          batch.refuse("a sample that is no JSON: \(error.expected) was expected")
        }
      }
    } catch {
      batch.refuse(error.description)
    }
    complete(&batch)
    return batch
  }

  private static func member(
    _ member: ZIPArchive.Member, of archive: ZIPArchive, _ batch: inout TraceBatch
  ) -> [UInt8]? {
    do throws(ZIPError) {
      return try archive.read(member, limit: memberLimit)
    } catch {
      batch.refuse(error.description)
      return nil
    }
  }

  private mutating func complete(_ batch: inout TraceBatch) {
    var hasGap = false
    for span in batch.spans {
      if let conversation = span.conversationID {
        if conversations[span.traceID] == nil { conversations.set(span.traceID, conversation) }
      } else {
        hasGap = true
      }
    }
    if hasGap {
      for index in batch.spans.indices where batch.spans[index].conversationID == nil {
        batch.spans[index].conversationID = conversations[batch.spans[index].traceID]
      }
    }
    for index in batch.spans.indices where batch.spans[index].operation == .model {
      guard batch.spans[index].costUSD == nil, let model = batch.spans[index].model else { continue }
      let price = knownPrices[model] ?? prices.price(of: model)
      if knownPrices[model] == nil { knownPrices.set(model, price) }
      if let price { batch.spans[index].costUSD = PriceTable.cost(of: batch.spans[index], at: price) }
    }
  }
}

/// JSON texts that stand one after the other, as a console prints them, with white space between them.
///
/// After damage the next line that begins with a brace is tried.
struct JSONTexts: Sequence, IteratorProtocol {
  enum Element {
    /// The place of one text.
    case text(Range<Int>)
    /// Bytes that are none begin here.
    case damaged(at: Int)
  }

  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  mutating func next() -> Element? {
    // A hole of NULs is what a truncated file begins with while its writer keeps its place.
    while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    guard index < bytes.count else { return nil }
    let start = index
    if bytes[start] == 0x7B || bytes[start] == 0x5B {
      if let end = JSONTexts.end(bytes.span.bytes, start) {
        index = end
        return .text(start..<end)
      }
    }
    // What follows is damaged: go on with the next line that begins a text.
    while index < bytes.count {
      if bytes[index] == 0x0A, index + 1 < bytes.count, bytes[index + 1] == 0x7B {
        index += 1
        break
      }
      index += 1
    }
    return .damaged(at: start)
  }

  /// The end of the object or array at `start`, at most 128 levels deep; strings are passed over by their quotes.
  private static func end(_ bytes: borrowing RawSpan, _ start: Int) -> Int? {
    var depth = 0
    var index = start
    while index < bytes.byteCount {
      switch JSONLexer.byte(bytes, index) {
      case 0x22:
        var hasEscapes = false
        let quote = JSONLexer.closingQuote(bytes, index + 1, &hasEscapes)
        if quote < 0 { return nil }
        index = quote
      case 0x7B, 0x5B:
        depth += 1
        if depth > 128 { return nil }
      case 0x7D, 0x5D:
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }
}

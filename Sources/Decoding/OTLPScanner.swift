import Domain

/// Reads an export batch of OTLP in JSON straight from its bytes.
///
/// Spans, the bulk of what agents write, are read without a tree: attributes that mean nothing here are passed over by
/// their bytes. Log records that may matter are small and rare, and are read as trees. What stood before damage counts.
struct OTLPScanner: Sendable {
  private var document = OTLPTraceDecoder.Document()
  private var service = GenAIAttributes()
  private var attributes = GenAIAttributes()

  /// Why reading stopped.
  private enum Fault: Error {
    case grammar
  }

  /// Reads the batch in a line or a document, or a list of batches.
  static func scan(_ bytes: borrowing RawSpan) -> OTLPTraceDecoder.Document {
    var scanner = OTLPScanner()
    var start = 0
    if bytes.byteCount >= 3, JSONLexer.byte(bytes, 0) == 0xEF, JSONLexer.byte(bytes, 1) == 0xBB,
      JSONLexer.byte(bytes, 2) == 0xBF
    {
      start = 3
    }
    start = JSONLexer.skipSpace(bytes, start)
    do throws(Fault) {
      guard start < bytes.byteCount else { throw .grammar }
      let end: Int
      switch JSONLexer.byte(bytes, start) {
      case 0x7B: end = try scanner.batch(bytes, start)
      case 0x5B: end = try scanner.batches(bytes, start)
      default: throw .grammar
      }
      guard JSONLexer.skipSpace(bytes, end) == bytes.byteCount else { throw .grammar }
    } catch {
      scanner.document.batch.refuse("no JSON, or not to its end")
    }
    return scanner.document
  }

  private mutating func batches(_ bytes: borrowing RawSpan, _ start: Int) throws(Fault) -> Int {
    var cursor = JSONCursor(at: start)
    var isEmpty = true
    while true {
      switch cursor.nextElement(bytes) {
      case .end:
        if isEmpty { document.batch.refuse("no object") }
        return cursor.index
      case .failed: throw .grammar
      case .value:
        isEmpty = false
        if JSONLexer.byte(bytes, cursor.value) == 0x7B {
          cursor.index = try batch(bytes, cursor.value)
        } else if cursor.skip(bytes) {
          document.batch.refuse("no object")
        } else {
          throw .grammar
        }
      }
    }
  }

  private mutating func batch(_ bytes: borrowing RawSpan, _ start: Int) throws(Fault) -> Int {
    var cursor = JSONCursor(at: start)
    var isKnown = false
    var isEmpty = true
    while true {
      switch cursor.nextMember(bytes) {
      case .failed: throw .grammar
      case .end:
        if !isKnown, !isEmpty { document.batch.refuse("neither resourceSpans nor resourceLogs nor resourceMetrics") }
        return cursor.index
      case .value:
        isEmpty = false
        let isList = JSONLexer.byte(bytes, cursor.value) == 0x5B
        if isList, cursor.isNamed("resourceSpans", bytes) || cursor.isNamed("resource_spans", bytes) {
          isKnown = true
          cursor.index = try list(bytes, cursor.value, .resource)
        } else if isList, cursor.isNamed("resourceLogs", bytes) || cursor.isNamed("resource_logs", bytes) {
          isKnown = true
          guard let (tree, end) = JSONCursor.tree(bytes, cursor.value) else { throw .grammar }
          for resource in tree.array ?? [] { OTLPTraceDecoder.readLogs(resource, into: &document) }
          cursor.index = end
        } else if isList, cursor.isNamed("resourceMetrics", bytes) || cursor.isNamed("resource_metrics", bytes) {
          isKnown = true
          cursor.index = try list(bytes, cursor.value, .metricResource)
        } else if !cursor.skip(bytes) {
          throw .grammar
        }
      }
    }
  }

  private enum Level {
    case resource, scope, span, metricResource, metricScope, metric
  }

  private mutating func list(_ bytes: borrowing RawSpan, _ start: Int, _ level: Level) throws(Fault) -> Int {
    var cursor = JSONCursor(at: start)
    while true {
      switch cursor.nextElement(bytes) {
      case .end: return cursor.index
      case .failed: throw .grammar
      case .value:
        if level == .metric { document.batch.metrics += 1 }
        guard JSONLexer.byte(bytes, cursor.value) == 0x7B else {
          if level == .span { document.batch.refuse("a span without a traceId of 16 bytes") }
          guard cursor.skip(bytes) else { throw .grammar }
          continue
        }
        switch level {
        case .resource: cursor.index = try resource(bytes, cursor.value)
        case .scope: cursor.index = try members(bytes, cursor.value, .span)
        case .span: cursor.index = try span(bytes, cursor.value)
        case .metricResource: cursor.index = try members(bytes, cursor.value, .metricScope)
        case .metricScope: cursor.index = try members(bytes, cursor.value, .metric)
        case .metric: guard cursor.skip(bytes) else { throw .grammar }
        }
      }
    }
  }

  /// The list within an object that holds the next level.
  private mutating func members(_ bytes: borrowing RawSpan, _ start: Int, _ level: Level) throws(Fault) -> Int {
    var cursor = JSONCursor(at: start)
    while true {
      switch cursor.nextMember(bytes) {
      case .end: return cursor.index
      case .failed: throw .grammar
      case .value:
        let isWanted =
          switch level {
          case .span: cursor.isNamed("spans", bytes)
          case .metricScope: cursor.isNamed("scopeMetrics", bytes) || cursor.isNamed("scope_metrics", bytes)
          default: cursor.isNamed("metrics", bytes)
          }
        if isWanted, JSONLexer.byte(bytes, cursor.value) == 0x5B {
          cursor.index = try list(bytes, cursor.value, level)
        } else if !cursor.skip(bytes) {
          throw .grammar
        }
      }
    }
  }

  private mutating func resource(_ bytes: borrowing RawSpan, _ start: Int) throws(Fault) -> Int {
    service.reset()
    var cursor = JSONCursor(at: start)
    // Scopes that stand before their resource wait until it is known.
    var waiting: [Int] = []
    var hasResource = false
    while true {
      switch cursor.nextMember(bytes) {
      case .failed: throw .grammar
      case .end:
        for scopes in waiting { _ = try list(bytes, scopes, .scope) }
        return cursor.index
      case .value:
        let first = JSONLexer.byte(bytes, cursor.value)
        if first == 0x7B, cursor.isNamed("resource", bytes) {
          hasResource = true
          cursor.index = try resourceAttributes(bytes, cursor.value)
        } else if first == 0x5B,
          cursor.isNamed("scopeSpans", bytes) || cursor.isNamed("scope_spans", bytes)
            || cursor.isNamed("instrumentationLibrarySpans", bytes)
            || cursor.isNamed("instrumentation_library_spans", bytes)
        {
          if hasResource {
            cursor.index = try list(bytes, cursor.value, .scope)
          } else {
            waiting.append(cursor.value)
            guard cursor.skip(bytes) else { throw .grammar }
          }
        } else if !cursor.skip(bytes) {
          throw .grammar
        }
      }
    }
  }

  private mutating func resourceAttributes(_ bytes: borrowing RawSpan, _ start: Int) throws(Fault) -> Int {
    var cursor = JSONCursor(at: start)
    while true {
      switch cursor.nextMember(bytes) {
      case .end: return cursor.index
      case .failed: throw .grammar
      case .value:
        if cursor.isNamed("attributes", bytes), JSONLexer.byte(bytes, cursor.value) == 0x5B {
          cursor.index = try OTLPScanner.attributes(bytes, cursor.value, into: &service)
        } else if !cursor.skip(bytes) {
          throw .grammar
        }
      }
    }
  }

  /// The list of attributes at `start`.
  private static func attributes(
    _ bytes: borrowing RawSpan, _ start: Int, into attributes: inout GenAIAttributes
  ) throws(Fault) -> Int {
    var list = JSONCursor(at: start)
    while true {
      switch list.nextElement(bytes) {
      case .end: return list.index
      case .failed: throw .grammar
      case .value:
        guard JSONLexer.byte(bytes, list.value) == 0x7B else {
          guard list.skip(bytes) else { throw .grammar }
          continue
        }
        var pair = JSONCursor(at: list.value)
        var key = (start: -1, end: -1)
        var value = -1
        loop: while true {
          switch pair.nextMember(bytes) {
          case .end: break loop
          case .failed: throw .grammar
          case .value:
            let isText = JSONLexer.byte(bytes, pair.value) == 0x22
            if isText, pair.isNamed("key", bytes) {
              var hasEscapes = false
              let quote = JSONLexer.closingQuote(bytes, pair.value &+ 1, &hasEscapes)
              guard quote >= 0 else { throw .grammar }
              key = (pair.value &+ 1, quote)
              pair.index = quote &+ 1
            } else {
              if pair.isNamed("value", bytes) { value = pair.value }
              guard pair.skip(bytes) else { throw .grammar }
            }
          }
        }
        list.index = pair.index
        guard key.start >= 0, value >= 0 else { continue }
        if let alias = AttributeKeys.known.alias(bytes, key.start, key.end) {
          attributes.take(alias, try plain(bytes, value))
        } else if FlattenedMessages.mayHold(bytes, key.start, key.end) {
          let name = bytes.extracting(key.start..<key.end).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
          attributes.take(flattened: name, try plain(bytes, value))
        }
      }
    }
  }

  /// The value of an attribute, which has been found to follow the grammar.
  private static func plain(_ bytes: borrowing RawSpan, _ start: Int) throws(Fault) -> JSON {
    guard JSONLexer.byte(bytes, start) == 0x7B else { return .null }
    var cursor = JSONCursor(at: start)
    guard cursor.nextMember(bytes) == .value else { return .null }
    if cursor.isNamed("stringValue", bytes) || cursor.isNamed("string_value", bytes),
      let (text, end) = JSONCursor.string(bytes, cursor.value)
    {
      let close = JSONLexer.skipSpace(bytes, end)
      if close < bytes.byteCount, JSONLexer.byte(bytes, close) == 0x7D { return .string(text) }
    }
    guard let (tree, _) = JSONCursor.tree(bytes, start) else { throw .grammar }
    return OTLPValue.plain(tree)
  }

  private mutating func span(_ bytes: borrowing RawSpan, _ start: Int) throws(Fault) -> Int {
    attributes.reset()
    var cursor = JSONCursor(at: start)
    var traceID: String?
    var spanID: String?
    var parentID: String?
    var name = ""
    var begin: Timestamp?
    var end: Timestamp?
    var status = -1
    var events = -1
    var links = -1
    loop: while true {
      switch cursor.nextMember(bytes) {
      case .failed: throw .grammar
      case .end: break loop
      case .value:
        let value = cursor.value
        if cursor.isNamed("attributes", bytes), JSONLexer.byte(bytes, value) == 0x5B {
          cursor.index = try OTLPScanner.attributes(bytes, value, into: &attributes)
          continue
        }
        guard cursor.skip(bytes) else { throw .grammar }
        let place = value..<cursor.index
        if cursor.isNamed("traceId", bytes) || cursor.isNamed("trace_id", bytes) {
          traceID = OTLPScanner.identifier(bytes, place, bytes: 16)
        } else if cursor.isNamed("spanId", bytes) || cursor.isNamed("span_id", bytes) {
          spanID = OTLPScanner.identifier(bytes, place, bytes: 8)
        } else if cursor.isNamed("parentSpanId", bytes) || cursor.isNamed("parent_span_id", bytes) {
          parentID = OTLPScanner.identifier(bytes, place, bytes: 8)
        } else if cursor.isNamed("name", bytes) {
          name = JSONCursor.string(bytes, value)?.text ?? ""
        } else if cursor.isNamed("startTimeUnixNano", bytes) || cursor.isNamed("start_time_unix_nano", bytes) {
          begin = OTLPScanner.time(bytes, place)
        } else if cursor.isNamed("endTimeUnixNano", bytes) || cursor.isNamed("end_time_unix_nano", bytes) {
          end = OTLPScanner.time(bytes, place)
        } else if cursor.isNamed("status", bytes) {
          status = value
        } else if cursor.isNamed("events", bytes) {
          events = value
        } else if cursor.isNamed("links", bytes) {
          links = value
        }
      }
    }
    guard let traceID else {
      document.batch.refuse("a span without a traceId of 16 bytes")
      return cursor.index
    }
    guard let spanID else {
      document.batch.refuse("a span without a spanId of 8 bytes")
      return cursor.index
    }
    guard let begin else {
      document.batch.refuse("a span without startTimeUnixNano")
      return cursor.index
    }
    var span = TraceSpan(
      traceID: traceID, spanID: spanID, parentID: parentID, name: name, operation: attributes.operation, start: begin,
      end: end.map { max($0, begin) })
    try complete(&span, bytes, status: status, events: events, links: links)
    document.batch.append(span)
    document.services.append(service.text(.service))
    return cursor.index
  }

  private mutating func complete(
    _ span: inout TraceSpan, _ bytes: borrowing RawSpan, status: Int, events: Int, links: Int
  ) throws(Fault) {
    if status >= 0 {
      guard let (tree, _) = JSONCursor.tree(bytes, status) else { throw .grammar }
      span.isError = OTLPTraceDecoder.isError(tree)
      span.statusMessage = tree["message"]?.string?.prefix(utf8: TraceSpan.messageLimit)
    }
    if attributes.text(.errorType)?.isEmpty == false { span.isError = true }
    if events >= 0, !OTLPScanner.isEmptyList(bytes, events) {
      guard let (tree, _) = JSONCursor.tree(bytes, events) else { throw .grammar }
      for event in tree.array ?? [] { OTLPTraceDecoder.read(event: event, of: &span, attributes: &attributes) }
    }
    span.fill(from: attributes)
    if span.operation == .agent { span.agent = span.agent ?? OTLPTraceDecoder.agent(named: span.name, attributes) }
    span.version = span.version ?? service.text(.agentVersion) ?? service.text(.serviceVersion)
    span.agent = span.agent ?? service.text(.agent)
    if span.agent == nil, let name = service.text(.service) {
      span.agent = name
      span.agentIsService = true
    }
    if links >= 0, !OTLPScanner.isEmptyList(bytes, links) {
      guard let (tree, _) = JSONCursor.tree(bytes, links) else { throw .grammar }
      span.links = OTLPTraceDecoder.links(tree)
    }
  }

  private static func isEmptyList(_ bytes: borrowing RawSpan, _ start: Int) -> Bool {
    let next = JSONLexer.skipSpace(bytes, start + 1)
    return JSONLexer.byte(bytes, start) == 0x5B && next < bytes.byteCount && JSONLexer.byte(bytes, next) == 0x5D
  }

  /// An identifier in lower-case hexadecimal straight from its bytes; other forms as a text.
  private static func identifier(_ bytes: borrowing RawSpan, _ place: Range<Int>, bytes count: Int) -> String? {
    guard JSONLexer.byte(bytes, place.lowerBound) == 0x22 else { return nil }
    if place.count == count * 2 + 2 {
      var isPlain = true
      var isZero = true
      for index in (place.lowerBound + 1)..<(place.upperBound - 1) {
        let byte = JSONLexer.byte(bytes, index)
        isPlain = isPlain && (byte &- 0x30 < 10 || byte &- 0x61 < 6)
        isZero = isZero && byte == 0x30
      }
      if isPlain {
        let digits = bytes.extracting((place.lowerBound + 1)..<(place.upperBound - 1))
        return isZero ? nil : digits.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      }
    }
    guard let (text, _) = JSONCursor.string(bytes, place.lowerBound) else { return nil }
    return OTLPValue.identifier(.string(text), bytes: count)
  }

  /// A time in nanoseconds, quoted or not; absent and zero are none.
  private static func time(_ bytes: borrowing RawSpan, _ place: Range<Int>) -> Timestamp? {
    let isText = JSONLexer.byte(bytes, place.lowerBound) == 0x22
    let start = isText ? place.lowerBound + 1 : place.lowerBound
    let end = isText ? place.upperBound - 1 : place.upperBound
    guard end > start, end - start <= 18 || end - start == 19 && JSONLexer.byte(bytes, start) < 0x39 else {
      return slowTime(bytes, place)
    }
    var value: Int64 = 0
    for index in start..<end {
      let digit = JSONLexer.byte(bytes, index) &- 0x30
      guard digit < 10 else { return slowTime(bytes, place) }
      value = value &* 10 &+ Int64(digit)
    }
    return value > 0 ? Timestamp(nanoseconds: value) : nil
  }

  private static func slowTime(_ bytes: borrowing RawSpan, _ place: Range<Int>) -> Timestamp? {
    JSONCursor.tree(bytes, place.lowerBound).flatMap { OTLPValue.time($0.json) }
  }
}

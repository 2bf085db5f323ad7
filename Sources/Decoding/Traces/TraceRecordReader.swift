import Domain

/// Reads the records of one trace format: a line's object, or the parts of a document.
protocol TraceRecordReader: Sendable {
  /// Reads one record.
  mutating func read(_ record: JSON, into batch: inout TraceBatch)
  /// Gives what still waits for a later record, as open spans.
  mutating func finish(into batch: inout TraceBatch)
}

extension TraceRecordReader {
  mutating func finish(into batch: inout TraceBatch) {}
}

/// Values as the trace formats write them.
enum TraceValue {
  /// An instant: RFC 3339 text, or a number of seconds to nanoseconds since the epoch.
  static func time(_ json: JSON?) -> Timestamp? {
    var reader = TimestampReader()
    switch json {
    case .string(let text): return text.utf8.count <= 64 ? reader.read(text: text) : nil
    case .integer(let value): return reader.read(text: String(value))
    case .number(let value): return value > 0 && value < 1e19 ? reader.read(text: value.description) : nil
    default: return nil
    }
  }

  /// A text that is not empty, cut to the limit of names.
  static func name(_ json: JSON?) -> String? {
    switch json {
    case .string(let text): text.isEmpty ? nil : text.prefix(utf8: TraceSpan.messageLimit)
    case .integer(let value): String(value)
    default: nil
    }
  }

  /// A count that is not negative, also where it is written as text or as a number without fraction.
  static func count(_ json: JSON?) -> Int? {
    guard let value = OTLPValue.integer(json), value >= 0 else { return nil }
    return Int(value)
  }

  /// A finite number that is not negative, also where it is written as text.
  static func amount(_ json: JSON?) -> Double? {
    guard let value = json?.double ?? json?.string.flatMap(Double.init), value.isFinite, value >= 0 else { return nil }
    return value
  }

  /// Canonical JSON of an object or array, also one that was written as text; the text of all else; nil for `null`.
  static func content(_ json: JSON?) -> String? {
    switch json {
    case nil, .null: return nil
    case .array, .object: return json?.canonical
    case .string(let text):
      guard let document = parsed(text) else { return text }
      return document.canonical
    case .integer(let value): return String(value)
    case .number(let value): return value.description
    case .bool(let value): return value ? "true" : "false"
    }
  }

  /// The object or array that a text is, or nil.
  static func parsed(_ text: String) -> JSON? {
    guard let first = text.utf8.first(where: { $0 > 0x20 }), first == 0x7B || first == 0x5B else { return nil }
    return try? JSON(parsing: text)
  }

  /// The document within a text, or the value itself.
  static func unwrapped(_ json: JSON?) -> JSON? {
    if case .string(let text)? = json { return parsed(text) ?? json }
    return json
  }
}

extension JSON {
  /// The value under a name of an object, where it is there and not `null`.
  subscript(known name: String) -> JSON? {
    guard let value = self[name], !value.isNull else { return nil }
    return value
  }
}

extension JSONObject {
  /// The value under a name, where it is there and not `null`.
  subscript(known name: String) -> JSON? {
    guard let value = self[name], !value.isNull else { return nil }
    return value
  }
}

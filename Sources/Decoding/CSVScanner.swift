public import Domain

/// Takes records of separated values apart: RFC 4180 with any separator, one pass over the bytes, nothing copied.
///
/// A record ends with LF or CRLF outside of quotes. A field that begins with a quote goes to the quote that closes it,
/// over separators and line breaks; two quotes within it stand for one. A quote within a field that does not begin with
/// one is a character like any other. What does not follow the rules is read as far as it makes sense and marked: text
/// after a closing quote belongs to the field, and a quote that is not closed within ``recordLimit`` bytes, or before
/// the end of the data, is an ordinary character.
public struct CSVScanner: Sendable {
  /// The longest record, in bytes. Quotes that are open for longer are taken for a mistake of the writer, so that one of
  /// them does not swallow the rest of the file.
  public static let recordLimit = 1 << 20

  /// One record.
  public struct Record: Hashable, Sendable {
    /// Where its text ends, before the line break.
    public var end: Int
    /// Where the next record begins.
    public var next: Int
    /// Whether its quotes do not follow the rules.
    public var hasStrayQuotes = false
  }

  /// The byte between fields.
  public let separator: UInt8
  private let separators: UInt64

  private static let lineFeed: UInt8 = 0x0A
  private static let quote: UInt8 = 0x22

  /// Creates a scanner for a separator: `,` for CSV, a tab for TSV.
  public init(separator: UInt8 = 0x2C) {
    self.separator = separator
    separators = ByteSearch.pattern(separator)
  }

  /// Reads the record that begins at `start` and puts the places of its fields, counted from `start`, into `fields`. A
  /// field without text and without quotes is absent; a blank line has no fields.
  ///
  /// - Parameter isFinal: whether nothing will follow the bytes; otherwise a record without its line break is not taken.
  /// - Returns: nil while the record goes on beyond the bytes, and where no bytes are left.
  public func next(
    _ bytes: RawSpan, from start: Int, isFinal: Bool, into fields: inout [RawField]
  ) -> Record? {
    fields.removeAll(keepingCapacity: true)
    guard start >= 0, start < bytes.byteCount else { return nil }
    if let record = scan(bytes, from: start, isFinal: isFinal, into: &fields) { return record }
    let isRunaway = bytes.byteCount &- start > CSVScanner.recordLimit
    guard isFinal || isRunaway else { return nil }
    fields.removeAll(keepingCapacity: true)
    return scanPlain(bytes, from: start, isFinal: isFinal || isRunaway, into: &fields)
  }

  /// The fields by the grammar; nil where a quoted field or the record does not end.
  private func scan(_ bytes: borrowing RawSpan, from start: Int, isFinal: Bool, into fields: inout [RawField])
    -> Record?
  {
    let count = min(bytes.byteCount, start &+ CSVScanner.recordLimit &+ 1)
    let isWhole = count == bytes.byteCount
    let lineFeeds = ByteSearch.pattern(CSVScanner.lineFeed)
    var isStray = false
    var index = start
    field: while true {
      let first = index
      if index < count, JSONLexer.byte(bytes, index) == CSVScanner.quote {
        guard let closed = closing(bytes, from: index &+ 1, to: count) else { return nil }
        let after = closed.place &+ 1
        let byte = after < count ? JSONLexer.byte(bytes, after) : CSVScanner.lineFeed
        let isReturn = byte == 0x0D && (after &+ 1 == count || JSONLexer.byte(bytes, after &+ 1) == CSVScanner.lineFeed)
        if byte == separator || byte == CSVScanner.lineFeed || isReturn {
          if after &+ (isReturn ? 1 : 0) >= count, !(isFinal && isWhole) { return nil }
          append(
            closed.isDoubled ? .quotedString : .string, first &+ 1, closed.place, from: start, to: &fields)
          if byte == separator {
            index = after &+ 1
            continue field
          }
          return Record(end: after, next: min(count, after &+ (isReturn ? 2 : 1)), hasStrayQuotes: isStray)
        }
        isStray = true
        index = after
      }
      // An unquoted field, or the text after a closing quote.
      while index &+ 8 <= count {
        let word = JSONLexer.word(bytes, index)
        let found = ByteSearch.matches(word, separators) | ByteSearch.matches(word, lineFeeds)
        if found != 0 {
          index &+= found.trailingZeroBitCount &>> 3
          break
        }
        index &+= 8
      }
      while index < count, JSONLexer.byte(bytes, index) != separator,
        JSONLexer.byte(bytes, index) != CSVScanner.lineFeed
      { index &+= 1 }
      if index < count, JSONLexer.byte(bytes, index) == separator {
        appendPlain(first, index, from: start, to: &fields)
        index &+= 1
        continue field
      }
      guard index < count || isFinal && isWhole else { return nil }
      return finish(bytes, first, index, from: start, hasStrayQuotes: isStray, &fields)
    }
  }

  /// The fields of one line in which quotes mean nothing.
  private func scanPlain(_ bytes: borrowing RawSpan, from start: Int, isFinal: Bool, into fields: inout [RawField])
    -> Record?
  {
    let limit = min(bytes.byteCount, start &+ CSVScanner.recordLimit)
    let end = ByteSearch.first(CSVScanner.lineFeed, in: bytes, from: start, to: limit)
    guard end < limit || isFinal else { return nil }
    var first = start
    while true {
      let place = ByteSearch.first(separator, in: bytes, from: first, to: end)
      guard place < end else { break }
      appendPlain(first, place, from: start, to: &fields)
      first = place &+ 1
    }
    return finish(bytes, first, end, from: start, hasStrayQuotes: true, &fields)
  }

  /// Ends a record at the line feed, or the end of the bytes, at `end`.
  private func finish(
    _ bytes: borrowing RawSpan, _ first: Int, _ end: Int, from start: Int, hasStrayQuotes: Bool,
    _ fields: inout [RawField]
  ) -> Record {
    let next = end < bytes.byteCount && JSONLexer.byte(bytes, end) == CSVScanner.lineFeed ? end &+ 1 : end
    let hasReturn = end > first && JSONLexer.byte(bytes, end &- 1) == 0x0D
    let end = hasReturn ? end &- 1 : end
    if end > start || !fields.isEmpty { appendPlain(first, end, from: start, to: &fields) }
    return Record(end: end, next: next, hasStrayQuotes: hasStrayQuotes)
  }

  @inline(__always)
  private func append(_ kind: RawField.Kind, _ first: Int, _ end: Int, from start: Int, to fields: inout [RawField]) {
    fields.append(
      RawField(
        kind: kind, start: Int32(truncatingIfNeeded: first &- start), end: Int32(truncatingIfNeeded: end &- start)))
  }

  /// A field without quotes; one without text is missing.
  @inline(__always)
  private func appendPlain(_ first: Int, _ end: Int, from start: Int, to fields: inout [RawField]) {
    append(end > first ? .string : .absent, first, end, from: start, to: &fields)
  }

  /// The place of the quote that closes the field whose text begins at `start`.
  @inline(__always)
  private func closing(_ bytes: borrowing RawSpan, from start: Int, to end: Int) -> (place: Int, isDoubled: Bool)? {
    var isDoubled = false
    var index = start
    while true {
      index = ByteSearch.first(CSVScanner.quote, in: bytes, from: index, to: end)
      guard index < end else { return nil }
      guard index &+ 1 < end, JSONLexer.byte(bytes, index &+ 1) == CSVScanner.quote else { return (index, isDoubled) }
      isDoubled = true
      index &+= 2
    }
  }
}

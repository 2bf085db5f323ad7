import Domain

/// What was seen of one field: counts and a bounded set of values.
struct ObservedField: Sendable {
  private static let valueLimit = 100
  private static let textLimit = 64

  /// Where it is.
  let path: FieldPath
  /// How many records hold a value other than null.
  private(set) var present = 0
  private(set) var booleans = 0
  private(set) var numbers = 0
  private(set) var strings = 0
  private(set) var lists = 0
  /// Strings that are one number.
  private(set) var numericTexts = 0
  /// Values that can be read as a plausible time.
  private(set) var times = 0
  /// Whether every number was 0 or 1.
  private(set) var isZeroOrOne = true
  /// Whether every number was whole.
  private(set) var isWhole = true
  /// Whether there were more different values than are kept.
  private(set) var hasMoreValues = false
  private var values: Set<String> = []
  private var textBytes = 0
  private var spacedTexts = 0
  private var isRising = true
  private var last: Double?
  private var lastRecord = 0

  init(path: FieldPath) {
    self.path = path
  }

  /// How many different values were kept.
  var distinct: Int { values.count }

  /// Sentences rather than names: long, or of several words and seldom the same.
  var isFreeText: Bool {
    guard strings > 0 else { return false }
    return textBytes > strings * 80 || (spacedTexts * 2 > strings && (hasMoreValues || distinct * 4 > strings))
  }

  /// Whole numbers of which each is greater than the one before: a counter of the writer, not a measurement.
  var isSequence: Bool { isWhole && isRising && present >= 20 }

  /// Notes the value of a record; the last one counts of several in the same record.
  mutating func add(_ value: JSON, record: Int, _ reader: inout TimestampReader) {
    if value.isNull || record == lastRecord { return }
    lastRecord = record
    present += 1
    switch value {
    case .bool(let flag):
      booleans += 1
      note(flag ? "true" : "false")
    case .integer(let number):
      numbers += 1
      note(number: Double(number))
      let text = String(number)
      note(text)
      if reader.read(text: text) != nil { times += 1 }
    case .number(let number):
      numbers += 1
      note(number: number)
      let text = number.description
      note(text)
      if reader.read(text: text) != nil { times += 1 }
    case .string(let text):
      strings += 1
      textBytes += text.utf8.count
      if text.utf8.count(where: { $0 == 0x20 }) >= 3 { spacedTexts += 1 }
      let bytes = Array(text.utf8.prefix(48))
      if text.utf8.count <= 48 {
        if reader.read(text: text) != nil { times += 1 }
        if let number = DecimalNumber.parse(bytes.span.bytes, 0, bytes.count) {
          numericTexts += 1
          note(number: number)
        }
      }
      if !hasMoreValues { note(String(decoding: text.utf8.prefix(ObservedField.textLimit), as: UTF8.self)) }
    case .array: lists += 1
    case .null, .object: break
    }
  }

  private mutating func note(number: Double) {
    if number != 0, number != 1 { isZeroOrOne = false }
    if number != number.rounded() { isWhole = false }
    if let last, number <= last { isRising = false }
    last = number
  }

  private mutating func note(_ value: String) {
    guard !hasMoreValues, !values.contains(value) else { return }
    if values.count < ObservedField.valueLimit { values.insert(value) } else { hasMoreValues = true }
  }
}

import Domain

/// Reading and writing the `data` of journal entries.
extension JSON {
  func text(_ name: String) -> String? { self[name]?.string }

  func time(_ name: String) -> Timestamp? { self[name]?.string.flatMap { Timestamp(rfc3339: $0) } }

  func int(_ name: String) -> Int? { self[name]?.integer.map { Int($0) } }

  /// Decimals are strings in the journal.
  func decimal(_ name: String) -> Double? { self[name]?.string.flatMap { Double($0) } }

  static func time(_ value: Timestamp) -> JSON { .string(value.formatted(.microseconds)) }
}

extension JSONObject {
  mutating func set(_ name: String, _ value: String?) {
    if let value { self[name] = .string(value) }
  }

  mutating func set(_ name: String, _ value: Timestamp?) {
    if let value { self[name] = .time(value) }
  }

  mutating func set(_ name: String, _ value: Int?) {
    if let value { self[name] = JSON(value) }
  }

  mutating func set(decimal name: String, _ value: Double?) {
    if let value, value.isFinite { self[name] = .string(Decimal.text(value)) }
  }
}

extension Timestamp {
  /// The instant to the microsecond, as the journal keeps it.
  var journalled: Timestamp { floored(toNanoseconds: 1_000) }
}

/// Decimals as the journal writes them.
enum Decimal {
  /// The shortest text that reads back as the same number, without `.0` for whole numbers.
  static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : value.description
  }

  /// The number to four significant digits, for sentences; whole numbers stay whole.
  static func shortText(_ value: Double) -> String {
    let magnitude = abs(value)
    guard magnitude.isFinite, magnitude >= 1e-9, magnitude < 1e12 else { return text(value) }
    if magnitude >= 1_000 { return text(value.rounded()) }
    var scale = 1.0
    while magnitude * scale < 1_000, scale < 1e13 { scale *= 10 }
    return text((value * scale).rounded() / scale)
  }
}

/// Bounds on what people and rules may write.
enum FreeText {
  /// The longest title, note, statement or reason, in bytes of UTF-8.
  static let longest = 4_096
  /// The longest name of a person, a category or a reference, in bytes of UTF-8.
  static let longestName = 512

  static func isBlank(_ text: String?) -> Bool {
    guard let text else { return true }
    return text.utf8.allSatisfy { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
  }

  /// The text, cut at a character so that it is no longer than the bound.
  static func bounded(_ text: String, to limit: Int = longest) -> String {
    guard text.utf8.count > limit else { return text }
    var bytes = 0
    return String(
      text.unicodeScalars.prefix { scalar in
        bytes += UTF8.width(scalar)
        return bytes <= limit
      })
  }
}

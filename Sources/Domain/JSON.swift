/// A JSON document as a tree: for journal entries, command output and configuration-sized input.
///
/// Log lines in the hot path are never read through this type; `Decoding` reads their fields straight from the bytes.
public enum JSON: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number written without fraction or exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSON])
  /// An object.
  case object(JSONObject)
}

/// The members of a JSON object in the order of the text.
public struct JSONObject: Hashable, Sendable {
  /// Names and values in order; a repeated name is kept, and lookups see its last value.
  public var members: [(name: String, value: JSON)]

  /// Creates an object from members.
  public init(_ members: [(name: String, value: JSON)] = []) {
    self.members = members
  }

  /// The last value under a name; setting replaces it, or appends where the name is new, and nil removes it.
  public subscript(name: String) -> JSON? {
    get { members.last { $0.name == name }?.value }
    set {
      if let index = members.lastIndex(where: { $0.name == name }) {
        if let newValue { members[index].value = newValue } else { members.removeAll { $0.name == name } }
      } else if let newValue {
        members.append((name, newValue))
      }
    }
  }

  /// Equal when names and values are equal in order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.count == right.members.count
      && zip(left.members, right.members).allSatisfy { $0.name == $1.name && $0.value == $1.value }
  }

  /// Hashes names and values in order.
  public func hash(into hasher: inout Hasher) {
    for (name, value) in members {
      hasher.combine(name)
      hasher.combine(value)
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
  /// A JSON string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A JSON boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A JSON array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// A JSON object.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements.map { (name: $0.0, value: $0.1) }))
  }
  /// A JSON integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A JSON number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// JSON `null`.
  public init(nilLiteral: ()) { self = .null }
}

extension JSON {
  /// A string, or `null` for nil.
  public init(_ value: String?) { self = value.map(JSON.string) ?? .null }
  /// A boolean, or `null` for nil.
  public init(_ value: Bool?) { self = value.map(JSON.bool) ?? .null }
  /// An integer, or `null` for nil.
  public init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
  /// A number, or `null` for nil and for values that JSON cannot hold.
  public init(_ value: Double?) { self = value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }
  /// RFC 3339 text with milliseconds, or `null` for nil.
  public init(_ value: Timestamp?) { self = value.map { .string($0.formatted()) } ?? .null }
  /// An object of the labels.
  public init(_ labels: Labels) { self = .object(JSONObject(labels.all.map { ($0.name, .string($0.value)) })) }

  /// The value under a name of an object; nil for other values and missing names.
  public subscript(name: String) -> JSON? {
    if case .object(let object) = self { object[name] } else { nil }
  }

  /// The text of a string; nil for other values.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The value of a boolean; nil for other values.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements of an array; nil for other values.
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
  /// The members of an object; nil for other values.
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
  /// The value of an integer, or of a number without fraction that fits; nil for other values.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }
  /// The value of any number; nil for other values.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
  /// Whether this is `null`.
  public var isNull: Bool { self == .null }
}

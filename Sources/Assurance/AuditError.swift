/// Why an entry cannot be written to, or read from, the journal.
public enum AuditError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A number with a fraction stands in the entry, at this place such as `data.value`.
  case fraction(at: String)
  /// An integer that does not survive as a double (RFC 8785 limits integers to ±(2^53 - 1)), at this place.
  case integerTooLarge(at: String)
  /// Two members of one object have the same name, at this place.
  case repeatedName(at: String)
  /// `obj` or `data` is not a JSON object.
  case notAnObject(at: String)
  /// The line would be longer than ``AuditChain/longestLine`` bytes.
  case tooLong(bytes: Int)
  /// The line is not an entry; the text says what is wrong with it.
  case notAnEntry(String)

  /// What is wrong and what to do about it.
  public var description: String {
    switch self {
    case .fraction(let place): "\(place) is a number with a fraction; write decimals as strings"
    case .integerTooLarge(let place): "\(place) is an integer beyond 2^53; write it as a string"
    case .repeatedName(let place): "\(place) stands twice in its object; give every member its own name"
    case .notAnObject(let place): "\(place) must be a JSON object"
    case .tooLong(let bytes):
      "the entry takes \(bytes) bytes, more than \(AuditChain.longestLine); store a hash of the text instead"
    case .notAnEntry(let reason): "not a journal entry: \(reason)"
    }
  }
}

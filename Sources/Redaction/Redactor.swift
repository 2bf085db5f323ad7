import Assurance
public import Domain
public import Expressions

/// Takes secrets and personal data out of texts before anything keeps or shows them.
///
/// Only texts that are new are to be given to it: a look costs about a microsecond for a label's value.
public struct Redactor: Sendable {
  /// UTF-8 bytes of a text that are looked at; the rest is cut off, since nobody has looked at it.
  public static let byteLimit = 4_096

  private let fields: [FieldPath: RedactionAction]
  private let expressions: [(TextPattern, RedactionAction)]
  private let patterns: [(SensitivePattern, RedactionAction)]
  private let salt: [UInt8]

  /// Makes a policy ready.
  ///
  /// - Parameter salt: random bytes that make hashes useless without it; the same salt gives the same hashes.
  /// - Throws: when a regular expression cannot be compiled.
  public init(_ policy: RedactionPolicy, salt: [UInt8]) throws(PatternError) {
    var fields: [FieldPath: RedactionAction] = [:]
    var expressions: [(TextPattern, RedactionAction)] = []
    var patterns: [SensitivePattern: RedactionAction] = [:]
    for rule in policy.rules {
      switch rule.target {
      case .field(let path): if fields[path] == nil { fields[path] = rule.action }
      case .expression(let text): expressions.append((try TextPattern(text), rule.action))
      case .pattern(let pattern): if patterns[pattern] == nil { patterns[pattern] = rule.action }
      }
    }
    if policy.masksStandardPatterns {
      for pattern in SensitivePattern.allCases where pattern.isStandard && patterns[pattern] == nil {
        patterns[pattern] = .mask
      }
    }
    self.fields = fields
    self.expressions = expressions
    self.patterns = SensitivePattern.allCases.compactMap { pattern in
      patterns[pattern].flatMap { $0 == .keep ? nil : (pattern, $0) }
    }
    self.salt = salt
  }

  private init() {
    fields = [:]
    expressions = []
    patterns = SensitivePattern.allCases.filter(\.isStandard).map { ($0, .mask) }
    salt = []
  }

  /// Masks the standard patterns and nothing else.
  public static let standard = Redactor()

  /// The text without what must not be kept; nil when all of it is to be left out.
  ///
  /// - Parameter field: the field that the text was read from, where it was read from one.
  public func text(_ text: String, of field: FieldPath? = nil) -> String? {
    if let field, let action = fields[field] { return apply(action, text) }
    for (expression, action) in expressions where expression.matches(text) { return apply(action, text) }
    guard !patterns.isEmpty else { return text }
    var bytes = Array(text.utf8.prefix(Redactor.byteLimit))
    let isCut = text.utf8.count > bytes.count
    var isChanged = isCut
    for (pattern, action) in patterns {
      let found = SensitiveRanges.find(pattern, in: bytes)
      guard !found.isEmpty else { continue }
      if action == .drop { return nil }
      isChanged = true
      bytes = replace(found, in: bytes, pattern, action)
    }
    guard isChanged else { return text }
    return String(decoding: bytes, as: UTF8.self) + (isCut ? "…" : "")
  }

  private func apply(_ action: RedactionAction, _ text: String) -> String? {
    switch action {
    case .keep: text
    case .drop: nil
    case .mask: "***"
    case .hash: "#" + hash(Array(text.utf8))
    }
  }

  private func replace(
    _ ranges: [Range<Int>], in bytes: [UInt8], _ pattern: SensitivePattern, _ action: RedactionAction
  ) -> [UInt8] {
    var output: [UInt8] = []
    var position = 0
    for range in ranges {
      output += bytes[position..<range.lowerBound]
      let mark = action == .hash ? "[\(pattern.rawValue) #\(hash(Array(bytes[range])))]" : "[\(pattern.rawValue)]"
      output += mark.utf8
      position = range.upperBound
    }
    return output + bytes[position...]
  }

  /// The first 48 bits of SHA-256 over salt and text: enough to tell a source's values apart.
  private func hash(_ bytes: [UInt8]) -> String { String(Digest256.sha256(salt + bytes).hex.prefix(12)) }
}

public import Domain

/// What becomes of a text that a rule finds.
public enum RedactionAction: String, CaseIterable, Hashable, Sendable {
  /// It is replaced by a salted hash, so that equal values stay equal.
  case hash
  /// The whole value is left out.
  case drop
  /// It is replaced by a mark.
  case mask
  /// It is kept: the way to exempt a field or a standard pattern.
  case keep
}

/// A kind of personal data or secret that is found without configuration.
public enum SensitivePattern: String, CaseIterable, Hashable, Sendable {
  /// Keys of vendors, private keys, JSON web tokens, passwords in URLs.
  case secret
  /// E-mail addresses.
  case email
  /// Payment card numbers whose Luhn check digit is right.
  case card
  /// International bank account numbers whose ISO 7064 MOD 97-10 check digits are right.
  case iban
  /// Telephone numbers in international form, `+` or `00` and 8 to 15 digits.
  case phone
  /// IPv4 addresses.
  case ipv4

  /// Whether it applies where nothing is configured. Telephone numbers and addresses are too easily mistaken.
  public var isStandard: Bool {
    switch self {
    case .secret, .email, .card, .iban: true
    case .phone, .ipv4: false
    }
  }
}

/// One line of a `redact` list.
public struct RedactionRule: Hashable, Sendable {
  /// What a rule looks at.
  public enum Target: Hashable, Sendable {
    /// A field's whole value.
    case field(FieldPath)
    /// Every value in which the regular expression occurs, as a whole.
    case expression(String)
    /// The part of any value that is of a known kind.
    case pattern(SensitivePattern)
  }

  /// What it looks at.
  public var target: Target
  /// What becomes of it.
  public var action: RedactionAction

  /// Creates a rule.
  public init(_ target: Target, _ action: RedactionAction) {
    self.target = target
    self.action = action
  }
}

/// What is kept out of the store, the log and the screens.
public struct RedactionPolicy: Hashable, Sendable {
  /// Whether the standard patterns are masked where no rule says otherwise.
  public var masksStandardPatterns: Bool
  /// The rules; the first that fits a field or an expression decides.
  public var rules: [RedactionRule]

  /// Creates a policy; without arguments the standard patterns are masked and nothing else.
  public init(masksStandardPatterns: Bool = true, rules: [RedactionRule] = []) {
    self.masksStandardPatterns = masksStandardPatterns
    self.rules = rules
  }

  /// A source's policy within a global one: its rules come first, and either can switch the standard patterns off.
  public func within(_ outer: RedactionPolicy) -> RedactionPolicy {
    RedactionPolicy(
      masksStandardPatterns: masksStandardPatterns && outer.masksStandardPatterns, rules: rules + outer.rules)
  }

  /// Whether any rule hashes, which takes a salt.
  public var needsSalt: Bool { rules.contains { $0.action == .hash } }
}

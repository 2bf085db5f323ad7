/// Which texts of people the journal only commits to, so that they can be erased without breaking its chain.
public enum ErasableScope: String, Hashable, Sendable, CaseIterable {
  /// Texts that hold what the standard patterns of redaction find: e-mail addresses, payment cards, secrets.
  case personal
  /// Those, and notes: prose about what happened, where names of the people concerned come up.
  case notes
  /// Every text: notes, reasons, statements, titles.
  case all
  /// None: every text stands in the journal for good.
  case off

  /// The members of an entry's `data` that people write.
  public static let members = ["reason", "statement", "summary", "text", "title"]

  /// Whether a text is to be erasable.
  ///
  /// - Parameters:
  ///   - act: what the entry says happened.
  ///   - isPersonal: whether the standard patterns find something in the text.
  public func covers(_ act: Verb, isPersonal: @autoclosure () -> Bool) -> Bool {
    switch self {
    case .off: false
    case .personal: isPersonal()
    case .notes: act == "incident.note" || isPersonal()
    case .all: true
    }
  }
}

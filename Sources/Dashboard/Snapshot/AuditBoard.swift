public import Domain

/// Everything that the audit screen shows: a stretch of the journal, and whether the whole of it holds.
public struct AuditBoard: Equatable, Sendable {
  /// One entry, as the list shows it.
  public struct Entry: Equatable, Sendable {
    /// Its number.
    public var sequence: Int
    /// When it was written.
    public var at: Timestamp
    /// Who did it.
    public var actor: String
    /// Whether a person did it.
    public var isPerson: Bool
    /// What happened.
    public var act: String
    /// What it happened to, and the facts, in words.
    public var text: String
    /// Whether it tells of a request that was refused or came too late.
    public var isRefused: Bool

    /// Creates an entry.
    public init(
      sequence: Int, at: Timestamp, actor: String, isPerson: Bool = false, act: String, text: String,
      isRefused: Bool = false
    ) {
      self.sequence = sequence
      self.at = at
      self.actor = actor
      self.isPerson = isPerson
      self.act = act
      self.text = text
      self.isRefused = isRefused
    }
  }

  /// The selected entry in full.
  public struct Detail: Equatable, Sendable {
    /// Its number.
    public var sequence: Int
    /// Field and text of everything that it says.
    public var fields: [TraceSpanRow.Detail]
    /// The line as it was hashed, cut where it is very long.
    public var line: String

    /// Creates a detail.
    public init(sequence: Int, fields: [TraceSpanRow.Detail], line: String) {
      self.sequence = sequence
      self.fields = fields
      self.line = line
    }
  }

  /// Whether the journal holds, as far as it was checked.
  public struct Chain: Equatable, Sendable {
    /// Entries that were checked, from the first on.
    public var checked: Int
    /// Entries there are.
    public var entries: Int
    /// What is wrong, in words; nil when nothing is.
    public var problem: String?
    /// The hash of the last checked entry.
    public var head: String
    /// The Merkle root over what was checked, in eight words.
    public var words: String
    /// The newest checkpoint: how many entries it covers, and when it was made.
    public var checkpoint: (size: Int, at: Timestamp, signedWith: String)?

    /// Creates a chain.
    public init(
      checked: Int, entries: Int, problem: String? = nil, head: String = "", words: String = "",
      checkpoint: (size: Int, at: Timestamp, signedWith: String)? = nil
    ) {
      self.checked = checked
      self.entries = entries
      self.problem = problem
      self.head = head
      self.words = words
      self.checkpoint = checkpoint
    }

    /// Whether two chains say the same.
    public static func == (left: Chain, right: Chain) -> Bool {
      left.checked == right.checked && left.entries == right.entries && left.problem == right.problem
        && left.head == right.head && left.words == right.words && left.checkpoint?.size == right.checkpoint?.size
        && left.checkpoint?.at == right.checkpoint?.at
        && left.checkpoint?.signedWith == right.checkpoint?.signedWith
    }
  }

  /// The entries around the one that is asked for, newest first.
  public var entries: [Entry]
  /// The number that was asked for; nil for the newest.
  public var around: Int?
  /// The entry that is shown in full: the one that was asked for, else the newest.
  public var detail: Detail?
  /// Whether the journal holds.
  public var chain: Chain
  /// Who did what in the last day: name and text.
  public var activity: [TraceSpanRow.Detail]

  /// Creates a board.
  public init(
    entries: [Entry], around: Int? = nil, detail: Detail? = nil, chain: Chain, activity: [TraceSpanRow.Detail] = []
  ) {
    self.entries = entries
    self.around = around
    self.detail = detail
    self.chain = chain
    self.activity = activity
  }
}

public import Domain

/// Everything that the trace screen shows: the runs, and one of them in full.
public struct TraceBoard: Equatable, Sendable {
  /// One run, as the list of runs shows it.
  public struct Run: Equatable, Sendable {
    /// The run's identifier.
    public var id: String
    /// The agent; nil when no span names one.
    public var agent: String?
    /// The agent's version.
    public var version: String?
    /// When it began.
    public var start: Timestamp
    /// How long it took, or has been going on.
    public var duration: Duration
    /// Whether it has ended.
    public var isEnded: Bool
    /// Whether its format has no times, so that only the order of its steps is known.
    public var isTimeless: Bool
    /// Spans that were counted.
    public var spans: Int
    /// Model and tool calls.
    public var steps: Int
    /// Tokens read and written; nil when not recorded.
    public var tokens: Int?
    /// Cost in US dollars; nil when neither recorded nor known by a price.
    public var costUSD: Double?
    /// How it went.
    public var mark: RunMark
    /// The gravest finding's detector.
    public var finding: String?
    /// The detectors that could not see all of it.
    public var blind: [String]

    /// Creates a run.
    public init(
      id: String, agent: String? = nil, version: String? = nil, start: Timestamp, duration: Duration = .zero,
      isEnded: Bool = true, isTimeless: Bool = false, spans: Int = 0, steps: Int = 0, tokens: Int? = nil,
      costUSD: Double? = nil, mark: RunMark = .ok, finding: String? = nil, blind: [String] = []
    ) {
      self.id = id
      self.agent = agent
      self.version = version
      self.start = start
      self.duration = duration
      self.isEnded = isEnded
      self.isTimeless = isTimeless
      self.spans = spans
      self.steps = steps
      self.tokens = tokens
      self.costUSD = costUSD
      self.mark = mark
      self.finding = finding
      self.blind = blind
    }
  }

  /// One finding of the run.
  public struct Finding: Equatable, Sendable {
    /// The detector's name.
    public var detector: String
    /// How grave it is.
    public var mark: RunMark
    /// One sentence.
    public var detail: String
    /// What was seen, masked.
    public var evidence: String
    /// The indices of its spans among ``TraceBoard/spans``, in the order of the evidence.
    public var spans: [Int]
    /// Whether the first span taints the last: something injected or secret went from one to the other.
    public var isPath: Bool

    /// Creates a finding.
    public init(
      detector: String, mark: RunMark, detail: String, evidence: String = "", spans: [Int] = [], isPath: Bool = false
    ) {
      self.detector = detector
      self.mark = mark
      self.detail = detail
      self.evidence = evidence
      self.spans = spans
      self.isPath = isPath
    }
  }

  /// One line of two runs side by side.
  public struct Pair: Equatable, Sendable {
    /// The step of the run, nil where only the other has one.
    public var left: String?
    /// The step of the other run.
    public var right: String?

    /// Creates a pair.
    public init(left: String?, right: String?) {
      self.left = left
      self.right = right
    }
  }

  /// The runs, newest first.
  public var runs: [Run]
  /// The run that is shown in full; nil where the list is shown.
  public var run: Run?
  /// Its spans, parents before children, in the order of their start.
  public var spans: [TraceSpanRow]
  /// Its findings, gravest first.
  public var findings: [Finding]
  /// The number of the open incident about the run's agent.
  public var incident: Int?
  /// The run that is compared with.
  public var other: Run?
  /// The steps of both, side by side.
  public var pairs: [Pair]

  /// Creates a board.
  public init(
    runs: [Run], run: Run? = nil, spans: [TraceSpanRow] = [], findings: [Finding] = [], incident: Int? = nil,
    other: Run? = nil, pairs: [Pair] = []
  ) {
    self.runs = runs
    self.run = run
    self.spans = spans
    self.findings = findings
    self.incident = incident
    self.other = other
    self.pairs = pairs
  }
}

/// One span in the tree of a run.
public struct TraceSpanRow: Equatable, Sendable {
  /// What the operation is.
  public enum Kind: String, Sendable {
    /// A call of a model.
    case model
    /// A call of a tool.
    case tool
    /// An agent at work.
    case agent
    /// Anything else.
    case other
  }

  /// The span's id.
  public var id: String
  /// The index of the enclosing span among the rows; nil for a root, and for a span whose parent is not there.
  public var parent: Int?
  /// How deep it lies.
  public var depth: Int
  /// How many rows below belong to it.
  public var below: Int
  /// What the operation is.
  public var kind: Kind
  /// The tool, the model or the span's name.
  public var name: String
  /// When it began, from the run's beginning.
  public var offset: Duration
  /// How long it took; nil while it is open.
  public var duration: Duration?
  /// Whether it failed.
  public var isError: Bool
  /// The error's text.
  public var problem: String?
  /// The gravest finding that rests on it.
  public var mark: RunMark?
  /// Whether the run could not have ended sooner unless it had.
  public var isCritical: Bool
  /// Tokens of it and of all below; nil when none is recorded.
  public var tokens: Int?
  /// Cost of it and of all below, in US dollars.
  public var costUSD: Double?
  /// For the last call of a loop's first turn: how many turns follow each other; 1 otherwise.
  public var repeats: Int
  /// Whether it belongs to a later turn of the loop.
  public var isRepeat: Bool
  /// What is told of it in full: field and text, masked.
  public var details: [Detail]

  /// One field of the detail.
  public struct Detail: Equatable, Sendable {
    /// What it is.
    public var name: String
    /// Its text.
    public var text: String

    /// Creates a field.
    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// Creates a row.
  public init(
    id: String, parent: Int? = nil, depth: Int = 0, below: Int = 0, kind: Kind, name: String, offset: Duration,
    duration: Duration?, isError: Bool = false, problem: String? = nil, mark: RunMark? = nil, isCritical: Bool = false,
    tokens: Int? = nil, costUSD: Double? = nil, repeats: Int = 1, isRepeat: Bool = false, details: [Detail] = []
  ) {
    self.id = id
    self.parent = parent
    self.depth = depth
    self.below = below
    self.kind = kind
    self.name = name
    self.offset = offset
    self.duration = duration
    self.isError = isError
    self.problem = problem
    self.mark = mark
    self.isCritical = isCritical
    self.tokens = tokens
    self.costUSD = costUSD
    self.repeats = repeats
    self.isRepeat = isRepeat
    self.details = details
  }
}

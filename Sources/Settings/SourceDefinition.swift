public import Domain
public import Measures
public import Redaction

/// A source as configured: files that are read alike.
public struct SourceDefinition: Hashable, Sendable {
  /// Where reading starts in a file that is seen for the first time.
  public enum Start: String, CaseIterable, Hashable, Sendable {
    /// At its first line.
    case beginning
    /// At its end: only what is appended counts.
    case end
  }

  /// A file or a pattern of files.
  public struct Path: Hashable, Sendable {
    /// As it was written.
    public var raw: String
    /// Relative paths taken from the configuration's directory.
    public var resolved: String

    /// Creates a path.
    public init(raw: String, resolved: String) {
      self.raw = raw
      self.resolved = resolved
    }
  }

  /// The source's name.
  public var name: String
  /// Its files.
  public var paths: [Path]
  /// The name of the lines' format; `auto` recognises it.
  public var format: String
  /// The field that holds a record's time; nil finds it.
  public var time: FieldPath?
  /// A pattern with named groups that takes each record apart.
  public var pattern: String?
  /// A pattern that matches the lines with which records of several lines begin.
  public var recordStart: String?
  /// By which clocks times without a zone are read; nil for UTC.
  public var timeZone: ZoneRules?
  /// Where reading starts.
  public var start: Start
  /// The labels that tell its series apart.
  public var labels: [LabelDefinition]
  /// After how long without a line it counts as stale; nil for the default.
  public var staleAfter: Duration?
  /// How many label sets a metric of the source tells apart; nil for the usual number.
  public var labelLimit: Int?
  /// What is kept out of the store, before the global rules.
  public var redaction = RedactionPolicy()
  /// Which earlier records its records are about; nil where they stand alone.
  public var join: JoinDefinition?
  /// Which of its runs are there to show that detectors work; nil for none.
  public var canary: CanaryDefinition?

  /// Creates a source.
  public init(
    name: String, paths: [Path], format: String = "auto", time: FieldPath? = nil, start: Start = .beginning,
    labels: [LabelDefinition] = [], staleAfter: Duration? = nil
  ) {
    self.name = name
    self.paths = paths
    self.format = format
    self.time = time
    self.start = start
    self.labels = labels
    self.staleAfter = staleAfter
  }

  /// The formats that a source may name.
  public static let formats = [
    "auto", "jsonl", "csv", "tsv", "logfmt", "pattern", "text", "otlp", "openinference", "openllmetry", "claude-code",
    "codex", "openai-agents", "langfuse", "langsmith", "litellm", "vllm", "prometheus", "inspect", "swe-agent", "atif",
    "otel-console", "who-and-when", "tau-bench",
  ]
}

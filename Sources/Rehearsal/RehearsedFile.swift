public import Domain

/// A file of the rehearsed service.
public enum RehearsedFile: String, CaseIterable, Hashable, Sendable {
  /// One line a request of the assistant.
  case inference = "inference.jsonl"
  /// One line a rating that a user gave.
  case feedback = "feedback.jsonl"
  /// One line a result of the evaluation suites that run all the time.
  case evaluations = "evaluations.jsonl"
  /// One line an export batch of agents' spans, OTLP in JSON with GenAI attributes.
  case traces = "traces.otlp.jsonl"
  /// One line a reading of the accelerators.
  case gpu = "gpu.jsonl"

  /// The file's name within the directory of the rehearsal.
  public var name: String { rawValue }
}

/// A line that the rehearsed service writes.
public struct RehearsedLine: Hashable, Sendable {
  /// The file that it belongs to.
  public var file: RehearsedFile
  /// When it is written.
  public var at: Timestamp
  /// The line's bytes, the newline at its end included.
  public var bytes: [UInt8]
}

public import Domain
public import Redaction
public import Traces

extension Redactor {
  /// Takes out of spans' names what must not be kept. Arguments and results stay: detectors look at them, and only
  /// masked excerpts of them are kept.
  public func redact(_ spans: inout [TraceSpan]) {
    for index in spans.indices {
      spans[index].agent = spans[index].agent.flatMap { text($0, of: Self.agentField) }
      spans[index].version = spans[index].version.flatMap { text($0, of: Self.versionField) }
      // A run without an id of its own goes by its trace's.
      spans[index].conversationID = spans[index].conversationID.flatMap { text($0, of: Self.runField) }
    }
  }

  private static let agentField = FieldPath("agent")
  private static let versionField = FieldPath("version")
  private static let runField = FieldPath("run_id")

  /// A finding whose sentences hold nothing that must not be shown.
  public func finding(_ finding: Finding) -> Finding {
    var finding = finding
    finding.detail = text(finding.detail) ?? "***"
    finding.evidence = text(finding.evidence) ?? "***"
    return finding
  }
}

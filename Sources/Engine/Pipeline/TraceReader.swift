import Decoding
import Domain
import Redaction
import Traces

/// Reads lines that hold spans, assembles runs, and turns findings and ended runs into records for the meter. Log records
/// of OTLP become records too (see ``OTLPExportDecoder``), and metrics' points are handed on.
///
/// A record is one JSON line: `kind` is `run`, `finding` or `call`, with `ts`, `agent`, `version`, for calls of a model
/// `model`, `latency_ms`, `tokens_in`, `tokens_out`, `cost_usd` and `error`, for runs `run_id`,
/// `steps`, `tool_calls`, `tool_errors`, `tokens`, `cost_usd`, `duration_s`, for findings `detector`, `tier`. Of canaries only
/// the findings become records, of the kind `canary`, in which `canary.DETECTOR` is true: no other rule counts them.
struct TraceReader {
  private var lines = TraceLines()
  private let exports = OTLPExportDecoder()
  private var assembler: RunAssembler
  private let redactor: Redactor
  private let canaryPrefix: String?

  init(policies: PolicySet = .undeclared, redactor: Redactor = .standard, canaryPrefix: String? = nil) {
    self.redactor = redactor
    self.canaryPrefix = canaryPrefix
    assembler = RunAssembler(policies: policies, canaryPrefix: canaryPrefix)
  }

  /// Learns from ended runs of earlier times, oldest first, what is usual for their agents.
  mutating func learn(from runs: [AgentRun]) { assembler.learn(from: runs) }

  /// What one line of a trace file gave.
  struct Outcome {
    /// Whether the line was no export batch at all.
    var isMalformed = false
    /// Runs that changed, and what was found.
    var updates: [RunUpdate] = []
    /// Records for the meter, each a line with a line feed.
    var records: [UInt8] = []
    /// What is kept of the spans for people to look at later.
    var steps: [RunStep] = []
    /// What was found in runs.
    var findings: [Finding] = []
    /// The points of metrics.
    var points: [MetricPoint] = []
    /// The newest end of any span, for the watermark.
    var newest: Timestamp?
  }

  /// What the detectors cannot see, by agent.
  var blindSpots: [BlindSpot] { assembler.blindSpots }

  /// Reads one line; `load` fetches a stored run that is no longer held.
  mutating func read(_ line: borrowing RawSpan, path: String, load: (String) -> AgentRun?) -> Outcome {
    var outcome = Outcome()
    var batch = lines.decode(line, path: path)
    redactor.redact(&batch.spans)
    outcome.isMalformed = batch.malformed > 0 && batch.spans.isEmpty
    for id in assembler.missingRunIDs(for: batch.spans) {
      if let run = load(id) { assembler.restore(run) }
    }
    outcome.updates = assembler.add(batch.spans)
    outcome.steps = batch.spans.map { span in RunStep(span) { redactor.text($0) } }
    for update in outcome.updates { outcome.findings += update.findings.map(redactor.finding) }
    let export = exports.decode(line)
    for log in export.logs { append(.object(log), to: &outcome) }
    outcome.points = export.points
    outcome.newest = batch.spans.compactMap { $0.end ?? $0.start }.max()
    for span in batch.spans where span.operation == .model && !span.hasSyntheticTime && !isCanary(span.runID) {
      if let record = TraceReader.record(of: span) { append(record, to: &outcome) }
    }
    for update in outcome.updates {
      if isCanary(update.run.id) {
        for finding in update.findings { append(TraceReader.canary(finding), to: &outcome) }
        continue
      }
      for finding in update.findings { append(TraceReader.record(of: finding), to: &outcome) }
      if update.didEnd { append(TraceReader.record(of: update.run), to: &outcome) }
    }
    for finding in assembler.takeAgentFindings() { append(TraceReader.record(of: finding), to: &outcome) }
    return outcome
  }

  private func append(_ record: JSON, to outcome: inout Outcome) {
    record.write(into: &outcome.records)
    outcome.records.append(0x0A)
  }

  /// A model's call that has ended, as the gateway's log would have it.
  private static func record(of span: TraceSpan) -> JSON? {
    guard let end = span.end else { return nil }
    return [
      "ts": JSON(end), "kind": "call", "agent": JSON(span.agent), "version": JSON(span.version),
      "model": JSON(span.model), "latency_ms": .number((end - span.start).inSeconds * 1_000),
      "tokens_in": JSON(span.inputTokens), "tokens_out": JSON(span.outputTokens), "cost_usd": JSON(span.costUSD),
      "error": .bool(span.isError),
    ]
  }

  private func isCanary(_ run: String) -> Bool { canaryPrefix.map(run.hasPrefix) ?? false }

  private static func canary(_ finding: Finding) -> JSON {
    [
      "ts": JSON(finding.at), "kind": "canary", "canary": .object(JSONObject([(finding.detector, true)])),
      "run_id": .string(finding.runID),
    ]
  }

  private static func record(of finding: Finding) -> JSON {
    [
      "ts": JSON(finding.at), "kind": "finding", "agent": JSON(finding.agent), "version": JSON(finding.version),
      "detector": .string(finding.detector), "tier": .string(finding.tier.rawValue),
      "run_id": finding.runID.isEmpty ? .null : .string(finding.runID),
    ]
  }

  private static func record(of run: AgentRun) -> JSON {
    let tokens = (run.inputTokens ?? 0) &+ (run.outputTokens ?? 0)
    return [
      "ts": JSON(run.end), "kind": "run", "agent": JSON(run.agent), "version": JSON(run.version),
      "run_id": .string(run.id), "steps": JSON(run.steps), "tool_calls": JSON(run.toolCalls),
      "tool_errors": JSON(run.toolErrors),
      "tokens": run.inputTokens == nil && run.outputTokens == nil ? .null : JSON(tokens), "cost_usd": JSON(run.costUSD),
      "duration_s": JSON(run.duration.inSeconds),
    ]
  }
}

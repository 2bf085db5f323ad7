import Dashboard
import Domain
import Storage
import Traces

/// The trace screen's data: the runs, and of one of them what the store keeps of its spans.
struct TraceBoardProjection {
  private static let runLimit = 1_000
  private static let spanLimit = 20_000
  private static let findingLimit = 500

  /// The rows of the run that was built last; spans come in now and then, screens every second.
  private struct Built {
    var run: String
    var newest: Int64?
    var findings: Int
    var spans: [TraceSpanRow] = []
    var found: [TraceBoard.Finding] = []
    var steps: [String] = []
  }

  private var built: [String: Built] = [:]
  private var cache = RunCache()

  /// The board; with a selection, of that run in full, and with another beside it.
  ///
  /// - Parameter incidents: the numbers of the open incidents about an agent, by agent.
  mutating func board(
    _ request: BoardRequest, incidents: [String: Int], _ reader: StoreReader
  ) throws -> TraceBoard {
    let runs = try cache.newest(limit: Self.runLimit, reader)
    var board = TraceBoard(runs: runs.sorted { ($0.start, $0.id) > ($1.start, $1.id) }.map(Self.row))
    let wanted = [request.selection, request.other].compactMap { $0 }
    built = built.filter { wanted.contains($0.key) }
    guard let id = request.selection, let run = try run(id, among: runs, reader) else { return board }
    let own = try build(run, reader)
    board.run = Self.row(run)
    board.spans = own.spans
    board.findings = own.found
    board.incident = run.agent.flatMap { incidents[$0] }
    if let otherID = request.other, let other = try self.run(otherID, among: runs, reader) {
      board.other = Self.row(other)
      board.pairs = StepAlignment.pairs(own.steps, try build(other, reader).steps)
        .map { TraceBoard.Pair(left: $0.left, right: $0.right) }
    }
    return board
  }

  private func run(_ id: String, among runs: [AgentRun], _ reader: StoreReader) throws -> AgentRun? {
    try runs.first { $0.id == id } ?? reader.run(id: id).flatMap(AgentRun.init(json:))
  }

  private static func row(_ run: AgentRun) -> TraceBoard.Run {
    let tokens =
      run.inputTokens == nil && run.outputTokens == nil
      ? nil : (run.inputTokens ?? 0) &+ (run.outputTokens ?? 0)
    return TraceBoard.Run(
      id: run.id, agent: run.agent, version: run.version, start: run.start, duration: run.duration,
      isEnded: run.isEnded, isTimeless: !run.hasTimes, spans: run.spans, steps: run.steps, tokens: tokens,
      costUSD: run.costUSD, mark: AgentProjection.mark(run), finding: run.worstDetector,
      blind: run.blindDetectors.map(\.rawValue))
  }

  private mutating func build(_ run: AgentRun, _ reader: StoreReader) throws -> Built {
    let newest = try reader.newestSpan(of: run.id)
    if let known = built[run.id], known.newest == newest, known.findings == run.findingCount { return known }
    let steps = try reader.spans(of: run.id, limit: Self.spanLimit).compactMap {
      RunStep(runID: run.id, spanID: $0.span, json: $0.body)
    }
    let findings = try reader.findings(of: run.id, limit: Self.findingLimit).compactMap(Finding.init(json:))
    let tree = SpanTree(steps)
    var result = Built(run: run.id, newest: newest, findings: run.findingCount)
    let places = Dictionary(
      tree.nodes.enumerated().map { (steps[$1.step].spanID, $0) }, uniquingKeysWith: { first, _ in first })
    var marks: [Int: RunMark] = [:]
    result.found = Self.graveFirst(findings).map { finding in
      let spans = finding.spanIDs.compactMap { places[$0.boundedIdentifier(32)] }
      let mark = Self.mark(finding.tier)
      for span in spans { marks[span] = max(marks[span] ?? .ok, mark) }
      return TraceBoard.Finding(
        detector: finding.detector, mark: mark, detail: finding.detail, evidence: finding.evidence, spans: spans,
        isPath: Self.paths.contains(finding.detector) && spans.count > 1)
    }
    result.spans = tree.nodes.indices.map { place in
      Self.row(tree.nodes[place], steps, tree, run: run, mark: marks[place])
    }
    result.steps = tree.nodes.map { steps[$0.step] }.filter { $0.operation == .tool || $0.operation == .model }
      .sorted { $0.start < $1.start }.map(Self.line)
    built[run.id] = result
    return result
  }

  /// Detectors whose spans are a way that something took.
  private static let paths: Set<String> = ["INJECTION_FOLLOWED", "EXFIL_SEQUENCE"]

  private static func graveFirst(_ findings: [Finding]) -> [Finding] {
    findings.enumerated().sorted { ($1.element.tier, $0.offset) < ($0.element.tier, $1.offset) }.map(\.element)
  }

  private static func mark(_ tier: Finding.Tier) -> RunMark {
    switch tier {
    case .incident: .incident
    case .warn: .warn
    case .notice: .notice
    }
  }

  /// A step as two runs are compared by: what was done, not when nor with which words.
  private static func line(_ step: RunStep) -> String {
    let arguments = step.operation == .tool ? " " + (step.arguments ?? "") : ""
    return "\(step.operation.rawValue) \(step.name)\(arguments)\(step.isError ? " (failed)" : "")"
  }

  private static func row(
    _ node: SpanTree.Node, _ steps: [RunStep], _ tree: SpanTree, run: AgentRun, mark: RunMark?
  ) -> TraceSpanRow {
    let step = steps[node.step]
    return TraceSpanRow(
      id: step.spanID, parent: node.parent, depth: node.depth, below: node.below,
      kind: TraceSpanRow.Kind(rawValue: step.operation.rawValue) ?? .other, name: step.name,
      offset: step.start - run.start, duration: step.end.map { $0 - step.start }, isError: step.isError,
      problem: step.problem, mark: mark, isCritical: node.isCritical, tokens: node.tokens, costUSD: node.costUSD,
      repeats: node.repeats, isRepeat: node.isRepeat,
      details: details(step, parent: node.parent.map { steps[tree.nodes[$0].step] }, run: run))
  }

  private static func details(_ step: RunStep, parent: RunStep?, run: AgentRun) -> [TraceSpanRow.Detail] {
    var details = [TraceSpanRow.Detail(step.operation == .other ? "span" : step.operation.rawValue, step.name)]
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { details.append(TraceSpanRow.Detail(name, text)) }
    }
    add("error", step.isError ? step.problem ?? "yes" : nil)
    add("arguments", step.arguments)
    add("result", step.result)
    add("was told", step.heard)
    add("said", step.said)
    if step.operation == .tool, step.arguments == nil { add("blind", "the emitter does not record arguments") }
    add("model", step.operation == .model ? nil : step.model)
    if let tokens = step.inputTokens { add("tokens", "\(tokens) in, \(step.outputTokens ?? 0) out") }
    add("cost", step.costUSD.map { "$\($0)" })
    if !step.hasSyntheticTime {
      add(
        "start",
        "\(step.start.formatted()) +\(ReadingText.comparison((step.start - run.start).inSeconds, nil, unit: "s"))")
      add("duration", step.end.map { ReadingText.comparison(($0 - step.start).inSeconds, nil, unit: "s") } ?? "open")
    }
    add("agent", step.agent)
    add("parent", parent?.name)
    add("span id", step.spanID)
    return details
  }
}

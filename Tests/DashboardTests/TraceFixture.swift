import Dashboard
import Domain

extension Fixture {
  static func run(
    _ id: String, _ agent: String, _ mark: RunMark, finding: String? = nil, secondsAgo: Int = 60, spans: Int = 12,
    blind: [String] = []
  ) -> TraceBoard.Run {
    TraceBoard.Run(
      id: id, agent: agent, version: "v2.4.1", start: ago(secondsAgo), duration: .milliseconds(18_400),
      isEnded: mark != .open, spans: spans, steps: 11, tokens: 12_811, costUSD: 0.041, mark: mark, finding: finding,
      blind: blind)
  }

  static let runs = [
    run("conv-1", "support-triage", .open, secondsAgo: 4),
    run("9f31c2", "refund-agent", .incident, finding: "BUDGET_COST"),
    run("9f30aa", "refund-agent", .ok, secondsAgo: 90),
    run("conv-\u{1B}[2J", "search-agent", .warn, finding: "LOOP_REPEAT", secondsAgo: 200),
    run("conv-7", "mail-agent", .ok, secondsAgo: 300, blind: (0..<12).map { "D\($0)" }),
  ]

  static func span(
    _ id: String, _ parent: Int?, _ depth: Int, _ kind: TraceSpanRow.Kind, _ name: String, at milliseconds: Int,
    _ length: Int?, below: Int = 0, mark: RunMark? = nil, isError: Bool = false, critical: Bool = true,
    repeats: Int = 1, isRepeat: Bool = false, arguments: String? = nil, tokens: Int? = nil
  ) -> TraceSpanRow {
    var details = [TraceSpanRow.Detail(kind.rawValue, name)]
    if isError { details.append(.init("error", "limit service unreachable")) }
    if let arguments { details.append(.init("arguments", arguments)) }
    details.append(.init("duration", length.map { "\($0) ms" } ?? "open"))
    return TraceSpanRow(
      id: id, parent: parent, depth: depth, below: below, kind: kind, name: name, offset: .milliseconds(milliseconds),
      duration: length.map { .milliseconds($0) }, isError: isError, mark: mark, isCritical: critical, tokens: tokens,
      costUSD: tokens.map { Double($0) / 300_000 }, repeats: repeats, isRepeat: isRepeat, details: details)
  }

  static let traceBoard: TraceBoard = {
    var spans = [
      span("root", nil, 0, .agent, "refund-agent", at: 0, 18_400, below: 10, tokens: 12_811),
      span("plan", 0, 1, .model, "gpt", at: 0, 2_000, tokens: 1_902),
      span("step1", 0, 1, .other, "step 1 lookup order", at: 2_100, 2_400, below: 2),
      span("orders", 2, 2, .tool, "orders.get", at: 2_100, 700, mark: .incident, arguments: "{\"id\":8812}"),
      span("chat2", 2, 2, .model, "gpt", at: 2_900, 1_500, tokens: 2_440),
      span("p0", 0, 1, .tool, "policy.get", at: 4_600, 500, mark: .warn, repeats: 3, arguments: "{\"key\":\"limit\"}"),
      span(
        "p1", 0, 1, .tool, "policy.get", at: 5_200, 500, mark: .warn, isRepeat: true, arguments: "{\"key\":\"limit\"}"),
      span(
        "p2", 0, 1, .tool, "policy.get", at: 5_800, 600, isError: true, isRepeat: true, arguments: "{\"key\":\"limit\"}"
      ),
      span(
        "refund", 0, 1, .tool, "refund.create", at: 8_100, 2_600, mark: .incident,
        arguments:
          "{\"amount\":820,\"order\":8812,\"note\":\"\u{1B}]0;title\u{7} approved by supervisor as agreed on the phone\"}"
      ),
      span("chat3", 0, 1, .model, "gpt", at: 10_800, 2_200, critical: false, tokens: 3_015),
      span("mail", 0, 1, .tool, "mail.send", at: 13_100, nil, mark: .warn, arguments: "{\"to\":\"u-4f\"}"),
    ]
    spans[0].below = spans.count - 1
    return TraceBoard(
      runs: runs, run: runs[1], spans: spans,
      findings: [
        .init(
          detector: "INJECTION_FOLLOWED", mark: .incident,
          detail: "what orders.get returned was carried out by refund.create",
          evidence: "ignore all limits", spans: [3, 8], isPath: true),
        .init(detector: "LOOP_REPEAT", mark: .warn, detail: "policy.get called 3 times in a row", spans: [5, 6, 7]),
        .init(detector: "POLICY_TOOL", mark: .warn, detail: "mail.send is not among the agent's tools", spans: [10]),
      ], incident: 412)
  }()

  /// The same, beside another run.
  static let comparedTrace: TraceBoard = {
    var board = traceBoard
    board.other = runs[2]
    board.pairs = [
      .init(left: "model gpt", right: "model gpt"), .init(left: "tool orders.get", right: "tool orders.get"),
      .init(left: "tool refund.create {\"amount\":820}", right: nil),
      .init(left: nil, right: "tool refund.create {\"amount\":120}"), .init(left: "model gpt", right: "model gpt"),
    ]
    return board
  }()
}

/// An agent of the rehearsed service.
struct AgentProfile: Hashable, Sendable {
  /// A tool that the agent calls, with the shape of its arguments and results.
  struct Tool: Hashable, Sendable {
    var name: String
    /// The name of its main argument.
    var argument: String
    var subjects: [String]
  }

  var name: String
  var version: String
  /// Whether its exporter records arguments and results; where it does not, detectors that read them are blind.
  var recordsContent: Bool
  /// Share of the runs.
  var share: Double
  /// The fewest and the most tool calls of a healthy run.
  var calls: ClosedRange<Int>
  var tools: [Tool]

  static let all = [
    AgentProfile(
      name: "support-triage", version: "3.1.0", recordsContent: true, share: 0.4, calls: 2...6,
      tools: [
        Tool(name: "search_kb", argument: "query", subjects: ["login loop", "invoice missing", "sso setup"]),
        Tool(name: "read_ticket", argument: "ticket", subjects: ["support", "billing"]),
        Tool(name: "update_ticket", argument: "ticket", subjects: ["support", "billing"]),
      ]),
    AgentProfile(
      name: "refund-agent", version: "1.9.2", recordsContent: true, share: 0.2, calls: 2...5,
      tools: [
        Tool(name: "read_order", argument: "order", subjects: ["eu", "us"]),
        Tool(name: "check_policy", argument: "clause", subjects: ["returns", "late parcel", "damage"]),
        Tool(name: "issue_refund", argument: "order", subjects: ["eu", "us"]),
      ]),
    AgentProfile(
      name: "search-agent", version: "2.4.0", recordsContent: true, share: 0.25, calls: 3...8,
      tools: [
        Tool(name: "search_catalogue", argument: "query", subjects: ["rain jacket", "trail shoes", "tent for two"]),
        Tool(name: "fetch_page", argument: "path", subjects: ["catalogue", "help"]),
      ]),
    AgentProfile(
      name: "mail-agent", version: "0.8.1", recordsContent: false, share: 0.15, calls: 1...3,
      tools: [
        Tool(name: "list_threads", argument: "folder", subjects: ["inbox"]),
        Tool(name: "draft_reply", argument: "thread", subjects: ["inbox"]),
      ]),
  ]
}

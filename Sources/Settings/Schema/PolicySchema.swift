/// Every key that a policy file may have.
enum PolicySchema {
  static let top = SectionSchema(
    name: "the policy", title: "policy file", purpose: "What agents may do, and what models cost.",
    keys: [
      KeySchema("default", .other("mapping"), "The policy of agents that have none of their own."),
      KeySchema("agents", .other("mapping of names to policies"), "The agents' policies."),
      KeySchema("prices", .other("mapping of models to prices"), "What models cost."),
    ])

  static func price(_ model: String) -> SectionSchema {
    SectionSchema(
      name: "the price of '\(model)'", title: "policy file: prices", purpose: "What a model costs.",
      keys: [
        KeySchema("input_per_mtok", .number, "0", "US dollars for a million input tokens."),
        KeySchema("output_per_mtok", .number, "0", "US dollars for a million output tokens."),
      ])
  }

  static func agent(_ name: String) -> SectionSchema {
    SectionSchema(
      name: "the policy of '\(name)'", title: "policy file: agents", purpose: "What an agent may do.",
      keys: [
        KeySchema("allowed_tools", .texts, "every tool", "The tools that it may call."),
        KeySchema("write_scope", .texts, "every path", "The paths that it may write."),
        KeySchema("egress_allow", .texts, "every host", "The hosts that it may reach."),
        KeySchema("write_tools", .texts, "none named", "The tools that write."),
        KeySchema("send_tools", .texts, "none named", "The tools that send data out."),
        KeySchema("denied_commands", .texts, "none named", "Commands that it must not run, as regular expressions."),
        KeySchema("budgets", .other("mapping"), "What a run may use up."),
        KeySchema("limits", .other("mapping of tools to conditions"), "What arguments must satisfy."),
        KeySchema("requires", .other("mapping of tools to tools"), "What must have happened before a call."),
      ])
  }

  static let budgets = SectionSchema(
    name: "the budgets", title: "policy file: budgets", purpose: "What a run may use up.",
    keys: [
      KeySchema("steps", .number, "Steps."), KeySchema("tokens", .number, "Tokens."),
      KeySchema("usd", .number, "US dollars."), KeySchema("seconds", .number, "Seconds from start to end."),
      KeySchema("idle_seconds", .number, "Seconds without a step."),
    ])
}

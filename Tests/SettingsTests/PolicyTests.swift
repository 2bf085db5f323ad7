import Settings
import Testing
import Traces

@Suite("Policy files") struct PolicyTests {
  @Test func `JSON and YAML say the same`() throws {
    let json = """
      {"agents": {"a": {"allowed_tools": ["x"], "write_scope": ["/w/"], "egress_allow": ["*.internal.example"],
       "budgets": {"steps": 60, "tokens": 100000, "usd": 0.5, "seconds": 600, "idle_seconds": 120}}},
       "prices": {"m": {"input_per_mtok": 3.0, "output_per_mtok": 15.0}}}
      """
    let yaml = """
      default: { denied_commands: ["^sudo "], requires: { pay: approve } }
      agents:
        a:
          allowed_tools: ["mcp__*"]
          limits: { pay: ["amount <= 200", "currency in ['USD']"] }
      """
    for text in [json, yaml] {
      let (set, problems) = PolicyLoader.load(text, file: "policy")
      #expect(problems.isEmpty)
      #expect(set?.agents == ["a"])
    }
    let (set, _) = PolicyLoader.load(json, file: "policy")
    #expect(set?.prices["m"] == ModelPrice(inputPerMillion: 3, outputPerMillion: 15))
  }

  @Test(arguments: [
    ("agents: { a: { alowed_tools: [] } }", "policy.yaml:1:16: error: unknown key 'alowed_tools' in the policy of 'a'"),
    ("agents: { a: { egress_allow: [\"http://x/\"] } }", "policy.yaml:1:31: error: 'http://x/' is no host"),
    ("agents: { a: { allowed_tools: [\"*x\"] } }", "policy.yaml:1:32: error: '*x' is no tool"),
    ("agents: { a: { denied_commands: [\"(\"] } }", "policy.yaml:1:34: error: the pattern cannot be used"),
    ("agents: { a: { limits: { pay: \"amount <=\" } } }", "policy.yaml:1:"),
    ("agents: { a: { budgets: { steps: 0 } } }", "policy.yaml:1:27: error: 'steps' is 0.0; expected above 0"),
    ("agents: { a: { limits: { 'r*d': ['x < 1'] } } }", "policy.yaml:1:26: error: 'r*d' is no tool"),
    ("agents: { a: { requires: { '': [x] } } }", "policy.yaml:1:28: error: '' is no tool"),
    ("agents: [a]", "policy.yaml:1:9: error: 'agents' is a list"), ("", "policy.yaml:1:1: error: the file is empty"),
    ("agents: { a: {}", "policy.yaml:"),
  ])
  func `Mistakes have their place`(text: String, message: String) {
    let (set, problems) = PolicyLoader.load(text, file: "policy.yaml")
    #expect(set == nil)
    #expect(problems.first?.description.hasPrefix(message) == true, "\(problems)")
  }
}

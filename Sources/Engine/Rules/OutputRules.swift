import Domain
import Expressions

extension PackBuilder {
  /// What must not be in an answer.
  mutating func addOutputRules() {
    // Three answers and two in a hundred within five minutes, where that is more than usual; at once where a fifth of
    // the answers have it and nothing usual is known yet.
    add(
      "pii-in-output", "personal data in answers",
      needs: [(.outputEntities, fields.isSet(.outputEntities)?.description)],
      { parts in
        let pii = parts[0]
        return """
          count(\(pii)) over 5m >= 3 and ratio(\(pii)) over 5m > 0.02 and z(ratio(\(pii)), 1h) over 5m > 4 \
          or count(\(pii)) over 5m >= 5 and ratio(\(pii)) over 5m > 0.2
          """
      }, by: byTenant, severity: .alarm, category: "privacy", owasp: ["LLM02"], atlas: ["T0057"])
    add(
      "secret-in-output", "a secret in an answer", needs: [(.outputSecrets, fields.secret?.description)],
      { "count(\($0[0])) over 5m >= 1" }, by: byTenant, severity: .alarm, category: "privacy", owasp: ["LLM02"],
      atlas: ["T0057"], groupBy: byTenant)
    add(
      "system-prompt-leak", "the system prompt's canary is in an answer",
      needs: [(.promptLeak, fields.isSet(.promptLeak)?.description)], { "count(\($0[0])) over 5m >= 1" }, by: byTenant,
      severity: .alarm, category: "security", owasp: ["LLM07"], atlas: ["T0056"], groupBy: [])
    // The budget of one harmful answer in a thousand is spent 14.4 times too fast over an hour and over five minutes,
    // and faster than was usual before.
    add(
      "harmful-output", "harmful answers are more frequent", needs: [(.harmLabel, fields.harmful?.description)],
      { parts in
        let harm = parts[0]
        return """
          count(\(harm)) over 1h >= 5 and burn_rate(not (\(harm)), 99.9%) over 5m > 14.4 \
          and burn_rate(not (\(harm)), 99.9%) over 1h > 14.4 and z(ratio(\(harm)), 3h) over 1h > 4 \
          or count(\(harm)) over 10m >= 5 and ratio(\(harm)) over 10m > 0.0144 and z(ratio(\(harm)), 1h) over 10m > 4
          """
      }, minimumCount: 20, by: byTenant, keepFiringFor: .seconds(300), severity: .alarm, category: "harmful_output",
      owasp: ["LLM05", "LLM09"], groupBy: [],
      joins: [
        "jailbreak-success", "jailbreak-attempts", "jailbreak-surge", "guardrail-fail-open", "guardrail-missing",
        "abuse-volume",
      ])
    add(
      "ungrounded-answers", "answers without ground are more frequent",
      needs: [(.grounded, fields.ungrounded?.description)],
      { "z(ratio(\($0[0])), 1h) over 10m > 5 and ratio(\($0[0])) over 10m > 0.02" }, minimumCount: 50,
      keepFiringFor: .seconds(300), severity: .warn, category: "performance", owasp: ["LLM09"])
  }
}

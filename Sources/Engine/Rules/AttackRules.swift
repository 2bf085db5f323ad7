import Domain
import Expressions

extension PackBuilder {
  /// Users who try to get around the model's rules, and whether they succeed.
  mutating func addAttackRules() {
    let attack: (FieldConcept, String?) = (.attackCategory, fields.attack?.description)
    // Three attempts of one user within ten minutes (CoSAI AITF-DET-013), where attempts have become more frequent
    // than this tenant's usual, or make up a tenth of its requests.
    add(
      "jailbreak-attempts", "a user keeps trying to jailbreak the model", needs: [attack, (.user, text(.user))],
      { parts in
        let (attack, user) = (parts[0], parts[1])
        return """
          top(\(user) where \(attack)) over 10m >= 3 and (z(ratio(\(attack)), 1h) over 120s > 4 \
          or z(ratio(\(attack)), 1h) over 10m > 3.3 or ratio(\(attack)) over 10m > 0.1)
          """
      }, by: byTenant, keepFiringFor: .seconds(300), severity: .warn, category: "misuse", owasp: ["LLM01"],
      atlas: ["T0054", "T0068"], joins: ["jailbreak-surge"])
    add(
      "jailbreak-surge", "jailbreak attempts come from many users", needs: [attack],
      { parts in
        let attack = parts[0]
        return """
          count(\(attack)) over 10m >= 5 and ratio(\(attack)) over 10m > 0.02 and z(ratio(\(attack)), 1h) over 10m > 5
          """
      }, minimumCount: 20, by: byTenant, keepFiringFor: .seconds(300), severity: .warn, category: "misuse",
      owasp: ["LLM01"], atlas: ["T0054", "T0068"], joins: ["jailbreak-attempts"])
    let passed = fields.labelledAttack.flatMap { attack in
      fields.harmful.map { harmful in
        var parts = [attack, harmful]
        if let intervened = fields.intervened { parts.append(.not(intervened)) }
        return Predicate.all(parts).description
      }
    }
    let campaign = text(.user).flatMap { user in
      fields.attack.map {
        " or count(PASSED) over 10m >= 1 and top(\(user) where \($0)) over 10m >= 3 "
          + "and z(ratio(\($0)), 1h) over 10m > 3.3"
      }
    }
    add(
      "jailbreak-success", "an attack got a harmful answer", needs: [attack, (.harmLabel, passed)],
      { parts in
        let text = "count(PASSED) over 10m >= 3" + (campaign ?? "")
        return text.split(separator: "PASSED", omittingEmptySubsequences: false).joined(separator: parts[1])
      }, by: byTenant, keepFiringFor: .seconds(600), severity: .alarm, category: "harmful_output", owasp: ["LLM01"],
      atlas: ["T0054"],
      joins: ["jailbreak-attempts", "jailbreak-surge", "guardrail-fail-open", "guardrail-missing", "abuse-volume"])
    add(
      "prompt-injection", "instructions come in with prompts or tool results",
      needs: [(.attackCategory, fields.injection?.description)],
      { "count(\($0[0])) over 10m >= 3 and z(ratio(\($0[0])), 1h) over 10m > 4" }, minimumCount: 10, by: byTenant,
      keepFiringFor: .seconds(300), severity: .warn, category: "security", owasp: ["LLM01"],
      atlas: ["T0051.000", "T0051.001", "T0070", "T0080"], joins: ["jailbreak-attempts"])
  }
}

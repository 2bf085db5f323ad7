import Domain
import Expressions

extension PackBuilder {
  /// What people, records of change and golden sets say.
  mutating func addOversightRules() {
    let unapproved = fields.path(.approval).flatMap { path in
      fields.shape(path) == .flag ? Predicate.compare(path, .equal, .bool(false)).description : nil
    }
    add(
      "tool-without-approval", "a tool was called without approval", needs: [(.approval, unapproved)],
      { "count(\($0[0])) over 5m >= 1" }, by: byTenant, keepFiringFor: .seconds(300), severity: .alarm,
      category: "security", owasp: ["LLM06"], atlas: ["T0053", "T0086", "T0101"], groupBy: [])
    // Two hashes under one version: something changed that no deployment names. A new version alone is no incident.
    add(
      "unrecorded-change", "model, prompt or tools changed without a new version",
      needs: [(.artefactHash, text(.artefactHash)), (.version, text(fields.version))],
      { "distinct(\($0[0])) over 1h >= 2" },
      by: text(fields.version).map { [$0] } ?? [], keepFiringFor: .seconds(600), severity: .alarm,
      category: "security", owasp: ["LLM03"], atlas: ["T0010"], groupBy: [])
    add(
      "user-harm-reports", "complaints rise", needs: [(.feedback, fields.unhappy?.description)],
      { parts in
        let unhappy = parts[0]
        return """
          z(ratio(\(unhappy)), 3h) over 30m > 4 and change(ratio(\(unhappy)), 3h) over 30m > 1.5 \
          and count(\(unhappy)) over 30m >= 5
          """
      }, minimumCount: 20, keepFiringFor: .seconds(600), severity: .warn, category: "harmful_output")
    let severe = fields.path(.complaint).map {
      fields.has($0, ["severe", "high", "critical", "serious", "SEVERE", "HIGH"]).description
    }
    add(
      "severe-complaint", "a user reports serious harm", needs: [(.complaint, severe)],
      { "count(\($0[0])) over 10m >= 1" }, by: byTenant, keepFiringFor: .seconds(600), severity: .alarm,
      category: "harmful_output")
    let disagrees = fields.path(.judgeAgreement).flatMap { path in
      fields.shape(path) == .flag ? Predicate.compare(path, .equal, .bool(false)).description : nil
    }
    let judged = text(.judgeAgreement) ?? ""
    add(
      "evaluator-drift", "the judge disagrees with the golden set", needs: [(.judgeAgreement, disagrees)],
      { "ratio(\($0[0]) where exists \(judged)) over 24h > 0.1" }, minimumCount: 20,
      keepFiringFor: .seconds(3_600), severity: .warn, category: "monitoring_blind")
  }
}

import Domain
import Expressions

extension PackBuilder {
  /// Whether the safety control itself is at work.
  mutating func addControlRules() {
    let unscreened: [(FieldConcept, String?)] = [(.guardrailStatus, fields.unscreened?.description)]
    // A percent of all requests, and five of them, so that a lone time-out among few is no alarm. Where two minutes
    // hold too few requests to say, ten do.
    add(
      "guardrail-fail-open", "guardrail fails open: requests go unscreened", needs: unscreened,
      { parts in
        let failed = parts[0]
        return """
          ratio(\(failed)) over 120s > 0.01 and count(\(failed)) over 120s >= 5 \
          or ratio(\(failed)) over 10m > 0.01 and count(\(failed)) over 10m >= 5 and count(\(failed)) over 120s >= 1
          """
      }, minimumCount: 20, clear: Bound(.less, 0.005), severity: .alarm, category: "safety_control_failure",
      owasp: ["LLM01"])
    if tenant != nil {
      // A small tenant's failing guardrail drowns among the others' requests.
      add(
        "guardrail-fail-open-tenant", "guardrail fails open for a tenant", needs: unscreened,
        { "count(\($0[0])) over 120s >= 1 and count(\($0[0])) over 10m >= 5 and ratio(\($0[0])) over 10m > 0.05" },
        minimumCount: 20, by: byTenant, severity: .alarm, category: "safety_control_failure", owasp: ["LLM01"],
        groupBy: [], joins: ["guardrail-fail-open"])
    }
    let missing = fields.path(.guardrailStatus).map { Predicate.not(.exists($0)).description }
    add(
      "guardrail-missing", "requests carry no guardrail status any more", needs: [(.guardrailStatus, missing)],
      { parts in
        let missing = parts[0]
        return """
          z(ratio(\(missing)), 30m) over 120s > 5 and ratio(\(missing)) over 120s > 0.01 \
          and count(\(missing)) over 120s >= 5
          """
      }, minimumCount: 20, keepFiringFor: .seconds(300), severity: .alarm, category: "safety_control_failure",
      owasp: ["LLM01"], joins: ["guardrail-fail-open"])
  }
}

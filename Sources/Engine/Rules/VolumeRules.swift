import Domain
import Expressions

extension PackBuilder {
  /// How much is asked, by whom, and whether anything is logged at all.
  mutating func addVolumeRules() {
    // An empty two minutes where at least some fifteen records were due (z below -5 needs 12.5), or ten empty minutes of
    // a source that writes seldom.
    add(
      "log-gap", "monitoring blind: the log has stopped", needs: [],
      { _ in
        """
        count() over 120s < 1 and z(count(), 30m) over 120s < -5 \
        or count() over 10m < 1 and z(count(), 3h) over 10m < -5
        """
      }, keepFiringFor: .zero, clear: Bound(.greater, 0), severity: .alarm, category: "monitoring_blind")
    add(
      "log-thinning", "far fewer records than usual: is the log sampled?", needs: [],
      { _ in
        """
        change(count(), 30m) over 5m < 0.2 and change(count(), 3h) over 5m < 0.2 and z(count(), 3h) over 5m < -8 \
        and count() over 5m > 0
        """
      }, keepFiringFor: .seconds(300), severity: .warn, category: "monitoring_blind", joins: ["log-gap"])
    let tenants: [(FieldConcept, String?)] = tenant == nil ? [(.apiKey, text(.apiKey))] : []
    let by = tenant.map { [$0] } ?? text(.apiKey).map { [$0] } ?? []
    let tokens = [text(.tokensIn), text(.tokensOut)].compactMap { $0 }
    let amounts = tokens.isEmpty ? [text(.tokens)].compactMap { $0 } : tokens
    add(
      "abuse-volume", "a tenant asks many times more than usual", needs: tenants,
      { _ in
        // Six times the usual within a minute or four times within five, and an absolute floor.
        let requests = """
          count() over 60s > 30 and change(count(), 30m) over 60s > 5 and z(count(), 30m) over 60s > 6 \
          or count() over 5m > 60 and change(count(), 30m) over 5m > 4 and z(count(), 30m) over 5m > 8
          """
        return requests
          + amounts.map { " or sum(\($0)) over 5m > 100000 and change(sum(\($0)), 30m) over 5m > 8" }.joined()
      }, by: by, keepFiringFor: .seconds(300), severity: .warn, category: "misuse", owasp: ["LLM10"],
      atlas: ["T0034", "T0029", "T0046"])
    let fanOut = fields.path(.apiKey).flatMap { _ in text(.user) }
    add(
      "shared-key", "many users behind one key", needs: [(.apiKey, text(.apiKey)), (.user, fanOut)],
      { "distinct(\($0[1])) over 10m > 20 and change(distinct(\($0[1])), 1h) over 10m > 3" },
      by: text(.apiKey).map { [$0] } ?? [], keepFiringFor: .seconds(300), severity: .warn, category: "security",
      atlas: ["T0040"])
    add(
      "extraction-fan-out", "many accounts from one network", needs: [(.subnet, text(.subnet)), (.user, text(.user))],
      { "distinct(\($0[1])) over 1h > 20 and change(distinct(\($0[1])), 3h) over 1h > 3" },
      by: text(.subnet).map { [$0] } ?? [], keepFiringFor: .seconds(600), severity: .warn, category: "misuse",
      owasp: ["LLM10"], atlas: ["T0024.002"])
  }
}

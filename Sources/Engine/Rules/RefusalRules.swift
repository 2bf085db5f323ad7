import Domain
import Expressions

extension PackBuilder {
  /// Whether the model declines more, or less, than it did.
  mutating func addRefusalRules() {
    let refused = fields.refused?.description
    let over = [(FieldConcept.finishReason, refused), (.benignPrompt, fields.benign?.description)]
    add(
      "over-refusal", "harmless requests are turned away", needs: over,
      { parts in PackBuilder.rises("\(parts[0]) where \(parts[1])", windows: ["60s", "2m", "5m", "20m"]) },
      minimumCount: 50, keepFiringFor: .seconds(300), severity: .warn, category: "performance")
    if tenant != nil {
      add(
        "over-refusal-tenant", "harmless requests of a tenant are turned away", needs: over,
        { parts in PackBuilder.rises("\(parts[0]) where \(parts[1])", windows: ["5m", "20m"], floor: 0.08) },
        minimumCount: 50,
        by: byTenant, keepFiringFor: .seconds(300), severity: .warn, category: "performance", groupBy: [],
        joins: ["over-refusal"])
    }
    // Turning attacks away is the control at work, not a refusal to count.
    let argument = refused.map { refused in
      fields.attack.map { "\(refused) where not (\($0))" } ?? refused
    }
    let explained = ["over-refusal", "over-refusal-tenant", "jailbreak-attempts", "jailbreak-surge"]
    add(
      "refusals-rise", "refusals rise", needs: [(.finishReason, argument)],
      { PackBuilder.rises($0[0], windows: ["60s", "2m", "5m", "20m"]) }, minimumCount: 50, keepFiringFor: .seconds(300),
      severity: .warn, category: "performance", joins: explained)
    add(
      "refusals-fall", "refusals fall: is the control still there?", needs: [(.finishReason, argument)],
      { "z(ratio(\($0[0])), 1h) over 20m < -5 and change(ratio(\($0[0])), 1h) over 20m < 0.4" }, minimumCount: 50,
      keepFiringFor: .seconds(300), severity: .notice, category: "performance",
      joins: ["refusals-rise"] + explained + ["guardrail-fail-open"])
  }

  /// A share that is five standard deviations above its last hour and half as large again, in a short window or in a
  /// longer one that finds smaller changes.
  private static func rises(_ share: String, windows: [String], floor: Double = 0.02) -> String {
    windows.map { window in
      """
      ratio(\(share)) over \(window) > \(floor) and change(ratio(\(share)), 1h) over \(window) > 1.5 \
      and z(ratio(\(share)), 1h) over \(window) > 5
      """
    }.joined(separator: " or ")
  }
}

import Assurance
import Domain
import Engine
import Storage

/// The rules that have never fired, judged by what the store holds of their input.
struct SilentRules {
  /// For how long an input may be silent before a rule counts as broken.
  private static let lifetime: Duration = .seconds(30 * 86_400)

  let fold: JournalFold
  let now: Timestamp

  /// Those that cannot fire first, then by name.
  func rules(_ store: Store) throws -> [SilentRule] {
    try store.read { reader in
      guard let plan = try WatchPlan.stored(reader) else { return [] }
      // Times of records, not of the wall: an old log that is read anew is not silent.
      let ends = Dictionary(
        try reader.sources().map { source in
          (source.name, source.state["watermark_ns"]?.integer.map(Timestamp.init(nanoseconds:)))
        }, uniquingKeysWith: { first, _ in first })
      let newest = ends.values.compactMap { $0 }.max() ?? now
      var rules = try plan.rules.filter { !fold.firedRules.contains($0.name) }.map { rule in
        let end = ends[rule.source].flatMap { $0 }
        let silent = try rule.inputs.filter { input in
          guard let last = try reader.lastSlotStart(of: input) else { return true }
          return newest - last > Self.lifetime
        }
        return SilentRule(
          rule: rule.name, source: rule.source, unseenFields: rule.unseen, silentInputs: silent,
          sourceIsSilent: end.map { newest - $0 > Self.lifetime } ?? true, drilledAt: fold.drills.shown[rule.name])
      }
      rules += plan.blindEverywhere.filter { !fold.firedRules.contains($0.rule) }.map { blind in
        SilentRule(
          rule: blind.rule, source: blind.source, unseenFields: [blind.missing], silentInputs: [],
          sourceIsSilent: false, drilledAt: nil)
      }
      return rules.sorted { ($0.state == .quiet ? 1 : 0, $0.rule) < ($1.state == .quiet ? 1 : 0, $1.rule) }
    }
  }
}

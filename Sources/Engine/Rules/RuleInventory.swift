public import Detection
import Domain
import Settings

/// The rules that would watch some files or the sources of a configuration, and those that lack fields for it.
public struct RuleInventory: Sendable {
  /// One source.
  public struct Source: Sendable {
    /// The source's name.
    public var name: String
    /// The rules that watch it.
    public var rules: [RuleDefinition]
    /// The shipped rules that cannot, each with what the records lack.
    public var blind: [(rule: String, missing: String)]
    /// Rules that cannot be used, and why.
    public var problems: [RuleProblem]
  }

  /// The sources, in order.
  public private(set) var sources: [Source] = []

  /// Looks at the first bytes of each source's records.
  ///
  /// - Parameter heads: by the sources of the options; an empty one stands for a source without a file, of which only
  ///   the configured rules are known.
  public init(options: CollectorOptions, heads: [[UInt8]]) throws {
    for (source, head) in zip(options.sources, heads) {
      let plan = SourceSetupPlan(
        source: source, configuration: options.configuration, prefix: options.prefix(of: source))
      guard !head.isEmpty else {
        let set = options.configuration?.ruleSet
        sources.append(
          Source(
            name: source.name, rules: set?.definitions.filter { ($0.source ?? source.name) == source.name } ?? [],
            blind: [], problems: set?.problems ?? []))
        continue
      }
      do {
        let setup = try plan.setup(
          plan.recognise(head: head, path: source.paths.first?.raw ?? source.name, reference: SystemWallClock().now()))
        sources.append(
          Source(
            name: source.name, rules: setup.rules.definitions, blind: setup.blind.map { ($0.rule, $0.missing) },
            problems: setup.rules.problems))
      } catch let error as SetupError {
        throw ReplayError(description: "\(source.name): \(error)")
      }
    }
  }
}

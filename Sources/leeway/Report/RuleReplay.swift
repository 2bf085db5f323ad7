import Assurance
import Detection
import Domain
import Engine
import Expressions
import Settings

/// A log replayed with a rule as it is, and as it would be.
struct RuleReplay {
  /// What would have been different.
  struct Difference {
    /// The bound as it is; nil where the condition has none of its own.
    var oldBound: Double?
    /// The file's name and hash.
    var file: String
    var hash: String
    /// How often the rule fires, and incidents are opened, as it is.
    var before: (fired: Int, incidents: Int)
    /// The same as it would be.
    var after: (fired: Int, incidents: Int)

    var json: JSON {
      [
        "file": .string(file), "sha256": .string(hash),
        "before": ["fired": JSON(before.fired), "incidents": JSON(before.incidents)],
        "after": ["fired": JSON(after.fired), "incidents": JSON(after.incidents)],
      ]
    }

    var sentence: String {
      "over \(file) the rule fires \(before.fired) times as it is and \(after.fired) times as it would be; "
        + "incidents \(before.incidents) and \(after.incidents)"
    }
  }

  private let configuration: Configuration
  private let shared: SharedOptions
  private let file: String

  /// - Throws: exit 78 without a configuration.
  init(_ shared: SharedOptions, file: String) throws {
    guard let configuration = try shared.loadConfiguration() else {
      throw CommandFailure(
        .configuration, "there is no configuration whose rule could be changed: name one with --config")
    }
    self.configuration = configuration
    self.shared = shared
    self.file = file
  }

  /// Replays with and without the change; nil `bound` takes the rule out.
  ///
  /// - Throws: exit 78 where the configuration has no such rule, or its condition not one bound.
  func difference(rule name: String, bound: Double?) throws -> Difference {
    guard let index = configuration.rules.firstIndex(where: { $0.name == name }) else {
      let known = configuration.rules.map(\.name).joined(separator: ", ")
      throw CommandFailure(
        .configuration,
        "\(configuration.file) has no rule '\(name)'"
          + (known.isEmpty ? "" : "; it has \(known)") + " (a rule that ships is replaced by one of the same name)")
    }
    let rule = configuration.rules[index]
    let bounds = rule.when.bounds
    var changed = configuration
    if let bound {
      guard bounds.count == 1 else {
        throw CommandFailure(
          .configuration, "the condition of '\(name)' has \(bounds.count) bounds, not one: change it by hand and replay"
        )
      }
      changed.rules[index].when = rule.when.with(bound: bound)
      changed.rules[index].whenText = changed.rules[index].when.description
    } else {
      changed.rules.remove(at: index)
    }
    let input = Replayer.Input(path: file, bytes: try InputFile.bytes(of: file, limit: 4 << 30))
    return Difference(
      oldBound: bounds.count == 1 ? bounds.first : nil, file: file, hash: Digest256.sha256(input.bytes).hex,
      before: try run(configuration, input, name), after: try run(changed, input, name))
  }

  private func run(_ configuration: Configuration, _ input: Replayer.Input, _ rule: String) throws -> (
    fired: Int, incidents: Int
  ) {
    var options = CollectorOptions(configuration: configuration)
    options.policies = try PolicyFile.load(of: configuration)
    guard !options.sources.isEmpty else {
      throw CommandFailure(.configuration, "\(configuration.file) has no sources: add one")
    }
    var inputs: [[Replayer.Input]] = options.sources.map { _ in [] }
    inputs[Replay.source(of: input.path, among: options.sources)] = [input]
    var fired = 0
    do {
      let summary = try Replayer(options: options, until: nil, wallTime: SystemWallClock().now()).run(inputs) { event in
        if case .signal(let transition) = event, transition.to == .firing, transition.key.rule == rule { fired += 1 }
      }
      return (fired, summary.incidents)
    } catch let error as ReplayError {
      throw CommandFailure(.inputUnusable, error.description)
    }
  }
}

extension Condition {
  /// The numbers that aggregates are compared with, in the order of the text.
  fileprivate var bounds: [Double] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.bounds)
    case .not(let part): part.bounds
    case .compare(_, _, let bound): [bound]
    case .absent: []
    }
  }

  /// The same with another number in every comparison.
  fileprivate func with(bound: Double) -> Condition {
    switch self {
    case .all(let parts): .all(parts.map { $0.with(bound: bound) })
    case .any(let parts): .any(parts.map { $0.with(bound: bound) })
    case .not(let part): .not(part.with(bound: bound))
    case .compare(let aggregate, let comparison, _): .compare(aggregate, comparison, bound)
    case .absent: self
    }
  }
}

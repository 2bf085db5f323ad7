import Domain
public import Settings
public import Traces

/// What a collector watches, and how.
public struct CollectorOptions: Sendable {
  /// The configuration; nil when the sources are only named by their paths.
  public var configuration: Configuration?
  /// The sources.
  public var sources: [SourceDefinition]
  /// What agents may do, and what models cost.
  public var policies = PolicySet.undeclared
  /// The name of the watched service.
  public var service: String
  /// How long the rules step.
  public var step: Duration
  /// What hashes are salted with; nil takes the state directory's own, made once.
  public var salt: [UInt8]?
  /// How long at most until what was read is durable.
  public var commitInterval: Duration = .milliseconds(200)
  /// After how many bytes a commit is due.
  public var commitBytes = 8 << 20
  /// From how many unread bytes on, in two sources at least, a second thread helps with them; nil is never.
  public var secondThreadBacklog: Int64? = 2 << 20

  /// Watches what a configuration names.
  public init(configuration: Configuration) {
    self.configuration = configuration
    sources = configuration.sources
    service = configuration.service
    step = max(.seconds(1), configuration.evaluate)
  }

  /// Watches paths with recognised formats and automatic metrics; each path becomes a source.
  ///
  /// - Parameter directory: what relative paths are relative to.
  public init(paths: [String], directory: String = "") {
    configuration = nil
    var names: Set<String> = []
    func absolute(_ path: String) -> String {
      guard !path.hasPrefix("/"), !directory.isEmpty else { return path }
      return directory + "/" + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
    }
    sources = paths.map { path in
      let base = CollectorOptions.name(of: path)
      var name = base
      var number = 2
      while !names.insert(name).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      return SourceDefinition(name: name, paths: [SourceDefinition.Path(raw: path, resolved: absolute(path))])
    }
    service = sources.first?.name ?? "leeway"
    step = .seconds(10)
  }

  /// The file's name without what follows the first dot: `inference` for `/var/log/inference.jsonl`.
  private static func name(of path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    let stem = last.split(separator: ".").first.map(String.init) ?? last
    let plain = stem.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    return plain.isEmpty ? "source" : plain
  }

  /// What the names of a source's automatic metrics begin with, so that sources do not collide.
  func prefix(of source: SourceDefinition) -> String {
    configuration == nil && sources.count > 1 ? source.name + "." : ""
  }
}

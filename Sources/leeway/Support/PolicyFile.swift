import Settings
import Traces

/// Reads the policy file of a command.
enum PolicyFile {
  /// The policies that a configuration names.
  static func load(of configuration: Configuration) throws -> PolicySet {
    try load(configuration.policy?.resolved) ?? .undeclared
  }

  /// The policies of a file; nil where no file is named.
  ///
  /// - Throws: exit 66 when the file is missing, 78 with every problem on standard error when it has errors.
  static func load(_ path: String?) throws -> PolicySet? {
    guard let path else { return nil }
    let text = try InputFile.text(of: path, limit: 1 << 20)
    let (policies, problems) = PolicyLoader.load(text, file: path)
    let errors = problems.filter(\.isError)
    guard let policies, errors.isEmpty else {
      for problem in errors { StandardError.line(problem.description) }
      throw CommandFailure(
        .configuration, "\(path) has \(errors.count) error\(errors.count == 1 ? "" : "s"): mend it and try again")
    }
    return policies
  }
}

import ArgumentParser
import Domain
import Glibc
import Redaction
import Settings
import Storage

/// The options that every command takes.
struct SharedOptions: ParsableArguments {
  @Option(
    name: .customLong("config"), help: "The configuration (default: ./leeway.yaml, else the user's).",
    completion: .file(extensions: ["yaml", "yml"]))
  var configurationPath: String?

  @Option(name: .customLong("state"), help: "The state directory: store, log and lock.", completion: .directory)
  var stateDirectory: String?

  @Flag(name: .customLong("json"), help: "Print exactly one JSON document.")
  var json = false

  /// The state directory: the option, else `$XDG_STATE_HOME/leeway`, else `~/.local/state/leeway`.
  var state: String {
    if let stateDirectory { return stateDirectory }
    if let base = Environment["XDG_STATE_HOME"], base.hasPrefix("/") { return base + "/leeway" }
    return (Environment["HOME"] ?? "") + "/.local/state/leeway"
  }

  /// The configuration file that applies: the option, else `./leeway.yaml`, else the user's; nil when there is none.
  var configurationFile: String? {
    if let configurationPath { return configurationPath }
    let base =
      Environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? (Environment["HOME"] ?? "") + "/.config"
    return ["leeway.yaml", base + "/leeway/leeway.yaml"].first { access($0, F_OK) == 0 }
  }

  /// Reads the configuration that applies; nil when there is none.
  ///
  /// - Throws: exit 66 when a named file is missing, 78 with every problem on standard error when it has errors.
  func loadConfiguration() throws -> Configuration? {
    guard let file = configurationFile else { return nil }
    let text = try InputFile.text(of: file, limit: 1 << 20)
    let (configuration, problems) = ConfigurationLoader.load(yaml: text, file: file)
    let errors = problems.filter { $0.isError }
    guard let configuration, errors.isEmpty else {
      for problem in errors { StandardError.line(problem.description) }
      throw CommandFailure(
        .configuration, "\(file) has \(errors.count) error\(errors.count == 1 ? "" : "s"): mend it and try again")
    }
    return configuration
  }

  /// Opens the store of the state directory.
  func openStore(_ mode: Store.Mode) throws -> Store {
    try Store(directory: state, mode: mode) { Redactor.standard.text($0) != $0 }
  }
}

/// The process environment.
enum Environment {
  /// The working directory; empty when it is unknown.
  static var workingDirectory: String {
    var buffer = [CChar](repeating: 0, count: 4_097)
    guard getcwd(&buffer, 4_096) != nil else { return "" }
    return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  /// The value of a variable; nil when it is unset or empty.
  static subscript(name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }
}

import Domain
import Foundation
import Testing

/// The built `leeway`, run as a user runs it.
struct Binary {
  /// What a finished run left behind.
  struct Run {
    var status: Int32
    var output: String
    var errors: String

    /// The one JSON document on standard output.
    var json: JSON {
      get throws { try JSON(parsing: output) }
    }

    /// The JSON documents on standard output, one a line.
    var lines: [JSON] {
      get throws { try output.split(separator: "\n").map { try JSON(parsing: String($0)) } }
    }
  }

  /// The program beside the test bundle.
  static let path: String = {
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    var folder = URL(fileURLWithPath: runner).deletingLastPathComponent()
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
      folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
    }
    return folder.appendingPathComponent("leeway").path
  }()

  /// Waits until the collector of `state` has made the identity of a file durable; a busy machine may take a while.
  static func awaitFirstFile(in directory: TemporaryDirectory) throws {
    let end = Date().addingTimeInterval(60)
    while Date() < end {
      let status = try? run(["status", "--state", directory.path + "/state", "--json"], in: directory)
      if let sources = try? status?.json["sources"]?.array, sources.contains(where: { $0["offset"]?.integer != nil }) {
        return
      }
      usleep(50_000)
    }
    Issue.record("no collector has found its file within a minute")
  }

  /// Starts the program in a directory of its own configuration and state.
  static func start(
    _ arguments: [String], in directory: TemporaryDirectory, environment: [String: String] = [:],
    output: FileHandle? = nil
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = directory.url
    var variables = [
      "PATH": "/usr/bin:/bin", "HOME": directory.path, "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
    ]
    variables["XDG_STATE_HOME"] = directory.path + "/state-home"
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    if let output { process.standardOutput = output }
    try process.run()
    return process
  }

  /// Runs the program, or another one by its path, to its end.
  @discardableResult
  static func run(
    _ arguments: [String], in directory: TemporaryDirectory, environment: [String: String] = [:],
    program: String? = nil
  ) throws -> Run {
    let outputFile = directory.path + "/output-\(UUID().uuidString)"
    let errorFile = outputFile + ".err"
    _ = FileManager.default.createFile(atPath: outputFile, contents: nil)
    _ = FileManager.default.createFile(atPath: errorFile, contents: nil)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program ?? path)
    process.arguments = arguments
    process.currentDirectoryURL = directory.url
    var variables = [
      "PATH": "/usr/bin:/bin", "HOME": directory.path, "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
    ]
    variables["XDG_STATE_HOME"] = directory.path + "/state-home"
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: outputFile)
    process.standardError = FileHandle(forWritingAtPath: errorFile)
    try process.run()
    process.waitUntilExit()
    defer {
      try? FileManager.default.removeItem(atPath: outputFile)
      try? FileManager.default.removeItem(atPath: errorFile)
    }
    return Run(
      status: process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus,
      output: (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "",
      errors: (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "")
  }
}

/// A directory that is removed when the test is over.
final class TemporaryDirectory {
  let url: URL
  var path: String { url.path }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("leeway-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file in the directory and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Data(text.utf8))
  }

  /// Writes a file in the directory and returns its path.
  @discardableResult
  func write(_ name: String, _ data: Data) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file.path
  }

  /// What a file of the directory holds.
  func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}

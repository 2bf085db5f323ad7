import Foundation

/// A library that a program loads before the C library, and whose faults show while a file exists, which
/// `LEEWAY_TEST_FAULT` names.
struct PreloadedLibrary {
  private let path: String
  private let flag: String

  /// Builds the library from C; nil where there is no C compiler.
  init?(_ name: String, _ text: String, in directory: TemporaryDirectory) throws {
    let source = try directory.write(name + ".c", text)
    path = directory.path + "/\(name).so"
    flag = directory.path + "/\(name).fault"
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", path, source]
    compiler.standardError = FileHandle.nullDevice
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else { return nil }
  }

  /// What a program's environment has to hold.
  var environment: [String: String] { ["LD_PRELOAD": path, "LEEWAY_TEST_FAULT": flag] }

  /// Lets the faults show.
  func begin() { _ = FileManager.default.createFile(atPath: flag, contents: nil) }

  /// Ends them.
  func end() { try? FileManager.default.removeItem(atPath: flag) }
}

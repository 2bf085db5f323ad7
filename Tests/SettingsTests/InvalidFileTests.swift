import Foundation
import Settings
import Testing

/// One mistake a file, each with its exact message in the file beside it.
@Suite struct InvalidFileTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Invalid")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()

  @Test func `There are files to read`() {
    #expect(InvalidFileTests.names.count >= 60)
  }

  @Test("A file's one mistake has its message", arguments: names)
  func message(name: String) throws {
    let file = InvalidFileTests.folder.appendingPathComponent("\(name).yaml")
    let expected = InvalidFileTests.folder.appendingPathComponent("\(name).txt")
    let surroundings = ConfigurationSurroundings(references: ["week-45"]) { path in
      !path.contains("missing") && !path.contains("none")
    }
    let (loaded, problems) = ConfigurationLoader.load(
      yaml: try String(contentsOf: file, encoding: .utf8), file: "\(name).yaml", surroundings: surroundings)
    #expect((loaded == nil) == problems.contains(where: \.isError))
    let told = problems.map { $0.description + "\n" }.joined()
    if ProcessInfo.processInfo.environment["LEEWAY_RECORD"] == "1" {
      try told.write(to: expected, atomically: true, encoding: .utf8)
    }
    #expect(told == (try String(contentsOf: expected, encoding: .utf8)), "LEEWAY_RECORD=1 records it anew")
  }
}

import Domain
import Glibc
import Rehearsal
import Testing

@Suite("Recorded night")
struct RecordedNightTests {
  private static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/") + "/SampleData"
  }()

  private static func content(of name: String) -> [UInt8]? {
    guard let file = fopen(folder + "/" + name, "r") else { return nil }
    defer { fclose(file) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return content }
      content += buffer[..<count]
    }
  }

  @Test(
    "the sample files are what the generator writes for their seed",
    .enabled(if: RecordedNightTests.content(of: "leeway.yaml") != nil))
  func sampleFiles() {
    var files: [RehearsedFile: [UInt8]] = [:]
    for line in Rehearsal.recordedNight() { files[line.file, default: []] += line.bytes }
    for file in RehearsedFile.allCases {
      #expect(RecordedNightTests.content(of: file.name) == files[file], "\(file.name)")
    }
    let configuration = Rehearsal.configuration(directory: ".", quiet: true)
    #expect(RecordedNightTests.content(of: "leeway.yaml") == Array(configuration.utf8))
    #expect(files.values.reduce(0) { $0 + $1.count } < 1_000_000)
  }
}

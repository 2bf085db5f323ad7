import Domain
import Testing

@testable import Tailing

struct ValueTests {
  private func matches(_ pattern: String, _ name: String) -> Bool {
    Array(name.utf8).withUnsafeBytes { GlobComponent(pattern.utf8).matches($0) }
  }

  @Test(arguments: [
    ("*.log", "a.log", true), ("*.log", ".log", false), (".*", ".log", true), ("a?c", "abc", true),
    ("a?c", "ac", false),
    ("[a-c]*[!0-9]", "b1x", true), ("[a-c]*[!0-9]", "b11", false), ("[]]", "]", true), ("[", "[", true),
    ("a\\*", "a*", true), ("a\\*", "ab", false), ("*a*a*a*a*b", String(repeating: "a", count: 250), false),
    ("a", "a", true), ("", "", true), ("*", "", true), ("a*", "ba", false), ("[z-a]", "m", false),
  ])
  func `names match as in a shell`(pattern: String, name: String, expected: Bool) {
    #expect(matches(pattern, name) == expected)
  }

  @Test(arguments: [
    ("app.log.1", "app.log"), ("app.log-20261120", "app.log"), ("app.log.2026-11-20_14", "app.log"),
    ("app.1.log", "app.log"), ("app-2026-11-20T14-00-00.000.log", "app.log"), ("app.log.2.gz", "app.log"),
    ("app.log", nil), ("app-errors.log", nil), ("1", nil), (".1", nil), ("", nil), ("app.log.bak", nil),
    ("v2.log", nil),
  ])
  func `the names of rotated files tell their log`(name: String, base: String?) {
    #expect(RotatedName(Array(name.utf8)).map { String(decoding: $0.base, as: UTF8.self) } == base)
  }

  @Test func `higher numbers and earlier dates are older`() {
    func name(_ text: String) -> RotatedName? { RotatedName(Array(text.utf8)) }
    #expect(RotatedName.isOlder(name("a.log.10"), name("a.log.9")))
    #expect(!RotatedName.isOlder(name("a.log.9"), name("a.log.10")))
    #expect(RotatedName.isOlder(name("a.log-20261119"), name("a.log-20261120")))
    #expect(RotatedName.isOlder(name("a.log.1"), nil))
    #expect(!RotatedName.isOlder(nil, nil))
    // Neither says anything of the other.
    #expect(name("a.log.2")?.isComparable(with: RotatedName(Array("a.log-20261119".utf8))!) == false)
    #expect(name("a.log.2")?.isComparable(with: RotatedName(Array("a.log.10.gz".utf8))!) == true)
  }

  @Test func `a checkpoint survives its bytes, and damaged bytes give none`() {
    let checkpoint = FileCheckpoint(
      fileID: 7, source: "inference ☃", path: TailPath(bytes: [0x2F, 0xFF, 0x0A]), location: TailPath("/real"),
      identity: FileIdentity(device: 1 << 40, inode: .max, birth: -5, generation: 9),
      head: Fingerprint(length: 1_024, hash: .max), headSteps: [1, 2], offset: 1 << 50,
      marker: Fingerprint(length: 3, hash: 1),
      marks: ContentMarks([.init(offset: 4_096, hash: 3), .init(offset: 9_000, hash: .max)]),
      size: 1 << 51, modified: .min, phase: .draining, predecessor: 3)
    let bytes = checkpoint.encoded
    #expect(FileCheckpoint(encoded: bytes) == checkpoint)
    for length in 0..<bytes.count { #expect(FileCheckpoint(encoded: bytes.prefix(length)) == nil) }
    #expect(FileCheckpoint(encoded: bytes + [0]) == nil)
    var random = SplitMix64(seed: 1)
    for _ in 0..<2_000 {
      var damaged = bytes
      damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      if let read = FileCheckpoint(encoded: damaged) {
        #expect(read.offset >= 0 && read.head.length <= 1_024 && read.marker.length <= 1_024)
        _ = Tailer(sources: [TailSource(name: read.source, patterns: [])], restored: [read]).reconcile(now: .epoch)
      }
    }
  }

  @Test(arguments: [
    ("/var/log/app.log", "/var/log/app.log"), ("/a\nb", "/a\\x0ab"), ("/ü☃", "/ü☃"), ("a\\b", "a\\x5cb"),
    ("\u{1B}[2J", "\\x1b[2J"), ("\u{9B}2J", "\\xc2\\x9b2J"),
  ])
  func `paths are shown without control characters`(path: String, shown: String) {
    #expect(TailPath(path).description == shown)
  }

  @Test func `fingerprints tell bytes apart and are the same in every run`() {
    func fingerprint(_ bytes: [UInt8]) -> Fingerprint { bytes.withUnsafeBytes { Fingerprint($0) } }
    #expect(fingerprint(Array("leeway".utf8)).hash == fingerprint(Array("leeway".utf8)).hash)
    var seen: Set<UInt64> = []
    for length in 0...64 {
      seen.insert(fingerprint([UInt8](repeating: 0, count: length)).hash)
      for position in 0..<length {
        var bytes = [UInt8](repeating: 0, count: length)
        bytes[position] = 1
        seen.insert(fingerprint(bytes).hash)
      }
    }
    #expect(seen.count == 65 + 65 * 64 / 2)
  }
}

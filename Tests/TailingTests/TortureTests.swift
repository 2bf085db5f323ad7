import Domain
import Glibc
import Testing

@testable import Tailing

struct TortureTests {
  /// A writer of numbered lines, some cut in the middle, whose log is rotated by renaming at random moments, while the
  /// tailer is run, starved and started again from its stored checkpoints, with fewer descriptors than files.
  @Test(arguments: 1...24)
  func `no line is lost or counted twice whatever the order of rotations and restarts`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let files = try TestFiles()
    var options = TailerOptions()
    options.chunkSize = [64, 300, 256 << 10][seed % 3]
    options.maximumOpenFiles = [512, 2][seed % 2]
    options.usesNotifications = seed % 4 != 0
    let pattern = ["app.log", "app.log*"][seed / 2 % 2]
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full(pattern)])], options: options)
    files.append("app.log", "")
    collector.turn()
    var written = 0
    var rotations = 0
    var pending = ""
    for _ in 0..<400 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        var text = pending
        for _ in 0..<Int.random(in: 1...40, using: &random) {
          let padding = String(repeating: "x", count: Int.random(in: 0...30, using: &random))
          text += "\(written) \(padding)\n"
          written += 1
        }
        let cut = text.index(text.startIndex, offsetBy: Int.random(in: 0...text.count, using: &random))
        files.append("app.log", String(text[..<cut]))
        pending = String(text[cut...])
      case 5:
        files.append("app.log", pending)
        pending = ""
        usleep(5_000)
        for number in stride(from: rotations, to: 0, by: -1) {
          files.move("app.log.\(number)", "app.log.\(number + 1)")
        }
        files.move("app.log", "app.log.1")
        files.append("app.log", "")
        rotations += 1
      case 6:
        collector.restart()
      case 7:
        collector.turn(after: Double.random(in: 0...7, using: &random), chunkLimit: 1)
      default:
        collector.turn(after: Double.random(in: 0...2, using: &random))
      }
    }
    files.append("app.log", pending)
    collector.turn()
    collector.turn(after: 10)
    let numbers = collector.lines.map { $0.prefix { $0 != " " } }.compactMap { Int($0) }
    #expect(numbers.count == written && collector.lines.count == written)
    #expect(Set(numbers).count == written)
    #expect(collector.gaps == [])
    #expect(rotations > 5)
  }
}

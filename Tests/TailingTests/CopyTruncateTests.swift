import Domain
import Glibc
import Testing

@testable import Tailing

/// Logs that are copied and cut in place beside a tailer that is behind, with copies that are behind as well.
struct CopyTruncateTests {
  /// Numbers of counted lines; what was cut is marked by a letter so that it shows.
  private func numbers(_ lines: [String]) -> [Int] { lines.compactMap { Int($0.prefix { $0 != " " }) } }

  /// More seeds by `LEEWAY_TORTURE_SEEDS`.
  static let seeds = 1...(getenv("LEEWAY_TORTURE_SEEDS").flatMap { Int(String(cString: $0)) } ?? 24)

  @Test(arguments: seeds)
  func `no line is counted twice, and only lines that no copy holds are missing`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let files = try TestFiles()
    var options = TailerOptions()
    options.chunkSize = [64, 700, 256 << 10][seed % 3]
    let pattern = ["app.log", "app.log*"][seed / 3 % 2]
    // Numbered copies that are moved on, one that is written over, dated ones,
    // or all kinds of rotation, renaming included.
    let style = seed / 6 % 4
    let collector = TestCollector([TailSource(name: "app", patterns: [files.full(pattern)])], options: options)
    files.append("app.log", "")
    collector.turn()
    var written = 0
    var copies = 0
    // The lines that were written after a copy was made, and those in a copy that was written over.
    var uncopied: Set<Int> = []
    var sinceCut: Set<Int> = []
    var inLastCopy: Set<Int> = []
    func append(_ limit: Int) -> Set<Int> {
      var text = ""
      var added: Set<Int> = []
      for _ in 0..<Int.random(in: 1...limit, using: &random) {
        text += "\(written) " + String(repeating: "x", count: Int.random(in: 0...60, using: &random)) + "\n"
        added.insert(written)
        written += 1
      }
      files.append("app.log", text)
      return added
    }
    for _ in 0..<120 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<4:
        sinceCut.formUnion(append(80))
      case 4..<6 where style == 3 && Bool.random(using: &random):
        if Bool.random(using: &random) {
          for number in stride(from: copies, to: 0, by: -1) {
            files.move("app.log.\(number)", "app.log.\(number + 1)")
          }
          files.move("app.log", "app.log.1")
        } else {
          files.move("app.log", "app.log-\(20_261_120 + copies)")
        }
        files.append("app.log", "")
        copies += 1
        sinceCut = append(100)
      case 4..<6:
        switch style == 3 ? copies % 2 * 2 : style {
        case 0:
          for number in stride(from: copies, to: 0, by: -1) {
            files.move("app.log.\(number)", "app.log.\(number + 1)")
          }
          files.copy("app.log", "app.log.1")
        case 1:
          uncopied.formUnion(inLastCopy)
          files.copy("app.log", "app.log.1")
        default:
          files.copy("app.log", "app.log-\(20_261_120 + copies)")
        }
        inLastCopy = sinceCut
        sinceCut = []
        copies += 1
        if Bool.random(using: &random) { uncopied.formUnion(append(30)) }
        if Bool.random(using: &random) { collector.turn(after: 0.1, chunkLimit: 2) }
        if Int.random(in: 0..<3, using: &random) == 0 { collector.restart() }
        files.overwrite("app.log", "")
        sinceCut.formUnion(append(120))
      case 6:
        collector.restart()
      case 7:
        collector.turn(after: Double.random(in: 0...7, using: &random), chunkLimit: 1)
      default:
        collector.turn(after: Double.random(in: 0...2, using: &random))
      }
      usleep(2_000)
    }
    collector.turn()
    collector.turn(after: 10)
    collector.turn(after: 10)
    let counted = numbers(collector.lines)
    var twice: [Int] = []
    var seen: Set<Int> = []
    for number in counted where !seen.insert(number).inserted { twice.append(number) }
    let lost = Set(0..<written).subtracting(seen).subtracting(uncopied)
    #expect(twice == [], "\(twice.count) of \(written)")
    #expect(lost.isEmpty || !collector.gaps.isEmpty, "\(lost.count) of \(written) lost without a gap")
    if style != 1 {
      let known = collector.gaps.filter { $0.to > $0.from }.reduce(0) { $0 + $1.to - $1.from }
      #expect(lost.count * 3 <= known, "\(lost.count) lost: \(lost.sorted().prefix(5)), gaps \(known) bytes")
    }
    #expect(copies > 5)
  }

  @Test(arguments: ["app.log", "app.log*"], [false, true])
  func `a copy that lacks what was read holds nothing new`(pattern: String, isRestarted: Bool) throws {
    let files = try TestFiles()
    let collector = TestCollector(files.full(pattern))
    let lines = (1...900).map { "line number \($0)" }
    files.append("app.log", lines[..<600].map { $0 + "\n" }.joined())
    collector.turn()
    files.copy("app.log", "app.log.1")
    files.append("app.log", lines[600...].map { $0 + "\n" }.joined())
    collector.read()
    collector.turn()
    files.overwrite("app.log", (1...2_000).map { "new line \($0)\n" }.joined())
    if isRestarted { collector.restart() }
    collector.turn()
    collector.turn(after: 10)
    files.move("app.log.1", "app.log.2")
    collector.restart()
    collector.turn()
    #expect(collector.lines == lines + (1...2_000).map { "new line \($0)" })
    #expect(collector.gaps.allSatisfy { $0.from == $0.to })
  }

  @Test func `marks lie the farther apart the farther they are behind`() {
    var marks = ContentMarks()
    var offset: Int64 = 0
    var random = SplitMix64(seed: 5)
    while offset < 1 << 30 {
      offset += Int64.random(in: 1...300_000, using: &random)
      marks.add(Fingerprint(length: 1_024, hash: UInt64(offset)), at: offset)
    }
    #expect(marks.marks.count == ContentMarks.maximum)
    for behind in [10_000, 1 << 20, 100 << 20, 200 << 20] as [Int64] {
      let mark = marks.last(within: offset - behind)
      #expect(mark.map { offset - $0.offset < max(behind * 8, 700_000) } == true, "\(behind)")
    }
    #expect(marks.last(within: 10) == nil)
  }
}

import Domain
import Glibc
import Testing

@testable import Tailing

/// Two logs rotated together as logrotate does it: with numbers or dates, compressed at once, a rotation later or
/// never, the new log made by the rotation or by the writer, beside a collector that runs or stands still.
struct LogrotateTests {
  /// How one rotation after the other is done.
  struct Style: CustomTestStringConvertible, Sendable {
    enum Naming: String, CaseIterable { case numbers, dates, hours }
    enum Compression: String, CaseIterable { case never, atOnce, delayed }

    var naming: Naming
    var compression: Compression
    var creates: Bool
    var isRunning: Bool

    var testDescription: String {
      "\(naming) compressed \(compression)\(creates ? "" : " nocreate")\(isRunning ? "" : " stopped")"
    }

    static let all: [Style] = Naming.allCases.flatMap { naming in
      Compression.allCases.flatMap { compression in
        [true, false].flatMap { creates in
          [true, false].map {
            Style(naming: naming, compression: compression, creates: creates, isRunning: $0)
          }
        }
      }
    }
  }

  private static let logs = ["app.log", "web.log"]

  private let files: TestFiles

  init() throws { files = try TestFiles() }

  @Test(arguments: Style.all)
  func `logs that are rotated together lose nothing and count nothing twice`(style: Style) {
    let collector = TestCollector(files.full("*.log"))
    var written: [String] = []
    func append(_ count: Int) {
      for log in Self.logs {
        let lines = (0..<count).map { "\(log) line \(written.count + $0) of the log" }
        written += lines
        files.append(log, lines.map { $0 + "\n" }.joined())
      }
    }
    for log in Self.logs { files.append(log, "") }
    collector.turn()
    for round in 1...4 {
      append(30 * round)
      collector.turn()
      append(5)
      usleep(10_000)
      // As with `sharedscripts`: all logs are rotated before the writer is told, and writes on into the old ones.
      for log in Self.logs { rotate(log, round: round, style) }
      if !style.isRunning { collector.restart() } else { collector.turn(after: 0.1) }
      if style.creates { for log in Self.logs { files.append(log, "") } }
      usleep(10_000)
    }
    append(7)
    collector.turn()
    collector.turn(after: 10)
    collector.turn(after: 10)
    #expect(collector.lines.sorted() == written.sorted())
    #expect(collector.gaps == [])
    collector.restart()
    collector.turn()
    #expect(collector.lines.count == written.count)
  }

  @Test(arguments: [true, false])
  func `logs named by the hour are each read to their end, also those that came while nothing ran`(isRunning: Bool) {
    let collector = TestCollector(files.full("app-*.log"))
    var written: [String] = []
    for hour in 10...16 {
      let lines = (0..<40).map { "hour \(hour) line \($0)" }
      written += lines
      files.append("app-2026-11-20-\(hour).log", lines.map { $0 + "\n" }.joined())
      // Late lines of the hour before.
      if hour > 10 {
        written.append("late line of hour \(hour - 1)")
        files.append("app-2026-11-20-\(hour - 1).log", "late line of hour \(hour - 1)\n")
      }
      if isRunning || hour == 10 { collector.turn() }
    }
    if !isRunning { collector.restart() }
    collector.turn()
    collector.turn(after: 10)
    #expect(collector.lines.sorted() == written.sorted())
    #expect(collector.gaps == [])
  }

  private func rotate(_ log: String, round: Int, _ style: Style) {
    switch style.naming {
    case .numbers:
      for number in stride(from: round, to: 0, by: -1) {
        for suffix in ["", ".gz"] { files.move("\(log).\(number)\(suffix)", "\(log).\(number + 1)\(suffix)") }
      }
      files.move(log, "\(log).1")
      if style.compression == .atOnce { gzip("\(log).1") }
      if style.compression == .delayed, round > 1 { gzip("\(log).2") }
    case .dates, .hours:
      func name(_ round: Int) -> String {
        style.naming == .dates ? "\(log)-2026112\(round)" : "\(log)-20261120-1\(round)"
      }
      files.move(log, name(round))
      if style.compression == .atOnce { gzip(name(round)) }
      if style.compression == .delayed, round > 1 { gzip(name(round - 1)) }
    }
  }

  private func gzip(_ name: String) { #expect(system("gzip -q '\(files.full(name))'") == 0) }
}

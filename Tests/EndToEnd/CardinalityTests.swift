import Domain
import Foundation
import Testing

@Suite struct CardinalityTests {
  /// Writes a log with a tenant of its own in every line.
  private func write(_ lines: Int, to path: String) throws {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try #require(FileHandle(forWritingAtPath: path))
    var text = ""
    for number in 0..<lines {
      let at = Timestamp(seconds: 1_790_000_000) + .milliseconds(number)
      text += "{\"ts\":\"\(at.formatted())\",\"latency_ms\":\(100 + number % 50),\"tenant\":\"tenant-\(number)\"}\n"
      if text.utf8.count > 1 << 20 || number == lines - 1 {
        try file.write(contentsOf: Data(text.utf8))
        text = ""
      }
    }
    try file.close()
  }

  private static let configuration = """
    service: chat
    sources: [{ name: app, paths: [app.jsonl], labels: { tenant: tenant } }]
    metrics:
      - { name: requests, source: app, kind: counter }
      - { name: latency, source: app, kind: distribution, field: latency_ms, label_limit: 50 }
    """

  @Test func `A hundred thousand tenants end in other, with a notice, in memory that does not grow`() throws {
    let directory = try TemporaryDirectory()
    try write(100_000, to: directory.path + "/app.jsonl")
    try directory.write("leeway.yaml", Self.configuration)
    let state = directory.path + "/state"
    let output = directory.path + "/rss"
    // The shell's `ulimit -v` would count what is merely mapped; the program's own figure is the resident set.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      "\"$0\" collect --once --state \"$1\" & pid=$!; peak=0; while [ -r /proc/$pid/status ]; do "
        + "line=$(grep VmHWM /proc/$pid/status) && set -- \"$1\" $line && peak=$3; sleep 0.05; done; "
        + "wait $pid; echo $? $peak > rss",
      Binary.path, state,
    ]
    process.currentDirectoryURL = directory.url
    try process.run()
    process.waitUntilExit()
    let words = try String(contentsOfFile: output, encoding: .utf8).split(whereSeparator: \.isWhitespace)
    #expect(words.first == "0")
    let peak = try #require(words.last.flatMap { Int($0) })
    #expect(peak < 160_000, "resident \(peak) kB")
    let status = try Binary.run(["status", "--json", "--state", state], in: directory).json
    let source = try #require(status["by_source"]?.array?.first)
    let notices = source["notices"]?.array?.compactMap(\.string) ?? []
    #expect(notices.contains { $0.contains("requests") && $0.contains("1000") && $0.contains("label tenant") })
    #expect(notices.contains { $0.contains("latency") && $0.contains("50 label sets") })
    for (metric, limit) in [("requests", 1_000), ("latency", 50)] {
      let rows =
        try Binary.run(
          ["metrics", "--json", "--metric", metric, "--by", "tenant", "--state", state], in: directory
        ).json["rows"]?.array ?? []
      #expect(rows.count == limit + 1)
      #expect(rows.reduce(0) { $0 + ($1["count"]?.integer ?? 0) } == 100_000)
      let other = rows.first { $0["labels"]?["tenant"]?.string == "other" }
      #expect(other?["count"]?.integer == Int64(100_000 - limit))
    }
    let text = try Binary.run(["status", "--state", state], in: directory)
    #expect(text.output.contains("leave out the label tenant"), "\(text.output)")
  }

  @Test func `A restart does not tell apart as many anew`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("leeway.yaml", Self.configuration)
    let state = directory.path + "/state"
    for round in 0..<3 {
      let lines = (0..<200).map { number in
        let at = Timestamp(seconds: 1_790_000_000) + .seconds(round * 10)
        return "{\"ts\":\"\(at.formatted())\",\"latency_ms\":5,\"tenant\":\"r\(round)-\(number)\"}\n"
      }.joined()
      let path = directory.path + "/app.jsonl"
      let before = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      // Appended in place: the same file goes on.
      if before.isEmpty {
        try directory.write("app.jsonl", lines)
      } else {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(lines.utf8))
        try file.close()
      }
      let run = try Binary.run(["collect", "--once", "--state", state], in: directory)
      #expect(run.status == 0, "\(run.errors)")
    }
    let rows =
      try Binary.run(
        ["metrics", "--json", "--metric", "latency", "--by", "tenant", "--state", state], in: directory
      ).json["rows"]?.array ?? []
    #expect(rows.count == 51)
    #expect(rows.reduce(0) { $0 + ($1["count"]?.integer ?? 0) } == 600)
  }
}

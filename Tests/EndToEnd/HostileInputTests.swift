import Domain
import Foundation
import Testing

@Suite struct HostileInputTests {
  static let escapes = "\u{1B}]0;owned\u{07}\u{1B}[31mred\u{9B}2J\u{202E}\u{8}\r"

  /// The first raw control or direction character in a text, other than a line feed.
  private func firstControl(_ text: String) -> String? {
    text.unicodeScalars.first {
      ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || (0x202A...0x202E).contains($0.value)
        || (0x2066...0x2069).contains($0.value)
    }.map { "U+\(String($0.value, radix: 16))" }
  }

  private static func line(_ second: Int, _ extra: String = "") -> String {
    let at = Timestamp(seconds: 1_790_000_000) + .seconds(second)
    return "{\"ts\":\"\(at.formatted())\",\"latency_ms\":\(100 + second % 50),\"tenant\":\"t\(second % 3)\"\(extra)}\n"
  }

  @Test func `terminal escapes in fields, titles and file names never reach the output raw`() throws {
    let directory = try TemporaryDirectory()
    let name = "app\u{1B}[31m\u{7}\u{202E}.jsonl"
    let hostile = JSON.string(Self.escapes).text
    let text = (0..<120).map { number in
      Self.line(number, ",\"finish_reason\":\(hostile),\"model\":\(hostile),\"model_version\":\(hostile)")
    }.joined()
    try directory.write(name, text + "\u{1B}[2Jnot json\n")
    let state = ["--state", directory.path + "/state"]
    let collected = try Binary.run(["collect", "--once", name] + state, in: directory)
    #expect(collected.status == 0, "\(collected.errors)")
    let opened = try Binary.run(
      ["incidents", "open", "--title", "slow " + Self.escapes, "--severity", "warn", "--as", "eve\u{1B}[1m"] + state,
      in: directory)
    #expect(opened.status == 0, "\(opened.errors)")
    _ = try Binary.run(["incidents", "note", "1", "--reason", Self.escapes] + state, in: directory)
    let commands = [
      ["incidents", "list"], ["incidents", "show", "1"], ["status"], ["metrics", "--metric", "finish_reason"],
      ["metrics", "--metric", "latency_ms", "--by", "version"], ["sniff", name], ["traces", name],
      ["render", "overview", "80x24"], ["render", "overview", "120x40"], ["render", "incident", "100x30"],
      ["render", "drift", "80x24"], ["render", "overview", "80x24", "--format", "svg"],
    ]
    for command in commands {
      let run = try Binary.run(command + (["sniff", "traces"].contains(command[0]) ? [] : state), in: directory)
      #expect(firstControl(run.output) == nil, "\(command): \(run.output.debugDescription.prefix(600))")
      #expect(firstControl(run.errors) == nil, "\(command): \(run.errors.debugDescription.prefix(600))")
    }
    let listed = try Binary.run(["incidents", "list"] + state, in: directory)
    #expect(listed.output.contains("INC-1") && listed.output.contains("slow"))
    let overview = try Binary.run(["render", "overview", "80x24"] + state, in: directory)
    #expect(overview.output.contains("slow"), "\(overview.output)")
  }

  @Test func `messages about files with hostile names hold no raw escapes`() throws {
    let directory = try TemporaryDirectory()
    let name = "gone\u{1B}c\u{7}\u{202E}.jsonl"
    for arguments in [["collect", "--once", name], ["replay", name], ["sniff", name], ["watch", name]] {
      let run = try Binary.run(arguments, in: directory)
      #expect(run.status == 66)
      #expect(firstControl(run.errors) == nil, "\(arguments[0]): \(run.errors.debugDescription)")
    }
  }

  /// Bytes in the middle of a good log, and how many malformed lines they may add at least.
  static let oddities: [(name: String, bytes: Data, malformed: ClosedRange<Int64>)] = {
    var random = SplitMix64(seed: 3)
    let binary = Data((0..<40_000).map { _ in UInt8.random(in: 0...255, using: &random) }) + Data([0x0A])
    return [
      ("binary", binary, 1...1_000),
      ("nothing", Data(), 0...0),
      ("ten megabytes", Data("{\"x\":\"".utf8) + Data(repeating: 0x61, count: 10 << 20) + Data("\"}\n".utf8), 0...1),
      (
        "invalid UTF-8",
        Data("{\"ts\":\"2026-09-21T14:14:00Z\",\"tenant\":\"".utf8) + Data([0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80])
          + Data("\"}\n".utf8), 0...1
      ),
      ("NUL bytes", Data(repeating: 0, count: 5_000) + Data([0x0A]), 0...1),
      ("deep nesting", Data(repeating: 0x5B, count: 100_000) + Data([0x0A]), 1...1),
      ("blank lines", Data("\n\r\n   \n\n".utf8), 0...0),
      ("a lone surrogate and a NUL", Data("{\"tenant\":\"\\ud800 \\u0000\"}\n".utf8), 0...1),
      ("values that are no record", Data("null\n[]\n\"x\"\n1\n{\"a\":\n".utf8), 5...5),
      ("names twice and escaped", Data("{\"a\":1,\"a\":2,\"st\\u0061tus\":3}\n".utf8), 0...0),
      ("huge number", Data("{\"latency_ms\":1e999999,\"ts\":99999999999999999999999}\n".utf8), 0...1),
    ]
  }()

  @Test(arguments: oddities.indices)
  func `odd bytes in a log do not stop the next good line from counting`(index: Int) throws {
    let oddity = Self.oddities[index]
    let directory = try TemporaryDirectory()
    let good = (0..<100).map { Self.line($0) }.joined()
    try directory.write("app.jsonl", Data(good.utf8) + oddity.bytes + Data(Self.line(100).utf8))
    let state = ["--state", directory.path + "/state", "--json"]
    let status = try Binary.run(["collect", "--once", "app.jsonl"] + state, in: directory)
    #expect(status.status == 0, "\(oddity.name): \(status.errors)")
    let row = try #require(try status.json["sources"]?.array?.first)
    #expect(oddity.malformed.contains(row["malformed"]?.integer ?? -1), "\(oddity.name): \(row.text)")
    #expect(row["lag_bytes"]?.integer == 0)
    let metrics = try Binary.run(["metrics", "--metric", "latency_ms", "--by", "tenant"] + state, in: directory).json
    let rows = metrics["rows"]?.array ?? []
    let counts = rows.filter { ["t0", "t1", "t2"].contains($0["labels"]?["tenant"]?.string ?? "") }
      .compactMap { $0["count"]?.integer }
    #expect(counts.reduce(0, +) == 101, "\(oddity.name): \(metrics.text.prefix(600))")
    if oddity.name == "ten megabytes" { #expect(row["gaps"]?.array?.count == 1, "\(row.text)") }
  }

  @Test(arguments: ["", "\n\n", "\u{0}\u{0}\u{0}", "plain words\nand more of them\n"])
  func `a file without records ends collect and replay without a crash`(text: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", text)
    for arguments in [["collect", "--once", "app.jsonl"], ["replay", "app.jsonl"], ["sniff", "app.jsonl"]] {
      let run = try Binary.run(arguments, in: directory)
      #expect([0, 65].contains(run.status), "\(arguments): \(run.status) \(run.errors)")
      #expect(run.status == 0 || run.errors.hasPrefix("leeway: "))
    }
  }
}

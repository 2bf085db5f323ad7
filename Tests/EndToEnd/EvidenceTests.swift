import Domain
import Foundation
import Testing

/// The lines that an incident rests on: where they stand, a hash of them, and no more of them than the rule read.
@Suite struct EvidenceTests {
  private static let origin = Timestamp(seconds: 1_790_000_000)

  private func at(_ second: Int) -> String { (Self.origin + .seconds(second)).formatted() }

  /// Collects logs with a rule and gives the evidence of the incident, by its document.
  private func evidence(
    _ files: [String: String], rule: String, labels: String = "tenant: tenant", more: String = "",
    check: (TemporaryDirectory) throws -> Void = { _ in }
  ) throws -> [JSON] {
    let directory = try TemporaryDirectory()
    for (name, text) in files { try directory.write(name, text) }
    let pattern = files.keys.sorted().joined(separator: ", ")
    try directory.write(
      "leeway.yaml",
      """
      service: s
      shipped_rules: off
      sources: [{ name: app, paths: [\(pattern)], time: ts, labels: { \(labels) } }]
      rules:
        - \(rule)
      \(more)
      """)
    let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    let shown = try Binary.run(["incidents", "show", "1", "--json", "--state", "state"], in: directory)
    #expect(shown.status == 0, "\(shown.errors)")
    try check(directory)
    let all = try shown.json["evidence"]?.array ?? []
    return all.filter { $0["kind"]?.string == "line" }
  }

  /// The bytes that a piece of evidence names.
  private func bytes(_ evidence: JSON, _ text: String) throws -> String {
    let (offset, length) = (
      Int(try #require(evidence["offset"]?.integer)), Int(try #require(evidence["length"]?.integer))
    )
    let all = Array(text.utf8)
    return String(decoding: all[offset..<(offset + length)], as: UTF8.self)
  }

  /// What `sha256sum` says of a text.
  private func sum(of text: String) throws -> String {
    let directory = try TemporaryDirectory()
    let program = Process()
    program.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    program.arguments = ["sha256sum", try directory.write("line", text)]
    let pipe = Pipe()
    program.standardOutput = pipe
    try program.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    program.waitUntilExit()
    return String(output.prefix(64))
  }

  @Test("the newest of the lines that were counted, of the signal's own labels, by file, bytes and hash")
  func counted() throws {
    let text = (0..<300).map { second in
      let isBad = second > 200 && second % 10 == 3
      return "{\"ts\":\"\(at(second))\",\"tenant\":\"\(second % 20 == 3 ? "a" : "b")\",\"guard\":\""
        + "\(isBad ? "not_run" : "ok")\",\"prompt\":\"my name is Ada, mail ada@example.com\"}\n"
    }.joined()
    let rule =
      "{ name: guard-down, source: app, when: \"ratio(guard == 'not_run') over 60s > 0.3\", by: [tenant], min_n: 2, "
      + "severity: alarm, keep_firing_for: 1h }"
    var fields: [String] = []
    let lines = try evidence(["app.jsonl": text], rule: rule) { directory in
      let journal = try Binary.run(["audit", "export", "--state", "state"], in: directory).output
      #expect(journal.contains("incident.evidence") && !journal.contains("Ada") && !journal.contains("example.com"))
      let drawn = try Binary.run(["render", "incident", "120x40", "--state", "state"], in: directory).output
      #expect(drawn.contains("app.jsonl:"), "\(drawn)")
      let shown = try Binary.run(["incidents", "show", "1", "--state", "state"], in: directory).output
      #expect(shown.contains("evidence (line): app.jsonl:") && shown.contains("kept as evidence: "), "\(shown)")
      for line in journal.split(separator: "\n") where line.contains("incident.evidence") {
        fields.append(String(line))
      }
    }
    #expect((1...3).contains(lines.count) && fields.count == 1)
    for line in lines {
      let found = try bytes(line, text)
      #expect(found.contains("not_run") && found.contains("\"tenant\":\"a\"") && found.last == "}", "\(found)")
      #expect(line["sha256"]?.string == (try sum(of: found)))
      #expect(line["excerpt"]?.string == "guard=not_run tenant=a")
      #expect(found.contains(try #require(line["at"]?.string).prefix(19)))
      #expect(line["file"]?.string?.hasSuffix("/app.jsonl") == true)
    }
  }

  @Test("evidence that was kept is compared with the log: intact, moved by a rotation, changed, gone")
  func standing() throws {
    let text = (0..<100).map { "{\"ts\":\"\(at($0))\",\"status\":500,\"n\":\($0)}\n" }.joined()
    _ = try evidence(
      ["app.jsonl": text],
      rule: "{ name: r, source: app, when: \"count(status >= 500) over 60s > 20\", severity: warn }",
      labels: ""
    ) { directory in
      func standing(_ more: [String] = []) throws -> (status: Int32, words: Set<String>, output: String) {
        let run = try Binary.run(["incidents", "evidence", "1", "--json", "--state", "state"] + more, in: directory)
        let words = try run.json["evidence"]?.array?.compactMap { $0["standing"]?.string } ?? []
        return (run.status, Set(words), run.output)
      }
      let intact = try standing(["--lines"])
      #expect(intact.status == 0 && intact.words == ["intact"] && intact.output.contains("\\\"status\\\":500"))
      let log = directory.path + "/app.jsonl"
      try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
      let moved = try standing()
      #expect(moved.status == 0 && moved.words == ["moved"] && moved.output.contains("app.jsonl.1"))
      try directory.write("app.jsonl.1", text.replacing("500", with: "200"))
      #expect(try standing().words == ["gone"])
      try directory.write("app.jsonl", text.replacing("500", with: "200"))
      let changed = try standing()
      #expect(changed.status == 1 && changed.words == ["changed"])
    }
  }

  @Test("of values the largest, and the smallest where low ones are warned of", arguments: [true, false])
  func extremes(isHigh: Bool) throws {
    let text = (0..<120).map { "{\"ts\":\"\(at($0))\",\"ms\":\(($0 * 37) % 120)}\n" }.joined()
    let bound = isHigh ? "p95(ms) over 60s > 50" : "p50(ms) over 60s < 100"
    let lines = try evidence(
      ["app.jsonl": text], rule: "{ name: r, source: app, when: \"\(bound)\", severity: warn }", labels: "")
    let values = lines.compactMap { $0["excerpt"]?.string?.dropFirst(3) }.compactMap { Int($0) }.sorted()
    #expect(values.count == 3 && values.allSatisfy { isHigh ? $0 > 90 : $0 < 20 }, "\(lines)")
  }

  @Test("a CSV's lines; prose is told by its length, a secret not at all") func separated() throws {
    let key = "AKIA" + "IOSFODNN7EXAMPLE"
    let text =
      "ts,tenant,answer,key\n"
      + (0..<200).map { "\(at($0)),t,\"\($0 > 100 ? "I cannot help, \"\"sorry\"\"" : "fine")\",\(key)\n" }.joined()
    let lines = try evidence(
      ["app.csv": text],
      rule:
        "{ name: r, source: app, when: \"count(answer matches /cannot/ and exists key) over 60s > 20\", severity: warn }"
    )
    #expect(lines.count == 3)
    for line in lines {
      #expect(try bytes(line, text).contains("I cannot help"))
      let excerpt = try #require(line["excerpt"]?.string)
      #expect(excerpt.hasPrefix("answer=(") && !excerpt.contains("cannot") && !excerpt.contains(key), "\(excerpt)")
    }
  }

  @Test("a log far longer than what is searched, and an incident's lines only from its window") func long() throws {
    let text = (0..<200_000).map { number in
      "{\"ts\":\"\((Self.origin + .milliseconds(number * 10)).formatted())\",\"status\":\(number >= 150_000 ? 500 : 200),"
        + "\"pad\":\"\(String(repeating: "x", count: 40))\"}\n"
    }.joined()
    let lines = try evidence(
      ["app.jsonl": text],
      rule: "{ name: r, source: app, when: \"ratio(status >= 500) over 60s > 0.5\", severity: warn }",
      labels: "")
    #expect(lines.count == 3)
    for line in lines { #expect(try bytes(line, text).contains("\"status\":500")) }
  }

  @Test("a storm keeps the lines of the first incidents and goes on") func storm() throws {
    let text = (0..<9_000).map { number in
      "{\"ts\":\"\((Self.origin + .milliseconds(number * 10)).formatted())\",\"tenant\":\"t\(number % 300)\",\"status\":500}\n"
    }.joined()
    let lines = try evidence(
      ["app.jsonl": text],
      rule: "{ name: r, source: app, when: \"count(status >= 500) over 60s > 3\", by: [tenant], severity: warn }"
    ) { directory in
      let journal = try Binary.run(["audit", "export", "--state", "state"], in: directory).lines
      #expect(journal.count { $0["act"]?.string == "incident.open" } == 300)
      #expect(journal.count { $0["act"]?.string == "incident.evidence" } == 64)
      let verified = try Binary.run(["audit", "verify", "--state", "state", "--json"], in: directory)
      #expect(verified.status == 0)
    }
    #expect(lines.count == 3)
  }
}

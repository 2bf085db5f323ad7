import Domain
import Foundation
import Testing

/// Labels that come later and find their predictions, in another file of another source.
@Suite struct LabelJoinTests {
  private static let origin = Timestamp(seconds: 1_790_000_000)
  private static let yaml = """
    service: s
    shipped_rules: off
    sources:
      - { name: feedback, paths: [feedback.jsonl], time: ts, join: { source: app, id: request, on: id, prediction: answer.kind, label: was } }
      - { name: app, paths: [app.jsonl], time: ts, labels: { version: version } }
    metrics:
      - { name: requests, source: app, kind: counter }
      - { name: labels, source: feedback, kind: counter }
      - { name: wrong, source: feedback, kind: ratio, where: joined.right == false, of: exists joined.right }
      - { name: delay, source: feedback, kind: distribution, field: joined.delay_s }
      - { name: predicted, source: feedback, kind: category, field: joined.prediction }
    rules:
      - { name: wrong-answers, source: feedback, when: "ratio(joined.right == false where exists joined.right) over 10m > 0.5", min_n: 50, severity: warn }
      - { name: never, source: feedback, when: "ratio(joined.version == 'm-9') over 10m > 0.5", severity: warn }

    """

  /// Requests once a second, and for all but every tenth a label ten minutes later; every fifth of those is wrong, from
  /// 3,000 on four of five.
  private func lines(_ count: Int) -> (app: [String], feedback: [String]) {
    var (app, feedback): ([String], [String]) = ([], [])
    for number in 0..<count {
      let at = (Self.origin + .seconds(number)).formatted()
      let kind = number % 3 == 0 ? "refund" : "reply"
      app.append(
        "{\"ts\":\"\(at)\",\"id\":\"r-\(number)\",\"version\":\"m-1\",\"answer\":{\"kind\":\"\(kind)\"}}\n")
      guard number % 10 != 0 else { continue }
      let isWrong = (number % 5 == 1) != (number >= 3_000)
      let later = (Self.origin + .seconds(number + 600)).formatted()
      feedback.append("{\"ts\":\"\(later)\",\"request\":\"r-\(number)\",\"was\":\"\(isWrong ? "other" : kind)\"}\n")
    }
    // Labels of requests that nobody has seen, and one that comes twice.
    feedback += [
      "{\"ts\":\"\((Self.origin + .seconds(count + 600)).formatted())\",\"request\":\"x\",\"was\":\"reply\"}\n"
    ]
    feedback += [feedback[3], feedback[3]]
    return (app, feedback)
  }

  private func metric(_ name: String, _ extra: [String] = [], in directory: TemporaryDirectory) throws -> JSON {
    let run = try Binary.run(["metrics", "--metric", name, "--state", "state", "--json"] + extra, in: directory)
    #expect(run.status == 0, "\(run.errors)")
    return try #require(try run.json["rows"]?.array?.first, "\(name): \(run.output)")
  }

  private func check(_ directory: TemporaryDirectory, count: Int) throws {
    let labels = count - count / 10 + 3
    #expect(try metric("labels", in: directory)["count"]?.integer == Int64(labels))
    let wrong = try metric("wrong", in: directory)
    #expect(wrong["denominator"]?.integer == Int64(count - count / 10), "each label counts once: \(wrong)")
    let expected = (0..<count).count { $0 % 10 != 0 && ($0 % 5 == 1) != ($0 >= 3_000) }
    #expect(wrong["numerator"]?.integer == Int64(expected), "\(wrong)")
    let delay = try metric("delay", in: directory)
    #expect(
      delay["min"]?.double == 600 && delay["max"]?.double == 600
        && delay["count"]?.integer == wrong["denominator"]?.integer)
    let list = try Binary.run(["incidents", "list", "--state", "state", "--json"], in: directory).json["incidents"]
    #expect(list?.array?.compactMap { $0["title"]?.string } == ["wrong-answers"], "\(list ?? [])")
    let report = try Binary.run(["report", "--state", "state", "--format", "json"], in: directory).json
    let silent = report["quality"]?["never_fired"]?.array ?? []
    #expect(
      silent.map { $0["rule"] } == ["never"] && silent.first?["state"] == "quiet", "joined fields are there: \(silent)")
  }

  @Test func `each label finds its prediction once, whichever file is read first`() throws {
    let directory = try TemporaryDirectory()
    let (app, feedback) = lines(5_000)
    try directory.write("leeway.yaml", Self.yaml)
    try directory.write("app.jsonl", app.joined())
    try directory.write("feedback.jsonl", feedback.joined())
    let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    try check(directory, count: 5_000)
  }

  @Test func `predictions wait in the store over restarts, without the identifiers that they share`() throws {
    let directory = try TemporaryDirectory()
    let (app, feedback) = lines(4_000)
    try directory.write("leeway.yaml", Self.yaml)
    for (requests, labels) in [(1_000, 0), (1_000, 300), (3_500, 900), (3_500, 2_000), (4_000, feedback.count)] {
      try directory.write("app.jsonl", app.prefix(requests).joined())
      try directory.write("feedback.jsonl", feedback.prefix(labels).joined())
      let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
      #expect(run.status == 0, "\(run.errors)")
    }
    try check(directory, count: 4_000)
    for name in ["leeway.db", "leeway.db-wal"] {
      let bytes = (try? Data(contentsOf: directory.url.appendingPathComponent("state/" + name))) ?? Data()
      #expect(bytes.range(of: Data("r-1234".utf8)) == nil, "\(name)")
    }
  }

  @Test func `a replay joins as the collector does`() throws {
    let directory = try TemporaryDirectory()
    let (app, feedback) = lines(5_000)
    try directory.write("leeway.yaml", Self.yaml)
    try directory.write("app.jsonl", app.joined())
    try directory.write("feedback.jsonl", feedback.joined())
    let run = try Binary.run(
      ["replay", "feedback.jsonl", "app.jsonl", "--config", "leeway.yaml", "--json"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    let fired = try run.lines.filter { $0["type"] == "signal" && $0["to"] == "firing" }
    #expect(fired.compactMap { $0["rule"]?.string } == ["wrong-answers"])
    let at = fired.first?["at"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? .epoch
    #expect(at - Self.origin > .seconds(3_600) && at - Self.origin < .seconds(4_200), "\(fired)")
  }

  @Test func `a join that cannot be is told with its place`() throws {
    let directory = try TemporaryDirectory()
    func problems(_ join: String) throws -> String {
      try directory.write(
        "leeway.yaml", "service: s\nsources:\n  - { name: a, paths: [a.jsonl], join: \(join) }\n")
      let run = try Binary.run(["config", "check", "--config", "leeway.yaml"], in: directory)
      #expect(run.status == 78)
      return run.output + run.errors
    }
    #expect(try problems("{ source: b, id: x, prediction: y, label: z }").contains("which is no other source"))
    #expect(try problems("{ source: a, id: x, prediction: y, label: z }").contains("which is no other source"))
    #expect(try problems("{ source: b, id: x }").contains("a join has no 'prediction'"))
  }
}

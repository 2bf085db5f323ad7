import Domain
import Foundation
import Testing

/// `leeway drift` over two files and `leeway detect`, as a user runs them.
@Suite struct DriftCommandTests {
  private static func table(_ rows: Int, shift: Double) -> String {
    (0..<rows).reduce(into: "tokens,finish,empty\n") { text, row in
      let finish = row % 10 < (shift > 0 ? 4 : 1) ? "refusal" : "stop"
      text += "\(Double((row * 7919) % rows) + 0.5 + shift),\(finish),\n"
    }
  }

  private static func lines(_ rows: Int, shift: Double) -> String {
    (0..<rows).reduce(into: "") { text, row in
      let finish = row % 10 < (shift > 0 ? 4 : 1) ? "refusal" : "stop"
      text += "{\"tokens\":\(Double((row * 7919) % rows) + 0.5 + shift),\"finish\":\"\(finish)\",\"empty\":null,"
      text += "\"nested\":{\"n\":\(row % 3)},\"bad\":NaN}\n"
    }
  }

  @Test("the same columns give the same report from CSV and from JSON lines")
  func formats() throws {
    let directory = try TemporaryDirectory()
    let left = try directory.write("a.csv", Self.table(500, shift: 0))
    let right = try directory.write("b.csv", Self.table(500, shift: 200))
    let leftLines = try directory.write("a.jsonl", Self.lines(500, shift: 0))
    let rightLines = try directory.write("b.jsonl", Self.lines(500, shift: 200))
    let options = ["--column", "tokens", "--column", "finish", "--column", "empty", "--json"]
    let first = try Binary.run(["drift", "--reference", left, "--current", right] + options, in: directory)
    #expect(first.status == 0, "\(first.errors)")
    for (one, other) in [(leftLines, rightLines), (left, rightLines), (leftLines, right)] {
      let run = try Binary.run(["drift", "--reference", one, "--current", other] + options, in: directory)
      #expect(run.output == first.output)
    }
    let columns = try #require(try first.json["columns"]?.array)
    #expect(columns.map { $0["name"]?.string } == ["tokens", "finish", "empty"])
    #expect(columns.map { $0["kind"]?.string } == ["numeric", "categorical", "numeric"])
    #expect(columns.map { $0["verdict"]?.string } == ["alarm", "alarm", "too_few"])
    #expect(columns[2]["missing_reference"]?.integer == 500 && columns[2]["psi"]?["bins10"]?["eps1e4"] == .null)
    #expect(try first.json["adjusted"]?["rejected"] == ["tokens", "finish"])

    let all = try Binary.run(["drift", "--reference", leftLines, "--current", right], in: directory)
    #expect(all.status == 0 && all.output.contains("too_few  nested.n"))
    #expect(all.output.contains("the current side has no such column"))
    #expect(all.output.contains("refusal from 10.0 % to 40.0 %"))
  }

  @Test("exit codes: a finding at --fail-on is 1, a missing file 66, an unknown column 65, a wrong call 64")
  func exitCodes() throws {
    let directory = try TemporaryDirectory()
    let left = try directory.write("a.csv", Self.table(500, shift: 0))
    let right = try directory.write("b.csv", Self.table(500, shift: 200))
    let files = ["drift", "--reference", left, "--current", right]
    #expect(try Binary.run(files + ["--fail-on", "alarm"], in: directory).status == 1)
    #expect(try Binary.run(files + ["--fail-on", "warn", "--column", "empty"], in: directory).status == 0)
    #expect(try Binary.run(files + ["--fail-on", "never"], in: directory).status == 64)
    #expect(try Binary.run(files + ["--column", "nope"], in: directory).status == 65)
    #expect(try Binary.run(["drift", "--reference", left], in: directory).status == 64)
    #expect(try Binary.run(["drift", "--reference", left, "--current", "nope.csv"], in: directory).status == 66)
    for text in ["", "\n\n", "a,b\n", "{", "\u{0}\u{0}", "a\n\"unclosed\n1\n"] {
      let odd = try directory.write("odd", text)
      let run = try Binary.run(["drift", "--reference", left, "--current", odd, "--json"], in: directory)
      #expect(run.status == 0 || run.status == 65, "\(text.debugDescription): \(run.status) \(run.errors)")
    }
  }

  @Test("text from files reaches the terminal as pictures only")
  func escapes() throws {
    let directory = try TemporaryDirectory()
    let left = try directory.write("a.csv", "x\u{1B}[2J,y\n" + String(repeating: "a,1\n", count: 300))
    let right = try directory.write("b.csv", "x\u{1B}[2J,y\n" + String(repeating: "\u{1B}]0;t\u{7},1\n", count: 300))
    for options in [[], ["--json"]] {
      let run = try Binary.run(["drift", "--reference", left, "--current", right] + options, in: directory)
      #expect(run.status == 0 && !(run.output + run.errors).contains("\u{1B}"))
    }
  }

  @Test("the self-test stands beside the report")
  func selfTest() throws {
    let directory = try TemporaryDirectory()
    let left = try directory.write("a.csv", Self.table(400, shift: 0))
    let run = try Binary.run(
      ["drift", "--reference", left, "--current", left, "--column", "finish", "--self-test", "--json"], in: directory)
    let column = try #require(try run.json["self_test"]?["columns"]?.array?.first)
    #expect(column["name"] == "finish" && column["rows_current"]?.integer == 200)
    #expect((column["false_alarm_rate"]?.double ?? 1) == 0 && column["detections"]?.array?.count == 4)
  }

  @Test("detectors count rows from 0, rows without a value included", arguments: ["csv", "jsonl"])
  func detect(format: String) throws {
    let directory = try TemporaryDirectory()
    let values = (0..<600).map { ($0 < 300 ? 1.0 : 9) + Double($0 % 7) / 10 }
    var text = format == "csv" ? "series,value\n" : ""
    for (row, value) in values.enumerated() {
      let isMissing = row % 100 == 50
      if format == "csv" {
        text += "a,\(isMissing ? "" : "\(value)")\n"
      } else {
        text += "{\"series\":\"a\",\"value\":\(isMissing ? "null" : "\(value)")}\n"
        text += "{\"series\":\"b\",\"value\":0}\n"
      }
    }
    let file = try directory.write("stream", text)
    let base = ["detect", file, "--column", "value", "--json"] + (format == "csv" ? [] : ["--where", "series=a"])
    for (detector, parameters) in [
      ("cusum", []), ("adwin", []), ("page-hinkley", ["standardise=first-fifth"]),
      ("e-detector", ["reference=first-fifth", "tick=10", "bins=7"]),
    ] {
      let options = ["--detector", detector] + parameters.flatMap { ["--param", $0] }
      let run = try Binary.run(base + options, in: directory)
      let json = try run.json
      #expect(json["n"]?.integer == 600 && json["missing"]?.integer == 6)
      let first = try #require(json["detections"]?.array?.first { ($0.integer ?? 0) >= 300 }?.integer, "\(run.output)")
      #expect(first < 345, "\(detector): \(run.output)")
      #expect(json["detections"]?.array?.count == json["onset"]?.array?.count)
    }
    #expect(try Binary.run(base + ["--detector", "adwin", "--param", "nope=1"], in: directory).status == 64)
    #expect(try Binary.run(base + ["--detector", "adwin", "--param", "delta=x"], in: directory).status == 64)
    #expect(try Binary.run(["detect", file, "--column", "x", "--detector", "adwin"], in: directory).status == 65)
    #expect(try Binary.run(["detect", file, "--column", "series", "--detector", "adwin"], in: directory).status == 65)
  }

  @Test("the risk e-detector reports when a share of errors rises, and only then") func riskDetector() throws {
    let directory = try TemporaryDirectory()
    var random = SplitMix64(seed: 4)
    func labels(_ later: Double) -> String {
      "wrong\n"
        + (0..<8_000).map { Double.random(in: 0..<1, using: &random) < ($0 < 5_000 ? 0.03 : later) ? "1\n" : "0\n" }
        .joined()
    }
    let (risen, quiet) = (
      try directory.write("risen.csv", labels(0.12)), try directory.write("quiet.csv", labels(0.03))
    )
    func detect(_ file: String, _ parameters: [String]) throws -> Binary.Run {
      try Binary.run(
        ["detect", file, "--column", "wrong", "--detector", "risk", "--json"] + parameters.flatMap { ["--param", $0] },
        in: directory)
    }
    for parameters in [
      ["rate=0.03", "tolerance=0.01"], ["tolerance=0.01"], ["reference=first-half", "tolerance=0.01"],
    ] {
      let json = try detect(risen, parameters).json
      let at = try #require(json["detections"]?.array?.first?.integer, "\(parameters): \(json)")
      #expect(json["detections"]?.array?.count == 1 && (5_000..<5_300).contains(at), "\(parameters): \(json)")
      #expect(abs((json["onset"]?.array?.first?.integer ?? 0) - 5_000) <= 200, "\(parameters): \(json)")
      #expect(try detect(quiet, parameters).json["detections"] == [], "\(parameters)")
    }
    #expect(try detect(risen, ["rate=0"]).status == 65)
    #expect(try detect(risen, ["bins=20"]).status == 64)
    let other = try directory.write("other.csv", "wrong\n0.5\n")
    #expect(try detect(other, []).errors.contains("is no label"))
  }
}

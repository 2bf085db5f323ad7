import Domain
import Foundation
import Testing

/// `leeway drift` without files, and references of one version, from stored summaries.
@Suite struct LiveDriftTests {
  /// Where the records' times begin.
  private static let origin = Timestamp(seconds: 1_790_000_000)

  /// A directory whose log has been collected once.
  private func collect(_ log: String, _ configuration: String) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.write("app.jsonl", log)
    try directory.write("leeway.yaml", configuration)
    let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    return directory
  }

  /// A service whose second version has prompts that are longer by 220 tokens on average.
  private func collected() throws -> TemporaryDirectory {
    let text = (0..<4_800).map { number in
      let isOld = number < 2_500
      let line: JSON = [
        "ts": .string((Self.origin + .seconds(number)).formatted()), "model_version": .string(isOld ? "m-1" : "m-2"),
        "tokens_in": JSON(isOld ? 100 + number % 50 : 300 + number % 90),
      ]
      return line.text + "\n"
    }.joined()
    let directory = try collect(
      text,
      """
      service: s
      sources:
        - { name: app, paths: [app.jsonl], time: ts, labels: { version: model_version } }
      metrics:
        - { name: tokens, source: app, kind: distribution, field: tokens_in, drift: { reference: auto, warn: 0.1, alarm: 0.25 } }

      """)
    return directory
  }

  private func drift(in directory: TemporaryDirectory) throws -> JSON {
    let run = try Binary.run(["drift", "--state", "state", "--json"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    return try #require(try run.json["columns"]?.array?.first)
  }

  @Test("the live state has the bracket of KS, the distance of Wasserstein, and the shape of two files' comparison")
  func distances() throws {
    let directory = try collected()
    let column = try drift(in: directory)
    #expect(column["verdict"] == "alarm")
    let ks = try #require(column["ks"])
    #expect(ks["statistic"] == .null)
    // The true statistic is 1. The reference's last bin, 4 % of its rows, is open and takes what lies beyond it.
    let lower = try #require(ks["lower"]?.double)
    #expect(abs(lower - 0.96) < 0.001 && ks["upper"]?.double == 1 && ks["p"]?.double == 0)
    let distance = try #require(column["wasserstein1"]?.double)
    #expect(abs(distance - 220) < 5)
    let relative = try #require(column["wasserstein1_over_std"]?.double)
    #expect(abs(relative - distance / 14.43) < 0.5)
    let psi = try #require(column["psi"])
    #expect(column["kind"] == "numeric")
    for bins in ["bins10", "bins20"] {
      let row = try #require(psi[bins])
      for name in ["eps1e4", "add1", "debiased", "ci_low", "ci_high"] {
        #expect(row[name]?.double ?? -1 > 1, "\(bins).\(name): \(row.text)")
      }
    }
    #expect(column["js_distance_base2"]?.double ?? 0 > 0.8 && column["hellinger"]?.double ?? 0 > 0.8)
    #expect(column["total_variation"]?.double ?? 0 > 0.85 && column["chi2"]?["p"]?.double == 0)
    #expect(column["tolerance_p"]?.double ?? 1 < 1e-9 && column["new_categories"]?.array == [])
    #expect(column["missing_reference"] == 0 && column["missing_current"] == 0 && column["reference"] == "auto")
    #expect(column["reason"]?.string?.contains("moved most") == true)
    let adjusted = try Binary.run(["drift", "--state", "state", "--json"], in: directory).json["adjusted"]
    #expect(adjusted == ["method": "bh", "alpha": 0.05, "rejected": ["tokens"]])
    let shares = column["movers"]?.array?.compactMap { $0["psi_share"]?.double } ?? []
    #expect(shares.count == 5 && (0.6...1).contains(shares.reduce(0, +)), "the five that moved most, of ten")
    let text = try Binary.run(["drift", "--state", "state"], in: directory).output
    #expect(text.contains(" KS 0.96 to 1.0 W1 2"), "\(text)")
  }

  @Test("values that stop coming, and values that stay the same, are told beside the distances and open an incident")
  func dataQuality() throws {
    let text = (0..<4_800).map { number in
      let isGone = number >= 3_000 && number % 2 == 0 || number % 50 == 0
      var line = JSONObject([
        ("ts", .string((Self.origin + .seconds(number)).formatted())), ("tokens_in", JSON(100 + number % 50)),
        ("batch", JSON(number < 2_500 ? number % 7 : 4)),
      ])
      // Errors become rare: what is optional is not missing.
      if number % 100 < (number < 3_000 ? 40 : 2) { line["error"] = .string(number % 2 == 0 ? "timeout" : "refused") }
      if !isGone { line["language"] = .string(number % 3 == 0 ? "de" : "en") }
      return JSON.object(line).text + "\n"
    }.joined()
    let directory = try collect(
      text,
      """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics:
        - { name: language, source: app, kind: category, field: language, drift: { reference: auto } }
        - { name: batch, source: app, kind: distribution, field: batch, drift: { reference: auto } }
        - { name: error, source: app, kind: category, field: error, drift: { reference: auto } }
        - { name: long, source: app, kind: distribution, field: tokens_in, where: tokens_in > 110, drift: {} }

      """)
    let report = try Binary.run(["drift", "--state", "state", "--json"], in: directory)
    let columns = try #require(try report.json["columns"]?.array)
    let language = try #require(columns.first { $0["name"] == "language" })
    #expect(language["verdict"] == "ok" && language["missing_reference"] == 36, "\(language)")
    #expect(language["missing_current"]?.integer ?? 0 > 880)
    #expect(language["reason"]?.string?.contains("missing values went from 2.0 % to") == true, "\(language)")
    let batch = try #require(columns.first { $0["name"] == "batch" })
    #expect(batch["reason"]?.string?.contains("every value is 4: is it frozen?") == true, "\(batch)")
    #expect(columns.first { $0["name"] == "long" }?["missing_current"] == 0, "counted among those that 'where' keeps")
    let incidents = try Binary.run(["incidents", "list", "--state", "state", "--json"], in: directory).json["incidents"]
    let titles = incidents?.array?.compactMap { $0["title"]?.string } ?? []
    #expect(titles.contains("values of language are missing"), "\(titles)")
    #expect(
      !titles.contains { title in ["batch", "long", "error"].contains { title.contains("values of \($0)") } },
      "\(titles)")
    let drawn = try Binary.run(["render", "drift", "120x40", "--state", "state"], in: directory).output
    #expect(drawn.contains("hold no value") || drawn.contains("frozen"), "\(drawn)")
    let captured = try Binary.run(
      ["baseline", "capture", "language", "--name", "all", "--file", "app.jsonl", "--state", "state"], in: directory)
    #expect(captured.status == 0, "\(captured.errors)")
    let shown = try Binary.run(["baseline", "show", "language", "all", "--state", "state"], in: directory)
    #expect(try shown.json["baseline"]?["rows"] == 4_800)
  }

  /// What the journal says of the drift incident's first signal.
  private func opening(in directory: TemporaryDirectory) throws -> JSON {
    let log = try Binary.run(["audit", "export", "--state", "state"], in: directory)
    let entries = try log.lines.filter { $0["act"] == "incident.open" }
    return try #require(entries.compactMap { $0["data"]?["signal"] }.first { $0["rule"] == "drift:tokens" })
  }

  @Test("a change is told with its onset, and a collector that is stopped again and again says the same")
  func onset() throws {
    let directory = try collected()
    let whole = try opening(in: directory)
    let began = Self.origin + .seconds(2_500)
    let onset = try #require(whole["onset"]?.string.flatMap { Timestamp(rfc3339: $0) })
    #expect(abs((onset - began).inSeconds) <= 60, "\(whole)")
    let fired = try #require(whole["at"]?.string.flatMap { Timestamp(rfc3339: $0) })
    #expect(fired - began < .seconds(400), "before the window of half an hour is full of it: \(whole)")
    let shown = try Binary.run(["incidents", "show", "1", "--state", "state"], in: directory).output
    #expect(shown.contains("began about 14:55"), "\(shown)")
    let drawn = try Binary.run(["render", "incident", "200x50", "--state", "state"], in: directory).output
    #expect(drawn.contains("began 14:55"))

    let pieces = try TemporaryDirectory()
    try pieces.write("leeway.yaml", directory.text("leeway.yaml"))
    let lines = try directory.text("app.jsonl").split(separator: "\n").map { $0 + "\n" }
    for end in [700, 1_999, 2_540, 2_640, 2_760, 4_800] {
      try pieces.write("app.jsonl", lines.prefix(end).joined())
      let run = try Binary.run(["collect", "--once", "--state", "state"], in: pieces)
      #expect(run.status == 0, "\(run.errors)")
    }
    let piecewise = try opening(in: pieces)
    for name in ["onset", "at"] { #expect(piecewise[name] == whole[name], "\(name): \(piecewise) or \(whole)") }
  }

  @Test("a promoted reference counts at once, for the collector that runs; one that the configuration names cannot be")
  func promotion() throws {
    let directory = try collected()
    let collector = try Binary.start(["collect", "--state", "state"], in: directory, output: .nullDevice)
    defer {
      kill(collector.processIdentifier, SIGTERM)
      collector.waitUntilExit()
    }
    func state() throws -> String? {
      let list = try Binary.run(["incidents", "list", "--state", "state", "--json"], in: directory).json["incidents"]
      return list?.array?.first { $0["title"]?.string?.contains("tokens") == true }?["signals"]?.array?.first?["state"]?
        .string
    }
    #expect(try state() == "firing")
    for arguments in [
      ["baseline", "capture", "tokens", "--name", "longer", "--version", "m-2"],
      ["baseline", "promote", "tokens", "longer", "--reason", "the new prompts are meant to be longer"],
    ] {
      let run = try Binary.run(arguments + ["--state", "state"], in: directory)
      #expect(run.status == 0, "\(run.errors)")
    }
    // The collector looks for decisions once a second.
    sleep(2)
    let file = try #require(FileHandle(forWritingAtPath: directory.path + "/app.jsonl"))
    file.seekToEndOfFile()
    for number in 4_800..<5_600 {
      let line: JSON = [
        "ts": .string((Self.origin + .seconds(number)).formatted()), "model_version": "m-2",
        "tokens_in": JSON(300 + number % 90),
      ]
      file.write(Data((line.text + "\n").utf8))
    }
    let end = Date().addingTimeInterval(20)
    while Date() < end, try state() != "inactive" { usleep(100_000) }
    #expect(try state() == "inactive")
    let yaml = try directory.text("leeway.yaml").replacing("reference: auto", with: "reference: week-46")
    try directory.write("leeway.yaml", yaml)
    #expect(try Binary.run(["collect", "--once", "--state", "other"], in: directory).status == 0)
    let named = try Binary.run(
      ["baseline", "capture", "tokens", "--name", "longer", "--state", "other"], in: directory)
    #expect(named.status == 0, "\(named.errors)")
    let refused = try Binary.run(
      ["baseline", "promote", "tokens", "longer", "--reason", "x", "--state", "other"], in: directory)
    #expect(refused.status == 1 && refused.errors.contains("measured against 'week-46'"), "\(refused.errors)")
  }

  @Test("beside a drift stands what quality did since it began", arguments: ["Harmful", "Benign"])
  func harm(word: String) throws {
    var random = SplitMix64(seed: 3)
    let text = (0..<4_800).map { number -> String in
      let isNew = number >= 2_500
      let isGood = Double.random(in: 0..<1, using: &random) < (isNew && word == "Harmful" ? 0.80 : 0.95)
      return
        "{\"ts\":\"\((Self.origin + .seconds(number)).formatted())\",\"tokens\":\((isNew ? 300 : 100) + number % 50),"
        + "\"passed\":\(isGood)}\n"
    }.joined()
    let directory = try collect(
      text,
      """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics:
        - { name: tokens, source: app, kind: distribution, field: tokens, drift: {} }
        - { name: passed, source: app, kind: ratio, where: passed == true, aspect: quality, tolerance: { warn: 0.9, alarm: 0.85 } }

      """)
    let drawn = try Binary.run(["render", "drift", "200x50", "--state", "state"], in: directory).output
    #expect(drawn.contains(word) && drawn.contains("passed 9"), "\(drawn)")
    #expect(!drawn.contains("Shape alone cannot say"))
    // The drift's own incident says which, too.
    let shown = try Binary.run(["incidents", "show", "1", "--json", "--state", "state"], in: directory).json
    #expect(shown["harm"]?.array?.first?.string?.hasPrefix("\(word)") == true, "\(shown["harm"] ?? .null)")
    let screen = try Binary.run(["render", "incident", "120x40", "--state", "state"], in: directory).output
    #expect(screen.contains(word), "\(screen)")
  }

  @Test("labels that arrive: a share of wrong answers that rises above what is tolerated is told with its onset")
  func risk() throws {
    var random = SplitMix64(seed: 11)
    // Two labels a second; 4 % are wrong, from 5,000 s on 10 %.
    let lines = (0..<14_000).map { number -> String in
      let isWrong = Double.random(in: 0..<1, using: &random) < (number < 10_000 ? 0.04 : 0.10)
      return "{\"ts\":\"\((Self.origin + .milliseconds(500 * number)).formatted())\",\"wrong\":\(isWrong)}\n"
    }
    let yaml = """
      service: s
      shipped_rules: off
      sources: [{ name: labels, paths: [labels.jsonl], time: ts }]
      metrics: [{ name: wrong, source: labels, kind: ratio, where: wrong == true }]
      rules:
        - { name: wrong-answers, source: labels, when: "risk(wrong) over 10m > 0.05", severity: alarm }

      """
    func opening(_ ends: [Int]) throws -> JSON {
      let directory = try TemporaryDirectory()
      try directory.write("leeway.yaml", yaml)
      for end in ends {
        try directory.write("labels.jsonl", lines.prefix(end).joined())
        let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
        #expect(run.status == 0, "\(run.errors)")
      }
      let log = try Binary.run(["audit", "export", "--state", "state"], in: directory).lines
      let opened = log.filter { $0["act"] == "incident.open" }.compactMap { $0["data"]?["signal"] }
      #expect(opened.count == 1, "\(opened)")
      return try #require(opened.first)
    }
    let whole = try opening([14_000])
    func time(_ name: String) -> Timestamp { whole[name]?.string.flatMap { Timestamp(rfc3339: $0) } ?? .epoch }
    let change = Self.origin + .seconds(5_000)
    #expect(time("at") > change && time("at") - change < .seconds(900), "\(whole)")
    #expect(abs((time("onset") - change).inSeconds) <= 420, "\(whole)")
    let pieces = try opening([4_000, 10_100, 10_900, 14_000])
    #expect(pieces["at"] == whole["at"] && pieces["onset"] == whole["onset"], "\(pieces) or \(whole)")
  }

  @Test("a window longer than the graphs' half hour is read whole", arguments: ["2h", "36h"])
  func longWindow(window: String) throws {
    // A row in five minutes: 24 in two hours, 432 in 36.
    let text = (0..<1_200).map { number in
      let value = 100 + number % 50 + (number >= 700 ? 400 : 0)
      return "{\"ts\":\"\((Self.origin + .seconds(300 * number)).formatted())\",\"tokens\":\(value)}\n"
    }.joined()
    let directory = try collect(
      text,
      """
      service: s
      shipped_rules: off
      drift: { min_rows: 20 }
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics: [{ name: tokens, source: app, kind: distribution, field: tokens, drift: { window: \(window) } }]

      """)
    let column = try drift(in: directory)
    let rows = window == "2h" ? 24...25 : 432...433
    #expect(rows.contains(Int(column["n_current"]?.integer ?? 0)), "\(column)")
    #expect(column["verdict"] == (window == "2h" ? "warn" : "alarm"), "\(column)")
    let drawn = try Binary.run(["render", "drift", "200x50", "--state", "state"], in: directory).output
    #expect(drawn.contains("now \(column["n_current"]?.integer ?? 0)"), "\(drawn)")
  }

  @Test("values whose type changed are told beside the drift") func types() throws {
    let text = (0..<4_800).map { number in
      let value = number > 4_000 && number % 10 == 0 ? "\"n/a\"" : "\(100 + number % 50)"
      return "{\"ts\":\"\((Self.origin + .seconds(number)).formatted())\",\"tokens\":\(value)}\n"
    }.joined()
    let directory = try collect(
      text,
      """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics: [{ name: tokens, source: app, kind: distribution, field: tokens, drift: {} }]

      """)
    let drawn = try Binary.run(["render", "drift", "200x50", "--state", "state"], in: directory).output
    #expect(drawn.contains("79 values were of another type"), "\(drawn)")
  }

  @Test("the gauges test themselves: the figures are journaled, and stand on the screen with their date")
  func liveSelfTest() throws {
    let directory = try collected()
    let before = try Binary.run(["render", "drift", "200x50", "--state", "state"], in: directory).output
    #expect(before.contains("nobody has tested it yet"), "\(before)")
    let report = try Binary.run(["drift", "--self-test", "--json", "--state", "state"], in: directory)
    #expect(report.status == 0, "\(report.errors)")
    let test = try #require(try report.json["self_test"]?["columns"]?.array?.first)
    #expect(test["name"] == "tokens" && test["rounds"] == 200, "\(test)")
    #expect((test["false_alarm_rate"]?.double ?? 1) <= 0.02, "\(test)")
    let entries = try Binary.run(["audit", "export", "--state", "state"], in: directory).lines
      .filter { $0["act"] == "drill.run" }
    let gauge = try #require(entries.last?["data"]?["gauges"]?.array?.first, "\(entries)")
    #expect(gauge["metric"] == "tokens" && (gauge["seen"]?.integer ?? 0) > 150, "\(gauge)")
    #expect((gauge["delay_rows"]?.integer ?? 0) <= 400, "\(gauge)")
    let after = try Binary.run(["render", "drift", "200x50", "--state", "state"], in: directory).output
    #expect(after.contains("Self-test of 20") && after.contains("without drift alarmed"), "\(after)")
  }

  @Test("few records: the reference grows by half hours until it has rows enough, also over restarts")
  func growingReference() throws {
    // Eight records a minute: 240 a half hour. A field that half of them lack has 500 values after five.
    let lines = (0..<3_000).map { number in
      let at = Self.origin + .milliseconds(7_500 * number)
      let rare = number % 2 == 0 ? ",\"rare\":\(number % 30)" : ""
      return "{\"ts\":\"\(at.formatted())\",\"tokens\":\(100 + number % 50)\(rare)}\n"
    }
    let yaml = """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics:
        - { name: tokens, source: app, kind: distribution, field: tokens, drift: {} }
        - { name: rare, source: app, kind: distribution, field: rare, drift: {} }

      """
    func references(_ ends: [Int]) throws -> [JSON] {
      let directory = try TemporaryDirectory()
      try directory.write("leeway.yaml", yaml)
      for end in ends {
        try directory.write("app.jsonl", lines.prefix(end).joined())
        let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
        #expect(run.status == 0, "\(run.errors)")
      }
      return try ["tokens", "rare"].map { metric in
        let shown = try Binary.run(["baseline", "show", metric, "--json", "--state", "state"], in: directory)
        #expect(shown.status == 0, "\(shown.errors)")
        return try #require(try shown.json["baseline"])
      }
    }
    let whole = try references([3_000])
    let pieces = try references([200, 500, 730, 1_000, 1_001, 1_700, 3_000])
    for (one, other) in zip(whole, pieces) {
      #expect(one["counts"] == other["counts"] && one["rows"] == other["rows"], "\(one) or \(other)")
      #expect(one["from"] == other["from"] && one["to"] == other["to"], "\(one) or \(other)")
    }
    #expect(whole[0]["source"] == "the first 1h30 of app", "\(whole[0])")
    // The rows of the reference are its values and the records without one.
    #expect(whole[1]["source"] == "the first 2h30 of app" && whole[1]["rows"]?.integer == 1_200, "\(whole[1])")
  }

  @Test("volume is told against the same hours of earlier days, through the tiers of stored slots")
  func volume() throws {
    // Four days by day and night; in the last half hour of the fifth a tenth of the records is left.
    var text = ""
    for minute in stride(from: 0, to: 5 * 1_440, by: 1) {
      let isNight = (minute % 1_440) < 600
      let isEnd = minute >= 5 * 1_440 - 40
      for part in 0..<(isNight ? 2 : isEnd ? 1 : 10) {
        let at = Self.origin.floored(to: .seconds(86_400)) + .seconds(minute * 60 + part * 5)
        text += "{\"ts\":\"\(at.formatted())\",\"tokens\":\(100 + (minute * 7 + part) % 50)}\n"
      }
    }
    let directory = try collect(
      text,
      """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics: [{ name: tokens, source: app, kind: distribution, field: tokens, drift: {} }]

      """)
    let column = try drift(in: directory)
    let volume = try #require(column["volume"])
    #expect(volume["verdict"] == "fewer" && volume["median"]?.integer == 300, "\(volume)")
    #expect(volume["now"]?.integer == 30 && volume["same_hours"]?.array?.count == 4, "\(volume)")
    let drawn = try Binary.run(["render", "drift", "200x50", "--state", "state"], in: directory).output
    #expect(drawn.contains("Volume: 30 rows in 30m"), "\(drawn)")
  }

  @Test("--segments tells the drift of every label's values, against their own past")
  func segments() throws {
    let text = (0..<4_800).map { number in
      let tenant = number % 2
      let tokens = 100 + number % 50 + (tenant == 1 && number >= 2_500 ? 400 : 0)
      return
        "{\"ts\":\"\((Self.origin + .seconds(number)).formatted())\",\"tenant\":\"t\(tenant)\",\"tokens\":\(tokens)}\n"
    }.joined()
    let directory = try collect(
      text,
      """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts, labels: { tenant: tenant } }]
      metrics: [{ name: tokens, source: app, kind: distribution, field: tokens, drift: {} }]

      """)
    let run = try Binary.run(["drift", "--segments", "--state", "state", "--json"], in: directory)
    let segments = try run.json["columns"]?.array?.first?["segments"]?.array ?? []
    #expect(segments.map { $0["value"] } == ["t1", "t0"], "the one that moved most comes first: \(segments)")
    #expect(segments.map { $0["verdict"] } == ["alarm", "ok"] && segments.allSatisfy { $0["label"] == "tenant" })
    #expect(segments.allSatisfy { $0["own_past"] == true && $0["n_current"]?.integer ?? 0 > 800 })
    let plain = try Binary.run(["drift", "--state", "state", "--json"], in: directory).json["columns"]?.array?.first
    #expect(plain?["segments"] == nil)
    let files = try Binary.run(
      ["drift", "--reference", "app.jsonl", "--current", "app.jsonl", "--segments"], in: directory)
    #expect(files.status == 64)
  }

  @Test("with 'stratify: hour' a night is compared with the night before, over a restart in the middle of learning")
  func sameHours() throws {
    let directory = try TemporaryDirectory()
    let midnight = Timestamp(seconds: 1_790_035_200)
    // Two days, a row every three seconds, short prompts by night; in the last two hours the night looks like the day.
    let lines = (0..<57_600).map { number -> String in
      let hour = number / 1_200 % 24
      let isNight = (hour < 7 || hour >= 21) && number < 55_200
      return
        "{\"ts\":\"\((midnight + .seconds(3 * number)).formatted())\",\"n\":\((isNight ? 10 : 500) + number * 7 % 50)}\n"
    }
    func write(_ end: Int) throws { try directory.write("app.jsonl", lines.prefix(end).joined()) }
    try directory.write(
      "leeway.yaml",
      """
      service: s
      sources: [{ name: app, paths: [app.jsonl], time: ts }]
      metrics:
        - { name: alike, source: app, kind: distribution, field: n, drift: { stratify: hour } }
        - { name: whole, source: app, kind: distribution, field: n, drift: {} }

      """)
    for end in [15_000, 20_000, 55_200] {
      try write(end)
      let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
      #expect(run.status == 0, "\(run.errors)")
    }
    func titles() throws -> Set<String> {
      let list = try Binary.run(["incidents", "list", "--state", "state", "--json"], in: directory).json["incidents"]
      return Set(list?.array?.compactMap { $0["title"]?.string } ?? [])
    }
    func verdict(_ metric: String) throws -> JSON? {
      try Binary.run(["drift", "--column", metric, "--state", "state", "--json"], in: directory).json["columns"]?.array?
        .first
    }
    #expect(try titles() == ["whole has drifted from its reference"])
    let alike = try #require(try verdict("alike"))
    #expect(alike["verdict"] == "ok" && alike["reason"]?.string?.contains("21–22 h UTC of the reference") == true)
    let listed = try Binary.run(["baseline", "list", "--state", "state", "--json"], in: directory).json["baselines"]
    #expect(
      listed?.array?.first { $0["metric"] == "alike" }?["strata"] == ["by": "hour", "count": 24], "\(listed ?? [])")
    try write(57_600)
    #expect(try Binary.run(["collect", "--once", "--state", "state"], in: directory).status == 0)
    #expect(try titles().contains("alike has drifted from its reference"))
    #expect(try verdict("alike")?["verdict"] == "alarm")
  }

  @Test("a reference of one version holds that version's rows alone")
  func version() throws {
    let directory = try collected()
    func capture(_ version: String) throws -> Binary.Run {
      try Binary.run(
        [
          "baseline", "capture", "tokens", "--name", "auto", "--version", version, "--reason", "the new normal",
          "--state", "state", "--json",
        ], in: directory)
    }
    #expect(try capture("m-3").status == 65)
    #expect(try drift(in: directory)["verdict"] == "alarm")
    let captured = try capture("m-2")
    #expect(captured.status == 0, "\(captured.errors)")
    let baseline = try captured.json["baseline"]
    #expect(baseline?["n"] == 2_300)
    #expect(baseline?["source"] == "version m-2, stored summaries" && baseline?["phi"]?.double ?? 0 >= 1)
    #expect(try drift(in: directory)["verdict"] == "ok")
  }
}

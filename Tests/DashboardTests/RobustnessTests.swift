import Dashboard
import Domain
import Screen
import Testing

@Suite struct RobustnessTests {
  /// Text that stood in a file and means harm.
  private static let hostile =
    "\u{1B}]52;c;ZXZpbA==\u{7}\u{1B}[2J\u{202E}한글👩‍👩‍👧‍👦\u{0}\n\t" + String(repeating: "e\u{301}", count: 300)

  private static var hostileSnapshot: Snapshot {
    var snapshot = Fixture.snapshot
    snapshot.service = hostile
    snapshot.version = DeployedVersion(name: hostile, since: .distantFuture)
    snapshot.deploys = [
      DeployedVersion(name: hostile, since: .distantPast), DeployedVersion(name: "", since: Fixture.now),
    ]
    snapshot.notices = [hostile, ""]
    snapshot.dataAge = .seconds(-5)
    for index in snapshot.incidents.indices {
      snapshot.incidents[index].title = hostile
      snapshot.incidents[index].owner = hostile
      snapshot.incidents[index].openedAt = index % 2 == 0 ? .distantFuture : .distantPast
    }
    let extremes: [Double?] = [
      .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1e308, 0, nil, .leastNonzeroMagnitude,
    ]
    for index in snapshot.metrics.indices {
      snapshot.metrics[index].title = hostile
      snapshot.metrics[index].samples = index % 3 == 0 ? [] : Array(extremes.dropFirst(index % 8)) + extremes
      snapshot.metrics[index].now = extremes[index % 8]
      snapshot.metrics[index].maximum = extremes[(index + 1) % 8]
      snapshot.metrics[index].bucketSeconds = [Int.max, Int.min, 0, 10][index % 4]
      snapshot.metrics[index].end = [.distantPast, .distantFuture, nil][index % 3]
      snapshot.metrics[index].limit = MetricLimit(warn: extremes[(index + 2) % 8], alarm: extremes[(index + 3) % 8])
    }
    for index in snapshot.drift.indices {
      snapshot.drift[index].title = hostile
      snapshot.drift[index].value = extremes[index % 8]
      snapshot.drift[index].alarm = [.nan, 0, -1, .infinity, 1e300][index % 5]
      snapshot.drift[index].movers = [
        DriftRow.Mover(label: hostile, referenceShare: .infinity, currentShare: .nan, contribution: -.infinity),
        DriftRow.Mover(label: "", referenceShare: -1, currentShare: 1e300),
      ]
    }
    snapshot.agents[0].name = hostile
    snapshot.agents[0].latest[0].id = hostile
    snapshot.agents[0].latest[0].tokens = Int.max
    snapshot.events[0].text = hostile
    snapshot.sources[0].progress = .nan
    snapshot.sources[0].state = .catchingUp
    snapshot.sources[0].linesPerSecond = .infinity
    snapshot.sources[1].lagBytes = Int.min
    snapshot.sources[3].lagBytes = Int.min
    snapshot.sources[1].timeLeft = .seconds(Int64.max / 4)
    snapshot.sources[2].skew = .seconds(-5)
    snapshot.sources[2].format = hostile
    snapshot.sources[2].notices = [hostile, ""]
    snapshot.sources[2].latestGaps[0].reason = hostile
    snapshot.sources[2].latestGaps[0].from = Int.min
    snapshot.sources[2].tally.fieldErrors = [hostile: Int.max]
    snapshot.sources[2].files[0].path = hostile
    snapshot.details[412]?.timeline[0].text = hostile
    snapshot.details[412]?.signals[0].value = .nan
    snapshot.details[412]?.actions[0].effect?.within = .zero
    snapshot.details[412]?.actions[0].effect?.bound = .infinity
    snapshot.details[412]?.metric = snapshot.metrics[1]
    return snapshot
  }

  @Test("no size and no text traps", arguments: ["", "\n", "2", "4", "\nz", "?", "c", "R", " ", "\t\tz", "\t\t\t\t\n"])
  func everySize(_ keys: String) {
    for snapshot in [Fixture.snapshot, RobustnessTests.hostileSnapshot] {
      var model = model(120, 40, snapshot)
      model.press(keys)
      for columns in 1...60 {
        for rows in 1...30 where (columns + rows) % 2 == (snapshot == Fixture.snapshot ? 0 : 1) || keys.isEmpty {
          let size = Size(columns: columns, rows: rows)
          let surface = render(model, size: size, now: Fixture.now, glyphs: columns % 2 == 0 ? .unicode : .ascii)
          #expect(surface.size == size)
        }
      }
      for (columns, rows) in [(72, 20), (80, 24), (99, 29), (100, 30), (159, 39), (160, 40), (200, 50), (400, 120)] {
        _ = render(model, size: Size(columns: columns, rows: rows), now: Fixture.now, glyphs: .block)
      }
    }
  }

  @Test("nothing that could command a terminal reaches a cell")
  func noEscapes() {
    var model = model(120, 40, RobustnessTests.hostileSnapshot)
    for keys in ["", "2", "4", "1\n"] {
      model.press(keys)
      for line in model.text(120, 40) {
        #expect(
          line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x202E }
        )
      }
    }
  }

  @Test("in ASCII everything is ASCII", arguments: ["", "2", "4", "\n", "c", "?"])
  func ascii(_ keys: String) {
    var model = model(80, 24)
    model.press(keys)
    #expect(model.text(80, 24, glyphs: .ascii).allSatisfy { $0.unicodeScalars.allSatisfy(\.isASCII) })
  }

  @Test("random keys never trap, whatever the snapshot", arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func randomKeys(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let keys: [Key] =
      "1234jkgGz /?qyacnmRCdAu!x".map { .char($0) } + [
        .enter, .escape, .tab, .backTab, .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .backspace,
        .ctrl("s"), .ctrl("c"), .paste(RobustnessTests.hostile), .function(3), .resize(Size(columns: 30, rows: 8)),
      ]
    let snapshots = [Fixture.snapshot, RobustnessTests.hostileSnapshot, .empty(service: "s", takenAt: Fixture.now)]
    var model = model(80, 24)
    var sent: [CommandID] = []
    for step in 0..<3_000 {
      let commands = update(&model, .key(keys[Int(random.next() % UInt64(keys.count))]))
      sent += commands.acts.map(\.id)
      switch random.next() % 12 {
      case 0: _ = update(&model, .snapshot(snapshots[Int(random.next() % 3)]))
      case 1: _ = update(&model, .tick(Fixture.now + .seconds(step)))
      case 2: if let id = sent.popLast() { _ = update(&model, .commandFinished(id, .done())) }
      case 3: if let id = sent.popLast() { _ = update(&model, .commandFinished(id, .refused(reason: "no"))) }
      case 4: _ = render(model, size: model.size, now: model.now)
      default: break
      }
    }
    #expect(Set(sent).count == sent.count)
  }

  @Test("an empty store says what is being read and what to do")
  func firstRun() {
    var snapshot = Snapshot.empty(service: "s", takenAt: Fixture.now)
    #expect(model(80, 24, snapshot).text(80, 24).contains { $0.contains("no sources: start it with log files") })
    snapshot.sources = [
      SourceRow(
        name: "inference", file: "/var/log/a.jsonl", state: .catchingUp, linesPerSecond: 120_000, progress: 0.43),
      SourceRow(name: "agents", file: "/var/log/b.jsonl", state: .denied),
    ]
    let text = model(80, 24, snapshot).text(80, 24)
    #expect(text.contains { $0.contains("inference") && $0.contains("43%") })
    #expect(text.contains { $0.contains("give this user read access to") })
    #expect(text.contains { $0.contains("reading history: inference 43%") })
  }

  @Test("what is unknown is never shown as 0")
  func unknown() {
    var snapshot = Snapshot(service: "s", takenAt: Fixture.now, operatorName: "mo")
    snapshot.metrics = [MetricRow(name: "m", title: "m", aspect: .technical)]
    snapshot.events = [EventRow(at: Fixture.now, kind: "op", text: "began")]
    let text = model(80, 24, snapshot).text(80, 24)
    #expect(text[0].contains("LIVE"))
    #expect(text.contains { $0.hasPrefix("· m") && $0.contains("—     —      —") })
    #expect(text.contains { $0.contains("no traces: add a source") })
  }
}

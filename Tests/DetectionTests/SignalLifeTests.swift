import Detection
import Domain
import Expressions
import Measures
import Testing

@Suite struct SignalLifeTests {
  let high = FixedWindows.share(0.10)
  let low = FixedWindows.share(0.01)

  @Test func `S01: a condition that ceases to hold before 'for' is over never fires`() throws {
    var engine = engine(try rule(for: .seconds(60)))
    #expect(engine.see(high, at: 0) == ["inactive>pending"])
    for seconds in [15.0, 30, 45] { #expect(engine.see(high, at: seconds) == []) }
    #expect(engine.see(low, at: 60) == ["pending>inactive"])
    #expect(engine.records.isEmpty)
  }

  @Test func `S02: a signal fires exactly when its condition has held for 'for'`() throws {
    var engine = engine(try rule(for: .seconds(60)))
    _ = engine.see(high, at: 0)
    #expect(engine.see(high, at: 59.999) == [])
    #expect(engine.records.map(\.state) == [.pending])
    let transitions = engine.evaluate(source: "s", at: time(60), windows: high)
    #expect(transitions.count == 1)
    let fired = try #require(transitions.first)
    #expect(fired.from == .pending && fired.to == .firing)
    #expect(fired.since == time(0) && fired.at == time(60))
    #expect(fired.value == 0.1 && fired.threshold == 0.05 && fired.count == 1_000)
    #expect(engine.records.first?.firedAt == time(60))
  }

  @Test func `S03: keep_firing_for absorbs a dip, and starts anew after each`() throws {
    var engine = engine(try rule(keepFiringFor: .seconds(120)))
    #expect(engine.see(high, at: 0) == ["inactive>firing"])
    #expect(engine.see(low, at: 10) == ["firing>recovering"])
    #expect(engine.see(low, at: 129) == [])
    #expect(engine.see(high, at: 129.5) == ["recovering>firing"])
    #expect(engine.see(low, at: 140) == ["firing>recovering"])
    #expect(engine.see(low, at: 259) == [])
    #expect(engine.see(low, at: 260) == ["recovering>inactive"])
  }

  @Test func `S04: timers survive kill -9`() throws {
    let rules = RuleSet([try rule(for: .seconds(300), keepFiringFor: .seconds(120))], sources: [.init(name: "s")])
    var first = SignalEngine(rules: rules)
    #expect(first.see(high, at: 0) == ["inactive>pending"])
    func restarted(_ engine: SignalEngine) throws -> SignalEngine {
      let stored = engine.stored.map(\.json.canonical)
      let records = try stored.map { try #require(SignalRecord(json: JSON(parsing: $0))) }
      #expect(records == engine.stored)
      return SignalEngine(rules: rules, restored: records, watchedSince: engine.watchedSince)
    }
    var second = try restarted(first)
    #expect(second.see(high, at: 300) == ["pending>firing"])
    var third = try restarted(second)
    #expect(third.see(high, at: 3_900) == [])
    #expect(third.records.map(\.state) == [.firing])
    #expect(third.see(low, at: 4_000) == ["firing>recovering"])
    var fourth = try restarted(third)
    #expect(fourth.see(low, at: 4_119) == [])
    #expect(fourth.see(low, at: 4_120) == ["recovering>inactive"])
  }

  @Test func `S05: silence makes a firing signal stale, never resolved`() throws {
    var engine = engine(try rule())
    _ = engine.see(high, at: 0)
    #expect(engine.checkSilence(["s": .seconds(179)], at: time(179)).isEmpty)
    let silent = engine.checkSilence(["s": .seconds(180)], at: time(180))
    #expect(silent.map(\.to) == [.stale])
    #expect(silent.first?.from == .firing)
    #expect(engine.checkSilence(["s": .seconds(181)], at: time(181)).isEmpty)
    #expect(engine.records.map(\.state) == [.stale])
    #expect(engine.records.map(\.isActive) == [true])
    let back = engine.checkSilence(["s": .seconds(1)], at: time(300))
    #expect(back.map(\.from) == [.stale] && back.map(\.to) == [.firing])
  }

  @Test func `Evaluations leave a stale signal alone until its source is heard`() throws {
    var engine = engine(try rule())
    _ = engine.see(high, at: 0)
    _ = engine.checkSilence(["s": .seconds(200)], at: time(200))
    #expect(engine.see(low, at: 210) == [])
    #expect(engine.checkSilence(["s": .zero], at: time(215)).map(\.to) == [.firing])
    #expect(engine.see(low, at: 220) == ["firing>inactive"])
  }

  @Test func `A signal about absence keeps firing when its source says nothing`() throws {
    var engine = engine(try rule(when: "absent() over 10s"))
    #expect(engine.see(FixedWindows(), at: 0) == ["inactive>firing"])
    #expect(engine.checkSilence(["s": .seconds(500)], at: time(500)).isEmpty)
    #expect(engine.records.map(\.state) == [.firing])
  }

  @Test func `S06: with a clear bound there is one episode`() throws {
    var engine = engine(try rule(clear: "< 0.03"))
    var changes: [String] = []
    for (index, share) in [0.06, 0.04, 0.06, 0.04, 0.02].enumerated() {
      changes += engine.see(.share(share), at: Double(index) * 10)
    }
    #expect(changes == ["inactive>firing", "firing>inactive"])
  }

  @Test func `S06: what recovers goes back to firing when its value leaves the clear bound`() throws {
    var engine = engine(try rule(keepFiringFor: .seconds(30), clear: "< 0.03"))
    var changes: [String] = []
    for (index, share) in [0.06, 0.02, 0.02, 0.04, 0.04, 0.04, 0.02, 0.02, 0.02, 0.02].enumerated() {
      changes += engine.see(.share(share), at: Double(index) * 10)
    }
    #expect(
      changes == [
        "inactive>firing", "firing>recovering", "recovering>firing", "firing>recovering", "recovering>inactive",
      ])
  }

  @Test func `S07: a signal that keeps changing is flapping, until it has been calm for long`() throws {
    var engine = engine(try rule())
    for index in 0..<3 { _ = engine.see(index.isMultiple(of: 2) ? high : low, at: Double(index) * 10) }
    let key = SignalKey(rule: "refusals")
    #expect(engine.record(for: key)?.isFlapping == false)
    // The fourth change: from inactive to firing, and back, twice.
    _ = engine.see(low, at: 30)
    #expect(engine.record(for: key)?.isFlapping == true)
    #expect(engine.stored.first?.isFlapping == true)
    for index in 4..<24 { _ = engine.see(low, at: Double(index) * 10) }
    #expect(engine.record(for: key)?.isFlapping ?? false == false)
  }

  @Test func `Too few rows change nothing that fires, fire nothing, and restart what is pending`() throws {
    var engine = engine(try rule(minimumCount: 50, for: .seconds(20)))
    let few = FixedWindows.share(0.5, of: 49)
    #expect(engine.see(few, at: 0) == [])
    #expect(engine.see(high, at: 10) == ["inactive>pending"])
    #expect(engine.see(few, at: 20) == ["pending>inactive"])
    _ = engine.see(high, at: 30)
    #expect(engine.see(high, at: 50) == ["pending>firing"])
    #expect(engine.see(few, at: 60) == [])
    #expect(engine.records.map(\.state) == [.firing])
  }

  @Test func `A series that vanishes while its source speaks becomes stale, and returns`() throws {
    var engine = engine(try rule(by: ["tenant"]))
    let tenant = Labels(["tenant": "t1"])
    #expect(engine.see(.share(0.2, labels: tenant), at: 0) == ["inactive>firing"])
    let other = FixedWindows.share(0.01, labels: Labels(["tenant": "t2"]))
    #expect(engine.see(other, at: 170) == [])
    #expect(engine.see(other, at: 180) == ["firing>stale"])
    #expect(engine.see(other, at: 190) == [])
    #expect(engine.see(.share(0.01, labels: tenant), at: 200) == ["stale>firing", "firing>inactive"])
  }

  @Test func `A count whose label set vanishes is 0, so its signal ends`() throws {
    var engine = engine(try rule(when: "count() over 60s > 5", by: ["tenant"]))
    let busy = FixedWindows.always(counter(9), labels: Labels(["tenant": "t1"]))
    #expect(engine.see(busy, at: 0) == ["inactive>firing"])
    #expect(engine.see(FixedWindows(), at: 10) == ["firing>inactive"])
  }

  @Test func `S09: only the identity labels make the key`() throws {
    let source = WatchedSource(
      name: "s",
      labels: ["tenant", "model_version"].compactMap { name in
        FieldPath(name).map { LabelDefinition(name: name, path: $0) }
      })
    let rules = RuleSet([try rule(by: ["tenant"])], sources: [source])
    #expect(rules.derivedMetrics(for: "s").map { $0.labels.map(\.name) } == [["tenant"]])
    var engine = SignalEngine(rules: rules)
    let tenant = Labels(["tenant": "t1"])
    #expect(engine.see(.share(0.2, labels: tenant), at: 0) == ["inactive>firing"])
    #expect(engine.records.map(\.key.description) == ["refusals{tenant=t1}"])
  }

  @Test func `S10: two series with the same identity fail their rule, and no other`() throws {
    var engine = engine(try rule(by: ["tenant"]), try rule("other", by: ["tenant", "pod"]))
    var windows = FixedWindows.share(0.2, labels: Labels(["tenant": "t1", "pod": "a"]))
    windows.slots += FixedWindows.share(0.2, labels: Labels(["tenant": "t1", "pod": "b"])).slots
    let transitions = engine.evaluate(source: "s", at: time(0), windows: windows)
    #expect(
      transitions.map { "\($0.key) \($0.to)" } == [
        "refusals error", "other{pod=a,tenant=t1} firing", "other{pod=b,tenant=t1} firing",
      ])
    let title = try #require(transitions.first?.rule.title)
    #expect(title.contains("{pod=a,tenant=t1} and {pod=b,tenant=t1}"))
    #expect(engine.evaluate(source: "s", at: time(10), windows: windows).isEmpty)
    #expect(engine.see(FixedWindows(), at: 20).first == "error>inactive")
  }

  @Test func `S10: a firing signal of a rule that fails returns to firing`() throws {
    var engine = engine(try rule(by: ["tenant"]))
    let good = FixedWindows.share(0.2, labels: Labels(["tenant": "t1"]))
    var bad = FixedWindows.share(0.2, labels: Labels(["tenant": "t1", "pod": "a"]))
    bad.slots += good.slots
    #expect(engine.see(good, at: 0) == ["inactive>firing"])
    #expect(engine.see(bad, at: 10) == ["firing>error"])
    #expect(engine.see(good, at: 20) == ["error>firing"])
  }

  @Test func `S11: a heartbeat that fails to come raises an alarm, and only a fresh one ends it`() throws {
    let heartbeat = Heartbeat(source: "f", every: .seconds(60), staleAfter: .seconds(180))
    var engine = engine(heartbeats: [heartbeat])
    #expect(engine.checkSilence(["f": .seconds(179)], at: time(179)).isEmpty)
    let fired = try #require(engine.checkSilence(["f": .seconds(180)], at: time(180)).first)
    #expect(fired.to == .firing && fired.key.description == "heartbeat:f")
    #expect(fired.rule.title == "monitoring blind: f" && fired.rule.severity == .alarm)
    #expect(fired.rule.category == "monitoring_blind")
    #expect(fired.value == 180 && fired.threshold == 180)
    #expect(engine.checkSilence([:], at: time(500)).isEmpty)
    #expect(engine.checkSilence(["f": .seconds(500)], at: time(500)).isEmpty)
    #expect(engine.records.map(\.state) == [.firing])
    #expect(engine.checkSilence(["f": .seconds(2)], at: time(600)).map(\.to) == [.inactive])
  }

  @Test func `A rule has at most a thousand signals, and says so`() throws {
    var engine = engine(try rule(by: ["tenant"]))
    var windows = FixedWindows()
    for index in 0...SignalEngine.signalLimit {
      windows.slots += FixedWindows.share(0.2, labels: Labels(["tenant": "t\(index)"])).slots
    }
    #expect(engine.evaluate(source: "s", at: time(0), windows: windows).count == SignalEngine.signalLimit)
    #expect(engine.notices.count == 1)
  }

  @Test func `Signals whose rule is gone end`() throws {
    var first = engine(try rule("old"))
    _ = first.see(high, at: 0)
    var second = SignalEngine(
      rules: RuleSet([try rule("new")], sources: [.init(name: "s")]), restored: first.stored)
    #expect(second.evaluate(source: "s", at: time(10), windows: low).map { "\($0.key) \($0.to)" } == ["old inactive"])
    #expect(second.stored.isEmpty)
  }

  @Test("Changes form chains, in the same order every time", arguments: UInt64(1)...30)
  func chains(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let definition = try rule(by: ["tenant"], for: .seconds(20), keepFiringFor: .seconds(30), clear: "< 0.03")
    var engines = [engine(definition), engine(definition)]
    var states: [SignalKey: SignalState] = [:]
    for step in 0..<60 {
      var windows = FixedWindows()
      for tenant in 0..<5 where Bool.random(using: &random) {
        let share = Double.random(in: 0...0.1, using: &random)
        windows.slots += FixedWindows.share(share, labels: Labels(["tenant": "t\(tenant)"])).slots
      }
      let quiet: Duration = .seconds(Int.random(in: 0...240, using: &random))
      var results: [[SignalTransition]] = []
      for index in engines.indices {
        var changes = engines[index].evaluate(source: "s", at: time(Double(step) * 10), windows: windows)
        changes += engines[index].checkSilence(["s": quiet], at: time(Double(step) * 10 + 5))
        results.append(changes)
        let restored = engines[index].stored.compactMap { SignalRecord(json: $0.json) }
        #expect(restored == engines[index].stored)
        if index == 1 {
          engines[1] = SignalEngine(
            rules: engines[1].rules, restored: restored, watchedSince: engines[1].watchedSince)
        }
      }
      #expect(results[0] == results[1], "a restart changes nothing")
      for change in results[0] {
        #expect(states[change.key] ?? .inactive == change.from)
        #expect(change.from != change.to)
        states[change.key] = change.to
      }
    }
    #expect(
      engines[0].records.map(\.state) == states.sorted { $0.key < $1.key }.map(\.value).filter { $0 != .inactive })
  }
}

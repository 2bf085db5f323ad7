import Domain
import Incidents
import Testing

@Suite struct FoldLawTests {
  /// A journal of random requests and transitions by three actors, some on revisions that have passed.
  static func randomJournal(seed: UInt64, steps: Int) -> Desk {
    var random = SplitMix64(seed: seed)
    var desk = Desk()
    var states: [String: SignalState] = [:]
    let actors = [Desk.alice, Desk.bob, Actor(login: "carol", source: .sshKey, sshKey: "SHA256:k")]
    let verbs = IncidentVerb.allCases
    for _ in 0..<steps {
      desk.now = desk.now + .milliseconds(Int.random(in: 0...400_000, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        let tenant = "t\(Int.random(in: 0..<4, using: &random))"
        let to = SignalState.allCases.randomElement(using: &random) ?? .firing
        let lag = Duration.seconds(Int.random(in: 0...30, using: &random))
        desk.signal(
          states[tenant] ?? .inactive, to, tenant: tenant,
          severity: Severity.allCases.randomElement(using: &random) ?? .warn, at: desk.now - lag)
        states[tenant] = to
      case 1: desk.tick()
      default:
        let number = Int.random(in: 1...max(1, desk.book.nextNumber), using: &random)
        let rev = desk.incident(number).map { max(1, $0.rev - Int.random(in: 0...1, using: &random)) }
        desk.ask(
          Desk.plain(verbs.randomElement(using: &random) ?? .note), on: number, rev: rev,
          as: actors.randomElement(using: &random) ?? Desk.alice)
      }
    }
    return desk
  }

  @Test(arguments: UInt64(1)...12)
  func `one by one, all at once, and through the journal's text the state is the same`(seed: UInt64) throws {
    let desk = FoldLawTests.randomJournal(seed: seed, steps: 300)
    #expect(desk.book.incidents.count > 3)
    var again = IncidentBook()
    for entry in desk.journal {
      let object = try JSON(parsing: entry.object.canonicalBytes)
      let data = try JSON(parsing: entry.data.canonicalBytes)
      let at = try #require(Timestamp(rfc3339: entry.at.formatted(.microseconds)))
      again.apply(
        JournalEntry(
          sequence: entry.sequence, at: at, actor: Actor(json: entry.actor.json),
          draft: EntryDraft(entry.act, object: object, data: data)))
    }
    #expect(again.incidents == desk.book.incidents)
    #expect(again.queue == desk.book.queue)
    #expect(again.tick(now: desk.now + .seconds(9_999)) == desk.book.tick(now: desk.now + .seconds(9_999)))
  }

  @Test(arguments: UInt64(1)...12)
  func `every change raises the revision by one, whoever is faster`(seed: UInt64) throws {
    let desk = FoldLawTests.randomJournal(seed: seed &+ 100, steps: 300)
    var revisions: [String: Int64] = [:]
    var won: Set<String> = []
    for entry in desk.journal {
      guard let name = entry.object["incident"]?.string, let next = entry.data["new_rev"]?.integer else { continue }
      let expected = try #require(entry.data["expected_rev"]?.integer)
      #expect(expected == revisions[name, default: 0])
      #expect(next == expected + 1)
      #expect(won.insert("\(name) \(expected)").inserted)
      revisions[name] = next
      let other = entry.data["into_rev"]?.integer
      if let other, let target = entry.object["into"]?.string ?? entry.object["from"]?.string {
        #expect(other == revisions[target, default: 0] + 1)
        revisions[target] = other
      }
    }
    #expect(won.count > 20)
  }

  @Test func `no draft holds a number with a fraction`() {
    func hasFraction(_ json: JSON) -> Bool {
      switch json {
      case .number: true
      case .array(let elements): elements.contains(where: hasFraction)
      case .object(let object): object.members.contains { hasFraction($0.value) }
      default: false
      }
    }
    var desk = Desk()
    desk.signal(.inactive, .firing, value: 0.031)
    desk.signal(.firing, .stale, value: .nan)
    desk.ask(.contain(Desk.plan))
    #expect(!desk.journal.contains { hasFraction($0.data) || hasFraction($0.object) })
    #expect(desk.incident()?.signals.first?.value == 0.031)
  }

  @Test func `entries that do not fit change nothing`() {
    var desk = Desk.holding(.new)
    let before = desk.book.incidents
    desk.append([
      EntryDraft("incident.ack", object: ["incident": "INC-9"]), EntryDraft("incident.ack"),
      EntryDraft("incident.open", object: ["incident": "INC-1"], data: ["title": "t", "severity": "warn"]),
      EntryDraft("incident.open", object: ["incident": "INC-7"], data: ["title": "t", "severity": "dreadful"]),
      EntryDraft("incident.ack", object: ["incident": "INC-1"], data: ["result": "refused", "to": "closed"]),
      EntryDraft("log.open"), EntryDraft("nonsense"),
    ])
    #expect(desk.book.incidents == before)
  }

  @Test(arguments: UInt64(1)...20)
  func `a journal of arbitrary members never stops the fold`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let acts = [
      "open", "attach", "ack", "snooze", "wake", "contain", "monitor", "resolve", "close", "dismiss", "merge",
      "unmerge",
      "undo", "reopen", "severity",
    ]
    let values: [JSON] = [
      .integer(.max), .integer(.min), 0, 1, 2, 3, "", "new", "acknowledged", "monitoring", "merged", "alarm", "INC-1",
      "9999-99-99", "2261-12-31T23:59:59Z", "1678-01-01T00:00:00Z", .null, [], ["rule": "r", "state": "firing"],
      ["rule": "r", "state": "inactive", "at": "2026-01-01T00:00:00Z", "labels": ["a": 1]],
      ["metric": "m", "comparison": "<", "bound": "nan", "within_seconds": -1],
    ]
    let names = [
      "title", "severity", "to", "from", "new_rev", "into", "into_rev", "signal", "until", "ttl_seconds", "effect",
      "statement", "kind", "opened_at", "resolved_at", "mitigated_at", "verdict", "snapshot", "evidence",
    ]
    var desk = Desk.holding(.monitoring)
    for _ in 0..<400 {
      let members = names.map { ($0, values.randomElement(using: &random) ?? .null) }
      let number = Int.random(in: 1...4, using: &random)
      let object: JSON = ["incident": .string("INC-\(number)"), "action": "A-1"]
      desk.append([
        EntryDraft(
          Verb(rawValue: "incident." + (acts.randomElement(using: &random) ?? "note")), object: object,
          data: .object(JSONObject(members)))
      ])
      desk.ask(Desk.plain(IncidentVerb.allCases.randomElement(using: &random) ?? .note), on: number)
      desk.tick()
    }
    #expect(desk.book.incidents.count >= 2)
    for incident in desk.book.incidents { #expect(incident.json(detail: true)["number"] != nil) }
  }

  @Test func `a timeline that grows too long keeps its beginning and its end`() throws {
    var desk = Desk.holding(.new)
    for number in 0..<6_000 { desk.ask(.note(text: "\(number)")) }
    let incident = try #require(desk.incident())
    #expect(incident.timeline.count <= Incident.longestTimeline)
    #expect(incident.timeline.count + incident.timelineOmitted == 6_002)
    #expect(incident.timeline.first?.verb == "incident.open")
    #expect(incident.timeline.last?.detail == "5999")
  }

  @Test func `twenty thousand entries fold in well under a second`() {
    var desk = Desk()
    for number in 0..<10_000 { desk.signal(.inactive, .firing, tenant: "t\(number)") }
    #expect(desk.journal.count == 20_000)
    var book = IncidentBook()
    let took = ContinuousClock().measure {
      for entry in desk.journal { book.apply(entry) }
    }
    #expect(book.openCount == 10_000)
    #expect(book.incident(for: SignalKey(rule: "refunds", labels: Labels(["tenant": "t9999"])))?.number == 10_000)
    #expect(took < .seconds(3), "an unoptimised build takes about 0.4 s")
  }
}

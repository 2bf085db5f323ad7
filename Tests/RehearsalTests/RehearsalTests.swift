import Domain
import Rehearsal
import Testing

@Suite("Rehearsal")
struct RehearsalTests {
  @Test("the lines do not depend on the steps in which they are asked for", arguments: [1, 42] as [UInt64])
  func stepSizeDoesNotMatter(seed: UInt64) {
    let start = LogReader.start
    // Late enough for loops, silence and a cycle to be among the lines.
    let script = FaultScript(
      once: [
        ScriptedFault(
          at: .seconds(20), lasts: .zero, fault: .agentLoop(agent: "search-agent", repeats: 9), operatorSees: ""),
        ScriptedFault(at: .seconds(30), lasts: .seconds(60), fault: .silence(of: .gpu), operatorSees: ""),
      ],
      cycle: FaultScript.standard.cycle, cycleStart: .seconds(60))
    var whole = Rehearsal(seed: seed, start: start, script: script, history: .zero)
    let expected = whole.lines(until: start + .seconds(240))
    var stepped = Rehearsal(seed: seed, start: start, script: script, history: .zero)
    var generator = SplitMix64(seed: seed &+ 7)
    var now = start
    var found: [RehearsedLine] = []
    while now < start + .seconds(240) {
      now = min(now + .milliseconds(Int(generator.next() % 4_000)), start + .seconds(240))
      found += stepped.lines(until: now)
    }
    #expect(found == expected)
    #expect(Set(expected.map(\.file)) == Set(RehearsedFile.allCases))
  }

  @Test("another seed gives other lines")
  func seeds() {
    #expect(LogReader(seed: 1, seconds: 60).lines != LogReader(seed: 2, seconds: 60).lines)
  }

  @Test("lines come in order of time, each one line of JSON with its time in it")
  func wellFormed() throws {
    let reader = LogReader(seconds: 300)
    #expect(zip(reader.lines, reader.lines.dropFirst()).allSatisfy { $0.at <= $1.at })
    for line in reader.lines {
      #expect(line.bytes.last == 0x0A)
      #expect(line.bytes.count { $0 == 0x0A } == 1)
      #expect(!line.bytes.dropLast().contains { $0 < 0x20 })
      let document = try JSON(parsing: line.bytes)
      if line.file != .traces {
        #expect(document["ts"]?.string == line.at.formatted())
      }
    }
  }

  @Test("requests carry the fields that the configuration reads, at 12 to 27 a second and about 450 bytes")
  func requests() throws {
    let reader = LogReader(seconds: 600)
    let requests = try reader.documents(.inference)
    #expect((12...27).contains(Double(requests.count) / 600))
    #expect(Set(requests.compactMap { $0["tenant"]?.string }).count == 6)
    for request in requests {
      for name in ["tokens_in", "tokens_out", "latency_ms", "ttft_ms", "cost_usd", "http_status", "prompt_chars"] {
        #expect(request[name]?.double != nil)
      }
      #expect(request["guardrail"]?["status"]?.string != nil)
      #expect(request["finish_reason"]?.string != nil)
      #expect(request["cache_hit"]?.bool != nil)
      #expect((request["latency_ms"]?.double ?? 0) >= (request["ttft_ms"]?.double ?? 1))
    }
    let bytes = reader.lines.filter { $0.file == .inference }.map { Double($0.bytes.count) }
    #expect((400...520).contains(bytes.reduce(0, +) / Double(bytes.count)))
    let agents = requests.compactMap { $0["user_agent"]?.string }
    #expect(agents.contains { $0.contains("\u{1B}[31m") })
    #expect(agents.contains { $0.contains("\u{202E}") })
  }

  @Test("ratings refer to earlier requests of the same tenant")
  func ratings() throws {
    let reader = LogReader(seconds: 600)
    var tenants: [String: String] = [:]
    for request in try reader.documents(.inference) {
      tenants[request["request_id"]?.string ?? ""] = request["tenant"]?.string
    }
    let ratings = try reader.documents(.feedback)
    #expect(ratings.count > 100)
    for rating in ratings {
      #expect(tenants[rating["request_id"]?.string ?? ""] == rating["tenant"]?.string)
      #expect((1...5).contains(rating["rating"]?.integer ?? 0))
    }
    #expect((3.9...4.6).contains(ratings.numbers("rating").reduce(0, +) / Double(ratings.count)))
  }

  @Test("spans are exported when they have ended, the root last, and one agent leaves its calls' contents out")
  func traces() throws {
    let reader = LogReader(seconds: 600)
    var roots: [String: Int64] = [:]
    var withContent: Set<String> = []
    var withoutContent: Set<String> = []
    for line in reader.lines where line.file == .traces {
      let resource = try JSON(parsing: line.bytes)["resourceSpans"]?.array?.first
      for span in resource?["scopeSpans"]?.array?.first?["spans"]?.array ?? [] {
        let trace = span["traceId"]?.string ?? ""
        let end = Int64(span["endTimeUnixNano"]?.string ?? "") ?? .max
        #expect(end < line.at.nanoseconds)
        #expect(trace.count == 32)
        if let root = roots[trace] { #expect(end <= root) }
        if span["parentSpanId"] == nil { roots[trace] = end }
        let attributes = span["attributes"]?.array ?? []
        guard attributes.contains(where: { $0["key"]?.string == "gen_ai.tool.name" }) else { continue }
        let agent = attributes.first { $0["key"]?.string == "gen_ai.agent.name" }?["value"]?["stringValue"]?.string
        if attributes.contains(where: { $0["key"]?.string == "gen_ai.tool.call.arguments" }) {
          withContent.insert(agent ?? "")
        } else {
          withoutContent.insert(agent ?? "")
        }
      }
    }
    #expect(roots.count > 60)
    #expect(withContent == ["support-triage", "refund-agent", "search-agent"])
    #expect(withoutContent == ["mail-agent"])
  }
}

import Domain
import Rehearsal
import Testing

@Suite("Fault script")
struct FaultScriptTests {
  private static func failures(_ requests: [JSON]) -> Double {
    requests.share { $0["guardrail"]?["status"]?.string == "guardrail_failed_to_respond" }
  }

  private static func refusals(_ requests: [JSON]) -> Double {
    requests.share { ["refusal", "content_filter"].contains($0["finish_reason"]?.string) }
  }

  @Test("the history holds a slow spell, a release that drifts and an open guardrail")
  func history() throws {
    let reader = LogReader(seconds: 3_600)
    let calm = try reader.documents(.inference, from: -2_400, to: -1_320)
    let slow = try reader.documents(.inference, from: -2_820, to: -2_520)
    #expect(calm.numbers("latency_ms").quantile(0.95) < 1_450)
    #expect(slow.numbers("latency_ms").quantile(0.95) > 2_200)

    let recent = try reader.documents(.inference, from: -1_800)
    #expect(recent.numbers("tokens_in").populationStability(against: calm.numbers("tokens_in")) > 0.25)
    #expect((0.02...0.04).contains(FaultScriptTests.refusals(calm)))
    #expect((0.055...0.09).contains(FaultScriptTests.refusals(try reader.documents(.inference, from: -1_200))))

    let open = try reader.documents(.inference, from: -360).filter { $0["tenant"]?.string == "harbour" }
    #expect((0.045...0.085).contains(FaultScriptTests.failures(open)))
    let others = try reader.documents(.inference, from: -360).filter { $0["tenant"]?.string != "harbour" }
    #expect(FaultScriptTests.failures(others) < 0.002)
  }

  @Test("live, requests slow down, an agent loops and the accelerators' log falls silent")
  func live() throws {
    let reader = LogReader(seconds: 3_600 + 400)
    let slow = try reader.documents(.inference, from: 110, to: 270)
    #expect(slow.numbers("latency_ms").quantile(0.95) > 2_200)
    #expect(try reader.documents(.gpu, from: 91, to: 329).isEmpty)
    #expect(try reader.documents(.gpu, from: 0, to: 89).count >= 40)
    #expect(try reader.documents(.gpu, from: 332, to: 400).count >= 30)

    var calls: [String: Int] = [:]
    for line in reader.lines where line.file == .traces && line.at > reader.liveStart {
      let resource = try JSON(parsing: line.bytes)["resourceSpans"]?.array?.first
      for span in resource?["scopeSpans"]?.array?.first?["spans"]?.array ?? [] {
        let attributes = span["attributes"]?.array ?? []
        guard
          let arguments = attributes.first(where: { $0["key"]?.string == "gen_ai.tool.call.arguments" })?["value"]?[
            "stringValue"]?.string
        else { continue }
        calls[arguments, default: 0] += 1
      }
    }
    #expect(calls.values.max() == 9)
    #expect(calls.values.count { $0 > 2 } == 1)
  }

  @Test("in the calm service no window comes near a limit", arguments: [1, 2, 3] as [UInt64])
  func calm(seed: UInt64) throws {
    let reader = LogReader(seed: seed, seconds: 1_080, script: .calm)
    for minute in stride(from: -3_600.0, to: -2_520, by: 120) {
      let window = try reader.documents(.inference, from: minute, to: minute + 120)
      #expect(window.numbers("latency_ms").quantile(0.95) < 1_500)
      #expect(window.share { ($0["http_status"]?.integer ?? 0) >= 500 } < 0.02)
      #expect(FaultScriptTests.refusals(window) < 0.052)
      for tenant in ["harbour", "orchard", "lantern", "quarry", "meadow", "foundry"] {
        #expect(FaultScriptTests.failures(window.filter { $0["tenant"]?.string == tenant }) <= 0.01)
      }
    }
  }

  @Test("the cycle goes on for ever, with variations")
  func cycles() {
    let script = FaultScript.standard
    let first = script.faults(from: .seconds(480), to: .seconds(959))
    let tenth = script.faults(from: .seconds(480 * 10), to: .seconds(480 * 11 - 1))
    #expect(first.count { $0.at >= .seconds(480) } == script.cycle.count)
    #expect(tenth.count { $0.at >= .seconds(480 * 10) } == script.cycle.count)
    #expect(first.map(\.fault) != tenth.map(\.fault))
    #expect(!script.faults(from: .seconds(1e7), to: .seconds(1e7 + 480)).isEmpty)
    #expect(zip(first, first.dropFirst()).allSatisfy { $0.at <= $1.at })
  }

  @Test("the configuration names every file and every rule of the script")
  func configuration() {
    let text = Rehearsal.configuration(directory: "/tmp/a \"b\"\\c")
    for file in RehearsedFile.allCases { #expect(text.contains("/tmp/a \\\"b\\\"\\\\c/\(file.name)")) }
    for rule in ["guardrail-fail-open", "latency-p95", "error-ratio", "refusals-rise", "agent-loop"] {
      #expect(text.contains("- name: \(rule)\n"))
    }
    #expect(Rehearsal.configuration(directory: ".", quiet: true).contains("[\"inference.jsonl\"]"))
  }
}

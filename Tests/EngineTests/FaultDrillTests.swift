import Domain
import Testing

@testable import Engine

/// Known faults put into a log, and which of them the live rules catch.
@Suite struct FaultDrillTests {
  private static let origin = Timestamp(seconds: 1_790_000_000)

  private func log(seconds: Int) -> Replayer.Input {
    var text = ""
    for second in 0..<seconds {
      let at = (Self.origin + .seconds(second)).formatted()
      text += "{\"ts\":\"\(at)\",\"latency_ms\":\(100 + second * 37 % 90).5,\"meta\":{\"finish_reason\":"
      text += "\"\(second % 5 == 0 ? "length" : "stop")\"}}\n"
    }
    return Replayer.Input(path: "app.jsonl", bytes: Array(text.utf8))
  }

  private func injected(_ fault: InjectedFault, _ lines: [String]) -> [String] {
    var injector = FaultInjector(fault)
    var bytes: [UInt8] = []
    for line in lines { injector.append(Array(line.utf8), to: &bytes) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func `what each fault does to lines`() throws {
    let field = try #require(FieldPath("a"))
    let inner = try #require(FieldPath("m.b"))
    let lines = [#"{"a":1,"m":{"b":"x"}}"#, "no object", #"{"m":{"c":2},"a":2.5}"#, #"{"a":3}"#]
    #expect(injected(.gap, lines) == [])
    #expect(injected(.spike, ["x"]) == Array(repeating: "x", count: 5))
    #expect(injected(.drop, (0..<10).map(String.init)) == ["0", "5"])
    #expect(injected(.shift(field), lines)[0] == #"{"a":2,"m":{"b":"x"}}"#)
    #expect(
      injected(.shift(field), lines)[2] == #"{"m":{"c":2},"a":5}"# || injected(.shift(field), lines)[2].contains("5.0"))
    #expect(injected(.freeze(field), lines)[2...] == [#"{"m":{"c":2},"a":1}"#, #"{"a":1}"#])
    #expect(injected(.missing(inner), lines)[0] == #"{"a":1,"m":{}}"#)
    #expect(injected(.labelChange(inner), lines)[0] == #"{"a":1,"m":{"b":"leeway-drill"}}"#)
    #expect(injected(.labelChange(inner), lines)[1...] == lines[1...], "the others have no such field, or keep it")
  }

  @Test func `the shipped rules catch shifts, freezes, missing values and unknown words, and the report says when`()
    throws
  {
    let drill = try FaultDrill(
      options: CollectorOptions(paths: ["app.jsonl"]), source: 0, input: log(seconds: 4_500),
      wallTime: Self.origin + .seconds(5_000))
    let result = try drill.run()
    #expect(result.injectedAt == Self.origin + .seconds(2_990) && result.lines == 4_500 && result.noisy == [])
    let kinds = result.cases.map(\.fault.kind)
    #expect(kinds == ["gap", "spike", "drop", "shift", "freeze", "missing", "label_change", "missing"])
    for found in result.cases where found.fault.field != nil {
      #expect(found.isCovered, "\(found.fault)")
      #expect(found.delay.map { $0 < .seconds(900) } == true, "\(found)")
    }
    #expect(result.cases.first { $0.fault.kind == "shift" }?.rules == ["drift:latency_ms"])
    #expect(result.score.count == 8 && result.score.hits >= 5)
  }

  @Test func `a log that is too short, or no log of lines, is refused with what it takes`() {
    func problem(_ input: Replayer.Input) -> String {
      do {
        _ = try FaultDrill(
          options: CollectorOptions(paths: [input.path]), source: 0, input: input, wallTime: Self.origin
        ).run()
        return ""
      } catch { return "\(error)" }
    }
    #expect(problem(log(seconds: 600)).contains("a drill needs 50m"))
    let table = Replayer.Input(path: "t.csv", bytes: Array("ts,a\n2026-01-01T00:00:00Z,1\n".utf8))
    #expect(problem(table).contains("JSON lines"))
  }
}

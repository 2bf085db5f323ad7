import Domain
import Engine
import Settings
import Testing

/// The e-detectors of drift within the pipeline: how early they see a change, and how seldom they see none.
@Suite struct ChangeDetectionTests {
  private static let origin = Timestamp(seconds: 1_795_000_000)

  private func options(pages: String, reference: String = "auto") throws -> CollectorOptions {
    let yaml = """
      service: test
      shipped_rules: off
      sources:
        - { name: app, paths: ["app*.jsonl"], format: jsonl, time: ts, start: beginning }
      metrics:
        - { name: tokens, source: app, kind: distribution, field: tokens_in, drift: { reference: \(reference), warn: 0.1, alarm: 0.25 } }
        - { name: answer, source: app, kind: distribution, field: tokens_out, drift: { reference: \(reference), warn: 0.1, alarm: 0.25 } }
        - { name: finish, source: app, kind: category, field: finish_reason, drift: { reference: \(reference), warn: 0.1, alarm: 0.25 } }
      drift: { false_pages_per_week: \(pages) }

      """
    let (configuration, problems) = ConfigurationLoader.load(yaml: yaml, file: "/leeway.yaml")
    return CollectorOptions(configuration: try #require(configuration, "\(problems)"))
  }

  /// A record every two seconds; from `shift` on, prompts are longer by `by` of their spread.
  private func log(seed: UInt64, hours: Double, shift: Double? = nil, by: Double = 0) -> [String] {
    var random = SplitMix64(seed: seed)
    return (0..<Int(hours * 1_800)).map { number in
      let seconds = Double(number) * 2
      let spread = (0..<6).reduce(0.0) { sum, _ in sum + random.unit() } - 3
      let moved = shift.map { seconds >= $0 * 3_600 ? by : 0 } ?? 0
      let answer = (0..<4).reduce(0.0) { sum, _ in sum + random.unit() }
      let finish = random.unit() < 0.06 ? "refusal" : random.unit() < 0.1 ? "length" : "stop"
      let at = (Self.origin + .seconds(seconds)).formatted()
      return
        #"{"ts":"\#(at)","tokens_in":\#(400 + Int(100 * (spread + moved * 0.7))),"tokens_out":\#(Int(80 * answer)),"finish_reason":"\#(finish)"}"#
    }
  }

  private func firings(_ lines: [String], pages: String) throws -> [(key: String, at: Double)] {
    try Replayed(try options(pages: pages), [lines]).transitions.filter { $0.to == .firing }
      .map { ("\($0.key)", ($0.at - Self.origin).inSeconds) }
  }

  @Test func `a change is told before the window of half an hour is full of it, never later`() throws {
    var leads: [Double] = []
    for seed in UInt64(1)...7 {
      let lines = log(seed: seed, hours: 2.5, shift: 1.5, by: 0.65)
      let early = try #require(try firings(lines, pages: "1").first { $0.key.contains("tokens") })
      let late = try #require(try firings(lines, pages: "1e-300").first { $0.key.contains("tokens") })
      #expect(early.at > 5_400 && early.at < 5_400 + 900, "\(early)")
      leads.append(late.at - early.at)
    }
    #expect(leads.allSatisfy { $0 >= 0 }, "\(leads)")
    #expect(leads.sorted()[3] >= 180, "\(leads)")
  }

  @Test(arguments: [UInt64(11), 12, 13, 14, 15, 16])
  func `where nothing changes, nothing is told`(seed: UInt64) throws {
    #expect(try firings(log(seed: seed, hours: 8), pages: "1").isEmpty)
  }

  @Test func `a change that is sure but small is no page`() throws {
    #expect(try firings(log(seed: 5, hours: 6, shift: 1.5, by: 0.25), pages: "1").isEmpty)
  }
}

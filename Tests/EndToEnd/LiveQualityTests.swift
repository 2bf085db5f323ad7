import Domain
import Foundation
import Testing

/// Quality that is estimated live from the scores of a watched metric, and what the drift's incident says of it.
@Suite struct LiveQualityTests {
  private static let origin = Timestamp(seconds: 1_790_000_000)
  private static let yaml = """
    service: s
    shipped_rules: off
    sources:
      - { name: app, paths: [app.jsonl], time: ts }
      - { name: feedback, paths: [feedback.jsonl], time: ts,
          join: { source: app, id: id, prediction: kind, score: score, label: was } }
    metrics:
      - name: score
        source: app
        kind: distribution
        field: score
        drift: {}
        estimate: { threshold: 0.5, labelled: labelled_score, positive: positive_score }
      - { name: labelled_score, source: feedback, kind: distribution, field: joined.score }
      - { name: positive_score, source: feedback, kind: distribution, field: joined.score, where: "was == 'spam'" }

    """

  /// A score a second, from 3,600 on nearer to a half. Labels come a minute later; from 3,600 on only where `keepLabels`,
  /// and then they say the opposite.
  private func collect(keepLabels: Bool) throws -> TemporaryDirectory {
    var random = SplitMix64(seed: 21)
    var (app, feedback) = ("", "")
    for number in 0..<6_000 {
      let raw = Double.random(in: 0..<1, using: &random)
      let isNew = number >= 3_600
      let score = isNew ? 0.3 + raw * 0.4 : raw
      let isSpam = Double.random(in: 0..<1, using: &random) < (isNew ? 1 - score : score)
      let at = (Self.origin + .seconds(number)).formatted()
      app += "{\"ts\":\"\(at)\",\"id\":\(number),\"kind\":\"\(score >= 0.5 ? "spam" : "ham")\",\"score\":\(score)}\n"
      guard !isNew || keepLabels else { continue }
      let later = (Self.origin + .seconds(number + 60)).formatted()
      feedback += "{\"ts\":\"\(later)\",\"id\":\(number),\"was\":\"\(isSpam ? "spam" : "ham")\"}\n"
    }
    let directory = try TemporaryDirectory()
    try directory.write("leeway.yaml", Self.yaml)
    try directory.write("app.jsonl", app)
    try directory.write("feedback.jsonl", feedback)
    let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    return directory
  }

  @Test("labels stop, scores go on: the drift's incident says what they promise, and that it is blind to concept shift")
  func withoutLabels() throws {
    let directory = try collect(keepLabels: false)
    let report = try Binary.run(["drift", "--json", "--state", "state"], in: directory).json
    let column = try #require(report["columns"]?.array?.first)
    #expect(column["verdict"] == "alarm", "\(column)")
    let quality = try #require(column["quality"])
    #expect(quality["calibrated"]?.bool == true && quality["labelled"]?.integer == 0, "\(quality)")
    #expect((quality["reference_rows"]?.integer ?? 0) >= 3_500, "\(quality)")
    let accuracy = try #require(quality["metrics"]?.array?.first)
    #expect(accuracy["name"] == "accuracy" && abs((accuracy["reference"]?.double ?? 0) - 0.75) < 0.03, "\(accuracy)")
    #expect(abs((accuracy["estimated"]?.double ?? 0) - 0.6) < 0.03 && accuracy["moved"]?.bool == true, "\(accuracy)")
    let text = try Binary.run(["drift", "--state", "state"], in: directory).output
    #expect(text.contains("quality  accuracy: estimated 0.") && text.contains("blind to concept shift"), "\(text)")
    let shown = try Binary.run(["incidents", "show", "1", "--json", "--state", "state"], in: directory).json
    let harm = shown["harm"]?.array?.compactMap(\.string) ?? []
    #expect(harm.first?.hasPrefix("Harmful as far as scores tell, blind to concept shift") == true, "\(harm)")
    for screen in ["drift", "incident"] {
      let drawn = try Binary.run(["render", screen, "200x50", "--state", "state"], in: directory).output
      #expect(drawn.contains("Harmful as far as scores tell"), "\(drawn)")
    }
  }

  @Test("labels that contradict the scores are believed") func withLabels() throws {
    let directory = try collect(keepLabels: true)
    let report = try Binary.run(["drift", "--json", "--state", "state"], in: directory).json
    let metrics = report["columns"]?.array?.first?["quality"]?["metrics"]?.array ?? []
    let accuracy = try #require(metrics.first)
    #expect(abs((accuracy["realised"]?.double ?? 0) - 0.4) < 0.05, "\(accuracy)")
    let shown = try Binary.run(["incidents", "show", "1", "--json", "--state", "state"], in: directory).json
    let harm = shown["harm"]?.array?.compactMap(\.string) ?? []
    #expect(harm.first?.hasPrefix("Scores mislead") == true && harm.first?.contains("concept shift") == true, "\(harm)")
  }

  @Test("an estimate that cannot be is told with its place") func mistakes() throws {
    let directory = try TemporaryDirectory()
    func problems(_ metric: String) throws -> String {
      try directory.write("a.jsonl", "{}\n")
      try directory.write(
        "leeway.yaml",
        """
        service: s
        sources: [{ name: a, paths: [a.jsonl] }]
        metrics:
          - { name: total, source: a, kind: counter }
          - { name: m, source: a, field: x, \(metric) }

        """)
      let run = try Binary.run(["config", "check", "--config", "leeway.yaml"], in: directory)
      #expect(run.status == 78, "\(run.output)")
      return run.output + run.errors
    }
    #expect(try problems("kind: distribution, estimate: {}").contains("'estimate' without 'drift'"))
    #expect(try problems("kind: category, drift: {}, estimate: {}").contains("holds no scores"))
    let drifting = "kind: distribution, drift: {}, estimate:"
    #expect(try problems("\(drifting) { threshold: 2 }").contains("'threshold' is 2"))
    #expect(try problems("\(drifting) { labelled: m }").contains("go together"))
    #expect(try problems("\(drifting) { labelled: mm, positive: total }").contains("there is no metric 'mm'"))
    #expect(try problems("\(drifting) { labelled: m, positive: total }").contains("'total' is of kind counter"))
  }
}

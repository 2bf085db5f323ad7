import Domain
import Foundation
import Testing

/// `leeway drift --score`: quality without labels, and what labels say of the estimate.
@Suite struct QualityEstimateTests {
  /// Rows of a classifier whose scores are right: of those with score s, a share s is positive.
  private func rows(_ count: Int, seed: UInt64, harder: Bool = false, flipped: Bool = false, labels: Bool = true)
    -> String
  {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let raw = Double.random(in: 0..<1, using: &random)
      // A harder mix has its scores nearer to a half.
      let score = harder ? 0.25 + raw / 2 : raw
      let isPositive = Double.random(in: 0..<1, using: &random) < (flipped ? 1 - score : score)
      let label = labels ? ",\"label\":\(isPositive ? 1 : 0)" : ""
      return "{\"score\":\(score),\"pred\":\(score >= 0.5 ? 1 : 0)\(label)}\n"
    }.joined()
  }

  private func quality(_ current: String, _ more: [String] = []) throws -> (json: JSON, text: String) {
    let directory = try TemporaryDirectory()
    try directory.write("old.jsonl", rows(4_000, seed: 1))
    try directory.write("new.jsonl", current)
    let arguments = ["drift", "--reference", "old.jsonl", "--current", "new.jsonl", "--score", "score"] + more
    let document = try Binary.run(arguments + ["--label", "label", "--json"], in: directory)
    #expect(document.status == 0, "\(document.errors)")
    let text = try Binary.run(arguments + ["--label", "label"], in: directory).output
    return (try #require(try document.json["quality"]), text)
  }

  private func metric(_ name: String, _ quality: JSON) throws -> JSON {
    try #require(quality["metrics"]?.array?.first { $0["name"]?.string == name })
  }

  @Test("a harder mix without labels: accuracy is estimated to have fallen, with its band", arguments: [true, false])
  func covariateShift(hasPredictions: Bool) throws {
    let (json, text) = try quality(
      rows(2_000, seed: 2, harder: true, labels: false), hasPredictions ? ["--prediction", "pred"] : [])
    let accuracy = try metric("accuracy", json)
    // Of scores spread evenly over 0...1 three quarters are right, of those over 0.25...0.75 five eighths.
    #expect(abs((accuracy["reference"]?.double ?? 0) - 0.75) < 0.03)
    #expect(abs((accuracy["estimated"]?.double ?? 0) - 0.625) < 0.03)
    #expect((accuracy["low"]?.double ?? 1) < 0.625 && (accuracy["high"]?.double ?? 0) > 0.625)
    #expect(accuracy["moved"]?.bool == true && accuracy["realised"] == .null)
    #expect(json["blind_to"]?.string == "concept shift" && json["labelled"]?.integer == 0)
    #expect(text.contains("beyond the sampling error") && text.contains("blind to concept shift"), "\(text)")
  }

  @Test("nothing changed: the estimate agrees with the labels") func agreement() throws {
    let (json, text) = try quality(rows(3_000, seed: 3))
    for name in ["accuracy", "precision", "recall", "f1"] {
      let metric = try metric(name, json)
      let (low, high) = (try #require(metric["low"]?.double), try #require(metric["high"]?.double))
      #expect((low...high).contains(try #require(metric["realised"]?.double)), "\(name)")
      #expect(metric["moved"]?.bool == false, "\(name)")
    }
    #expect(!text.contains("belie"), "\(text)")
  }

  @Test("a concept shift: the estimate sees nothing, the labels belie it") func conceptShift() throws {
    let (json, text) = try quality(rows(2_000, seed: 4, flipped: true))
    let accuracy = try metric("accuracy", json)
    #expect(accuracy["moved"]?.bool == false)
    #expect((accuracy["realised"]?.double ?? 1) < 0.3)
    #expect(text.contains("The labels belie the estimate"), "\(text)")
  }

  @Test(
    "what cannot be read says why",
    arguments: [
      (["--score", "score"], Int32(64), "--score and --label go together"),
      (["--score", "nothing", "--label", "label"], 65, "no column 'nothing'"),
      (["--score", "score", "--label", "word"], 65, "'perhaps', which is neither 0 or 1"),
      (["--score", "score", "--label", "none"], 65, "nothing to calibrate by"),
    ])
  func refusals(arguments: [String], status: Int32, message: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write("rows.csv", "score,label,word,none\n0.2,0,perhaps,\n0.9,1,,\n")
    let run = try Binary.run(
      ["drift", "--reference", "rows.csv", "--current", "rows.csv"] + arguments, in: directory)
    #expect(run.status == status && run.errors.contains(message), "\(run.status) \(run.errors)")
  }
}

import Domain
import Foundation
import Testing

@Suite struct VersionReviewTests {
  private func night() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let origin = Timestamp(seconds: 1_790_000_000)
    let text = (0..<4_800).map { number in
      let version = number < 2_500 ? "m-1" : "m-2"
      let tokens = number < 2_500 ? 100 + number % 50 : 300 + number % 90
      return
        "{\"ts\":\"\((origin + .seconds(number)).formatted())\",\"model_version\":\"\(version)\",\"tokens_in\":\(tokens)}\n"
    }.joined()
    try directory.write("app.jsonl", text)
    try directory.write(
      "leeway.yaml",
      """
      service: s
      sources:
        - { name: app, paths: [app.jsonl], time: ts, labels: { version: model_version } }
      metrics:
        - { name: tokens, source: app, kind: distribution, field: tokens_in, drift: { reference: auto, warn: 0.1, alarm: 0.25 } }

      """)
    let run = try Binary.run(["collect", "--once", "--state", "state"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    return directory
  }

  private func run(_ arguments: [String], in directory: TemporaryDirectory) throws -> Binary.Run {
    try Binary.run(["versions"] + arguments + ["--state", "state", "--json"], in: directory)
  }

  @Test func `an accepted version becomes what drift is measured against, and the decision stands in the journal`()
    throws
  {
    let directory = try night()
    #expect(try run(["review", "m-9", "--decision", "watch", "--reason", "x"], in: directory).status == 1)
    #expect(try run(["review", "m-2", "--decision", "watch", "--reason", " "], in: directory).status == 1)
    let accepted = try run(
      ["review", "m-2", "--decision", "accept", "--reason", "the new template is wanted", "--as", "mo"], in: directory)
    #expect(accepted.status == 0, "\(accepted.errors)")
    #expect(try accepted.json["promoted"]?.array == [.string("tokens")])
    let listed = try run(["list"], in: directory).json["versions"]?.array ?? []
    #expect(listed.map { $0["version"]?.string } == ["m-1", "m-2"])
    #expect(listed.last?["review"]?["decision"] == .string("accept") && listed.first?["review"] == .null)
    let drift = try Binary.run(["drift", "--state", "state", "--json"], in: directory).json
    let psi = drift["columns"]?.array?.first?["psi"]
    #expect(drift["columns"]?.array?.first?["verdict"] == .string("ok"), "\(psi ?? .null)")
    let log = try Binary.run(["audit", "export", "--state", "state"], in: directory)
    #expect(log.output.contains("\"version.review\"") && log.output.contains("\"baseline.promote\""))
    #expect(log.output.contains("\"result\":\"refused\""))
    let verified = try Binary.run(["audit", "verify", "--state", "state"], in: directory)
    #expect(verified.status == 0, "\(verified.errors)")
  }

  @Test func `the drift screen shows both versions and whether the new one was reviewed`() throws {
    let directory = try night()
    let before = try Binary.run(["render", "drift", "120x40", "--state", "state"], in: directory)
    #expect(before.output.contains("m-1") && before.output.contains("not done"), "\(before.output)")
    _ = try run(["review", "m-2", "--decision", "roll_back", "--reason", "too long", "--as", "mo"], in: directory)
    let after = try Binary.run(["render", "drift", "120x40", "--state", "state"], in: directory)
    #expect(after.output.contains("roll_back"), "\(after.output)")
  }
}

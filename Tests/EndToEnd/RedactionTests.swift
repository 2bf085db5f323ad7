import Domain
import Foundation
import Testing

/// Secrets and personal data in a log reach neither the store, nor the log, nor any output.
@Suite struct RedactionTests {
  static let email = "ann.lee@example.com"
  static let secret = "sk-proj-a1b2c3d4e5f6g7h8i9j0"
  static let card = "4111111111111111"

  private static func line(_ second: Int, tenant: String, reason: String) -> String {
    let at = Timestamp(seconds: 1_790_000_000) + .seconds(second)
    return
      "{\"ts\":\"\(at.formatted())\",\"latency_ms\":\(100 + second % 50),\"status\":\(second % 3 == 0 ? 500 : 200),"
      + "\"tenant\":\"\(tenant)\",\"finish_reason\":\"\(reason)\",\"model_version\":\"v1\"}\n"
  }

  private static func write(in directory: TemporaryDirectory) throws {
    let text = (0..<400).map { second in
      line(
        second, tenant: second % 4 == 0 ? email : second % 4 == 1 ? "acme" : second % 4 == 2 ? card : "key " + secret,
        reason: second % 5 == 0 ? "asked by \(email)" : second % 5 == 1 ? secret : "stop")
    }.joined()
    try directory.write("app.jsonl", text + "no json but \(secret)\n")
  }

  /// The files below a directory that hold a text.
  private func holders(of text: String, in directory: String) throws -> [String] {
    let files = try #require(FileManager.default.enumerator(atPath: directory))
    return files.compactMap { $0 as? String }.filter { name in
      let data = FileManager.default.contents(atPath: directory + "/" + name) ?? Data()
      return data.range(of: Data(text.utf8)) != nil
    }
  }

  private static let outputs = [
    ["status", "--json"], ["incidents", "list", "--json"], ["metrics", "--json", "--by", "tenant"],
    ["drift", "--json"],
    ["render", "overview", "200x50"], ["audit", "export"], ["metrics", "--json", "--metric", "finish_reason"],
  ]

  @Test(arguments: ["", "rule"])
  func `Nothing sensitive is kept or shown without being asked for`(kind: String) throws {
    let directory = try TemporaryDirectory()
    try Self.write(in: directory)
    if kind == "rule" {
      try directory.write(
        "leeway.yaml",
        """
        service: chat
        sources: [{ name: app, paths: [app.jsonl], labels: { tenant: tenant, version: model_version } }]
        rules:
          - { name: errors, source: app, when: "ratio(status >= 500) over 60s > 0.1", by: [tenant], severity: warn }
        """)
    }
    let state = directory.path + "/state"
    let collected = try Binary.run(
      ["collect", "--once", "--state", state] + (kind == "rule" ? [] : ["app.jsonl"]), in: directory)
    #expect(collected.status == 0, "\(collected.errors)")
    for text in [Self.email, Self.secret, Self.card] {
      #expect(try holders(of: text, in: state) == [], "\(text)")
      #expect(!collected.errors.contains(text))
    }
    #expect(try holders(of: "[email]", in: state) != [])
    for arguments in Self.outputs {
      let run = try Binary.run(arguments + ["--state", state], in: directory)
      #expect(run.status == 0, "\(arguments) \(run.errors)")
      for text in [Self.email, Self.secret, Self.card] {
        #expect(!(run.output + run.errors).contains(text), "\(arguments): \(text)")
      }
    }
    if kind == "rule" {
      let incidents = try Binary.run(["incidents", "list", "--json", "--state", state], in: directory)
      #expect(incidents.output.contains("[email]"), "\(incidents.output)")
      let replayed = try Binary.run(["replay", "app.jsonl"], in: directory)
      #expect(replayed.status == 0 && !replayed.output.contains(Self.email) && !replayed.output.contains(Self.secret))
    }
  }

  @Test func `Hashes keep equal values together, with a salt that only the owner reads`() throws {
    let directory = try TemporaryDirectory()
    try Self.write(in: directory)
    try directory.write(
      "leeway.yaml",
      """
      service: chat
      redact: [{ field: finish_reason, action: drop }]
      sources:
        - { name: app, paths: [app.jsonl], labels: { tenant: tenant }, redact: [{ field: tenant, action: hash }] }
      metrics:
        - { name: latency, source: app, kind: distribution, field: latency_ms }
        - { name: reasons, source: app, kind: category, field: finish_reason }
      """)
    var tenants: [[String]] = []
    for state in ["a", "a", "b"] {
      let path = directory.path + "/" + state
      _ = try Binary.run(["collect", "--once", "--state", path], in: directory)
      let rows =
        try Binary.run(
          ["metrics", "--json", "--metric", "latency", "--by", "tenant", "--state", path], in: directory
        ).json["rows"]?.array ?? []
      #expect(rows.compactMap { $0["count"]?.integer } == [100, 100, 100, 100])
      tenants.append(rows.compactMap { $0["labels"]?["tenant"]?.string }.sorted())
      #expect(try holders(of: "acme", in: path) == [] && holders(of: "asked", in: path) == [])
      let mode = try FileManager.default.attributesOfItem(atPath: path + "/redaction.salt")[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
    #expect(tenants[0].count == 4 && tenants[0].allSatisfy { $0.hasPrefix("#") && $0.count == 13 })
    #expect(tenants[0] == tenants[1] && Set(tenants[0]).isDisjoint(with: tenants[2]))
  }

  @Test func `What is asked for is kept`() throws {
    let directory = try TemporaryDirectory()
    try Self.write(in: directory)
    try directory.write(
      "leeway.yaml",
      "service: chat\nredact: off\nsources: [{ name: app, paths: [app.jsonl], labels: { tenant: tenant } }]\n")
    let state = directory.path + "/state"
    _ = try Binary.run(["collect", "--once", "--state", state], in: directory)
    #expect(try holders(of: Self.email, in: state) != [])
  }
}

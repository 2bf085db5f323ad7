import Domain
import Testing
import Traces

@Suite("Evidence")
struct EvidenceTests {
  private func evidence(arguments: String, result: String = "ok") -> String {
    var assembler = RunAssembler()
    let spans = (0..<3).map { Fixture.tool("s\($0)", start: Double($0), arguments: arguments, result: result) }
    return assembler.add(spans).flatMap(\.findings).first { $0.detector == "LOOP_REPEAT" }?.evidence ?? ""
  }

  @Test(
    "secrets are masked",
    arguments: [
      ("{\"key\":\"sk-proj-abcdefghijklmnop\"}", "abcdefgh"),
      ("{\"header\":\"Bearer abc.def.ghi\"}", "def"),
      ("curl -H 'x: ghp_16C7e42F292c6912E7710c838347Ae178B4a'", "292c6912"),
      ("{\"password\":\"hunter2\"}", "hunter2"),
      ("curl -H 'Authorization: Basic dXNlcjpw'", "dXNlcjpw"),
      ("curl -H Authorization:Bearer\u{20}abc.def", "abc.def"),
      ("{\"api_key\": \"short\"}", "short"),
      ("https://user:letmein@host/path", "letmein"),
      ("-----BEGIN PRIVATE KEY-----\nMIIEvQ", "MIIEvQ"),
      ("{\"blob\":\"QWxhZGRpbjpvcGVuIHNlc2FtZTEyMzQ1\"}", "GVuIHNl"),
      ("aws AKIAIOSFODNN7EXAMPLE", "FODNN7"),
      ("{\"db_token\":\"a b c\"}", "a b c"),
      ("{\\\"secret\\\":\\\"inner\\\"}", "inner"),
    ])
  func masked(text: String, secret: String) {
    #expect(!evidence(arguments: text).contains(secret))
    #expect(!evidence(arguments: "{}", result: text).contains(secret))
    #expect(evidence(arguments: text).contains("***"))
  }

  @Test(
    "ordinary text stays",
    arguments: [
      "{\"path\":\"/workspace/case/2026-11-23/report-final-v2.txt\"}", "{\"query\":\"refund status\",\"limit\":10}",
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "https://api.internal.example/v1/notes?page=12",
      "antidisestablishmentarianism", "tokens are counted",
      "{\"max_tokens\":100}", "the secret is out", "{\"n\":12345678901234567890123}",
    ])
  func kept(text: String) {
    #expect(evidence(arguments: text).contains(text))
  }

  @Test("text of any kind is cut to a bounded excerpt without a trap")
  func hostileText() {
    var generator = SplitMix64(seed: 3)
    let alphabet = Array("ab\"\\:= /@-_sk-BEGINtoken\u{1B}\u{202E}é👩🏽‍🚒{}0123456789").map(String.init)
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<Int(generator.next() % 400) { text += alphabet[Int(generator.next() % UInt64(alphabet.count))] }
      #expect(evidence(arguments: text, result: text).count <= 320)
    }
    #expect(evidence(arguments: String(repeating: "x", count: 1_000_000)).count < 200)
  }
}

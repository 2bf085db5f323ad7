import Domain
import Expressions
import Redaction
import Testing

@Suite struct RedactorTests {
  @Test(
    "The standard patterns are masked in any text",
    arguments: [
      ("ann.lee+x@example.co.uk", "[email]"), ("mail ann@example.com.", "mail [email]."),
      ("<ann@example.com>,bob@example.org", "<[email]>,[email]"), ("4111 1111 1111 1111", "[card]"),
      ("card 5500-0000-0000-0004 declined", "card [card] declined"), ("378282246310005", "[card]"),
      ("DE89370400440532013000", "[iban]"), ("to GB29 NWBK 6016 1331 9268 19 today", "to [iban] today"),
      ("sk-proj-a1b2c3d4e5f6g7h8i9", "[secret]"), ("key AKIAIOSFODNN7EXAMPLE9 x", "key [secret] x"),
      // A key of AWS has twenty bytes, and now and then no digit at all.
      ("AKIAIOSFODNN7EXAMPLE", "[secret]"), ("ASIAABCDEFGHIJKLMNOP", "[secret]"),
      ("ghp_abcdefghijklmnopqrstuvwxyzabcdefghij", "[secret]"),
      ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[secret]"),
      ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", "[secret]"),
      ("postgres://app:hunter2@db/x", "postgres://app:[secret]@db/x"),
      ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "[secret]"),
    ])
  func masked(text: String, expected: String) {
    #expect(Redactor.standard.text(text) == expected)
  }

  @Test(
    "What only looks like it is kept",
    arguments: [
      "gpt-4o-2024-08-06", "claude-sonnet-4-20250514", "sk-learn-pipeline-large-model", "ASIA-PACIFIC-SOUTHEAST-2",
      "user@host", "@here", "a@b.c",
      "4111 1111 1111 1112", "1790000000000", "1790000000000000000", "2026-11-23T03:12:44.120Z",
      "DE89370400440532013001",
      "0af7651916cd43dd8448eb211c80319c", "550e8400-e29b-41d4-a716-446655440000", "10.0.0.1", "+49 30 1234567",
      "https://example.com/a:b", "eyJ", "stop", "", "tenant-42", "-----BEGIN CERTIFICATE-----",
    ])
  func kept(text: String) {
    #expect(Redactor.standard.text(text) == text)
  }

  @Test func `Telephone numbers and addresses are found when asked for`() throws {
    let policy = RedactionPolicy(rules: [.init(.pattern(.phone), .mask), .init(.pattern(.ipv4), .mask)])
    let redactor = try Redactor(policy, salt: [])
    #expect(redactor.text("call +49 (30) 1234567 now") == "call [phone] now")
    #expect(redactor.text("0049 30 1234567") == "[phone]")
    #expect(redactor.text("from 192.168.10.254:80") == "from [ipv4]:80")
    #expect(redactor.text("version 1.2.3.4.5 of 256.1.1.1") == "version 1.2.3.4.5 of 256.1.1.1")
  }

  @Test func `A hash keeps equal values equal and depends on the salt`() throws {
    let user = try #require(FieldPath("user.email"))
    let policy = RedactionPolicy(rules: [.init(.field(user), .hash)])
    let first = try Redactor(policy, salt: [1])
    let second = try Redactor(policy, salt: [2])
    let hashed = try #require(first.text("ann@example.com", of: user))
    #expect(hashed.count == 13 && hashed.hasPrefix("#"))
    #expect(first.text("ann@example.com", of: user) == hashed)
    #expect(first.text("bob@example.com", of: user) != hashed)
    #expect(second.text("ann@example.com", of: user) != hashed)
    // Elsewhere the standard patterns apply.
    #expect(first.text("ann@example.com", of: FieldPath("other")) == "[email]")
  }

  @Test func `Every action does what it says`() throws {
    let field = try #require(FieldPath("note"))
    func redact(_ text: String, _ rules: RedactionRule..., standard: Bool = true) throws -> String? {
      try Redactor(RedactionPolicy(masksStandardPatterns: standard, rules: rules), salt: [7]).text(text, of: field)
    }
    #expect(try redact("x", .init(.field(field), .drop)) == nil)
    #expect(try redact("x", .init(.field(field), .mask)) == "***")
    #expect(try redact("a@b.org", .init(.field(field), .keep)) == "a@b.org")
    #expect(try redact("a@b.org", .init(.pattern(.email), .keep)) == "a@b.org")
    #expect(try redact("to a@b.org", .init(.pattern(.email), .drop)) == nil)
    #expect(try redact("to a@b.org", .init(.pattern(.email), .hash))?.hasPrefix("to [email #") == true)
    #expect(try redact("ticket SUP-1234", .init(.expression("SUP-[0-9]+"), .mask)) == "***")
    #expect(try redact("a@b.org", standard: false) == "a@b.org")
    #expect(throws: PatternError.self) { try redact("x", .init(.expression("("), .mask)) }
  }

  @Test func `A source's rules come before the global ones`() throws {
    let field = try #require(FieldPath("user"))
    let global = RedactionPolicy(rules: [.init(.field(field), .drop)])
    let own = RedactionPolicy(rules: [.init(.field(field), .keep)])
    #expect(try Redactor(own.within(global), salt: []).text("x", of: field) == "x")
    #expect(try Redactor(RedactionPolicy().within(global), salt: []).text("x", of: field) == nil)
    let off = RedactionPolicy(masksStandardPatterns: false)
    #expect(try Redactor(RedactionPolicy().within(off), salt: []).text("a@b.org") == "a@b.org")
  }

  @Test func `A long text is cut where nobody looked any further`() {
    let text = String(repeating: "x ", count: 4_000) + "ann@example.com"
    let kept = Redactor.standard.text(text)
    #expect(kept?.utf8.count == 4_096 + 3 && kept?.contains("example") == false)
  }

  @Test("No bytes make a search trap", arguments: UInt64(1)...20)
  func fuzz(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = [
      "@", "a.b", "4111", "://", ":", "sk-", "eyJ", ".", "DE89", "+", "00", " ", "-----BEGIN ", "é", "9", "-",
    ]
    let policy = RedactionPolicy(rules: SensitivePattern.allCases.map { .init(.pattern($0), .hash) })
    let redactor = try Redactor(policy, salt: [])
    for _ in 0..<200 {
      let text = (0..<Int.random(in: 0...40, using: &random))
        .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      _ = redactor.text(text)
    }
  }
}

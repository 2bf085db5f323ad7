import Assurance
import Domain
import Testing

@Suite struct AuditChainTests {
  @Test func `a line is the canonical form with exactly eight keys, and its hash is an RFC 9162 leaf`() throws {
    let at = try #require(Timestamp(rfc3339: "2026-11-23T10:02:00.123456789Z"))
    let (line, hash) = try AuditChain.line(
      for: EntryDraft("incident.ack", object: ["rev": 3, "incident": "INC-17"], data: ["reason": "a/b"]),
      actor: Actor(login: "alice", source: .loginuid), at: at, sequence: 1, previous: AuditChain.genesis)
    #expect(
      String(decoding: line, as: UTF8.self)
        == #"{"act":"incident.ack","actor":{"login":"alice","src":"loginuid"},"data":{"reason":"a/b"},"#
        + #""obj":{"incident":"INC-17","rev":3},"prev":""# + String(repeating: "0", count: 64)
        + #"","seq":1,"ts":"2026-11-23T10:02:00.123456Z","v":1}"#)
    #expect(hash == Digest256.sha256([0] + line))
  }

  @Test func `a line reads back as the entry that it was written from`() throws {
    let draft = EntryDraft("signal.firing", object: ["signal": "k"], data: ["labels": ["a": "é"], "value": "0.5"])
    let actor = Actor(login: "bob", source: .sshKey, userID: 7, host: "h", from: "10.0.0.7", sshKey: "SHA256:k")
    let (line, _) = try AuditChain.line(
      for: draft, actor: actor, at: Chain.start, sequence: 12, previous: AuditChain.genesis)
    let entry = try AuditChain.parse(line)
    #expect(entry == JournalEntry(sequence: 12, at: Chain.start, actor: actor, draft: draft))
  }

  static let refused: [(JSON, AuditError)] = [
    (.object(JSONObject([("value", .number(0.5))])), .fraction(at: "data.value")),
    (["list": [1, 2.0]] as JSON, .fraction(at: "data.list[1]")),
    (["n": 9_007_199_254_740_992] as JSON, .integerTooLarge(at: "data.n")),
    (.object(JSONObject([("a", 1), ("a", 2)])), .repeatedName(at: "data.a")),
    ([1] as JSON, .notAnObject(at: "data")),
  ]

  @Test(arguments: refused)
  func `what an entry must not hold is refused by name`(data: JSON, expected: AuditError) {
    #expect(throws: expected) {
      _ = try AuditChain.line(
        for: EntryDraft("x.y", data: data), actor: .leeway, at: .epoch, sequence: 1, previous: AuditChain.genesis)
    }
  }

  @Test func `an entry longer than a verifier reads is refused`() {
    let text = JSON.string(String(repeating: "x", count: AuditChain.longestLine))
    #expect(throws: AuditError.self) {
      _ = try AuditChain.line(
        for: EntryDraft("x.y", data: ["text": text]), actor: .leeway, at: .epoch, sequence: 1,
        previous: AuditChain.genesis)
    }
  }

  @Test(arguments: ["", "{", "[]", "{}", #"{"act":"a","seq":0}"#, #"{"act":"a","seq":1,"ts":"yesterday"}"#])
  func `what is no entry is refused`(text: String) {
    #expect(throws: AuditError.self) { _ = try AuditChain.parse(Array(text.utf8)) }
  }

  @Test(arguments: 0...33)
  func `the incremental Merkle root is the recursive one of RFC 9162`(count: Int) {
    func root(_ leaves: ArraySlice<Digest256>) -> Digest256 {
      guard let first = leaves.first else { return Digest256.sha256([]) }
      guard leaves.count > 1 else { return first }
      var split = 1
      while split * 2 < leaves.count { split *= 2 }
      return Digest256.sha256([1] + root(leaves.prefix(split)).bytes + root(leaves.dropFirst(split)).bytes)
    }
    let leaves = (0..<count).map { Digest256.sha256([UInt8($0)]) }
    var tree = MerkleTree()
    for leaf in leaves { tree.append(leaf) }
    #expect(tree.root == root(leaves[...]))
    #expect(tree.size == count)
  }

  @Test func `a checkpoint reads what it writes and says what is missing`() throws {
    let checkpoint = try Chain(3).checkpoint
    #expect(try Checkpoint(json: JSON(parsing: checkpoint.json.canonicalBytes)) == checkpoint)
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(json: ["log_id": "x", "size": -1]) }
    #expect(error?.member == "size")
  }
}

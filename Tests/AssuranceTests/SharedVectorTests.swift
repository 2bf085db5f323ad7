import Assurance
import Domain
import Glibc
import Testing

private let sharedFolder = getenv("LEEWAY_SHARED").map { String(cString: $0) + "/data/audit/" }

/// The published test vectors, where the environment names their place.
@Suite(.enabled(if: sharedFolder != nil)) struct SharedVectorTests {
  static func read(_ name: String) throws -> [UInt8] {
    let path = try #require(sharedFolder) + name
    let file = try #require(fopen(path, "rb"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
    }
  }

  @Test(
    "U01 the published vectors get their expected verdicts",
    arguments: [nil, "checkpoint_8", "checkpoint_5"] as [String?])
  func verdicts(checkpointName: String?) throws {
    let expected = try JSON(parsing: SharedVectorTests.read("expected.json"))
    let checkpoint = try checkpointName.map { try Checkpoint(json: #require(expected[$0])) }
    let verdicts = try #require(expected["verdicts"]?.object).members
    #expect(verdicts.count == 13)
    let column = checkpointName.map { "with_" + $0 } ?? "chain_only"
    for (name, verdict) in verdicts {
      let wanted = try #require(verdict[column]?.array)
      let result = verify(try SharedVectorTests.read(name), checkpoint: checkpoint, pieces: 100)
      let problem = result.problems.first
      let found: [JSON] =
        switch problem?.kind {
        case nil: ["ok", JSON(result.entries), .array(result.warnings.map(JSON.string))]
        case .torn: ["torn", JSON(result.entries), .array(result.warnings.map(JSON.string))]
        case .truncated:
          ["truncated", JSON(result.entries), .string("checkpoint says \(checkpoint?.size ?? -1)")]
        case .rewritten: ["rewritten", .null, "root differs from checkpoint"]
        case .notCanonical: ["bad", JSON(problem?.line), "not canonical bytes"]
        case .seq: ["bad", JSON(problem?.line), "seq"]
        case .prev: ["bad", JSON(problem?.line), "prev"]
        case .text: ["bad", JSON(problem?.line), "text"]
        }
      #expect(found == wanted, "\(name) \(column)")
    }
  }

  @Test func `leaves, roots and the checkpoint file are the published ones`() throws {
    let expected = try JSON(parsing: SharedVectorTests.read("expected.json"))
    let lines = try SharedVectorTests.read("ok.jsonl").split(separator: 0x0A).map(Array.init)
    var tree = MerkleTree()
    #expect(tree.root.hex == expected["roots_by_size"]?.array?.first?.string)
    for (index, line) in lines.enumerated() {
      let hash = AuditChain.hash(line: line)
      tree.append(hash)
      #expect(hash.hex == expected["leaf_hashes"]?.array?[index].string)
      #expect(tree.root.hex == expected["roots_by_size"]?.array?[index + 1].string)
      let entry = try AuditChain.parse(line)
      #expect(entry.sequence == index + 1)
    }
    let file = try Checkpoint(json: JSON(parsing: SharedVectorTests.read("cp8.json")))
    #expect(file.root == tree.root)
    #expect(file.json.canonicalBytes == (try SharedVectorTests.read("cp8.json").filter { $0 != 0x0A }))
  }
}

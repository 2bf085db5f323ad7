import Assurance
import Domain
import Testing

@Suite struct AuditVerifierTests {
  @Test(arguments: [1, 7, 64, Int.max])
  func `a whole journal verifies however its bytes are cut`(pieces: Int) throws {
    let chain = try Chain(8)
    let result = verify(chain.bytes, checkpoint: chain.checkpoint, pieces: pieces)
    #expect(result.isOK)
    #expect(result.entries == 8)
    #expect(result.head == chain.head)
    #expect(result.root == chain.tree.root)
    #expect(result.warnings.isEmpty)
  }

  /// Changes to a journal of eight lines, and what is found then.
  enum Damage: String, CaseIterable {
    case edited, deleted, duplicated, swapped, spaced, carriageReturns, blankLine, torn, badUTF8, fraction

    func apply(_ chain: Chain) -> ([UInt8], Int, Verification.Kind) {
      var lines = chain.lines
      func joined() -> [UInt8] { lines.flatMap { $0 + [0x0A] } }
      func replacing(_ old: String, _ new: String, in line: Int) {
        lines[line] = Array(
          String(decoding: lines[line], as: UTF8.self).split(separator: old, omittingEmptySubsequences: false)
            .joined(separator: new).utf8)
      }
      switch self {
      case .edited:
        replacing("INC-17", "INC-18", in: 3)
        return (joined(), 5, .prev)
      case .deleted:
        lines.remove(at: 4)
        return (joined(), 5, .seq)
      case .duplicated:
        lines.insert(lines[2], at: 3)
        return (joined(), 4, .seq)
      case .swapped:
        lines.swapAt(2, 3)
        return (joined(), 3, .seq)
      case .spaced:
        replacing("\"rev\":", "\"rev\": ", in: 5)
        return (joined(), 6, .notCanonical)
      case .carriageReturns: return (lines.flatMap { $0 + [0x0D, 0x0A] }, 1, .notCanonical)
      case .blankLine:
        lines.insert([], at: 2)
        return (joined(), 3, .notCanonical)
      case .torn: return (joined().dropLast(20) + [], 7, .torn)
      case .badUTF8:
        lines[1][lines[1].count / 2] = 0xFF
        return (joined(), 2, .notCanonical)
      case .fraction:
        replacing("\"0.0410\"", "0.041", in: 0)
        return (joined(), 1, .notCanonical)
      }
    }
  }

  @Test(arguments: Damage.allCases)
  func `damage is found at its line`(damage: Damage) throws {
    let (bytes, line, kind) = damage.apply(try Chain(8))
    let result = verify(bytes)
    #expect(result.problems == [Verification.Problem(line: line, kind: kind)])
    #expect(result.entries == (kind == .torn ? line : line - 1))
  }

  @Test func `a checkpoint shows a dropped tail, a rewritten history, and nothing at all`() throws {
    let chain = try Chain(8)
    let short = try Chain(6)
    #expect(verify(short.bytes).isOK)
    #expect(
      verify(short.bytes, checkpoint: chain.checkpoint).problems
        == [Verification.Problem(line: 6, kind: .truncated)])
    #expect(verify([], checkpoint: chain.checkpoint).problems == [Verification.Problem(line: 0, kind: .truncated)])
    var other = try Chain(7)
    try other.append(EntryDraft("x.y"), at: Chain.start)
    #expect(verify(other.bytes).warnings == ["clock back at 8"])
    #expect(
      verify(other.bytes, checkpoint: chain.checkpoint).problems
        == [Verification.Problem(line: nil, kind: .rewritten)])
    #expect(verify(chain.bytes, checkpoint: short.checkpoint).isOK)
  }

  @Test func `a line without end is given up at the bound`() {
    var verifier = AuditVerifier()
    let piece = [UInt8](repeating: 0x7B, count: 1 << 16)
    for _ in 0..<100 { verifier.consume(piece) }
    #expect(verifier.finish().problems == [Verification.Problem(line: 1, kind: .notCanonical)])
  }

  @Test func `the answer has the shape of the contract`() throws {
    let chain = try Chain(1)
    let result = verify(chain.bytes + [0x7B])
    #expect(
      result.json.text
        == #"{"schema":1,"ok":false,"entries":1,"root":"\#(chain.head)","head":"\#(chain.head)","#
        + #""problems":[{"line":1,"kind":"torn"}],"warnings":[]}"#)
  }
}

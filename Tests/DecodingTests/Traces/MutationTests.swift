import Decoding
import Domain
import Testing

/// Seeded damage to each format's sample: whatever comes out, nothing traps, and what is read stays bounded.
@Suite struct MutationTests {
  /// Enough to find a fault now and then in every test run; the optimised build takes far more.
  static var rounds: Int {
    #if DEBUG
      return 600
    #else
      return 20_000
    #endif
  }

  static func mutate(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    let tokens: [[UInt8]] = ["null", "{}", "[]", "\"\"", "-1", "1e999", "true", "[[[[", "\u{0}", "9223372036854775808"]
      .map { Array($0.utf8) }
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
      case 2: bytes.removeLast(bytes.count - place)
      case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 60)], at: place)
      case 4:
        // A value is exchanged for one of another kind.
        if let colon = bytes[place...].firstIndex(of: 0x3A),
          let end = bytes[colon...].firstIndex(where: { $0 == 0x2C || $0 == 0x7D })
        {
          bytes.replaceSubrange((colon + 1)..<end, with: tokens.randomElement(using: &random) ?? [])
        }
      default: bytes.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
      }
    }
    return bytes
  }

  @Test(arguments: TraceSamples.all.indices)
  func `damaged records never trap`(index: Int) throws {
    let (format, lines) = TraceSamples.all[index]
    var random = SplitMix64(seed: UInt64(index) + 7)
    var decoder = try #require(TraceDecoder(format: format, source: "x"))
    var read = 0
    for round in 0..<Self.rounds {
      let line = lines[round % lines.count]
      let bytes = Self.mutate(Array(line.utf8), &random)
      let batch =
        round % 3 == 0 ? decoder.decode(document: bytes) : decoder.decode(line: bytes.span.bytes)
      read += batch.spans.count
      for span in batch.spans {
        #expect(span.name.utf8.count <= TraceSpan.messageLimit && span.traceID.utf8.count <= 128)
      }
      if round % 100 == 99 { read += decoder.finish().spans.count }
    }
    #expect(read > 0)
  }

  @Test func `formats are exchanged without a trap`() throws {
    for (format, _) in TraceSamples.all {
      var decoder = try #require(TraceDecoder(format: format, source: "x"))
      for (_, lines) in TraceSamples.all {
        for line in lines { _ = decoder.decode(document: Array(line.utf8)) }
      }
      _ = decoder.finish()
    }
  }
}

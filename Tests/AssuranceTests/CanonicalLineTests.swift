import Domain
import Testing

@testable import Assurance

@Suite struct CanonicalLineTests {
  /// An entry whose data hold what is awkward to write.
  private static func entry(_ data: String, seq: String = "3") -> [UInt8] {
    let zeros = String(repeating: "0", count: 64)
    return Array(
      (#"{"act":"incident.ack","actor":{"login":"alice","uid":1001},"data":"# + data + #","obj":{"incident":"INC-1"},"#
        + #""prev":"\#(zeros)","seq":\#(seq),"ts":"2026-11-23T10:01:00.000000Z","v":1}"#).utf8)
  }

  @Test(arguments: [
    "{}", #"{"a":1,"b":[],"c":{}}"#, #"{"a":[1,-2,true,false,null,"x"]}"#, #"{"a":"é🚀"}"#,
    #"{"a":"\"\\\b\f\n\r\t\u0000\u001f"}"#, #"{"a":{"b":{"c":[[[]]]}}}"#, #"{"a":999999999999999}"#,
  ])
  func `usual lines are taken without building the document`(data: String) throws {
    let line = CanonicalLineTests.entry(data)
    let plain = try #require(AuditVerifier.plainFacts(of: line))
    #expect(plain == AuditVerifier.fullFacts(of: line))
    #expect(plain.sequence == 3 && plain.previous == .zero)
  }

  @Test(arguments: [
    #"{"b":1,"a":2}"#, #"{"a":1,"a":2}"#, #"{"a": 1}"#, #"{"a":1.5}"#, #"{"a":-0}"#, #"{"a":01}"#, #"{"a":"\/"}"#,
    #"{"a":"\u000a"}"#, #"{"a":"\u001F"}"#, #"{"a":"\u0041"}"#, "{\"a\":\"\t\"}", #"{"a":1,}"#, #"{"a"}"#,
    #"{"a":tru}"#,
    #"{"a":9007199254740993}"#, #"{"a":"}"#, "", "[1]x", #"{"a":1e3}"#,
  ])
  func `what is not canonical is not taken by either reading`(data: String) {
    let line = CanonicalLineTests.entry(data)
    #expect(AuditVerifier.plainFacts(of: line) == nil)
    #expect(AuditVerifier.fullFacts(of: line) == nil)
  }

  @Test(arguments: [#"{"é":1}"#, #"{"a\"b":1}"#, #"{"a":9007199254740991}"#])
  func `what is unusual is left to the full reading`(data: String) {
    let line = CanonicalLineTests.entry(data)
    #expect(AuditVerifier.plainFacts(of: line) == nil)
    #expect(AuditVerifier.fullFacts(of: line) != nil)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `whatever is changed in a line, it is taken only where the full reading takes it`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let seeds = [
      #"{"a":[1,-2,true,"x\n"],"b":{"c":"é🚀","d":"\u0001"},"z":null}"#, #"{"count":12,"name":"t4","ok":false}"#,
    ]
    let pieces: [[UInt8]] =
      [
        "\"", "\\", ",", ":", "{", "}", "[", "]", "0", "-", "1", "u", "\\u001f", "é", " ", "\u{1}", ".", "e", "true",
        "\n",
      ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0x00], [0xED, 0xA0, 0x80]]
    for _ in 0..<400 {
      var line = CanonicalLineTests.entry(seeds[Int(random.next() % 2)], seq: "\(random.next() % 100)")
      for _ in 0...Int(random.next() % 3) {
        let place = Int(random.next() % UInt64(line.count))
        let piece = pieces[Int(random.next() % UInt64(pieces.count))]
        switch random.next() % 4 {
        case 0: line.replaceSubrange(place..<(place + 1), with: piece)
        case 1: line.insert(contentsOf: piece, at: place)
        case 2: line.remove(at: place)
        default: line.swapAt(place, Int(random.next() % UInt64(line.count)))
        }
      }
      guard let plain = AuditVerifier.plainFacts(of: line) else { continue }
      #expect(plain == AuditVerifier.fullFacts(of: line), "\(String(decoding: line, as: UTF8.self))")
    }
  }
}

import Domain
import Rehearsal
import Testing

@Suite("Inference log")
struct InferenceLogTests {
  @Test("whole lines of at least the wanted size, equal for equal seeds", arguments: [1, 1_000, 200_000])
  func size(bytes: Int) throws {
    let log = InferenceLog.generate(seed: 3, bytes: bytes)
    #expect(log.count >= bytes)
    #expect(log.count < bytes + 1_000)
    #expect(log.last == 0x0A)
    #expect(log == InferenceLog.generate(seed: 3, bytes: bytes))
    #expect(log != InferenceLog.generate(seed: 4, bytes: bytes))
    for line in log.split(separator: 0x0A) { _ = try JSON(parsing: Array(line)) }
  }

  @Test("nothing is written when nothing is wanted", arguments: [0, -1, Int.min])
  func nothing(bytes: Int) {
    #expect(InferenceLog.generate(seed: 1, bytes: bytes).isEmpty)
  }

  @Test("pieces add up to the whole")
  func pieces() {
    var log = InferenceLog(seed: 9, start: LogReader.start)
    var output: [UInt8] = []
    for _ in 0..<50 { log.append(to: &output, bytes: 777) }
    let whole = InferenceLog.generate(seed: 9, bytes: output.count, start: LogReader.start)
    #expect(output == whole)
  }
}

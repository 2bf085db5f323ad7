import Domain

/// Results of the evaluation suites that run against the live service all the time.
struct EvaluationLog: Sendable {
  private let script: FaultScript
  private let liveStart: Timestamp
  private let interval: Int64
  private var dice: Dice
  private var text = ByteText()
  private var number = 0
  private(set) var next: Timestamp

  init(seed: UInt64, start: Timestamp, liveStart: Timestamp, script: FaultScript, every interval: Duration) {
    self.script = script
    self.liveStart = liveStart
    self.interval = max(1, interval.nanoseconds)
    dice = Dice(seed: seed)
    next = start + .milliseconds(700)
  }

  mutating func line() -> [UInt8] {
    let conditions = Conditions(script, at: (next - liveStart).inSeconds)
    let release = dice.chance(conditions.currentShare) ? conditions.current : conditions.previous
    let passed = dice.chance(release.evaluationPassShare)
    let score = passed ? 0.75 + 0.25 * dice.unit() : 0.3 + 0.44 * dice.unit()
    text.bytes.removeAll(keepingCapacity: true)
    text.add("{\"ts\":\"")
    text.add(next)
    text.add("\",\"suite\":")
    text.add(EvaluationLog.suites[number % EvaluationLog.suites.count])
    text.add(",\"case\":")
    text.add(1 + dice.below(214))
    text.add(",\"evaluator\":\"judge-2\",\"score\":")
    text.add(millionths: Int(score * 1_000) * 1_000)
    text.add(",\"passed\":")
    text.add(passed)
    text.add(",\"model_version\":\"")
    text.add(release.version)
    text.add("\"}\n")
    number += 1
    next = next + .nanoseconds(interval + Int64(dice.below(1_000)) * 100_000)
    return text.bytes
  }

  private static let suites: [StaticString] = [
    "\"refusal-suite\"", "\"groundedness\"", "\"tool-use\"", "\"safety-canary\"",
  ]
}

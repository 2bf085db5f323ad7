import Domain
import Glibc

/// Readings of the accelerators' load: the source that falls silent.
struct AcceleratorLog: Sendable {
  private let script: FaultScript
  private let liveStart: Timestamp
  private let interval: Int64
  private var dice: Dice
  private var text = ByteText()
  private(set) var next: Timestamp

  init(seed: UInt64, start: Timestamp, liveStart: Timestamp, script: FaultScript, every interval: Duration) {
    self.script = script
    self.liveStart = liveStart
    self.interval = max(1, interval.nanoseconds)
    dice = Dice(seed: seed)
    next = start + .milliseconds(300)
  }

  /// The line that is due, or nil where the source is silent just then; moves on to the next either way.
  mutating func line() -> [UInt8]? {
    let conditions = Conditions(script, at: (next - liveStart).inSeconds)
    let load = 61 * Conditions.traffic(at: next) + 2.5 * dice.normal() + (conditions.latencyFactor - 1) * 16
    let queue = 11 * conditions.latencyFactor * conditions.latencyFactor + 2.5 * dice.normal()
    text.bytes.removeAll(keepingCapacity: true)
    text.add("{\"ts\":\"")
    text.add(next)
    text.add("\",\"host\":\"gpu-1\",\"gpu_util\":")
    text.add(millionths: Int(min(99.5, max(5, load)) * 10) * 100_000)
    text.add(",\"queue_depth\":")
    text.add(Int(max(0, queue)))
    text.add(",\"memory_used_gb\":")
    text.add(millionths: Int(58 + 3 * dice.unit()) * 1_000_000)
    text.add("}\n")
    next = next + .nanoseconds(interval)
    return conditions.silent.contains(.gpu) ? nil : text.bytes
  }
}

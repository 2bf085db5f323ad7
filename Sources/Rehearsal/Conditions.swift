import Domain
import Glibc

/// What holds in the rehearsed service at one instant, worked out from the script.
struct Conditions: Sendable {
  /// How long a fault of slowness, and a roll-out, take to reach their full strength, in seconds.
  static let slowRamp = 60.0
  static let rollOut = 120.0

  var latencyFactor = 1.0
  var errorShare = 0.004
  var openTenant: String?
  var openShare = 0.0
  var current = ModelRelease.initial
  var previous = ModelRelease.initial
  /// Share of requests that the current release serves.
  var currentShare = 1.0
  var silent: Set<RehearsedFile> = []

  init(_ script: FaultScript, at seconds: Double) {
    let now = Duration.seconds(seconds)
    for fault in script.faults(from: now, to: now) {
      let age = seconds - fault.at.inSeconds
      let left = fault.lasts.inSeconds - age
      switch fault.fault {
      case .slow(let factor):
        let strength = min(1, age / Conditions.slowRamp, max(0, left) / 10)
        latencyFactor = max(latencyFactor, 1 + (factor - 1) * strength)
      case .deploy(let release):
        previous = current
        current = release
        currentShare = min(1, age / Conditions.rollOut)
      case .guardrailFailsOpen(let tenant, let share):
        openTenant = tenant
        openShare = share
      case .upstreamErrors(let share): errorShare = max(errorShare, share)
      case .agentLoop: break
      case .silence(let file): silent.insert(file)
      }
    }
  }

  /// Factor on the traffic for the time of day, busiest at 14:30 UTC, with two slow waves on top: 0.75 to 1.3.
  static func traffic(at time: Timestamp) -> Double {
    let hours = Double(time.floored(toNanoseconds: 1_000_000_000).nanoseconds / 1_000_000_000 % 86_400) / 3_600
    let seconds = hours * 3_600
    return 1 + 0.2 * cos((hours - 14.5) / 12 * .pi) + 0.03 * sin(seconds / 67) + 0.02 * sin(seconds / 15.4)
  }
}

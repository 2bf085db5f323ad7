import Domain

extension Rehearsal {
  /// The seed of the recorded night in `SampleData`.
  public static let nightSeed: UInt64 = 21

  /// The lines of the recorded night in `SampleData`: forty minutes of a small service with the script
  /// ``FaultScript/night``.
  public static func recordedNight() -> [RehearsedLine] {
    let start = Timestamp(nanoseconds: 1_795_401_600_000_000_000)
    var rehearsal = Rehearsal(seed: nightSeed, start: start, script: .night, pace: .small, history: .zero)
    return rehearsal.lines(until: start + .seconds(2_400))
  }
}

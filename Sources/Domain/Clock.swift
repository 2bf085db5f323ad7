/// Where wall time comes from; replay and tests pass one of their own.
public protocol WallClock: Sendable {
  /// The current wall time.
  func now() -> Timestamp
}

/// Where elapsed time comes from: never goes back, not moved when the wall clock is set.
public protocol MonotonicClock: Sendable {
  /// Time since an arbitrary fixed instant.
  func elapsed() -> Duration
}

/// SplitMix64: a small seeded generator, so that everything random is repeatable.
///
/// Constants from Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates a generator; equal seeds give equal sequences.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

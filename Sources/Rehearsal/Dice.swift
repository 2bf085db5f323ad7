import Domain
import Glibc

/// Draws from the distributions of the rehearsal; equal seeds give equal draws.
struct Dice: Sendable {
  private var source: SplitMix64
  private var spareNormal: Double?

  init(seed: UInt64) {
    source = SplitMix64(seed: seed)
  }

  mutating func bits() -> UInt64 { source.next() }

  /// From 0 up to, not including, 1.
  mutating func unit() -> Double { Double(source.next() >> 11) * 0x1p-53 }

  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// From 0 up to, not including, `limit`, which must be positive.
  mutating func below(_ limit: Int) -> Int { Int(truncatingIfNeeded: source.next() >> 33) % max(1, limit) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Standard normal, by Box and Muller's method.
  mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    let radius = (-2 * log(1 - unit())).squareRoot()
    let angle = 2 * Double.pi * unit()
    spareNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  /// Log-normal with the given median and the standard deviation of its logarithm.
  mutating func logNormal(median: Double, sigma: Double) -> Double { median * exp(sigma * normal()) }

  /// The gap to the next event of a Poisson process, in nanoseconds, at least a microsecond.
  mutating func gap(perSecond rate: Double) -> Int64 {
    let seconds = -log(1 - unit()) / max(1e-6, rate)
    return max(1_000, Int64(min(seconds, 86_400) * 1e9))
  }
}

import Domain
import Drift
import Measures
import Testing

@Suite struct SummaryWassersteinTests {
  @Test("every row that moves by a distance adds that distance", arguments: [1.0, 7, 40])
  func shift(distance: Double) throws {
    let values = (0..<50).map { 100 + Double($0) }
    let reference = try reference(numeric(values))
    let moved = try #require(reference.wasserstein(numeric(values.map { $0 + distance })))
    // Values stand at their buckets' representatives, each within 1 %.
    #expect(abs(moved.distance - distance) <= 0.01 * (124.5 + 124.5 + distance))
    let relative = try #require(moved.relative)
    #expect(abs(relative - moved.distance / 14.43) < 0.1)
    let none = try #require(reference.wasserstein(numeric(values)))
    #expect(none.distance == 0)
  }

  @Test("a tenth of the rows that moves far adds a tenth of the way, also across zero")
  func atoms() throws {
    let reference = try reference(numeric(Array(repeating: -10, count: 100)))
    let now = numeric(Array(repeating: -10, count: 90) + Array(repeating: 90, count: 10))
    let moved = try #require(reference.wasserstein(now))
    #expect(abs(moved.distance - 10) < 0.11)
    #expect(moved.relative == nil)
  }

  @Test("merged bins, an empty side and categories have no distance")
  func undefined() throws {
    let wide = try reference(numeric((0..<5_000).map { Double($0 * $0) }))
    #expect(wide.wasserstein(numeric([1, 2, 3])) == nil)
    let small = try reference(numeric([1, 2, 3]))
    #expect(small.wasserstein(numeric([])) == nil)
    #expect(small.wasserstein(.ratio(RatioSummary())) == nil)
    let ratio = try reference(.ratio(RatioSummary(numerator: 1, denominator: 2)))
    #expect(ratio.wasserstein(numeric([1])) == nil)
  }
}

import Domain
import Drift
import Measures
import Testing

@Suite struct MinimumRowsTests {
  @Test("with fewer rows than the configuration asks for nothing is said", arguments: [10, 50, 400])
  func leastRows(_ least: Int) throws {
    func summary(_ count: Int) -> Summary { .distribution(DistributionSummary((0..<count).map { Double($0 % 37) })) }
    let reference = try Reference.capture(
      from: summary(1_000), name: "auto", series: SeriesKey(metric: "m"), capturedFrom: .epoch, capturedTo: .epoch,
      capturedAt: .epoch, source: "test")
    var settings = DriftSettings()
    settings.minimumRows = least
    #expect(reference.compare(summary(least - 1), settings: settings).verdict == .tooFew)
    #expect(reference.compare(summary(least), settings: settings).verdict != .tooFew)
    #expect(reference.compare(summary(least - 1), settings: settings).reason.contains("of \(least)"))
  }
}

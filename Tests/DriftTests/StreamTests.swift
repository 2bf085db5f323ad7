import Domain
import Drift
import Testing

/// Detectors on real streams, value by value.
@Suite(.enabled(if: SharedCases.arePresent, "the cases are not beside the package"))
struct StreamTests {
  static let names = ["stream_bitcoin", "stream_errors_california", "stream_run_pace", "stream_water_flow"]

  static func detections(_ values: [Double], _ detector: some OnlineDetector) -> [Int] {
    var detector = detector
    return values.indices.filter { detector.update(values[$0]) != nil }
  }

  private static func indices(_ json: JSON, _ group: String, _ name: String) throws -> [Int] {
    try #require(json[group]?[name]?.array, "\(group) \(name)").map { Int($0.integer ?? -1) }
  }

  @Test("ADWIN and Page-Hinkley report at the same values as river 0.26", arguments: names)
  func river(name: String) throws {
    let expected = try SharedCases.expected(name)
    let values = try SharedCases.objects(name).map { try SharedCases.number($0, "value") }
    #expect(Self.detections(values, AdaptiveWindow()) == (try Self.indices(expected, "river", "ADWIN()")))
    #expect(
      Self.detections(values, AdaptiveWindow(clock: 1)) == (try Self.indices(expected, "river", "ADWIN(clock=1)")))
    #expect(Self.detections(values, PageHinkley()) == (try Self.indices(expected, "river", "PageHinkley()")))

    let scale = try #require(Standardisation(values: values.prefix(values.count / 5)))
    let group = "standardised_by_first_fifth"
    #expect(agrees(scale.mean, try SharedCases.number(expected, group, "mean")))
    #expect(agrees(scale.deviation, try SharedCases.number(expected, group, "std_population")))
    let standardised = values.map { scale($0) }
    #expect(Self.detections(standardised, PageHinkley()) == (try Self.indices(expected, group, "PageHinkley()")))
    #expect(Self.detections(standardised, AdaptiveWindow()) == (try Self.indices(expected, group, "ADWIN()")))
  }

  @Test("the e-detector's trace on a real column")
  func eDetector() throws {
    let expected = try SharedCases.expected("edetector_ca_medinc")
    var (reference, stream): ([Double], [Double]) = ([], [])
    for row in try SharedCases.objects("edetector_ca_medinc") {
      let value = try SharedCases.number(row, "value")
      if row["window"]?.string == "reference" { reference.append(value) } else { stream.append(value) }
    }
    var detector = try #require(BinnedDetector(reference: SortedSample(reference)))
    #expect(detector.bins.innerEdges == expected["inner_edges"]?.array?.compactMap(\.double))
    let trace = try #require(expected["trace"]?.array)
    var (ticks, alarms, onset): (Int, [Int], Int?) = (0, [], nil)
    for (index, value) in stream.enumerated() where ticks < trace.count {
      let back = detector.update(value)
      guard index % 50 == 49, let reading = detector.reading else { continue }
      #expect(agrees(reading.logStatistic, try SharedCases.number(trace[ticks], "log_sr"), 1e-8), "tick \(ticks)")
      #expect(
        Double(reading.onsetTicksBack) == (try SharedCases.number(trace[ticks], "best_start_ticks_back")),
        "tick \(ticks)")
      if let back {
        alarms.append(ticks)
        onset = index - back
      }
      ticks += 1
    }
    #expect(alarms.map(Double.init) == [try SharedCases.number(expected, "first_alarm_tick")])
    // The change is at row 2,832; the tick that holds only changed rows begins at 2,850.
    #expect(onset == 2_850)
  }

  @Test("quality without labels: estimates with and without calibration, and their sampling errors")
  func estimatedPerformance() throws {
    let expected = try SharedCases.expected("cbpe_employment")
    struct Row {
      var score: Double
      var predicted: Bool
      var actual: Bool
    }
    var (reference, current): ([Row], [Row]) = ([], [])
    for row in try SharedCases.objects("cbpe_employment") {
      let read = Row(
        score: try SharedCases.number(row, "score"), predicted: row["pred"]?.integer == 1,
        actual: row["label"]?.integer == 1)
      if row["window"]?.string == "reference" { reference.append(read) } else { current.append(read) }
    }
    let calibration = try #require(IsotonicCalibration(reference.map { ($0.score, $0.actual) }))
    let known = PerformanceEstimate.Reference(reference.map { ($0.predicted, $0.actual) })
    for chunk in try #require(expected["chunks"]?.array) {
      let (start, end) = (Int(try SharedCases.number(chunk, "start")), Int(try SharedCases.number(chunk, "end")))
      let rows = current[start...min(end, current.count - 1)]
      let raw = PerformanceEstimate(rows.map { ($0.score, $0.predicted) })
      #expect(agrees(raw.accuracy?.value, try SharedCases.number(chunk, "uncalibrated_expected_accuracy")))
      #expect(raw.accuracy?.band == nil)
      let estimate = PerformanceEstimate(
        rows.map { (calibration.probability(at: $0.score), $0.predicted) }, reference: known)
      for (name, quality) in [
        ("accuracy", estimate.accuracy), ("precision", estimate.precision), ("recall", estimate.recall),
        ("f1", estimate.f1),
      ] {
        #expect(agrees(quality?.value, try SharedCases.number(chunk, name, "estimated")), "\(name)")
        #expect(agrees(quality?.samplingError, try SharedCases.number(chunk, name, "sampling_error")), "\(name)")
      }
    }
  }
}

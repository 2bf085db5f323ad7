import Domain
import Drift
import Measures

// References that a source captures by itself, and the hours that they learn.
extension SourceWorker {
  /// Whether a reference is to be captured from the first half hour.
  func isCapturing(at boundary: Timestamp) -> Bool {
    guard let firstBoundary, boundary - firstBoundary >= AutomaticReference.span else { return false }
    return automaticallyReferenced.contains { windows.references[$0] == nil }
  }

  func captureReferences(at boundary: Timestamp) {
    guard isCapturing(at: boundary) else { return }
    for metric in automaticallyReferenced where windows.references[metric] == nil {
      let from = boundary - AutomaticReference.span
      guard let summary = windows.merged(metric: metric, from: from, to: boundary),
        summary.count >= AutomaticReference.minimumRows
      else {
        grow(metric, at: boundary)
        continue
      }
      guard
        var reference = try? Reference.capture(
          from: summary, name: AutomaticReference.name, series: SeriesKey(metric: metric),
          missing: windows.missing(metric: metric, values: summary.count, from: from, to: boundary), capturedFrom: from,
          capturedTo: boundary, capturedAt: boundary, source: "the first half hour of \(setup.name)")
      else { continue }
      growing[metric] = nil
      reference.measureOverdispersion(
        stride(from: 0, to: 30, by: 1).compactMap {
          windows.merged(metric: metric, from: from + .seconds(60 * $0), to: from + .seconds(60 * ($0 + 1)))
        })
      if let stratify = setup.driftSettings[metric]?.stratify { reference.learnStrata(by: stratify) }
      windows.references[metric] = reference
      batch.references.append(reference)
    }
  }

  /// Adds the half hours that have passed, and captures what they add up to once that is enough.
  private func grow(_ metric: String, at boundary: Timestamp) {
    guard let firstBoundary else { return }
    var grown =
      growing[metric]
      ?? GrowingReference(from: firstBoundary, countsMissing: windows.countsMissing(metric: metric))
    // The windows reach little further back than a half hour.
    grown.skip(to: boundary - AutomaticReference.span - .seconds(60))
    while grown.next.upperBound <= boundary, !grown.isComplete {
      let stretch = grown.next
      let minutes = stride(
        from: Int64(0), to: AutomaticReference.span.nanoseconds, by: Int64.Stride(Self.minute.nanoseconds)
      )
      .compactMap { offset -> (start: Timestamp, rows: Summary)? in
        let start = stretch.lowerBound + Duration.nanoseconds(offset)
        return windows.merged(metric: metric, from: start, to: start + Self.minute).map { (start, $0) }
      }
      grown.add(
        minutes,
        missing: windows.missing(
          metric: metric, values: minutes.reduce(0) { $0 + $1.rows.count }, from: stretch.lowerBound,
          to: stretch.upperBound))
    }
    growing[metric] = grown
    guard var reference = grown.reference(of: metric, source: setup.name, at: boundary) else { return }
    if let stratify = setup.driftSettings[metric]?.stratify { reference.learnStrata(by: stratify) }
    growing[metric] = nil
    windows.references[metric] = reference
    batch.references.append(reference)
  }

  private static var minute: Duration { .seconds(60) }

  /// The metrics whose references have an hour to learn.
  func learners(at boundary: Timestamp) -> [String] {
    guard hasStrata else { return [] }
    return windows.references.filter { $0.value.nextToLearn(at: boundary) != nil }.map(\.key).sorted()
  }

  /// Adds the hours that have passed to the strata of references that were captured by themselves.
  func learnStrata(at boundary: Timestamp) {
    for metric in learners(at: boundary) {
      guard var reference = windows.references[metric] else { continue }
      while let stretch = reference.nextToLearn(at: boundary) {
        reference.learn(
          windows.merged(metric: metric, from: stretch.lowerBound, to: stretch.upperBound), of: stretch)
      }
      windows.references[metric] = reference
      // Learning is told when it is over.
      if reference.strata?.learning == nil {
        batch.references.append(reference)
      } else {
        batch.learning[metric] = reference
      }
    }
  }
}

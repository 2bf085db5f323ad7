public import Domain

/// A classifier's quality as it was, as it is by estimate, and as it is by the labels that are there.
public struct QualityComparison: Hashable, Sendable {
  /// One metric of quality.
  public struct Metric: Hashable, Sendable {
    /// `accuracy`, `precision`, `recall` or `f1`.
    public let name: String
    /// What it was in the reference, 0...1; nil where it had no such rows.
    public let reference: Double?
    /// What it is by the scores; nil where there are no such rows.
    public let estimate: PerformanceEstimate.Quality?
    /// What it is by labels; nil where there are too few.
    public let realised: Double?
    /// The standard error of so few labels.
    let realisedError: Double?

    /// Whether the reference lies outside of the estimate's band.
    public var hasMoved: Bool {
      guard let reference, let band = estimate?.band else { return false }
      return !band.contains(reference)
    }
    /// Whether labels say otherwise, by more than three sampling errors of both.
    public var isBelied: Bool {
      guard let realised, let estimate, let error = estimate.samplingError else { return false }
      let both = (error * error + (realisedError ?? 0) * (realisedError ?? 0)).squareRoot()
      return abs(realised - estimate.value) > 3 * both
    }
  }

  /// The four metrics.
  public let metrics: [Metric]
  /// The rows that were estimated.
  public let rows: Int
  /// Those of them whose labels are known.
  public let labelled: Int

  /// Whether labels contradict the estimate: the same scores now mean something else.
  public var isBelied: Bool { metrics.contains(where: \.isBelied) }

  /// Puts three estimates side by side.
  public init(reference: PerformanceEstimate, estimate: PerformanceEstimate, realised: PerformanceEstimate?) {
    rows = estimate.count
    labelled = realised?.count ?? 0
    metrics = zip(zip(reference.qualities, estimate.qualities), realised?.qualities ?? reference.qualities).map {
      let ((before, now), truth) = $0
      return Metric(
        name: now.name, reference: before.quality?.value, estimate: now.quality,
        realised: realised == nil ? nil : truth.quality?.value,
        realisedError: realised == nil ? nil : truth.quality?.samplingError)
    }
  }

  /// The member `metrics` of a document.
  public var json: JSON {
    .array(
      metrics.map { metric in
        [
          "name": .string(metric.name), "reference": JSON(metric.reference), "estimated": JSON(metric.estimate?.value),
          "low": JSON(metric.estimate?.band?.lowerBound), "high": JSON(metric.estimate?.band?.upperBound),
          "realised": JSON(metric.realised), "moved": .bool(metric.hasMoved),
        ]
      })
  }

  /// A line a metric, and what the estimate cannot see.
  public var lines: [String] {
    metrics.map { metric in
      guard let estimate = metric.estimate else { return "\(metric.name): cannot tell, no such rows" }
      let band = estimate.band.map { " (\(Self.rounded($0.lowerBound)) to \(Self.rounded($0.upperBound)))" } ?? ""
      let known = metric.reference.map { ", \(Self.rounded($0)) in the reference" } ?? ""
      let truth = metric.realised.map { "; by \(labelled) labels \(Self.rounded($0))" } ?? ""
      return "\(metric.name): estimated \(Self.rounded(estimate.value))\(band)\(known)\(truth)"
        + (metric.isBelied ? ": the estimate is wrong" : metric.hasMoved ? ": beyond the sampling error" : "")
    }
  }

  /// What the estimate cannot see, or what labels show of that.
  public var caution: String {
    isBelied
      ? "The labels belie the estimate: the same scores now mean something else (concept shift)."
      : "Estimated from calibrated scores (CBPE): blind to concept shift, where the same input deserves another answer."
  }

  private static func rounded(_ value: Double) -> String { String((value * 1_000).rounded() / 1_000) }
}

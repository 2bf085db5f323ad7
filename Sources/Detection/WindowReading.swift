public import Domain
public import Measures

/// Where rules read what has been counted: slot summaries in event time, never lines.
public protocol WindowReading {
  /// The label sets with records in slots that start in `from..<to`.
  func labelSets(of metric: String, from: Timestamp, to: Timestamp) -> [Labels]

  /// What the slots of a series that start in `from..<to` add up to; nil when there is none.
  func summary(metric: String, labels: Labels, from: Timestamp, to: Timestamp) -> Summary?

  /// How far a metric has moved from its reference by `instant`: the debiased PSI, the lower end of its confidence band
  /// and the rows of the current side. nil without a reference or without rows.
  func drift(metric: String, at instant: Timestamp) -> (psi: Double, low: Double, n: Int)?
}

extension WindowReading {
  /// Without references nothing is known.
  public func drift(metric: String, at instant: Timestamp) -> (psi: Double, low: Double, n: Int)? { nil }
}

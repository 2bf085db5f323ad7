public import Domain
public import Measures

/// Names a series of a ``WindowReading``, so that it need not be looked up by metric and labels for every window.
public struct WindowSeries: RawRepresentable, Hashable, Sendable {
  /// A number that only the windows understand.
  public var rawValue: Int

  /// Creates a name.
  public init(rawValue: Int) { self.rawValue = rawValue }
}

/// Where rules read what has been counted: slot summaries in event time, never lines.
public protocol WindowReading {
  /// Changes whenever ``labelSets(of:from:to:)`` or ``series(of:labels:)`` may give something else than before; nil where
  /// that is not known, and nothing may be kept from one evaluation to the next.
  var generation: Int? { get }

  /// The label sets with records in slots that start in `from..<to`.
  func labelSets(of metric: String, from: Timestamp, to: Timestamp) -> [Labels]

  /// The series of a metric with exactly these labels; nil when there is none.
  func series(of metric: String, labels: Labels) -> WindowSeries?

  /// What the slots of a series that start in `from..<to` add up to; nil when there is none.
  func summary(of series: WindowSeries, from: Timestamp, to: Timestamp) -> Summary?

  /// How far a metric has moved from its reference by `instant`; nil without a reference or without rows.
  func drift(metric: String, at instant: Timestamp) -> DriftReading?

  /// How many records of a stretch of time that ends at or shortly before `instant` hold a metric's value; nil where the
  /// metric's reference does not know how many of its records held none, or most of them did.
  func presence(metric: String, over duration: Duration, at instant: Timestamp) -> PresenceReading?

  /// The share of a derived metric since a detector is sure that it rose above what is tolerated; nil where it is not.
  func risk(metric: String) -> RiskReading?
}

/// A share that has risen.
public struct RiskReading: Hashable, Sendable {
  /// The share since then, 0...1.
  public var share: Double
  /// The records since then.
  public var rows: Int
  /// When it rose.
  public var onset: Timestamp

  /// Creates a reading.
  public init(share: Double, rows: Int, onset: Timestamp) {
    self.share = share
    self.rows = rows
    self.onset = onset
  }
}

/// How many records hold a metric's value.
public struct PresenceReading: Hashable, Sendable {
  /// The end of the stretch of time.
  public var end: Timestamp
  /// The records that hold a value.
  public var values: Int
  /// The share of the reference's records that held none, 0...1.
  public var usuallyMissing: Double

  /// Creates a reading.
  public init(end: Timestamp, values: Int, usuallyMissing: Double) {
    self.end = end
    self.values = values
    self.usuallyMissing = usuallyMissing
  }
}

/// How far a metric has moved from its reference.
public struct DriftReading: Hashable, Sendable {
  /// The debiased population stability index of the window.
  public var psi: Double
  /// The lower end of its 95 % band.
  public var low: Double
  /// The rows of the window.
  public var n: Int
  /// The index of the rows since a detector says that the metric changed, where its evidence is worth a page; nil where
  /// it is not.
  public var sinceChange: Double?
  /// When the detector says that it changed; nil where it is not sure enough for a page.
  public var onset: Timestamp?

  /// Creates a reading.
  public init(psi: Double, low: Double, n: Int, sinceChange: Double? = nil, onset: Timestamp? = nil) {
    self.psi = psi
    self.low = low
    self.n = n
    self.sinceChange = sinceChange
    self.onset = onset
  }
}

extension WindowReading {
  /// Without detectors nothing is known.
  public func risk(metric: String) -> RiskReading? { nil }

  /// Nothing is known about changes.
  public var generation: Int? { nil }

  /// Without references nothing is known.
  public func presence(metric: String, over duration: Duration, at instant: Timestamp) -> PresenceReading? { nil }

  /// Without references nothing is known.
  public func drift(metric: String, at instant: Timestamp) -> DriftReading? { nil }
}

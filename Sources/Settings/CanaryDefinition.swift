public import Traces

/// Runs that somebody starts on purpose, with a fault in them, so that it shows when a detector no longer finds it (practice
/// PM-3).
public struct CanaryDefinition: Hashable, Sendable {
  /// What the identifiers of such runs begin with.
  public var prefix: String
  /// The detectors that have to find something in one of them.
  public var detectors: [Detector]
  /// Within which time.
  public var within: Duration

  /// Creates a definition.
  public init(prefix: String, detectors: [Detector], within: Duration = .seconds(4_500)) {
    self.prefix = prefix
    self.detectors = detectors
    self.within = within
  }
}

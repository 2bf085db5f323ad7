import Domain
import Drift
import Measures

/// The reference that Leeway captures by itself where none was named: the first half hour of a source that has rows enough
/// to say anything about an alarm, or as many half hours as together have.
enum AutomaticReference {
  /// The name by which configurations ask for it, and under which it is stored.
  static let name = "auto"
  /// How much event time it covers.
  static let span: Duration = .seconds(1_800)
  /// How many rows it needs.
  static let minimumRows = 500

  /// Whether a metric's drift is measured against the automatic reference.
  static func applies(to settings: DriftSettings) -> Bool {
    settings.reference == nil || settings.reference == name
  }
}

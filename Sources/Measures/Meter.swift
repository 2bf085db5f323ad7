import Domain
import Expressions

/// A metric made ready for a source's lines: its name, and where the accumulators of its kind are.
struct Meter {
  /// The metric's name.
  var name: String
  /// Its kind.
  var kind: MetricKind
  /// The meter's place among the meters of its group that share a kind of accumulator.
  var cell: Int
}

/// A counter, gauge or ratio: what it does with a line.
struct ScalarMeter {
  /// What a meter does with a line.
  enum Action {
    /// Count records.
    case count
    /// Sum a field.
    case sum(number: Int)
    /// Keep the last value of a field.
    case gauge(number: Int)
    /// Count the records that meet the condition among those of `denominator`, an index of a predicate.
    case ratio(denominator: Int?, flag: Int?)
  }

  /// What to do with a line.
  var action: Action
  /// The index of the predicate that decides whether a record counts; -1 when every record does.
  var predicate: Int
  /// The meter's number in its group.
  var meter: Int
  /// Whether a counter's slot that counts nothing is left out.
  var isSparse: Bool
}

/// A distribution or category: which number or word of a line it counts.
struct ValueMeter {
  /// The index of the number or word among the line's readings.
  var value: Int
  /// The index of the predicate that decides whether a record counts; -1 when every record does.
  var predicate: Int
  /// The meter's number in its group.
  var meter: Int
}

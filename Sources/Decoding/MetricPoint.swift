public import Domain

/// One reading of a metric that another program has aggregated: an OTLP data point, or a sample of Prometheus text.
public struct MetricPoint: Hashable, Sendable {
  /// What was read.
  public enum Value: Hashable, Sendable {
    /// A value that stands until the next one.
    case gauge(Double)
    /// A sum; one that is not monotonic may fall.
    case sum(Double, isMonotonic: Bool)
    /// Counts by ranges of values.
    case histogram(Histogram)
  }

  /// The metric's name.
  public var name: String
  /// Its unit, where the writer says one.
  public var unit: String?
  /// What tells its series apart, as far as it is shown.
  public var labels: Labels
  /// What tells the writer's streams apart: the name, all attributes, and those of the writer itself.
  public var stream: StreamID
  /// When a cumulative stream began to count; nil where that is not said.
  public var start: Timestamp?
  /// When it was read; nil where that is not said.
  public var at: Timestamp?
  /// Whether the value is what was added since the point before, rather than since the start.
  public var isDelta: Bool
  /// What was read.
  public var value: Value
}

/// The identity of a stream of points: a hash that is the same in every process.
public struct StreamID: Hashable, Sendable {
  /// The hash as text.
  public let text: String

  /// Hashes a text that holds all that tells the stream apart, twice by FNV-1a with 64 bits.
  public init(of identity: String) {
    var first: UInt64 = 0xCBF2_9CE4_8422_2325
    var second: UInt64 = 0x8422_2325_CBF2_9CE4
    for byte in identity.utf8 {
      first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
      second = (second ^ UInt64(byte)) &* 0x100_0000_01B3 &+ (first >> 47)
    }
    text = String(first, radix: 36) + "." + String(second, radix: 36)
  }

  /// Takes a text that ``text`` gave.
  public init(stored text: String) { self.text = text }
}

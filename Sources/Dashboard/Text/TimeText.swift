import Domain

/// Times and durations as operators read them; always UTC.
enum TimeText {
  /// `03:12:44`.
  static func seconds(_ instant: Timestamp) -> String {
    let time = CivilTime(instant)
    return "\(two(time.hour)):\(two(time.minute)):\(two(time.second))"
  }

  /// `03:12`.
  static func minutes(_ instant: Timestamp) -> String {
    let time = CivilTime(instant)
    return "\(two(time.hour)):\(two(time.minute))"
  }

  /// How long ago an instant was: `3m`, `1h14`; an instant in the future is `0s`.
  static func age(of instant: Timestamp, at now: Timestamp) -> String { (now - instant).short }

  /// A duration with its unit apart, as text in a sentence: `2 s`, `15 m`, `1h14`.
  static func spaced(_ duration: Duration) -> String {
    let text = duration.short
    guard let unit = text.last, unit.isLetter else { return text }
    return "\(text.dropLast()) \(unit)"
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}

/// One row that shows a value on its way to its limits: `━━━━┊━━━━┃━──`.
///
/// The limits are drawn over the bar and beyond it; the ends of the confidence band are drawn where they do not hide a
/// limit.
public struct Gauge: Hashable, Sendable {
  /// The value; nil leaves the track empty.
  public var value: Double?
  /// Lower end of the confidence band.
  public var low: Double?
  /// Upper end of the confidence band.
  public var high: Double?
  /// Where a warning begins.
  public var warn: Double?
  /// Where an alarm begins.
  public var alarm: Double?
  /// The value at the right end; the left end is 0.
  public var maximum: Double
  /// How the filled part looks: the severity's style.
  public var style: Style

  /// Creates a gauge.
  public init(
    value: Double?, low: Double? = nil, high: Double? = nil, warn: Double? = nil, alarm: Double? = nil,
    maximum: Double, style: Style = Style(.sparkTechnical)
  ) {
    self.value = value
    self.low = low
    self.high = high
    self.warn = warn
    self.alarm = alarm
    self.maximum = maximum
    self.style = style
  }

  /// Draws on the first row of the rectangle.
  public func draw(on surface: inout Surface, in rect: Rect, glyphs: Glyphs = .unicode) {
    guard !rect.isEmpty else { return }
    let filled = value.map { Int((share($0) * Double(rect.width)).rounded()) } ?? 0
    let track = Style(.gaugeTrack)
    for offset in 0..<rect.width {
      let isFull = offset < filled
      surface.write(
        isFull ? glyphs.gaugeFull : glyphs.gaugeEmpty, x: rect.x + offset, y: rect.y, style: isFull ? style : track)
    }
    func mark(_ value: Double?, _ glyph: String, _ idle: Role?) {
      guard let value, !value.isNaN else { return }
      let offset = min(Int(share(value) * Double(rect.width)), rect.width - 1)
      let style = offset < filled || idle == nil ? style : Style(idle ?? .gaugeTrack)
      surface.write(glyph, x: rect.x + offset, y: rect.y, style: style)
    }
    mark(low, glyphs.bandLow, nil)
    mark(high, glyphs.bandHigh, nil)
    mark(warn, glyphs.limitWarn, .limitWarn)
    mark(alarm, glyphs.limitAlarm, .limitAlarm)
  }

  private func share(_ value: Double) -> Double {
    guard maximum > 0, value > 0 else { return 0 }
    return value >= maximum ? 1 : value / maximum
  }
}

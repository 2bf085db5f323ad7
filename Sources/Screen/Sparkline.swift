/// One row of samples as eight levels, the newest at the right.
///
/// Missing and non-numeric samples are gaps. When there are more samples than columns the oldest are left out; when
/// there are fewer they stand at the right.
public struct Sparkline: Hashable, Sendable {
  /// The samples, oldest first; nil where there is none.
  public var values: [Double?]
  /// What the lowest and the highest level mean; nil takes the smallest and largest sample that is shown.
  public var range: ClosedRange<Double>?
  /// How an ordinary sample looks.
  public var style: Style
  /// Indices of samples that break a limit.
  public var breaches: Set<Int>
  /// How a sample that breaks a limit looks.
  public var breachStyle: Style
  /// Indices of samples during which something was deployed. They are marked in the row above the samples, or over
  /// the sample itself where the sparkline has one row only.
  public var deploys: Set<Int>

  /// Creates a sparkline.
  public init(
    values: [Double?], range: ClosedRange<Double>? = nil, style: Style = Style(.sparkTechnical),
    breaches: Set<Int> = [], breachStyle: Style = Style(.alarm), deploys: Set<Int> = []
  ) {
    self.values = values
    self.range = range
    self.style = style
    self.breaches = breaches
    self.breachStyle = breachStyle
    self.deploys = deploys
  }

  /// Draws on the lowest row of the rectangle.
  public func draw(on surface: inout Surface, in rect: Rect, glyphs: Glyphs = .unicode) {
    guard !rect.isEmpty else { return }
    let first = max(values.count - rect.width, 0)
    let shown = values[first...]
    let left = rect.maxX - shown.count
    let bounds = range ?? Sparkline.bounds(of: shown)
    let row = rect.maxY - 1
    for (offset, value) in shown.enumerated() {
      let index = first + offset
      let x = left + offset
      if let value, let level = Sparkline.level(value, in: bounds, count: 8) {
        let style = breaches.contains(index) ? breachStyle : style
        surface.write(String(glyphs.ramp[level + 1]), x: x, y: row, style: style)
      } else {
        surface.write(" ", x: x, y: row, style: style)
      }
      if deploys.contains(index) {
        surface.write(glyphs.deploy, x: x, y: max(row - 1, rect.y), style: Style(.deploy))
      }
    }
  }

  /// The smallest and largest finite sample; 0…0 where there is none.
  static func bounds(of values: some Sequence<Double?>) -> ClosedRange<Double> {
    var low = Double.infinity
    var high = -Double.infinity
    for case .some(let value) in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    return low <= high ? low...high : 0...0
  }

  /// Which of `count` levels a value has, from 0; nil for NaN. Where all values are equal a zero is on the lowest level
  /// and anything else in the middle.
  static func level(_ value: Double, in bounds: ClosedRange<Double>, count: Int) -> Int? {
    if value.isNaN { return nil }
    guard let share = share(of: value, in: bounds) else { return value == 0 ? 0 : (count - 1) / 2 }
    return min(Int(share * Double(count)), count - 1)
  }

  /// Where a value lies in the bounds, 0…1 and clamped; nil where the bounds are a point and the value lies on it.
  static func share(of value: Double, in bounds: ClosedRange<Double>) -> Double? {
    if value <= bounds.lowerBound {
      return bounds.lowerBound == bounds.upperBound && value == bounds.lowerBound ? nil : 0
    }
    if value >= bounds.upperBound { return 1 }
    // Halves keep the difference finite for bounds near the ends of the range of Double.
    let span = bounds.upperBound / 2 - bounds.lowerBound / 2
    guard span > 0, span.isFinite else { return 0 }
    let share = (value / 2 - bounds.lowerBound / 2) / span
    return share.isFinite ? min(max(share, 0), 1) : 0
  }
}

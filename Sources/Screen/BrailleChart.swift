/// An area chart of samples over time, drawn in braille (two by four dots a cell), in blocks or in ASCII.
///
/// Samples are spread over the whole width; where several share a column the largest counts. Limit lines show where
/// no sample covers them, and always on the axis.
public struct BrailleChart: Hashable, Sendable {
  /// A horizontal line at a value.
  public struct Limit: Hashable, Sendable {
    /// The value.
    public var value: Double
    /// What stands on the axis beside it.
    public var label: String
    /// How the line looks.
    public var style: Style

    /// Creates a limit.
    public init(_ value: Double, label: String, style: Style = Style(.limitWarn)) {
      self.value = value
      self.label = label
      self.style = style
    }
  }

  /// A deployment at a sample.
  public struct Deploy: Hashable, Sendable {
    /// Index of the sample.
    public var index: Int
    /// What was deployed.
    public var label: String

    /// Creates a mark.
    public init(index: Int, label: String) {
      self.index = index
      self.label = label
    }
  }

  /// The samples, oldest first; nil where there is none.
  public var values: [Double?]
  /// What the bottom and the top of the chart mean; nil takes 0 (or the smallest sample, if negative) to the largest
  /// sample or limit.
  public var range: ClosedRange<Double>?
  /// Limit lines.
  public var limits: [Limit]
  /// Deployments, marked on a row above the chart.
  public var deploys: [Deploy]
  /// Indices of samples that break a limit.
  public var breaches: Set<Int>
  /// Text on the axis at the top.
  public var topLabel: String
  /// Text on the axis at the bottom.
  public var bottomLabel: String
  /// Texts below the chart, spread from its left to its right end.
  public var timeLabels: [String]
  /// How an ordinary sample looks.
  public var style: Style
  /// How a sample that breaks a limit looks.
  public var breachStyle: Style

  /// Creates a chart.
  public init(
    values: [Double?], range: ClosedRange<Double>? = nil, limits: [Limit] = [], deploys: [Deploy] = [],
    breaches: Set<Int> = [], topLabel: String = "", bottomLabel: String = "", timeLabels: [String] = [],
    style: Style = Style(.sparkTechnical), breachStyle: Style = Style(.alarm)
  ) {
    self.values = values
    self.range = range
    self.limits = limits
    self.deploys = deploys
    self.breaches = breaches
    self.topLabel = topLabel
    self.bottomLabel = bottomLabel
    self.timeLabels = timeLabels
    self.style = style
    self.breachStyle = breachStyle
  }

  /// Draws the chart with its axis, deployment row and time labels into the rectangle.
  public func draw(on surface: inout Surface, in rect: Rect, glyphs: Glyphs = .unicode) {
    let labels = [topLabel, bottomLabel] + limits.map(\.label)
    let labelWidth = min(labels.map { DisplayWidth.of($0) }.max() ?? 0, rect.width / 3)
    let axisWidth = labelWidth == 0 ? 0 : labelWidth + 1
    var plot = rect.inset(left: axisWidth, bottom: timeLabels.isEmpty ? 0 : 1)
    if !deploys.isEmpty, plot.height > 1 {
      let parts = plot.split(top: 1)
      drawDeploys(on: &surface, in: parts.top, glyphs: glyphs)
      plot = parts.bottom
    }
    guard !plot.isEmpty else { return }
    let bounds = range ?? automaticRange
    let columns = ChartColumns(chart: self, bounds: bounds, cells: plot.width, rows: plot.height, set: glyphs.set)

    func label(_ text: String, row: Int) {
      surface.write(
        text, endingAt: rect.x + labelWidth, y: row, style: Style(.dim), maxWidth: labelWidth,
        ellipsis: glyphs.ellipsis)
    }
    if axisWidth > 0 {
      label(topLabel, row: plot.y)
      label(bottomLabel, row: plot.maxY - 1)
    }
    for limit in limits where limit.value.isFinite {
      guard let share = Sparkline.share(of: limit.value, in: bounds) else { continue }
      let row = plot.maxY - 1 - min(Int(share * Double(plot.height)), plot.height - 1)
      for x in plot.x..<plot.maxX { surface.write(glyphs.limitLine, x: x, y: row, style: limit.style) }
      if axisWidth > 0 { label(limit.label, row: row) }
    }
    for x in 0..<plot.width {
      for row in 0..<plot.height {
        guard let glyph = columns.glyph(cell: x, rowFromBottom: row, ramp: glyphs.ramp) else { continue }
        let style = columns.isBreaching(cell: x) ? breachStyle : style
        surface.write(String(glyph), x: plot.x + x, y: plot.maxY - 1 - row, style: style)
      }
    }
    drawTimeLabels(on: &surface, in: Rect(x: plot.x, y: rect.maxY - 1, width: plot.width, height: 1))
  }

  private var automaticRange: ClosedRange<Double> {
    let samples = Sparkline.bounds(of: values)
    let limitsTop = limits.map(\.value).filter(\.isFinite).max() ?? 0
    let low = min(samples.lowerBound, 0)
    return low...max(samples.upperBound, limitsTop, low)
  }

  private func drawDeploys(on surface: inout Surface, in row: Rect, glyphs: Glyphs) {
    for deploy in deploys where values.indices.contains(deploy.index) {
      let x = row.x + deploy.index * row.width / values.count
      let text = "\(glyphs.deploy) \(deploy.label)"
      let width = min(DisplayWidth.of(text), row.width)
      surface.write(
        text, x: min(x, row.maxX - width), y: row.y, style: Style(.deploy), maxWidth: width)
    }
  }

  private func drawTimeLabels(on surface: inout Surface, in row: Rect) {
    guard !timeLabels.isEmpty else { return }
    let last = timeLabels.count - 1
    var free = row.x
    for (index, text) in timeLabels.enumerated() {
      let width = DisplayWidth.of(text)
      let room = row.width - width
      guard room >= 0 else { continue }
      let x = row.x + (last == 0 ? 0 : room * index / last)
      guard x >= free else { continue }
      surface.write(text, x: x, y: row.y, style: Style(.dim))
      free = x + width + 1
    }
  }
}

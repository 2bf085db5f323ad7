/// The heights of a chart's columns in the finest steps that a glyph set draws.
struct ChartColumns {
  private let set: GlyphSet
  private let perCell: Int
  private let stepsPerRow: Int
  private let heights: [Int]
  private let breaching: [Bool]

  init(chart: BrailleChart, bounds: ClosedRange<Double>, cells: Int, rows: Int, set: GlyphSet) {
    self.set = set
    perCell = set == .unicode ? 2 : 1
    stepsPerRow = set == .unicode ? 4 : 8
    let count = cells * perCell
    let steps = rows * stepsPerRow
    let samples = chart.values.count
    var heights: [Int] = []
    var breaching: [Bool] = []
    for column in 0..<count {
      guard samples > 0 else {
        heights.append(0)
        breaching.append(false)
        continue
      }
      let first = column * samples / count
      let end = max(first + 1, (column + 1) * samples / count)
      var height = 0
      var isBreaching = false
      for index in first..<min(end, samples) {
        if chart.breaches.contains(index) { isBreaching = true }
        guard let value = chart.values[index], !value.isNaN else { continue }
        let share = Sparkline.share(of: value, in: bounds) ?? (value == 0 ? 0 : 0.5)
        // A sample is never invisible: the lowest step means "there was one".
        height = max(height, 1, Int((share * Double(steps)).rounded()))
      }
      heights.append(height)
      breaching.append(isBreaching)
    }
    self.heights = heights
    self.breaching = breaching
  }

  func isBreaching(cell: Int) -> Bool {
    (cell * perCell..<(cell + 1) * perCell).contains { breaching[$0] }
  }

  /// The glyph of a cell, or nil where no sample reaches it.
  func glyph(cell: Int, rowFromBottom row: Int, ramp: [Character]) -> Character? {
    func steps(_ column: Int) -> Int { min(max(heights[column] - row * stepsPerRow, 0), stepsPerRow) }
    guard set == .unicode else {
      let level = steps(cell)
      return level == 0 ? nil : ramp[level]
    }
    // Braille dots from the bottom up: 7, 3, 2, 1 in the left column and 8, 6, 5, 4 in the right one.
    let leftDots: [UInt32] = [0, 0x40, 0x44, 0x46, 0x47]
    let rightDots: [UInt32] = [0, 0x80, 0xA0, 0xB0, 0xB8]
    let bits = leftDots[steps(2 * cell)] | rightDots[steps(2 * cell + 1)]
    guard bits != 0, let scalar = Unicode.Scalar(0x2800 + bits) else { return nil }
    return Character(scalar)
  }
}

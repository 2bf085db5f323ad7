import RealModule

/// Numbers of three digits for the labels of bins, whose ends are known to 1 %.
enum ShortNumber {
  /// `0.32`, `48.5`, `800`, `1.6k`, `2.35M`, `1.2e+18`.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "?" : (value > 0 ? "∞" : "-∞") }
    let magnitude = value.magnitude
    // Below the grid's smallest bucket: zero.
    guard magnitude > 0x1p-40 else { return "0" }
    guard magnitude >= 0.001, magnitude < 1e12 else { return exponential(value) }
    for (bound, suffix) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where magnitude >= bound * 0.9995 {
      return threeDigits(value / bound) + suffix
    }
    return threeDigits(value)
  }

  private static func threeDigits(_ value: Double) -> String {
    let magnitude = value.magnitude
    let scale = magnitude >= 99.95 ? 1.0 : magnitude >= 9.995 ? 10 : magnitude >= 0.9995 ? 100 : 1_000
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() ? String(Int(rounded)) : rounded.description
  }

  private static func exponential(_ value: Double) -> String {
    let exponent = Double.log10(value.magnitude).rounded(.down)
    let mantissa = (value / Double.exp10(exponent) * 10).rounded() / 10
    return "\(mantissa == mantissa.rounded() ? String(Int(mantissa)) : mantissa.description)e\(Int(exponent))"
  }
}

/// Bounds as people type them, in the unit that the screen shows or in the metric's own.
enum MetricBound {
  /// The text that stands for a bound, which ``value(_:unit:)`` reads back.
  static func text(_ value: Double, unit: String) -> String {
    switch unit {
    case "ms": value.magnitude >= 1_000 ? number(value / 1_000) + " s" : number(value) + " ms"
    case "s": number(value) + " s"
    case "share": number(value * 100) + " %"
    case "%": number(value) + " %"
    case "usd" where value.magnitude < 0.1, "eur" where value.magnitude < 0.1: number(value * 100) + " ct"
    case "1/s":
      value.magnitude >= 0.995 || value == 0
        ? number(value) + " /s"
        : value.magnitude * 60 >= 0.995 ? number(value * 60) + " /min" : number(value * 3_600) + " /h"
    case "usd/s", "eur/s": number(value * 3_600) + " /h"
    default: number(value)
    }
  }

  /// Reads a bound such as `1.5 s`, `800`, `2 %`, `2k`, `$3` into the metric's own unit; nil when it says nothing clear.
  static func value(_ text: String, unit: String) -> Double? {
    var digits = text.filter { !$0.isWhitespace && $0 != "$" && $0 != "€" && $0 != "_" }
    let suffix = String(digits.reversed().prefix { $0.isLetter || $0 == "%" || $0 == "/" }.reversed())
    digits.removeLast(suffix.count)
    guard let value = Double(digits), value.isFinite, digits.count <= 24 else { return nil }
    switch (suffix, unit) {
    case ("", "1/s"), ("", "usd/s"), ("", "eur/s"): return nil
    case ("/s", "1/s"), ("/s", "usd/s"), ("/s", "eur/s"): return value
    case ("/min", "1/s"), ("/min", "usd/s"), ("/min", "eur/s"): return value / 60
    case ("/h", "1/s"), ("/h", "usd/s"), ("/h", "eur/s"): return value / 3_600
    case ("ct", "usd"), ("ct", "eur"): return value / 100
    case ("", "share"): return (-1...1).contains(value) ? value : nil
    case ("", _), ("ms", "ms"), ("s", "s"), ("%", "%"): return value
    case ("s", "ms"): return value * 1_000
    case ("ms", "s"): return value / 1_000
    case ("%", "share"): return value / 100
    case ("k", _): return value * 1e3
    case ("M", _): return value * 1e6
    default: return nil
    }
  }

  /// What to type for a unit.
  static func help(unit: String) -> String {
    switch unit {
    case "share": "a share: write 2 % or 0.02"
    case "1/s", "usd/s", "eur/s": "a rate: write 5 /s, 20 /min or 120 /h"
    case "ms", "s": "a time: write 800 ms or 1.5 s"
    default: "write a number, such as 2000 or 2k"
    }
  }

  private static func number(_ value: Double) -> String {
    // Six decimals at most, so that 0.07 times 100 is not written as 7.000000000000001.
    NumberText.fixed(value, places: 6).filter { $0 != " " }.trimmingZeros
  }
}

extension String {
  fileprivate var trimmingZeros: String {
    guard contains(".") else { return self }
    var text = self
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

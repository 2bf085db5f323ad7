/// Numbers as operators read them: `1.84`, `4 210`, `9.4k`, without trailing noise and never wider than needed.
enum NumberText {
  /// A number with the given decimal places, thousands apart; numbers beyond 15 digits in powers of ten.
  static func fixed(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "—" : value > 0 ? "∞" : "-∞" }
    let places = max(0, min(6, places))
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e15 else { return powers(value) }
    let digits = Int64(scaled)
    let whole = digits / Int64(scale)
    let fraction = digits % Int64(scale)
    var text = value < 0 && digits > 0 ? "-" : ""
    text += grouped(whole)
    if places > 0 {
      let tail = String(fraction)
      text += "." + String(repeating: "0", count: max(0, places - tail.count)) + tail
    }
    return text
  }

  /// A short form with a decimal prefix: `950`, `9.4k`, `2k`, `1.3M`; exact below 1000 up to two decimals.
  static func compact(_ value: Double) -> String {
    guard value.isFinite else { return fixed(value, places: 0) }
    let size = value.magnitude
    for (unit, suffix) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where size >= unit * 0.9995 {
      let scaled = value / unit
      guard scaled.magnitude < 1e6 else { return powers(value) }
      return trimmed(fixed(scaled, places: scaled.magnitude < 99.95 ? 1 : 0)) + suffix
    }
    return plain(value)
  }

  /// A number with as many decimals as it needs, at most three significant ones, without trailing zeros.
  static func plain(_ value: Double) -> String { trimmed(fixed(value, places: places(for: value.magnitude))) }

  /// How many decimals show about three significant digits of numbers of this size.
  static func places(for size: Double) -> Int {
    switch size {
    case 99.95...: 0
    case 9.995..<99.95: 1
    case 0.0995..<9.995: 2
    case 0.00995..<0.0995: 3
    case 0..<1e-9: 0
    default: size.isNaN ? 0 : 5
    }
  }

  /// A whole number, thousands apart.
  static func count(_ value: Int) -> String {
    (value < 0 ? "-" : "") + grouped(Int64(clamping: value.magnitude))
  }

  private static func grouped(_ whole: Int64) -> String {
    var text = ""
    let digits = Array(String(whole))
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(" ") }
      text.append(digit)
    }
    return text
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func powers(_ value: Double) -> String {
    var size = value.magnitude
    var exponent = 0
    while size >= 9.995, exponent < 400 {
      size /= 10
      exponent += 1
    }
    return (value < 0 ? "-" : "") + fixed(size, places: 2) + "e\(exponent)"
  }
}

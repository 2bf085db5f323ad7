/// Values of one unit written alike: the scale and the decimals are chosen once for everything that stands in a row.
///
/// Milliseconds become seconds from 1 s on, shares become percent, small sums of money cents; a rate is told a second,
/// a minute or an hour, so that it is not a fraction, and money an hour. A currency sign stands before the number,
/// every other unit behind it.
struct UnitText: Equatable {
  private var factor = 1.0
  private var places = 0
  private var prefix = ""
  private var suffix = ""

  /// Chooses the scale for the given values of a unit (``MetricRow/unit``); unknown values count for nothing.
  init(unit: String, values: [Double?]) {
    let known = values.compactMap { $0 }.filter(\.isFinite)
    let largest = known.map(\.magnitude).max() ?? 0
    switch unit {
    case "ms":
      if largest >= 1_000 {
        (factor, suffix) = (0.001, " s")
      } else {
        suffix = " ms"
      }
    case "s": suffix = " s"
    case "share": (factor, suffix) = (100, " %")
    case "%": suffix = " %"
    case "usd" where largest < 0.1 && largest > 0, "eur" where largest < 0.1 && largest > 0:
      (factor, suffix) = (100, " ct")
    case "usd": prefix = "$"
    case "eur": prefix = "€"
    case "1/s":
      if largest >= 0.995 || largest == 0 {
        suffix = " /s"
      } else {
        (factor, suffix) = largest * 60 >= 0.995 ? (60, " /min") : (3_600, " /h")
      }
    case "usd/s": (factor, prefix, suffix) = (3_600, "$", " /h")
    case "eur/s": (factor, prefix, suffix) = (3_600, "€", " /h")
    case "bytes": suffix = " B"
    default: break
    }
    let scaled = known.map { $0 * factor }
    let size = largest * factor
    if suffix == " %" {
      places = size >= 100 || scaled.allSatisfy(UnitText.isWhole) ? 0 : size >= 0.95 || size == 0 ? 1 : 2
    } else if prefix.isEmpty, scaled.allSatisfy(UnitText.isWhole) {
      places = 0
    } else {
      places = NumberText.places(for: size)
    }
  }

  /// The number with its unit, such as `1.84 s`; `—` when it is not known.
  func full(_ value: Double?) -> String {
    guard let value else { return "—" }
    return prefix + bare(value) + suffix
  }

  /// The number alone, such as `0.42`; `—` when it is not known.
  func bare(_ value: Double?) -> String {
    guard let value else { return "—" }
    let scaled = value * factor
    return scaled.magnitude >= 99_999.5 ? NumberText.compact(scaled) : NumberText.fixed(scaled, places: places)
  }

  /// A bound as short as it can be said, such as `1.5` or `2k`.
  func bound(_ value: Double) -> String {
    let scaled = value * factor
    return scaled.magnitude >= 1_000 ? NumberText.compact(scaled) : NumberText.plain(scaled)
  }

  /// A bound with its unit, such as `1.5 s` or `$2k`.
  func boundWithUnit(_ value: Double) -> String { prefix + bound(value) + suffix }

  private static func isWhole(_ value: Double) -> Bool { (value - value.rounded()).magnitude < 1e-9 }
}

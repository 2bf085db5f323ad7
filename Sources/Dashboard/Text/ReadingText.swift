/// Values in sentences, written as the panels write them.
public enum ReadingText {
  /// A value against its bound: `6.1 % over 1 %`, `2.1 % under 2.2 %`; the value alone where there is no bound.
  ///
  /// - Parameter unit: as in ``MetricRow/unit``.
  public static func comparison(_ value: Double, _ threshold: Double?, unit: String) -> String {
    let text = UnitText(unit: unit, values: [value, threshold])
    guard let threshold else { return text.full(value) }
    let word = value > threshold ? "over" : value < threshold ? "under" : "at"
    return "\(text.full(value)) \(word) \(text.boundWithUnit(threshold))"
  }

  /// A number of rows, thousands apart.
  public static func count(_ count: Int) -> String { NumberText.count(count) }

  /// An incident's name as the screens write it: `INC-0412`.
  public static func incident(_ number: Int) -> String { "INC-\(incidentNumber(number))" }
}

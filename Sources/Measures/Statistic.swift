/// One number read from a summary.
public enum Statistic: Hashable, Sendable {
  /// How many records the summary rests on.
  case count
  /// The sum of the values; a counter's value, a ratio's numerator.
  case sum
  /// The mean value.
  case mean
  /// The smallest value.
  case minimum
  /// The largest value.
  case maximum
  /// The value with the latest event time.
  case last
  /// The sum of a counter, the numerator of a ratio, or the count of anything else, per second.
  case rate
  /// A ratio's numerator over its denominator.
  case ratio
  /// A quantile, from 0 to 1.
  case quantile(Double)
  /// How many different categories occurred; beyond 256 all the rest count as one.
  case distinct
  /// How many records the most frequent category has; those that are not told apart are left out.
  case top
  /// The share of records in one category.
  case share(of: String)
}

extension Statistic: CustomStringConvertible {
  /// Reads `count`, `sum`, `mean`, `min`, `max`, `last`, `rate`, `ratio`, `distinct`, `p95`, `p99.9` or `share(word)`;
  /// nil for other text.
  public init?(_ text: some StringProtocol) {
    switch text {
    case "count": self = .count
    case "sum": self = .sum
    case "mean": self = .mean
    case "min": self = .minimum
    case "max": self = .maximum
    case "last": self = .last
    case "rate": self = .rate
    case "ratio": self = .ratio
    case "distinct": self = .distinct
    case "top": self = .top
    default:
      if text.hasPrefix("share("), text.hasSuffix(")"), text.utf8.count > 7 {
        self = .share(of: String(text.dropFirst(6).dropLast()))
        return
      }
      guard text.first == "p", text.utf8.count <= 8, text.dropFirst().first?.isNumber == true,
        let percent = Double(text.dropFirst()), percent >= 0, percent <= 100
      else { return nil }
      self = .quantile(percent / 100)
    }
  }

  /// The text that configuration uses, such as `p95`.
  public var description: String {
    switch self {
    case .count: return "count"
    case .sum: return "sum"
    case .mean: return "mean"
    case .minimum: return "min"
    case .maximum: return "max"
    case .last: return "last"
    case .rate: return "rate"
    case .ratio: return "ratio"
    case .distinct: return "distinct"
    case .top: return "top"
    case .share(let category): return "share(\(category))"
    case .quantile(let share):
      let percent = (share * 100_000).rounded() / 1_000
      guard percent.isFinite, abs(percent) <= 1_000 else { return "p\(share)" }
      return percent == percent.rounded() ? "p\(Int(percent))" : "p\(percent)"
    }
  }
}

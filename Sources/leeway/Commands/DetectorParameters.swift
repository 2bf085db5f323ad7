import ArgumentParser
import Drift

/// The `--param name=value` options of `leeway detect`; each is asked for by name, and what nobody asked for is an error.
struct DetectorParameters {
  /// A stretch of rows at the start of a column.
  enum Stretch {
    case none
    /// One of so many equal parts.
    case share(Int)
  }

  private var values: [String: String] = [:]
  private var known: [String] = []

  init(_ options: [String]) throws {
    for option in options {
      guard let place = option.firstIndex(of: "="), place > option.startIndex else {
        throw ValidationError("'\(option)' is no parameter: write name=value")
      }
      values[String(option[..<place])] = String(option[option.index(after: place)...])
    }
  }

  private mutating func take(_ name: String) -> String? {
    known.append(name)
    return values.removeValue(forKey: name)
  }

  /// A number, or nil when it is not given.
  mutating func number(_ name: String) throws -> Double? {
    guard let text = take(name) else { return nil }
    guard let value = Double(text), value.isFinite else {
      throw ValidationError("\(name)=\(text) is no number: write \(name)=1.5")
    }
    return value
  }

  /// A number in a range.
  mutating func number(
    _ name: String, _ standard: Double, within range: ClosedRange<Double> = -1e300...1e300
  ) throws -> Double {
    let value = try number(name) ?? standard
    guard range.contains(value) else {
      throw ValidationError("\(name) must be between \(range.lowerBound) and \(range.upperBound)")
    }
    return value
  }

  /// A number that goes by two names.
  mutating func number(
    _ name: String, _ other: String, _ standard: Double, within range: ClosedRange<Double> = -1e300...1e300
  ) throws -> Double {
    let second = try number(other)
    return try number(name, second ?? standard, within: range)
  }

  /// A whole number in a range.
  mutating func count(_ name: String, _ standard: Int, within range: ClosedRange<Int>) throws -> Int {
    guard let text = take(name) else { return standard }
    guard let value = Int(text), range.contains(value) else {
      throw ValidationError(
        "\(name)=\(text) must be a whole number between \(range.lowerBound) and \(range.upperBound)")
    }
    return value
  }

  /// How many rows at the start are meant by `first-half`, `first-fifth` or a number; nil for none.
  mutating func rows(_ name: String, of count: Int, otherwise standard: Stretch) throws -> Int? {
    switch take(name) {
    case nil:
      guard case .share(let parts) = standard else { return nil }
      return count / parts
    case "none": return nil
    case "first-half": return count / 2
    case "first-fifth": return count / 5
    case .some(let text):
      guard let rows = Int(text), rows > 0, rows <= count else {
        throw ValidationError("\(name)=\(text) must be first-half, first-fifth, or a number of rows up to \(count)")
      }
      return rows
    }
  }

  /// What `standardise` asks for; nil for none.
  mutating func standardisation(of values: [Double], otherwise standard: Stretch) throws -> Standardisation? {
    guard let rows = try rows("standardise", of: values.count, otherwise: standard) else { return nil }
    guard let scale = Standardisation(values: values.prefix(rows)) else {
      throw CommandFailure(
        .inputUnusable,
        "the first \(rows) rows are all the same or not finite: set --param standardise=N to rows that vary")
    }
    return scale
  }

  /// Checks that every parameter was meant for the detector.
  func finish() throws {
    guard let stranger = values.keys.sorted().first else { return }
    throw ValidationError("this detector has no parameter '\(stranger)': it has \(known.joined(separator: ", "))")
  }
}

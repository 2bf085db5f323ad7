extension Duration {
  /// Reads the durations of configuration and expressions: a number and a unit (`ms s m h d w`), several in a row
  /// (`1h30m`), or a bare number of seconds. Negative, empty and unknown text gives nil, as does more than 100 years.
  public init?(text: some StringProtocol) {
    var total = 0.0
    var number = ""
    var unit = ""
    var parts = 0
    func value(_ number: String, _ unit: String) -> Double? {
      guard let amount = Double(number) else { return nil }
      switch unit {
      case "ms": return amount / 1_000
      case "s", "": return amount
      case "m": return amount * 60
      case "h": return amount * 3_600
      case "d": return amount * 86_400
      case "w": return amount * 604_800
      default: return nil
      }
    }
    for character in text {
      if character.isASCII, character.isNumber || character == "." {
        if !unit.isEmpty {
          guard let seconds = value(number, unit) else { return nil }
          total += seconds
          parts += 1
          number = ""
          unit = ""
        }
        number.append(character)
      } else if number.isEmpty {
        return nil
      } else {
        unit.append(character)
      }
    }
    guard !number.isEmpty, let seconds = value(number, unit), parts == 0 || !unit.isEmpty else { return nil }
    total += seconds
    guard total.isFinite, total <= 3.2e9 else { return nil }
    self = .nanoseconds(Int64((total * 1e9).rounded()))
  }

  /// The duration as an operator reads it, at most two units: `8s`, `3m`, `1h14`, `2d`.
  public var short: String {
    let seconds = Int(max(0, inSeconds))
    switch seconds {
    case 0..<60: return "\(seconds)s"
    case 60..<3_600: return "\(seconds / 60)m"
    case 3_600..<86_400: return "\(seconds / 3_600)h\(padded(seconds % 3_600 / 60, 2))"
    default: return "\(seconds / 86_400)d"
    }
  }
}

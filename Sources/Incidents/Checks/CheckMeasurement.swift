import Domain

/// A value with what it rests on.
public struct MeasuredValue: Hashable, Sendable {
  /// How many rows.
  public var count: Int
  /// The value.
  public var value: Double
  /// The lower end of its 95 % interval.
  public var low: Double
  /// The upper end of its 95 % interval.
  public var high: Double

  /// Creates a value.
  public init(count: Int, value: Double, low: Double, high: Double) {
    self.count = count
    self.value = value
    self.low = low
    self.high = high
  }

  var data: JSON {
    [
      "n": JSON(count), "value": .string(Decimal.text(value)), "low": .string(Decimal.text(low)),
      "high": .string(Decimal.text(high)),
    ]
  }

  init?(data: JSON) {
    guard let count = data.int("n"), let value = data.decimal("value"), let low = data.decimal("low"),
      let high = data.decimal("high")
    else { return nil }
    self.init(count: count, value: value, low: low, high: high)
  }

  var json: JSON { ["n": JSON(count), "value": JSON(value), "low": JSON(low), "high": JSON(high)] }

  /// `0.032 (0.028–0.037, n 12800)`.
  var sentence: String {
    "\(Decimal.shortText(value)) (\(Decimal.shortText(low))–\(Decimal.shortText(high)), n \(count))"
  }
}

/// What an effectiveness check measured, before and after, and what follows from it.
public struct CheckMeasurement: Hashable, Sendable {
  /// The baseline window's value; nil without rows.
  public var before: MeasuredValue?
  /// The observation window's value; nil without rows.
  public var after: MeasuredValue?
  /// What the guards say, in words, worst first; empty where all held.
  public var breaches: [String]
  /// What follows.
  public var verdict: EffectivenessCheck.Verdict
  /// How many more rows would allow a verdict, where the measurement cannot tell; nil when more rows would not help.
  public var needs: Int?
  /// SHA-256 of the summaries that were measured, so that the figures can be checked later.
  public var hash: String?
  /// The command that shows the same figures.
  public var command: String?

  /// Creates a measurement.
  public init(
    before: MeasuredValue?, after: MeasuredValue?, breaches: [String] = [], verdict: EffectivenessCheck.Verdict,
    needs: Int? = nil, hash: String? = nil, command: String? = nil
  ) {
    self.before = before
    self.after = after
    self.breaches = breaches
    self.verdict = verdict
    self.needs = needs
    self.hash = hash
    self.command = command
  }

  /// `0.041 (…) → 0.0032 (…): effective`.
  public var sentence: String {
    let course = "\(before?.sentence ?? "no rows") → \(after?.sentence ?? "no rows"): \(verdict.rawValue)"
    return course + (needs.map { ", needs \($0) more rows" } ?? "") + breaches.map { "; \($0)" }.joined()
  }

  var data: JSONObject {
    var object = JSONObject()
    if let before { object["before"] = before.data }
    if let after { object["after"] = after.data }
    if !breaches.isEmpty { object["breaches"] = .array(breaches.map(JSON.string)) }
    object["proposed"] = .string(verdict.rawValue)
    object.set("needs", needs)
    object.set("sha256", hash)
    object.set("command", command)
    return object
  }

  init?(data: JSON) {
    guard let verdict = data.text("proposed").flatMap(EffectivenessCheck.Verdict.init(rawValue:)) else { return nil }
    self.init(
      before: data["before"].flatMap(MeasuredValue.init(data:)),
      after: data["after"].flatMap(MeasuredValue.init(data:)),
      breaches: (data["breaches"]?.array ?? []).compactMap(\.string), verdict: verdict, needs: data.int("needs"),
      hash: data.text("sha256"), command: data.text("command"))
  }

  var json: JSON {
    [
      "before": before?.json ?? .null, "after": after?.json ?? .null, "verdict": .string(verdict.rawValue),
      "needs": JSON(needs), "breaches": .array(breaches.map(JSON.string)), "sha256": JSON(hash),
      "command": JSON(command),
    ]
  }
}

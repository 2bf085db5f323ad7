/// What each of the five practices asks for, mark by mark; docs/PRACTICES.md says the same at more length.
struct PracticeConditions {
  var ok: String
  var warn: String
  var alarm: String
  var unknown: String

  /// The conditions of PM-1…PM-5.
  static func of(_ number: Int) -> PracticeConditions? {
    all.indices.contains(number - 1) ? all[number - 1] : nil
  }

  private static let all = [
    PracticeConditions(
      ok: "every metric has fresh data and is within its limits, and every source is read",
      warn: "a metric is beyond its first limit, or has no fresh data",
      alarm: "a metric is beyond its alarm limit, or a source is silent or may not be read",
      unknown: "no metric is measured yet"),
    PracticeConditions(
      ok: "no watched column has drifted more than is tolerated, and the newest version is reviewed",
      warn: "a column is above its first mark, or a new version was not reviewed",
      alarm: "the whole band of a column is above its alarm mark",
      unknown: "no column is watched, or none has a reference and enough rows"),
    PracticeConditions(
      ok: "every registered assessment is current or put off with a reason",
      warn: "an assessment is due",
      alarm: "an assessment is overdue",
      unknown: "no assessment is registered"),
    PracticeConditions(
      ok: "every open incident is acknowledged and has an action, and no check waits for a word",
      warn: "an open incident has no action, or a measured check waits to be confirmed",
      alarm: "an incident is not acknowledged, or an action is past its date",
      unknown: "nothing is known yet"),
    PracticeConditions(
      ok: "every entry of the journal was checked, and the chain holds",
      warn: "nothing yet",
      alarm: "an entry of the journal was changed, removed or torn",
      unknown: "the journal is empty, or not all of it has been checked yet"),
  ]
}

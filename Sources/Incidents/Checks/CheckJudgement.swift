import Domain

extension CheckPlan {
  /// What follows from a measurement: the criterion is met only when the whole 95 % interval meets it.
  ///
  /// - Parameters:
  ///   - before: the baseline window's value; nil without rows.
  ///   - after: the observation window's value; nil without rows.
  ///   - guards: the guards' values before and after, in the plan's order.
  public func judge(
    before: MeasuredValue?, after: MeasuredValue?, guards measured: [(before: MeasuredValue?, after: MeasuredValue?)]
  ) -> CheckMeasurement {
    let breaches = zip(guards, measured).compactMap { rule, values in rule.breach(before: values.before, values.after) }
    guard let after, after.count >= minimumCount else {
      return CheckMeasurement(
        before: before, after: after, breaches: breaches, verdict: .inconclusive,
        needs: max(1, minimumCount - (after?.count ?? 0)))
    }
    let worst = relation.isUpperBound ? after.high : after.low
    if relation.holds(worst, bound) {
      return CheckMeasurement(
        before: before, after: after, breaches: breaches, verdict: breaches.isEmpty ? .effective : .partly)
    }
    if relation.holds(after.value, bound) {
      return CheckMeasurement(
        before: before, after: after, breaches: breaches, verdict: .inconclusive, needs: rowsToTell(after))
    }
    let isBetter =
      before.map { before in
        relation.isUpperBound ? after.high < before.low : after.low > before.high
      } ?? false
    return CheckMeasurement(
      before: before, after: after, breaches: breaches, verdict: isBetter ? .partly : .ineffective)
  }

  /// About how many more rows bring the interval's end to the bound: its half-width shrinks with the root of n.
  private func rowsToTell(_ after: MeasuredValue) -> Int? {
    let half = relation.isUpperBound ? after.high - after.value : after.value - after.low
    let distance = (bound - after.value).magnitude
    guard half > 0, distance > 0 else { return nil }
    let wanted = Double(after.count) * (half / distance) * (half / distance)
    guard wanted.isFinite, wanted < 1e12 else { return nil }
    return max(1, Int(wanted.rounded(.up)) - after.count)
  }
}

extension CheckPlan.Guard {
  /// What is wrong, in words; nil when the guard holds or cannot tell.
  func breach(before: MeasuredValue?, _ after: MeasuredValue?) -> String? {
    guard let after else { return nil }
    let best = relation.isUpperBound ? after.low : after.high
    if let bound {
      return relation.holds(best, bound) ? nil : "\(sentence) fails: \(after.sentence)"
    }
    guard let before else { return nil }
    let isWorse = relation.isUpperBound ? after.low > before.high : after.high < before.low
    return isWorse ? "\(metric) got worse: \(before.sentence) → \(after.sentence)" : nil
  }
}

import Domain
import Expressions

extension SignalRecord {
  /// Takes the record through one evaluation of its rule's condition.
  mutating func advance(
    _ rule: RuleDefinition, _ reading: ConditionReading, at boundary: Timestamp,
    _ transitions: inout [SignalTransition]
  ) {
    let description = rule.summary
    switch state {
    case .inactive:
      guard reading.outcome == .holds else { return }
      activeSince = boundary
      if rule.for > .zero {
        move(to: .pending, at: boundary, description, &transitions)
      } else {
        fire(at: boundary, description, &transitions)
      }
    case .pending:
      guard reading.outcome == .holds else {
        move(to: .inactive, at: boundary, description, &transitions)
        return
      }
      if boundary - (activeSince ?? boundary) >= rule.for { fire(at: boundary, description, &transitions) }
    case .firing:
      guard ceases(rule, reading) else { return }
      if rule.keepFiringFor > .zero {
        keepFiringSince = boundary
        move(to: .recovering, at: boundary, description, &transitions)
      } else {
        move(to: .inactive, at: boundary, description, &transitions)
      }
    case .recovering:
      if reading.outcome == .holds || isBeyondClear(rule, reading) {
        keepFiringSince = nil
        move(to: .firing, at: boundary, description, &transitions)
      } else if reading.outcome == .fails, boundary - (keepFiringSince ?? boundary) >= rule.keepFiringFor {
        move(to: .inactive, at: boundary, description, &transitions)
      }
    case .stale, .error: return
    }
  }

  /// Takes note of a value while the condition holds.
  mutating func notePeak() {
    guard let value, let threshold else { return }
    peak = peak.map { $0 >= threshold ? max($0, value) : min($0, value) } ?? value
  }

  /// Whether a firing signal's condition has ceased to hold: with `clear`, only a value within that bound ends it.
  private func ceases(_ rule: RuleDefinition, _ reading: ConditionReading) -> Bool {
    guard reading.outcome == .fails else { return false }
    guard let clear = rule.clear else { return true }
    guard let value = reading.firstValue else { return false }
    return clear.holds(value)
  }

  /// Whether a value has left the bound within which a signal may end.
  private func isBeyondClear(_ rule: RuleDefinition, _ reading: ConditionReading) -> Bool {
    guard let clear = rule.clear, reading.outcome == .fails, let value = reading.firstValue else { return false }
    return !clear.holds(value)
  }

  private mutating func fire(
    at boundary: Timestamp, _ rule: RuleDescription, _ transitions: inout [SignalTransition]
  ) {
    firedAt = boundary
    move(to: .firing, at: boundary, rule, &transitions)
  }

  /// Says once more that the signal fires, now that nothing keeps it back.
  mutating func present(
    at instant: Timestamp, _ rule: RuleDescription, _ transitions: inout [SignalTransition]
  ) {
    transitions.append(
      SignalTransition(
        key: key, from: state, to: .firing, at: instant, since: activeSince, value: value, threshold: threshold,
        count: count, onset: onset, hits: hits, peak: peak, rule: rule))
  }

  /// Changes the state and notes the change.
  mutating func move(
    to next: SignalState, at instant: Timestamp, _ rule: RuleDescription, _ transitions: inout [SignalTransition]
  ) {
    transitions.append(
      SignalTransition(
        key: key, from: state, to: next, at: instant, since: activeSince, value: value, threshold: threshold,
        count: count, onset: onset, hits: hits, peak: peak, rule: rule))
    switch next {
    // A signal that was stale when its rule failed returns to what it was before both.
    case .stale, .error: leftState = state == .stale || state == .error ? leftState : state
    case .inactive:
      (leftState, activeSince, firedAt, keepFiringSince) = (nil, nil, nil, nil)
      (hits, hitsThrough, peak, inhibitedBy) = (nil, nil, nil, nil)
    case .pending, .firing, .recovering: leftState = nil
    }
    if next != .stale { silence = nil }
    state = next
    since = instant
  }
}

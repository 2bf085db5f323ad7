public import Domain

extension SignalEngine {
  /// Compares how long each source has said nothing with its limits: its live signals become stale or return, and its
  /// heartbeat fires or ends.
  ///
  /// - Parameters:
  ///   - elapsed: by source, the monotonic time since its last line, or since it was first watched.
  ///   - instant: the time that the transitions carry: wall time, or virtual time in a replay.
  public mutating func checkSilence(_ elapsed: [String: Duration], at instant: Timestamp) -> [SignalTransition] {
    var transitions: [SignalTransition] = []
    for source in elapsed.keys.sorted() {
      guard let quiet = elapsed[source] else { continue }
      transitions +=
        quiet >= rules.staleAfter(source) ? silent(source: source, at: instant) : heard(source: source, at: instant)
    }
    for heartbeat in rules.heartbeats {
      guard let quiet = elapsed[heartbeat.source] else { continue }
      beat(heartbeat, quiet: quiet, at: instant, &transitions)
    }
    endForgottenHeartbeats(at: instant, &transitions)
    return transitions
  }

  /// Makes the firing and recovering signals of a source stale: nothing is known of them, and they count as neither
  /// firing nor resolved (spec: incident cases, S05). Heartbeats, and rules that look for the absence of records, stay
  /// as they are.
  public mutating func silent(source: String, at instant: Timestamp) -> [SignalTransition] {
    var transitions: [SignalTransition] = []
    for (record, description) in evaluated(of: source) {
      var record = record
      if record.state == .firing || record.state == .recovering {
        record.move(to: .stale, at: instant, description, &transitions)
        record.silence = .source
        keep(record)
      } else if record.state == .stale, record.silence == .series {
        record.silence = .source
        keep(record)
      }
    }
    return transitions
  }

  /// Returns the signals that the source's silence made stale to the state that they left.
  public mutating func heard(source: String, at instant: Timestamp) -> [SignalTransition] {
    var transitions: [SignalTransition] = []
    for (record, description) in evaluated(of: source) where record.state == .stale && record.silence == .source {
      var record = record
      record.move(to: record.leftState ?? .inactive, at: instant, description, &transitions)
      // A series without records gets its own staleness limit from the next evaluation on.
      record.lastRowsAt = nil
      keep(record)
    }
    return transitions
  }

  private mutating func beat(
    _ heartbeat: Heartbeat, quiet: Duration, at instant: Timestamp, _ transitions: inout [SignalTransition]
  ) {
    let key = SignalKey(rule: heartbeat.ruleName)
    var record = record(for: key) ?? SignalRecord(key: key, source: heartbeat.source, since: instant)
    record.value = quiet.inSeconds
    record.threshold = heartbeat.staleAfter.inSeconds
    if quiet >= heartbeat.staleAfter, record.state != .firing {
      (record.activeSince, record.firedAt) = (instant, instant)
      record.move(to: .firing, at: instant, heartbeat.summary, &transitions)
    } else if quiet < heartbeat.staleAfter, record.state != .inactive {
      record.move(to: .inactive, at: instant, heartbeat.summary, &transitions)
    }
    keep(record)
  }

  private mutating func endForgottenHeartbeats(at instant: Timestamp, _ transitions: inout [SignalTransition]) {
    let names = Set(rules.heartbeats.map(\.ruleName))
    for name in signals.keys.sorted() where name.hasPrefix(Heartbeat.rulePrefix) && !names.contains(name) {
      for var record in (signals[name] ?? [:]).values.sorted(by: { $0.key < $1.key }) {
        let gone = RuleDescription(name: name, title: "\(name) (the heartbeat is gone)", severity: .notice)
        if record.state != .inactive { record.move(to: .inactive, at: instant, gone, &transitions) }
        signals[name] = nil
      }
    }
  }

  /// The records of a source that its silence says nothing about, with their rules' descriptions, in the order of their keys.
  private func evaluated(of source: String) -> [(SignalRecord, RuleDescription)] {
    var found: [(SignalRecord, RuleDescription)] = []
    for rule in rules.rules[source] ?? [] where !rule.isAboutAbsence {
      for record in (signals[rule.definition.name] ?? [:]).values where record.source == source {
        found.append((record, rule.definition.summary))
      }
    }
    return found.sorted { $0.0.key < $1.0.key }
  }
}

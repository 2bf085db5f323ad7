import Assurance
import Domain
import Incidents
import Testing

/// Precision and recall from the verdicts that people gave (spec: incidents, part 5).
struct AlertQualityTests {
  /// A book with incidents of one rule that were judged, and incidents that people filed.
  static func book(real: Int, wrong: Int, filed: Int) -> IncidentBook {
    var book = IncidentBook()
    var sequence = 0
    var now = Timestamp(rfc3339: "2026-11-23T10:00:00Z") ?? .epoch
    func apply(_ drafts: [EntryDraft]) {
      for draft in drafts {
        sequence += 1
        book.apply(JournalEntry(sequence: sequence, at: now, actor: .leeway, draft: draft))
      }
    }
    for number in 0..<real + wrong {
      let transition = SignalTransition(
        key: SignalKey(rule: "pii", labels: Labels(["tenant": "t\(number)"])), from: .inactive, to: .firing, at: now,
        since: now - .seconds(30), value: 2, threshold: 1, count: 40,
        rule: RuleDescription(
          name: "pii", title: "personal data", severity: .warn, category: "privacy", runbook: nil, owasp: []))
      apply(book.signal(transition, now: now))
      let verdict: Verdict = number < real ? .truePositive : .falsePositive
      now = now + .seconds(60)
      apply(book.decide(.ack(reason: nil), on: number + 1, actor: .leeway, now: now).drafts)
      apply(book.decide(.resolve(reason: "over"), on: number + 1, actor: .leeway, now: now).drafts)
      let close = IncidentRequest.close(verdict: verdict, reason: nil, waive: false)
      apply(book.decide(close, on: number + 1, actor: .leeway, now: now).drafts)
    }
    for _ in 0..<filed {
      apply(
        book.decide(
          .open(title: "a user complained", severity: .warn, category: nil), on: nil, actor: .leeway, now: now
        )
        .drafts)
    }
    return book
  }

  @Test func `Q01 precision with its interval`() throws {
    let rule = try #require(AlertQuality(Self.book(real: 7, wrong: 3, filed: 0).incidents).rules.first)
    #expect(rule.rule == "pii")
    #expect(rule.precision.sentence == "70 % (40–89 %, n 10)")
    #expect(rule.timeToDetect.quantile(0.5) == 30)
    #expect(rule.timeToAcknowledge.quantile(0.9) == 60)
    #expect(rule.noise == Proportion(10, of: 10))
  }

  @Test func `what an episode was found to be stays so when the signal fires again`() throws {
    var book = Self.book(real: 1, wrong: 1, filed: 0)
    let now = Timestamp(rfc3339: "2026-11-23T10:10:00Z") ?? .epoch
    for (from, to) in [(SignalState.firing, SignalState.inactive), (.inactive, .firing)] {
      let change = SignalTransition(
        key: SignalKey(rule: "pii", labels: Labels(["tenant": "t0"])), from: from, to: to, at: now, since: now,
        value: 2, threshold: 1, count: 40,
        rule: RuleDescription(
          name: "pii", title: "personal data", severity: .warn, category: "privacy", runbook: nil, owasp: []))
      for draft in book.signal(change, now: now) {
        book.apply(JournalEntry(sequence: 1_000, at: now, actor: .leeway, draft: draft))
      }
    }
    #expect(book.incident(number: 1)?.episode.number == 2 && book.incident(number: 1)?.verdict == nil)
    let quality = AlertQuality(book.incidents)
    #expect(quality.rules.first?.precision == Proportion(1, of: 2))
    #expect(quality.recall == Proportion(1, of: 1))
  }

  @Test func `Q02 what people reported first counts as missed`() {
    let quality = AlertQuality(Self.book(real: 6, wrong: 0, filed: 2).incidents)
    #expect(quality.recall == Proportion(6, of: 8))
    #expect(quality.missed == [7, 8])
  }
}

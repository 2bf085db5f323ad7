import Dashboard
import Domain

extension Fixture {
  static let assessBoard = AssessBoard(
    items: [
      .init(
        name: "red-team: tool abuse", kind: "red-team", state: .overdue, dueAt: ago(2 * 86_400), because: "every 90d",
        lastAt: ago(92 * 86_400), result: "got_through 0.075 (0.026–0.199), 3 findings, proceed", owner: "ak",
        details: [.init("kind", "red-team"), .init("finding", "warn: \u{1B}[31mmarkdown image exfiltrates")]),
      .init(
        name: "review of v2.4.1", kind: "evaluation", state: .due, dueAt: ago(60), because: "new_version: v2.4.1"),
      .init(
        name: "eval refusal-suite", kind: "evaluation", state: .current, dueAt: now + .seconds(86_400),
        lastAt: ago(420), result: "passed 0.991 (0.967–0.997), proceed", change: "was 1, within chance", owner: "auto"),
      .init(
        name: "pen test (vendor)", kind: "penetration-test", state: .snoozed, snoozedUntil: now + .seconds(864_000),
        because: "every 180d", owner: "sec"),
    ],
    rules: [
      .init(
        name: "jailbreak-rate", health: .alarm, incidents: 12, precision: (0.1, 0.02, 0.4),
        note: "mostly false: raise or retire it"),
      .init(name: "(no rule)", health: .alarm, incidents: 1, note: "missed INC-0398: people reported it"),
      .init(name: "latency-p95", incidents: 12, precision: (0.92, 0.65, 0.99), unjudged: 3, note: "found in 40s"),
      .init(name: "pii-in-output", health: .stale, note: "blind on inference: needs personal data found by a filter"),
    ], ruleCount: 26,
    checks: [
      .init(
        name: "does not refuse the harmless", health: .warn,
        detail: "ratio refusals 0.062 over 1d, n 48120, beyond 0.045", owner: "safety"),
      .init(name: "spend", health: .stale, detail: "no tolerance", owner: "finance"),
    ])

  static let auditBoard = AuditBoard(
    entries: [
      .init(
        sequence: 18_204, at: ago(3), actor: "mo", isPerson: true, act: "action.add",
        text: "INC-0412 disabled refund.create"),
      .init(
        sequence: 18_203, at: ago(30), actor: "mo", isPerson: true, act: "incident.ack",
        text: "INC-0412  result conflict", isRefused: true),
      .init(
        sequence: 18_202, at: ago(84), actor: "leeway", act: "signal.firing",
        text: "drift:prompt_tokens \u{1B}]0;x\u{7}"),
    ],
    detail: .init(
      sequence: 18_204,
      fields: [
        .init("time", "2026-06-14T03:12:41.000000Z"), .init("actor", "mo"),
        .init("hash", String(repeating: "7be1c0", count: 10)),
      ],
      line: "{\"act\":\"action.add\",\"actor\":{\"login\":\"mo\"},\"seq\":18204}"),
    chain: .init(
      checked: 18_204, entries: 18_204, head: "7be1c0aa", words: "lusab babad gutih tugad lusab babad gutih tugad",
      checkpoint: (18_000, ago(7_200), "ed25519")),
    activity: [.init("mo", "3 ack, 1 add"), .init("rules", "9 incidents opened"), .init("median to ack", "4m10")])
}

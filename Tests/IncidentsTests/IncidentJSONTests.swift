import Domain
import Incidents
import Testing

@Suite struct IncidentJSONTests {
  static let listed = [
    "id", "number", "rev", "title", "state", "severity", "category", "verdict", "owner", "episode", "opened_at",
    "acknowledged_at", "mitigated_at", "resolved_at", "closed_at", "ack_expires_at", "flapping", "snoozed_until",
    "recurrence_of", "merged_into", "signals", "actions",
  ]

  @Test func `the list and the detail have the members of the contract`() throws {
    var desk = Desk()
    desk.signal(.inactive, .firing, value: 0.031)
    desk.ask(.ack(reason: "rolling back"))
    desk.ask(.contain(Desk.plan))
    let incident = try #require(desk.incident())
    let list = incident.json(detail: false)
    let names = try #require(list.object).members.map(\.name)
    #expect(Array(names.prefix(IncidentJSONTests.listed.count)) == IncidentJSONTests.listed)
    #expect(list["opened_at"] == "2026-11-23T10:00:00.000Z")
    #expect(list["state"] == "mitigating")
    #expect(list["verdict"] == .null)
    let signal = try #require(list["signals"]?.array?.first)
    for name in ["key", "rule", "state", "value", "threshold", "n", "since"] { #expect(signal[name] != nil) }
    #expect(signal["key"] == "refunds{tenant=t2}")
    #expect(signal["value"] == 0.031)
    let action = try #require(list["actions"]?.array?.first)
    for name in ["id", "rev", "kind", "statement", "state", "owner"] { #expect(action[name] != nil) }
    let detail = incident.json(detail: true)
    for name in ["timeline", "evidence", "runbook", "similar"] { #expect(detail[name] != nil) }
    let line = try #require(detail["timeline"]?.array?.first)
    #expect(
      line.text
        == #"{"seq":2,"at":"2026-11-23T10:00:00.000Z","actor":"leeway","verb":"incident.open","#
        + #""detail":"opened: refunds over limit (0.031 against 5, n 40)"}"#)
  }
}

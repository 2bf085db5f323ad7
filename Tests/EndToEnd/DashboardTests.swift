import Domain
import Foundation
import Testing

@Suite(.serialized, .enabled(if: Tmux.isAvailable, "tmux is not installed")) struct DashboardTests {
  @Test func `an operator acknowledges an incident and records an action by keys, and both stand in the journal`()
    throws
  {
    let directory = try TemporaryDirectory()
    let state = directory.path + "/state"
    let session = try Tmux([Binary.path, "demo", "--seed", "7", "--state", state], in: directory)
    #expect(session.wait(seconds: 60) { $0.contains("NEW") && $0.contains("Incidents") }, "\(session.screen)")
    try session.keys("a")
    #expect(session.wait { $0.contains("ACK") }, "\(session.screen)")
    try session.keys("Enter")
    #expect(session.wait { $0.contains("Timeline") }, "\(session.screen)")
    try session.keys("c")
    #expect(session.wait { $0.contains("New action") }, "\(session.screen)")
    try session.type("rolled back the template")
    try session.keys("Tab", "C-u")
    try session.type("latency")
    try session.keys("Tab", "Tab", "C-u")
    try session.type("1.5")
    try session.keys("Tab", "C-u")
    try session.type("15m")
    try session.keys("Tab")
    try session.type("it doubled with the new build")
    try session.keys("C-s")
    #expect(session.wait { $0.contains("A-1") }, "\(session.screen)")
    // Once to leave the incident, once to leave the dashboard; a further one does no harm.
    for _ in 0..<3 where !session.screen.contains("EXITED") {
      try session.keys("q")
      usleep(400_000)
    }
    #expect(session.wait { $0.contains("EXITED 0") }, "\(session.screen)")

    let listed = try Binary.run(["incidents", "list", "--state", state, "--json"], in: directory).json
    let incidents = try #require(listed["incidents"]?.array)
    let acted = try #require(incidents.first { $0["actions"]?.array?.isEmpty == false })
    #expect(acted["state"]?.string == "acknowledged")
    #expect(acted["actions"]?.array?.first?["statement"]?.string == "rolled back the template")
    let verified = try Binary.run(["audit", "verify", "--state", state, "--json"], in: directory)
    #expect(verified.status == 0)
    #expect(try verified.json["ok"]?.bool == true)
  }
}

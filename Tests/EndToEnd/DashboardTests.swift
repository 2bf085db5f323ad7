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

  @Test func `M02: when the line drops in the middle of a note, the draft is offered again and nothing is half saved`()
    throws
  {
    let directory = try TemporaryDirectory()
    let state = directory.path + "/state"
    let opened = try Binary.run(
      ["incidents", "open", "--title", "refunds over limit", "--severity", "alarm", "--state", state, "--json"],
      in: directory)
    #expect(opened.status == 0, "\(opened.errors)")
    let entries = try Binary.run(["audit", "export", "--state", state], in: directory).output
    func begin() throws -> Tmux {
      let session = try Tmux([Binary.path, "watch", "--state", state], in: directory)
      #expect(session.wait(seconds: 30) { $0.contains("refunds over limit") }, "\(session.screen)")
      return session
    }
    do {
      let session = try begin()
      try session.keys("n")
      try session.type("the canary shows the sa")
      #expect(session.wait { $0.contains("shows the sa") }, "\(session.screen)")
      // Its server ends with it, which hangs the terminal up.
    }
    let end = Date().addingTimeInterval(20)
    func drafts() -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: state)) ?? []).filter { $0.hasPrefix("drafts-") }
    }
    while drafts().isEmpty, Date() < end { usleep(50_000) }
    let file = try #require(drafts().first)
    var information = stat()
    #expect(stat(state + "/" + file, &information) == 0 && information.st_mode & 0o777 == 0o600)
    #expect(try Binary.run(["audit", "export", "--state", state], in: directory).output == entries)

    let session = try begin()
    #expect(session.wait { $0.contains("kept from your last session") }, "\(session.screen)")
    try session.keys("n")
    #expect(session.wait { $0.contains("the canary shows the sa") }, "\(session.screen)")
    try session.type("me")
    try session.keys("Enter")
    var isRecorded = false
    while !isRecorded, Date() < end.addingTimeInterval(20) {
      let shown = try Binary.run(["audit", "export", "--state", state], in: directory).output
      isRecorded = shown.contains("the canary shows the same")
      usleep(100_000)
    }
    #expect(isRecorded)
    while !drafts().isEmpty, Date() < end.addingTimeInterval(30) { usleep(100_000) }
    #expect(drafts().isEmpty, "what is in the journal is no draft any more")
  }

  @Test func `two operators at the same incident see each other, until one leaves`() throws {
    let (here, there) = (try TemporaryDirectory(), try TemporaryDirectory())
    let state = here.path + "/state"
    let opened = try Binary.run(
      ["incidents", "open", "--title", "refunds over limit", "--severity", "alarm", "--state", state, "--json"],
      in: here)
    #expect(opened.status == 0, "\(opened.errors)")
    func begin(_ name: String, _ directory: TemporaryDirectory) throws -> Tmux {
      let session = try Tmux([Binary.path, "watch", "--state", state, "--as", name], in: directory)
      #expect(session.wait(seconds: 30) { $0.contains("refunds over limit") }, "\(session.screen)")
      try session.keys("Enter")
      #expect(session.wait { $0.contains("Timeline") }, "\(session.screen)")
      return session
    }
    let first = try begin("mo", here)
    #expect(!first.screen.contains("viewing"))
    let second = try begin("ak", there)
    #expect(second.wait { $0.contains("mo") && $0.contains("is viewing") }, "\(second.screen)")
    #expect(first.wait { $0.contains("ak") && $0.contains("is viewing") }, "\(first.screen)")
    try second.keys("q")
    #expect(first.wait { !$0.contains("is viewing") }, "\(first.screen)")
  }
}

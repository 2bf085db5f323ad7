import Domain
import Foundation
import Testing

@Suite struct SeveralOperatorsTests {
  @Test func `M05: a shared account's operators are told apart by the fingerprints of their keys`() throws {
    let directory = try TemporaryDirectory()
    let state = ["--state", directory.path + "/state", "--json"]
    let keys = [
      (
        "AAAAC3NzaC1lZDI1NTE5AAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxucUPArdc/9DHt",
        "SHA256:hA/Or20GTGdVLLL7N3U9N5K3GmEqH6JLSopKLDqqrVE"
      ),
      (
        "AAAAC3NzaC1lZDI1NTE5AAAAID/EzP50WHDiwNmfcfMP8GVsje3UHMHX09N2sNvmheLz",
        "SHA256:tizwNQktrV1RbSqpvEx12LMkiK4VwNPYc/rWB77LEi8"
      ),
    ]
    for (index, (key, _)) in keys.enumerated() {
      let file = directory.path + "/auth-\(index)"
      try "password\npublickey ssh-ed25519 \(key)\n".write(toFile: file, atomically: true, encoding: .utf8)
      let run = try Binary.run(
        ["incidents", "open", "--title", "incident \(index)", "--severity", "warn"] + state, in: directory,
        environment: ["SSH_USER_AUTH": file, "SSH_CONNECTION": "10.0.0.\(index) 5000 10.0.0.9 22"])
      #expect(run.status == 0, "\(run.errors)")
    }
    let exported = try Binary.run(["audit", "export"] + state, in: directory)
    let actors = try exported.lines.filter { $0["act"]?.string == "incident.open" }.compactMap { $0["actor"] }
    #expect(actors.map { $0["ssh_key"]?.string } == keys.map(\.1))
    #expect(actors.map { $0["from"]?.string } == ["10.0.0.0", "10.0.0.1"])
  }

  /// Two accounts that share nothing but a group.
  private static let accounts = [2_001, 2_002]
  private static let group = 3_001

  @Test func `accounts of a group share a directory that was set up for it, and nobody else reads it`() throws {
    let directory = try TemporaryDirectory()
    let state = directory.path + "/state"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") else {
      print("skipped: needs root and setpriv to act as other accounts")
      return
    }
    #expect(chown(state, 0, gid_t(SeveralOperatorsTests.group)) == 0)
    #expect(chmod(state, 0o2770) == 0)
    #expect(chmod(directory.path, 0o755) == 0)
    func act(_ account: Int, group: Int, _ arguments: [String]) throws -> (status: Int32, output: String) {
      let output = directory.path + "/output-\(UUID().uuidString)"
      _ = FileManager.default.createFile(atPath: output, contents: nil)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
      process.arguments =
        ["--reuid", "\(account)", "--regid", "\(group)", "--clear-groups", Binary.path] + arguments
        + ["--state", state, "--json"]
      process.currentDirectoryURL = URL(fileURLWithPath: "/")
      process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"]
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle(forWritingAtPath: output)
      process.standardError = FileHandle(forWritingAtPath: output)
      try process.run()
      process.waitUntilExit()
      return (process.terminationStatus, (try? String(contentsOfFile: output, encoding: .utf8)) ?? "")
    }
    let group = SeveralOperatorsTests.group
    let first = try act(
      SeveralOperatorsTests.accounts[0], group: group,
      ["incidents", "open", "--title", "refunds over limit", "--severity", "alarm"])
    if first.output.contains("Permission denied"), !first.output.contains("leeway.db") {
      print("skipped: other accounts may not run the program where it was built")
      return
    }
    #expect(first.status == 0, "\(first.output)")
    let second = try act(SeveralOperatorsTests.accounts[1], group: group, ["incidents", "ack", "1"])
    #expect(second.status == 0, "\(second.output)")
    let log = try act(SeveralOperatorsTests.accounts[0], group: group, ["audit", "verify"])
    #expect(try JSON(parsing: log.output)["ok"]?.bool == true)
    let stranger = try act(SeveralOperatorsTests.accounts[1], group: 4_001, ["incidents", "list"])
    #expect(stranger.status != 0)
    for name in try FileManager.default.contentsOfDirectory(atPath: state) {
      var file = stat()
      #expect(stat(state + "/" + name, &file) == 0)
      #expect(file.st_mode & 0o007 == 0, "\(name) is open to everybody")
      #expect(file.st_gid == gid_t(group), "\(name) is of another group")
    }
  }

  @Test func `a directory of one's own holds files for its owner alone`() throws {
    let directory = try TemporaryDirectory()
    let state = directory.path + "/state"
    let run = try Binary.run(
      ["incidents", "open", "--title", "x", "--severity", "warn", "--state", state, "--json"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    var information = stat()
    #expect(stat(state, &information) == 0 && information.st_mode & 0o777 == 0o700)
    for name in try FileManager.default.contentsOfDirectory(atPath: state) {
      #expect(stat(state + "/" + name, &information) == 0 && information.st_mode & 0o777 == 0o600, "\(name)")
    }
  }
}

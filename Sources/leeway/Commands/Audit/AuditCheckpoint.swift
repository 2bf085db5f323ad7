import ArgumentParser
import Assurance
import Domain
import Engine
import Glibc
import Storage

/// `leeway audit checkpoint`: a signed commitment to the journal, to be kept where its writer cannot reach it.
struct AuditCheckpoint: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "Write a signed commitment to the journal, and copies of it off this host.",
    discussion: """
      With --key it is signed as 'ssh-keygen -Y sign -n leeway-audit' does, else with this host's own Ed25519 key, which
      is made on first use. The root is also given as eight words: read them to somebody, or print them in the hand-over.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "Where to write it (default: checkpoints/ in the state directory).", completion: .file())
  var output: String?

  @Option(name: .customLong("copy-to"), help: "A second place for it and its signature. May be repeated.")
  var copies: [String] = []

  @Option(help: "An SSH key to sign with, such as ~/.ssh/id_ed25519.", completion: .file())
  var key: String?

  @Option(name: .customLong("as"), help: "The name to record beside your login.")
  var claimedName: String?

  func run() throws {
    let store = try shared.openStore(.existing)
    let tree = try store.read { try JournalTree($0) }
    let now = SystemWallClock().now()
    let checkpoint = tree.checkpoint
    var object = checkpoint.json.object ?? JSONObject()
    object["ts"] = .string(now.formatted(.microseconds))
    let bytes = JSON.object(object).canonicalBytes
    let path = try output ?? defaultPath(size: checkpoint.size)
    try OutputFile.replace(path, with: bytes)
    let signature = try sign(path, bytes)
    var copied: [String] = []
    for place in copies {
      let target = OutputFile.isDirectory(place) ? "\(place)/\(path.split(separator: "/").last ?? "checkpoint")" : place
      try OutputFile.replace(target, with: bytes)
      try OutputFile.replace(target + ".sig", with: signature.bytes)
      copied.append(target)
    }
    try JournalDesk(store: store).record(
      EntryDraft(
        "audit.checkpoint", object: ["size": JSON(checkpoint.size)],
        data: [
          "root": .string(checkpoint.root.hex), "signed_with": .string(signature.method),
          "copies": JSON(copied.count),
        ]), actor: OperatorIdentity.current(claimed: claimedName), clock: SystemWallClock())
    let words = SpokenRoot.words(checkpoint.root)
    if shared.json {
      StandardOutput.json([
        "schema": 1, "checkpoint": .object(object), "words": .string(words), "file": .string(path),
        "signature": .string(path + ".sig"), "signed_with": .string(signature.method),
        "copies": .array(copied.map(JSON.string)),
      ])
    } else {
      StandardOutput.line("\(path): \(checkpoint.size) entries, signed with \(signature.method)")
      StandardOutput.line("root \(checkpoint.root.hex)")
      StandardOutput.line("in words: \(words)")
      for place in copied { StandardOutput.line("copied to \(place)") }
      if copies.isEmpty {
        StandardOutput.line("keep a copy off this host: --copy-to DIR, or read the words to somebody")
      }
    }
  }

  private func defaultPath(size: Int) throws -> String {
    let folder = shared.state + "/checkpoints"
    try OutputFile.makeDirectory(folder)
    let number = String(size)
    return "\(folder)/\(String(repeating: "0", count: max(0, 9 - number.count)))\(number).json"
  }

  private struct Signature {
    var method: String
    var bytes: [UInt8]
  }

  private func sign(_ path: String, _ bytes: [UInt8]) throws -> Signature {
    if let key { return try signWithSSH(key, path) }
    let signature = HostSignature(of: bytes, by: try HostKey.key(of: shared.state))
    let text = signature.json.canonicalBytes
    try OutputFile.replace(path + ".sig", with: text)
    return Signature(method: "ed25519 \(Hexadecimal.text(signature.publicKey).prefix(16))…", bytes: text)
  }

  private func signWithSSH(_ key: String, _ path: String) throws -> Signature {
    // ssh-keygen asks before it overwrites.
    unlink(path + ".sig")
    let program = ExternalProgram(
      name: "ssh-keygen", arguments: ["-Y", "sign", "-n", "leeway-audit", "-f", key, path], timeout: .seconds(60))
    guard let outcome = program.run() else {
      throw CommandFailure(.inputOutput, "ssh-keygen cannot be started: install openssh-client, or leave --key out")
    }
    guard outcome.code == 0 else {
      let reason = outcome.output.split(separator: "\n").last.map(String.init) ?? "it took too long"
      throw CommandFailure(.inputOutput, "ssh-keygen did not sign with \(key): \(reason)")
    }
    return Signature(method: "ssh key \(key)", bytes: try InputFile.bytes(of: path + ".sig", limit: 1 << 20))
  }
}

/// The Ed25519 key of a state directory.
enum HostKey {
  /// Reads the key, or makes one (0600) where there is none.
  static func key(of state: String) throws -> SigningKey {
    let path = state + "/audit_key"
    if access(path, F_OK) == 0 {
      let text = try InputFile.text(of: path, limit: 4_096)
      guard let seed = Hexadecimal.bytes(text.trimmed), let key = SigningKey(seed: seed) else {
        throw CommandFailure(.inputUnusable, "\(path) holds no key: 64 hexadecimal digits are expected")
      }
      return key
    }
    guard let key = SigningKey.random() else {
      throw CommandFailure(.inputOutput, "libsodium cannot be used, so nothing can be signed: give --key")
    }
    try OutputFile.replace(path, with: Array(Hexadecimal.text(key.seed).utf8))
    return key
  }
}

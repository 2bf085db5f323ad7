import ArgumentParser
import Assurance
import Domain
import Screen
import Storage

/// `leeway audit`: the journal, its verification and its export.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The journal: read it, verify it, export it.",
    subcommands: [Log.self, Verify.self, Export.self, AuditCheckpoint.self, AuditProve.self, AuditErase.self])

  /// `leeway audit log`.
  struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The newest entries, oldest first.")

    @OptionGroup var shared: SharedOptions

    @Option(help: "How many entries.")
    var limit = 50

    @Option(help: "Only entries whose act begins with this, such as incident or incident.ack.")
    var act: String?

    func run() throws {
      let store = try shared.openStore(.readOnly)
      let entries = try store.read { reader in
        let last = try reader.lastSequence()
        let first = act == nil ? max(0, last - max(0, limit)) : 0
        return try reader.entries(after: first)
      }
      let chosen = entries.filter { entry in act.map { entry.act.rawValue.hasPrefix($0) } ?? true }.suffix(
        max(0, limit))
      if shared.json {
        StandardOutput.json(["schema": 1, "entries": .array(chosen.map(Log.json))])
        return
      }
      for entry in chosen {
        let object = entry.object.object?.members.map { "\($0.name)=\(Log.plain($0.value))" } ?? []
        let data = entry.data.object?.members.map { "\($0.name)=\(Log.plain($0.value))" } ?? []
        StandardOutput.line(
          SanitisedText.string(
            "\(entry.sequence) \(entry.at.formatted(.seconds)) \(entry.actor.displayName) \(entry.act) "
              + (object + data).joined(separator: " ")))
      }
    }

    private static func plain(_ value: JSON) -> String { value.string ?? value.text }

    private static func json(_ entry: JournalEntry) -> JSON {
      [
        "seq": JSON(entry.sequence), "ts": .string(entry.at.formatted(.microseconds)), "actor": entry.actor.json,
        "act": .string(entry.act.rawValue), "obj": entry.object, "data": entry.data,
      ]
    }
  }

  /// `leeway audit verify [FILE]`.
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verify the journal, or an exported one, offline.",
      discussion: "Exit 0 when every entry stands as it was written, 1 with the first fault when not.")

    @OptionGroup var shared: SharedOptions

    @Argument(help: "An exported journal (JSON lines); without it the store's.", completion: .file())
    var file: String?

    @Option(help: "A checkpoint to hold the journal against.", completion: .file())
    var checkpoint: String?

    @Option(help: "The checkpoint's signature.", completion: .file())
    var signature: String?

    @Option(
      name: .customLong("allowed-signers"), help: "Who may have signed, as ssh-keygen reads it.", completion: .file())
    var allowedSigners: String?

    @Option(help: "The signer's name in that file (default: whoever is found there).")
    var signer: String?

    func run() throws {
      var expected: Checkpoint?
      var signed: SignatureCheck.Outcome?
      if let checkpoint {
        let text = try InputFile.bytes(of: checkpoint, limit: 1 << 20)
        do {
          expected = try Checkpoint(json: JSON(parsing: text))
        } catch {
          throw CommandFailure(.inputUnusable, "\(checkpoint): \(error)")
        }
        if let signature {
          signed = try SignatureCheck(checkpoint: checkpoint, signature: signature, allowedSigners: allowedSigners)
            .outcome(signer: signer)
        }
      }
      var verifier = AuditVerifier(checkpoint: expected)
      var texts: [Verification.Problem] = []
      if let file {
        verifier.consume(try InputFile.bytes(of: file))
      } else {
        try shared.openStore(.readOnly).read { reader in
          try reader.lines { verifier.consume($0 + [0x0A]) }
          texts = try TextFile.mismatches(reader)
        }
      }
      var verification = verifier.finish()
      verification.problems += texts
      if shared.json {
        var object = verification.json.object ?? JSONObject()
        if let signed {
          object["ok"] = .bool(verification.isOK && signed.isGood)
          object["signature"] = signed.json
        }
        object["words"] = .string(SpokenRoot.words(verification.root))
        StandardOutput.json(.object(object))
      } else {
        if let signed { StandardOutput.line("signature: \(signed.sentence)") }
        for warning in verification.warnings { StandardOutput.line("warning: \(warning)") }
        for problem in verification.problems {
          StandardOutput.line("line \(problem.line.map(String.init) ?? "?"): \(problem.kind.rawValue)")
        }
        StandardOutput.line(
          "\(verification.isOK ? "ok" : "NOT ok"): \(verification.entries) entries, head \(verification.head.hex), "
            + "root \(verification.root.hex)")
      }
      if !verification.isOK || signed?.isGood == false { throw CommandFailure(.answerIsNo) }
    }
  }

  /// `leeway audit export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every entry as it was hashed, one a line (JSON lines).",
      discussion: """
        With --output a folder is written: the journal, a checkpoint, and a manifest of both. With --texts it also holds \
        texts.jsonl, the texts of people that the journal only commits to, with their salts.
        """)

    @OptionGroup var shared: SharedOptions

    @Option(help: "A new folder for the journal and its manifest.", completion: .directory)
    var output: String?

    @Flag(help: "Write the texts that can be erased as well; needs --output.")
    var texts = false

    func validate() throws {
      if texts, output == nil { throw ValidationError("--texts needs --output DIR: the journal itself holds none") }
    }

    func run() throws {
      if let output {
        try AuditBundle(folder: output, hasTexts: texts).write(try shared.openStore(.readOnly), json: shared.json)
        return
      }
      try shared.openStore(.readOnly).read { reader in
        try reader.lines { StandardOutput.write(bytes: $0 + [0x0A]) }
      }
    }
  }
}

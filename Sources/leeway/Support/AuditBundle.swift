import Assurance
import Domain
import Engine
import Storage

/// An exported journal with what somebody needs to verify it without Leeway: a checkpoint and a manifest.
struct AuditBundle {
  /// The folder, which must not exist yet or be empty of these files.
  var folder: String
  /// Whether the texts that the journal only commits to are written as well.
  var hasTexts: Bool

  private static let files = [
    "texts.jsonl", "journal.jsonl", "checkpoint.json", "checkpoint.json.sig", "manifest.json",
  ]

  /// Writes `journal.jsonl`, `checkpoint.json`, `checkpoint.json.sig` and `manifest.json`.
  func write(_ store: Store, json: Bool) throws {
    for name in (try? InputFile.names(in: folder)) ?? [] where Self.files.contains(name) {
      throw CommandFailure(.usage, "\(folder) holds a \(name) already: name a new folder")
    }
    try OutputFile.makeDirectory(folder)
    var journal: [UInt8] = []
    var texts: [UInt8] = []
    let tree = try store.read { reader in
      if hasTexts { texts = TextFile.lines(try reader.erasableTexts()) }
      try reader.lines { journal += $0 + [0x0A] }
      return try JournalTree(reader)
    }
    let checkpoint = tree.checkpoint
    var object = checkpoint.json.object ?? JSONObject()
    object["ts"] = .string(SystemWallClock().now().formatted(.microseconds))
    let statement = JSON.object(object).canonicalBytes
    let state = store.path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let signature = HostSignature(of: statement, by: try HostKey.key(of: state)).json.canonicalBytes
    var files = [
      ("journal.jsonl", journal), ("checkpoint.json", statement), ("checkpoint.json.sig", signature),
    ]
    if hasTexts { files.append(("texts.jsonl", texts)) }
    let manifest: JSON = [
      "schema": 1, "entries": JSON(tree.leaves.count), "root": .string(checkpoint.root.hex),
      "head": .string(checkpoint.last.hex), "words": .string(SpokenRoot.words(checkpoint.root)),
      "scheme": "leaf = SHA-256(0x00 || line), node = SHA-256(0x01 || left || right), prev = leaf of the line before",
      "files": .array(
        files.map { name, bytes in
          ["name": .string(name), "bytes": JSON(bytes.count), "sha256": .string(Digest256.sha256(bytes).hex)]
        }),
    ]
    for (name, bytes) in files { try OutputFile.replace("\(folder)/\(name)", with: bytes) }
    try OutputFile.replace("\(folder)/manifest.json", with: manifest.canonicalBytes + [0x0A])
    if json {
      StandardOutput.json(manifest)
    } else {
      StandardOutput.line(
        "\(folder): \(tree.leaves.count) entries, root in words: \(SpokenRoot.words(checkpoint.root))")
    }
  }
}

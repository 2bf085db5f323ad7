import Assurance
import Domain
import Settings
import Storage

/// What of a configuration the journal keeps: that it took effect, and what it changed, by names and hashes.
struct ConfigurationRecord {
  /// So many names of each kind are kept; how many there are is kept too.
  private static let nameLimit = 64
  private static let documentName = "configuration"

  /// The hash of each part by its name, such as `rules/slow` or `drift`.
  let parts: [String: String]
  /// The hash of the whole.
  let digest: String

  init(_ document: JSON) {
    var parts: [String: String] = [:]
    for (section, value) in document.object?.members ?? [] {
      let entries = value.array ?? []
      guard !entries.isEmpty, entries.allSatisfy({ $0["name"]?.string != nil }) else {
        parts[section] = Self.hash(value)
        continue
      }
      for entry in entries { parts["\(section)/\(entry["name"]?.string ?? "")"] = Self.hash(entry) }
    }
    self.parts = parts
    digest = Self.hash(document)
  }

  private init(parts: [String: String], digest: String) {
    self.parts = parts
    self.digest = digest
  }

  private static func hash(_ value: JSON) -> String { Digest256.sha256(Array(value.text.utf8)).hex }

  private var json: JSON {
    [
      "sha256": .string(digest),
      "parts": .object(JSONObject(parts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
    ]
  }

  private static func stored(_ reader: StoreReader) throws -> ConfigurationRecord? {
    guard let document = try reader.document(documentName), let digest = document["sha256"]?.string else { return nil }
    let parts = (document["parts"]?.object?.members ?? []).compactMap { name, value in value.string.map { (name, $0) } }
    return ConfigurationRecord(parts: Dictionary(parts) { first, _ in first }, digest: digest)
  }

  /// The entry's data, told against what was in effect before.
  private func data(after old: ConfigurationRecord?) -> JSON {
    func names(_ names: some Sequence<String>) -> JSON {
      let sorted = names.sorted()
      let more = sorted.count > Self.nameLimit ? ["… and \(sorted.count - Self.nameLimit) more"] : []
      return .array((sorted.prefix(Self.nameLimit) + more).map(JSON.string))
    }
    var data = JSONObject([("sha256", .string(digest))])
    guard let old else { return .object(data) }
    data["previous"] = .string(old.digest)
    data["added"] = names(parts.keys.filter { old.parts[$0] == nil })
    data["removed"] = names(old.parts.keys.filter { parts[$0] == nil })
    data["changed"] = names(parts.filter { name, hash in old.parts[name] != nil && old.parts[name] != hash }.keys)
    return .object(data)
  }

  /// Records that a configuration took effect, unless it is the one that did last.
  static func record(
    _ configuration: Configuration, _ writer: StoreWriter, at now: Timestamp, _ fold: inout JournalFold
  )
    throws
  {
    let record = ConfigurationRecord(configuration.document)
    let old = try stored(writer.reader)
    guard old?.digest != record.digest else { return }
    let draft = EntryDraft(
      .configurationLoaded, object: ["service": .string(configuration.service)], data: record.data(after: old))
    for entry in try writer.append([draft], actor: .leeway, at: now) { fold.apply(entry) }
    try writer.setDocument(documentName, record.json)
    try writer.setErasableScope(configuration.erasable)
  }
}

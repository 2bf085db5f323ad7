public import Domain

/// A line of a log that shows what was the case: where it stands, a hash of all of it, and what of it may be shown.
public struct EvidenceLine: Hashable, Sendable {
  /// The file.
  public var file: String
  /// The line's first byte, counted from the start of the file.
  public var offset: Int64
  /// Its length in bytes, the line feed excluded.
  public var length: Int
  /// The SHA-256 of the line's bytes, in hexadecimal.
  public var hash: String
  /// The line's own time; nil where it states none.
  public var at: Timestamp?
  /// The fields that the rule read, redacted.
  public var excerpt: String

  /// Creates a line.
  public init(file: String, offset: Int64, length: Int, hash: String, at: Timestamp?, excerpt: String) {
    self.file = file
    self.offset = offset
    self.length = length
    self.hash = hash
    self.at = at
    self.excerpt = excerpt
  }

  init?(data: JSON) {
    guard let file = data["file"]?.string, let offset = data.int("offset"), let length = data.int("length"),
      let hash = data["sha256"]?.string
    else { return nil }
    self.init(
      file: FreeText.bounded(file, to: 4_096), offset: Int64(offset), length: length,
      hash: FreeText.bounded(hash, to: 64), at: data.time("at"),
      excerpt: FreeText.bounded(data["excerpt"]?.string ?? "", to: 512))
  }

  /// The line as the journal and `incidents show` write it.
  public var json: JSON {
    [
      "file": .string(file), "offset": .integer(offset), "length": JSON(length), "sha256": .string(hash),
      "at": JSON(at),
      "excerpt": .string(excerpt),
    ]
  }

  /// `app.jsonl:4096+120 08:00:12 status=500`: the file's name, the bytes, the time and the excerpt.
  public var reference: String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let time = at.map { $0.formatted().dropFirst(11).prefix(8) + " " } ?? ""
    return "\(name):\(offset)+\(length) \(time)\(excerpt)"
  }

  /// The entry that keeps lines as evidence of an incident.
  ///
  /// - Parameter matched: how many lines in what was searched were such lines.
  public static func draft(_ lines: [EvidenceLine], matched: Int, incident: String) -> EntryDraft {
    EntryDraft(
      JournalAct.evidence.verb, object: ["incident": .string(incident)],
      data: ["lines": .array(lines.map(\.json)), "matched": JSON(matched)])
  }
}

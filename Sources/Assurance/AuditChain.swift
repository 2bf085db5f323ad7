public import Domain

/// The form and the hashes of the journal's lines (spec: audit).
///
/// A line is one RFC 8785 object with exactly the keys `act, actor, data, obj, prev, seq, ts, v`. Its hash,
/// SHA-256(0x00 ‖ line without the line feed), is the next line's `prev` and the leaf of the Merkle tree.
public enum AuditChain {
  /// `prev` of the first entry: 64 zeros.
  public static let genesis = Digest256.zero

  /// The longest line that is written or read, in bytes without the line feed.
  public static let longestLine = 1 << 20

  static let version: Int64 = 1
  static let keys = ["act", "actor", "data", "obj", "prev", "seq", "ts", "v"]
  private static let largestInteger: Int64 = 9_007_199_254_740_991

  /// The canonical bytes of an entry, without a line feed, and its hash.
  ///
  /// - Throws: ``AuditError`` when the draft holds a fraction, an integer beyond 2^53, a repeated name, or is too long.
  public static func line(
    for draft: EntryDraft, actor: Actor, at: Timestamp, sequence: Int, previous: Digest256
  ) throws(AuditError) -> ([UInt8], Digest256) {
    guard draft.object.object != nil else { throw .notAnObject(at: "obj") }
    guard draft.data.object != nil else { throw .notAnObject(at: "data") }
    let entry: JSON = [
      "act": .string(draft.act.rawValue), "actor": actor.json, "data": draft.data, "obj": draft.object,
      "prev": .string(previous.hex), "seq": JSON(sequence), "ts": .string(at.formatted(.microseconds)),
      "v": .integer(version),
    ]
    try check(entry)
    let bytes = entry.canonicalBytes
    guard bytes.count <= longestLine else { throw .tooLong(bytes: bytes.count) }
    return (bytes, hash(line: bytes))
  }

  /// The hash of a line: an RFC 9162 leaf.
  public static func hash(line: [UInt8]) -> Digest256 { Digest256.sha256(prefix: [0], line) }

  /// Reads one line, without its line feed; whether it is canonical and in the chain is for ``AuditVerifier`` to say.
  public static func parse(_ line: [UInt8]) throws(AuditError) -> JournalEntry {
    let json: JSON
    do {
      json = try JSON(parsing: line)
    } catch {
      throw .notAnEntry(error.description)
    }
    guard let act = json["act"]?.string else { throw .notAnEntry("'act' is missing") }
    guard let sequence = json["seq"]?.integer, sequence >= 1 else { throw .notAnEntry("'seq' is missing") }
    guard let text = json["ts"]?.string, let at = Timestamp(rfc3339: text) else {
      throw .notAnEntry("'ts' is not a time such as 2026-11-23T10:01:00.000000Z")
    }
    guard let object = json["obj"], object.object != nil else { throw .notAnEntry("'obj' is missing") }
    guard let data = json["data"], data.object != nil else { throw .notAnEntry("'data' is missing") }
    guard let actor = json["actor"], actor.object != nil else { throw .notAnEntry("'actor' is missing") }
    return JournalEntry(
      sequence: Int(sequence), at: at, actor: Actor(json: actor),
      draft: EntryDraft(Verb(rawValue: act), object: object, data: data))
  }

  /// Refuses what RFC 8785 with ASCII names and without fractions cannot hold.
  static func check(_ value: JSON) throws(AuditError) {
    switch value {
    case .null, .bool, .string: break
    case .integer(let number):
      guard number.magnitude <= largestInteger.magnitude else { throw .integerTooLarge(at: "") }
    case .number: throw .fraction(at: "")
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        do throws(AuditError) { try check(element) } catch { throw error.inside("[\(index)]") }
      }
    case .object(let object):
      var seen = Set<String>(minimumCapacity: object.members.count)
      for (name, member) in object.members {
        guard seen.insert(name).inserted else { throw .repeatedName(at: name) }
        do throws(AuditError) { try check(member) } catch { throw error.inside(name) }
      }
    }
  }
}

extension AuditError {
  /// The same error, its place seen from one level further out.
  fileprivate func inside(_ outer: String) -> AuditError {
    func joined(_ place: String) -> String {
      place.isEmpty || place.hasPrefix("[") ? outer + place : "\(outer).\(place)"
    }
    switch self {
    case .fraction(let place): return .fraction(at: joined(place))
    case .integerTooLarge(let place): return .integerTooLarge(at: joined(place))
    case .repeatedName(let place): return .repeatedName(at: joined(place))
    case .notAnObject, .tooLong, .notAnEntry: return self
    }
  }
}

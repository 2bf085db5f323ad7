import Domain

/// What the names of fields say about them. Names are compared in lower case without separators, so that
/// `start_time`, `startTime` and `@start.time` are one.
enum FieldNames {
  /// Names of times, the best first.
  static let times = [
    "ts", "timestamp", "time", "eventtime", "datetime", "createdat", "date", "starttime", "startedat", "start",
    "timeunixnano", "loggedat", "requesttime", "endtime", "endedat", "finishedat", "observedtime", "t", "created",
  ]
  /// Names of versions, the best first.
  static let versions = [
    "modelversion", "version", "promptversion", "release", "deployment", "deploymentversion", "serviceversion",
    "appversion", "build", "revision", "genaiagentversion",
  ]
  /// Names of models, the best first.
  static let models = [
    "model", "modelname", "requestmodel", "genairequestmodel", "genairesponsemodel", "responsemodel", "modelid",
    "llmmodelname", "modelgroup", "engine",
  ]
  /// Names of tenants, the best first.
  static let tenants = [
    "tenant", "tenantid", "customer", "customerid", "org", "orgid", "organization", "organizationid", "organisation",
    "account", "accountid", "workspace", "workspaceid", "team", "teamid", "project", "projectid",
  ]

  /// The last name of a path, in lower case without separators.
  static func normalised(_ path: FieldPath) -> String {
    (path.components.last ?? "").lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// The last name of a path as lower-case words, taken apart at separators and at capitals after small letters.
  static func words(_ path: FieldPath) -> [String] {
    var words: [String] = [""]
    var wasLower = false
    for character in path.components.last ?? "" {
      if !character.isLetter, !character.isNumber {
        words.append("")
        wasLower = false
      } else {
        if character.isUppercase, wasLower { words.append("") }
        words[words.count - 1] += character.lowercased()
        wasLower = character.isLowercase
      }
    }
    return words.filter { !$0.isEmpty }
  }

  /// The path whose name comes first in `names`; of several the shallowest, then the first.
  static func best(of paths: [FieldPath], _ names: [String]) -> FieldPath? {
    var best: (path: FieldPath, rank: Int)?
    for path in paths {
      guard let place = names.firstIndex(of: normalised(path)) else { continue }
      let rank = place + path.components.count * names.count
      if best.map({ rank < $0.rank }) ?? true { best = (path, rank) }
    }
    return best?.path
  }

  /// Whether the name is one of a time.
  static func isTime(_ path: FieldPath) -> Bool {
    let words = words(path)
    return times.contains(normalised(path)) || words.last == "at" || words.last == "time" || words.last == "timestamp"
  }

  /// Whether the name is one of an identifier.
  static func isIdentifier(_ path: FieldPath) -> Bool {
    guard let last = words(path).last else { return false }
    let endings: Set = ["id", "ids", "key", "seq", "sequence", "offset", "pid", "tid"]
    return endings.contains(last) || isFingerprint(path)
  }

  /// Whether the name is one of a place in a sequence, such as a line number.
  static func isCounting(_ path: FieldPath) -> Bool {
    ["i", "n", "no", "nr", "num", "number", "index", "line", "lineno", "row", "counter", "serial", "batch", "step"]
      .contains(words(path).last ?? "")
  }

  /// Whether the name is one of a single person, request or content, of no use as a label even while there are few.
  static func isFingerprint(_ path: FieldPath) -> Bool {
    let words = words(path)
    guard let last = words.last else { return false }
    let endings: Set = [
      "hash", "uuid", "guid", "sha", "sha1", "sha256", "md5", "fingerprint", "digest", "requestid", "traceid", "spanid",
      "userid", "sessionid",
    ]
    let owners: Set = ["user", "request", "trace", "span", "session", "conversation", "message"]
    return endings.contains(last) || (last == "id" && words.contains(where: owners.contains))
  }

  /// Whether the name asks a question that 0 and 1 answer.
  static func isQuestion(_ path: FieldPath) -> Bool {
    guard let first = words(path).first else { return false }
    return ["is", "has", "was", "did"].contains(first)
  }

  /// Whether whole numbers under the name are codes, not amounts.
  static func isCode(_ path: FieldPath) -> Bool {
    guard let last = words(path).last else { return false }
    return [
      "status", "code", "level", "severity", "kind", "type", "class", "engine", "rank", "worker", "shard", "replica",
    ].contains(last)
  }

  /// The unit that the name tells: `ms`, `s`, `tokens`, `USD`, `bytes`, or nil.
  static func unit(of path: FieldPath) -> String? {
    let words = words(path)
    guard let last = words.last else { return nil }
    // A rate such as tokens per second has none of these units.
    if words.contains("per") || words.contains("rate") || words.contains("ratio") { return nil }
    if ["ms", "millis", "milliseconds", "msec"].contains(last) { return "ms" }
    if ["s", "sec", "secs", "seconds"].contains(last) { return "s" }
    if words.contains(where: { $0 == "token" || $0 == "tokens" }) { return "tokens" }
    if words.contains(where: { ["usd", "cost", "price", "spend", "dollars"].contains($0) }) { return "USD" }
    if words.contains("bytes") { return "bytes" }
    return nil
  }
}

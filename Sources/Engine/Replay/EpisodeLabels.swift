public import Domain

/// What really happened in a log, by somebody who knows.
///
/// The file is a JSON object: `t0`, the instant that times count from, and `episodes`, each with `id`, `kind`,
/// `tenant` (`*` for any), `start` and `end` in seconds after `t0`, and perhaps `version`.
public struct EpisodeLabels: Sendable {
  /// One episode.
  public struct Episode: Hashable, Sendable {
    /// Its name.
    public var id: String
    /// What happened, such as `pii_leak`.
    public var kind: String
    /// To whom; nil for anybody.
    public var tenant: String?
    /// When it began.
    public var start: Timestamp
    /// When it ended.
    public var end: Timestamp

    /// Creates an episode.
    public init(id: String, kind: String, tenant: String?, start: Timestamp, end: Timestamp) {
      self.id = id
      self.kind = kind
      self.tenant = tenant
      self.start = start
      self.end = end
    }
  }

  /// The episodes, in the order of the file.
  public var episodes: [Episode]

  /// Creates labels.
  public init(episodes: [Episode]) {
    self.episodes = episodes
  }

  /// Reads a file of labels.
  public init(_ bytes: [UInt8], path: String) throws(ReplayError) {
    func unusable(_ reason: String) -> ReplayError {
      ReplayError(
        description: "\(path): \(reason); labels are {\"t0\": RFC 3339, \"episodes\": [{\"id\", \"kind\", \"tenant\", "
          + "\"start\", \"end\"}]} with seconds after t0")
    }
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw unusable("no JSON") }
    guard let origin = json["t0"]?.string.flatMap({ Timestamp(rfc3339: $0) }) else {
      throw unusable("'t0' is no time")
    }
    guard let list = json["episodes"]?.array else { throw unusable("there is no list of episodes") }
    guard list.count <= EpisodeLabels.limit else { throw unusable("more than \(EpisodeLabels.limit) episodes") }
    episodes = []
    for (index, entry) in list.enumerated() {
      guard let kind = entry["kind"]?.string, let start = entry["start"]?.double, let end = entry["end"]?.double,
        start.isFinite, end.isFinite, start <= end, abs(end) < 1e9, abs(start) < 1e9
      else { throw unusable("episode \(index + 1) has no kind, start or end") }
      let tenant = entry["tenant"]?.string
      episodes.append(
        Episode(
          id: entry["id"]?.string ?? "E\(index + 1)", kind: kind, tenant: tenant == "*" ? nil : tenant,
          start: origin + .seconds(start), end: origin + .seconds(end)))
    }
  }

  private static let limit = 10_000
}

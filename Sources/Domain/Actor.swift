/// Who did something, as far as this host can tell.
public struct Actor: Hashable, Sendable {
  /// How the name is known, from the strongest evidence to the weakest.
  public enum Source: String, Sendable {
    /// Set once at login by PAM and kept through sudo.
    case loginuid
    /// The key that the SSH session was opened with.
    case sshKey = "ssh_key"
    /// The real user id of the process.
    case osUser = "os_user"
    /// Only claimed: `--as`, `$SUDO_USER` or `$USER`.
    case claimed
    /// Leeway itself: a rule, a timer, the collector.
    case system
  }

  /// The name that is shown.
  public var login: String
  /// How the name is known.
  public var source: Source
  /// The numeric user id of the process.
  public var userID: Int?
  /// The host that the act was entered on.
  public var host: String?
  /// The SSH client's address, where there is one.
  public var from: String?
  /// The SSH key's fingerprint, where the server exposes it.
  public var sshKey: String?
  /// A name claimed with `--as`, when another one is better known.
  public var claimedName: String?

  /// Creates an actor.
  public init(
    login: String, source: Source, userID: Int? = nil, host: String? = nil, from: String? = nil,
    sshKey: String? = nil, claimedName: String? = nil
  ) {
    self.login = login
    self.source = source
    self.userID = userID
    self.host = host
    self.from = from
    self.sshKey = sshKey
    self.claimedName = claimedName
  }

  /// Leeway acting by itself.
  public static let leeway = Actor(login: "leeway", source: .system)

  /// Whether a person acted, rather than Leeway itself.
  public var isPerson: Bool { source != .system }

  /// The name that owners and timelines carry: the claimed one where `--as` was given, else the login.
  public var displayName: String { claimedName ?? login }

  /// The `actor` member of a journal entry; unknown parts are left out.
  public var json: JSON {
    var object = JSONObject([("login", .string(login)), ("src", .string(source.rawValue))])
    if let userID { object["uid"] = JSON(userID) }
    if let host { object["host"] = .string(host) }
    if let from { object["from"] = .string(from) }
    if let sshKey { object["ssh_key"] = .string(sshKey) }
    if let claimedName { object["claimed_name"] = .string(claimedName) }
    return .object(object)
  }

  /// Reads the `actor` member of a journal entry; missing parts are unknown.
  public init(json: JSON) {
    self.init(
      login: json["login"]?.string ?? "unknown",
      source: json["src"]?.string.flatMap(Source.init(rawValue:)) ?? .claimed,
      userID: json["uid"]?.integer.map { Int($0) }, host: json["host"]?.string, from: json["from"]?.string,
      sshKey: json["ssh_key"]?.string, claimedName: json["claimed_name"]?.string)
  }
}

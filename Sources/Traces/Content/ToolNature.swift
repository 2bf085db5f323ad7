/// What a tool does, as far as its name says.
struct ToolNature: OptionSet, Hashable, Sendable {
  let rawValue: UInt8
  /// It runs commands.
  static let shell = ToolNature(rawValue: 1)
  /// It changes files.
  static let write = ToolNature(rawValue: 2)
  /// It reaches hosts.
  static let network = ToolNature(rawValue: 4)
  /// It carries something out: mail, uploads, messages.
  static let send = ToolNature(rawValue: 8)
  /// It reads secrets by purpose.
  static let vault = ToolNature(rawValue: 16)
  /// It runs database statements.
  static let database = ToolNature(rawValue: 32)

  private static let reads: Set<String> = [
    "read", "get", "list", "view", "search", "find", "cat", "show", "open", "load", "query", "grep", "glob", "ls",
  ]
  private static let writes: Set<String> = [
    "write", "edit", "create", "delete", "remove", "move", "rename", "save", "append", "patch", "mkdir", "replace",
    "insert", "overwrite", "modify", "update", "copy", "multiedit", "unlink", "touch",
  ]
  private static let sends: Set<String> = [
    "send", "post", "upload", "email", "mail", "publish", "push", "submit", "notify", "sms", "tweet", "share",
    "webhook",
    "export", "forward", "put",
  ]
  private static let networks: Set<String> = [
    "http", "https", "fetch", "url", "web", "request", "browse", "browser", "download", "api", "webhook", "curl",
    "wget",
    "navigate", "goto", "crawl", "scrape", "rest", "visit", "webfetch",
  ]
  private static let shells: Set<String> = [
    "bash", "shell", "sh", "zsh", "terminal", "cmd", "powershell", "command", "exec",
  ]

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(tool: String) {
    var nature: ToolNature = []
    let words = ToolNature.words(tool)
    let verb = words.first { ToolNature.reads.contains($0) || ToolNature.writes.contains($0) }
    // `search_replace` begins with what it reads.
    if let verb, ToolNature.writes.contains(verb) || words.contains("replace") { nature.insert(.write) }
    for word in words {
      if ToolNature.networks.contains(word) { nature.insert(.network) }
      if ToolNature.sends.contains(word) { nature.insert(.send) }
      if ToolNature.shells.contains(word) { nature.insert(.shell) }
      if ["vault", "secret", "secrets", "credential", "credentials"].contains(word) { nature.insert(.vault) }
      if ["sql", "database", "db", "psql", "mysql"].contains(word) { nature.insert(.database) }
    }
    if nature.contains(.vault), let verb, !ToolNature.reads.contains(verb) { nature.remove(.vault) }
    self = nature
  }

  /// The words of `sendEmail`, `send_email` or `mcp__mail__send`, in lower case.
  private static func words(_ name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var wasLower = false
    for scalar in name.unicodeScalars.prefix(200) {
      let isWord = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      if !isWord || (scalar.properties.isUppercase && wasLower) {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if isWord { word += String(scalar).lowercased() }
      wasLower = scalar.properties.isLowercase
    }
    if !word.isEmpty { words.append(word) }
    return words
  }
}

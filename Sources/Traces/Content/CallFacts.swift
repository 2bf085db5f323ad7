import Domain

/// What a tool call reaches, writes and runs, as its arguments tell.
struct CallFacts: Sendable {
  /// A host that the call reaches.
  struct Contact: Hashable, Sendable {
    /// The URL, address or host, as it is written.
    var text: String
    /// The hosts that it may lead to.
    var hosts: [HostName]
    /// Whether the call can carry data there.
    var carries: Bool
  }

  /// Hosts that the call reaches.
  var contacts: [Contact] = []
  /// Paths that the call writes to, as they are written.
  var writes: [String] = []
  /// Command lines, as they are written.
  var lines: [String] = []
  /// The commands of all lines.
  var commands: [ShellCommand] = []
  /// Database statements.
  var statements: [String] = []
  /// The arguments as a document, where they are one.
  var document: JSON?

  static let limit = 32
  private static let urlKeys: Set<String> = [
    "url", "uri", "endpoint", "href", "host", "hostname", "base_url", "baseurl", "webhook", "webhook_url", "link",
    "target_url", "server", "domain", "remote", "urls", "website", "site",
  ]
  private static let recipientKeys: Set<String> = [
    "to", "cc", "bcc", "recipient", "recipients", "email", "emails", "address", "addresses", "email_address",
    "recipient_email",
  ]
  private static let bodyKeys: Set<String> = [
    "body", "data", "payload", "json", "content", "form", "files", "file", "attachment", "attachments", "message",
    "text",
    "html",
  ]
  private static let pathKeys: Set<String> = [
    "path", "file", "file_path", "filepath", "filename", "file_name", "paths", "files", "target", "target_path",
    "target_file", "destination", "dest", "dst", "output", "output_path", "directory", "dir", "folder", "notebook_path",
    "new_path", "old_path", "absolute_path", "abs_path",
  ]
  private static let commandKeys: Set<String> = [
    "command", "cmd", "script", "bash", "shell", "commandline", "command_line", "commands", "code",
  ]
  private static let statementKeys: Set<String> = ["query", "sql", "statement"]

  /// Reads a call.
  init(tool: String, nature: ToolNature, arguments: String, policy: AgentPolicy?) {
    var nature = nature
    if policy?.writeTools.contains(where: { AgentPolicy.matches($0, tool) }) == true { nature.insert(.write) }
    if policy?.sendTools.contains(where: { AgentPolicy.matches($0, tool) }) == true { nature.insert(.send) }
    var leaves = CallLeaves()
    let first = arguments.utf8.first { $0 > 0x20 }
    if first == 0x7B || first == 0x5B,
      let document = (try? JSON(parsing: arguments)) ?? CutDocument.read(arguments)
    {
      self.document = document
      leaves.collect(document, key: "", depth: 0)
    } else {
      leaves.add(key: nature.contains(.shell) ? "command" : nature.contains(.database) ? "sql" : "", text: arguments)
    }
    if leaves.text(of: "command") == "view" { nature.remove(.write) }
    read(leaves, nature)
  }

  private mutating func read(_ leaves: CallLeaves, _ nature: ToolNature) {
    let method = leaves.text(of: "method")?.uppercased()
    let hasBody = leaves.all.contains { CallFacts.bodyKeys.contains($0.key) && !$0.text.isEmpty }
    let isRead = method.map { ["GET", "HEAD", "OPTIONS"].contains($0) }
    let carries = isRead.map { !$0 || hasBody } ?? (nature.contains(.send) || (nature.contains(.network) && hasBody))
    for leaf in leaves.all {
      let key = leaf.key
      if CallFacts.commandKeys.contains(key), looksLikeCommand(leaf.text, key, nature) { addLine(leaf.text) }
      if CallFacts.statementKeys.contains(key), nature.contains(.database) { statements.append(leaf.text) }
      if nature.contains(.write), CallFacts.pathKeys.contains(key), leaf.text.utf8.count <= NormalPath.byteLimit {
        if !leaf.text.contains("://") || leaf.text.lowercased().hasPrefix("file:") { addWrite(leaf.text) }
      }
      if nature.contains(.write), ["patch", "input", "diff"].contains(key) { addPatched(leaf.text) }
      if CallFacts.urlKeys.contains(key) {
        addContacts(leaf.text, carries: carries, allowsBare: nature.contains(.network) || key != "link")
      } else if nature.contains(.send), CallFacts.recipientKeys.contains(key) {
        for address in LinkScan.addresses(in: leaf.text) {
          add(Contact(text: address.user + "@" + address.host, hosts: [HostName(address.host)], carries: true))
        }
        addContacts(leaf.text, carries: true, allowsBare: false)
      } else if !nature.isDisjoint(with: [.network, .send]), !CallFacts.bodyKeys.contains(key), startsURL(leaf.text) {
        addContacts(leaf.text, carries: carries, allowsBare: false)
      }
    }
  }

  /// The files that a patch names, in the notation of `apply_patch` or of `diff`.
  private mutating func addPatched(_ text: String) {
    for line in text.split(separator: "\n", maxSplits: 4_096) {
      for start in ["*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ", "+++ b/", "+++ "]
      where line.hasPrefix(start) {
        let path = line.dropFirst(start.count).prefix { $0 != "\t" }
        if path != "/dev/null" { addWrite(String(path)) }
        break
      }
    }
  }

  /// `code` and `command` may hold other things than commands, such as the verb of an editor.
  private func looksLikeCommand(_ text: String, _ key: String, _ nature: ToolNature) -> Bool {
    key != "code" || nature.contains(.shell) || text.contains("exec(") || text.contains("eval(")
      || text.contains("/dev/tcp")
  }

  private func startsURL(_ text: String) -> Bool {
    guard let range = text.utf8.firstIndex(of: 0x3A) else { return false }
    return text.utf8[range...].starts(with: "://".utf8)
      && text.utf8.distance(from: text.utf8.startIndex, to: range) < 10
  }

  private mutating func addLine(_ line: String) {
    guard lines.count < CallFacts.limit else { return }
    lines.append(line)
    let commands = ShellLine.commands(line)
    self.commands += commands
    for command in commands {
      for contact in CommandReach.contacts(of: command) { add(contact) }
      for path in CommandReach.writes(of: command) { addWrite(path) }
    }
  }

  private mutating func addContacts(_ text: String, carries: Bool, allowsBare: Bool) {
    let links = LinkScan.links(in: text)
    for link in links where !link.text.lowercased().hasPrefix("file:") {
      add(
        Contact(text: link.text, hosts: link.hosts, carries: carries || OpaquePayload.isCarried(in: link.rest)))
    }
    guard links.isEmpty, allowsBare, !text.contains(" ") else { return }
    let authority = text.drop { $0 == "/" }.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard authority.contains(".") || authority.contains(":") else { return }
    add(Contact(text: text, hosts: HostName.hosts(ofAuthority: authority), carries: carries))
  }

  private mutating func add(_ contact: Contact) {
    guard contacts.count < CallFacts.limit, !contact.hosts.isEmpty, !contacts.contains(contact) else { return }
    contacts.append(contact)
  }

  private mutating func addWrite(_ path: String) {
    if writes.count < CallFacts.limit, !path.isEmpty { writes.append(path) }
  }
}

extension CallFacts.Contact {
  fileprivate init(text: String, hosts: [HostName?], carries: Bool) {
    self.init(text: text, hosts: hosts.compactMap(\.self), carries: carries)
  }
}

/// The texts within a call's arguments, each with the name that it stands under.
struct CallLeaves {
  struct Leaf {
    var key: String
    var text: String
  }

  static let limit = 256
  private(set) var all: [Leaf] = []

  func text(of key: String) -> String? { all.first { $0.key == key }?.text }

  mutating func add(key: String, text: String) {
    if all.count < CallLeaves.limit { all.append(Leaf(key: key, text: text)) }
  }

  /// Collects the texts of a document, those within documents that are written as text too.
  mutating func collect(_ value: JSON, key: String, depth: Int) {
    guard depth < 12, all.count < CallLeaves.limit else { return }
    switch value {
    case .object(let object):
      for member in object.members { collect(member.value, key: member.name.lowercased(), depth: depth + 1) }
    case .array(let elements):
      if !elements.isEmpty, elements.allSatisfy({ $0.string != nil }), ["command", "cmd"].contains(key) {
        add(key: key, text: elements.compactMap(\.string).map(CallLeaves.quoted).joined(separator: " "))
      } else {
        for element in elements { collect(element, key: key, depth: depth + 1) }
      }
    case .string(let text):
      let first = text.utf8.first { $0 > 0x20 }
      if first == 0x7B || first == 0x5B, text.utf8.count <= 16_384, let inner = try? JSON(parsing: text) {
        collect(inner, key: key, depth: depth + 4)
      } else {
        add(key: key, text: text)
      }
    case .integer(let number): add(key: key, text: String(number))
    case .number(let number): add(key: key, text: number.description)
    case .bool, .null: break
    }
  }

  /// An element of an argument vector as a shell would have to be given it.
  private static func quoted(_ word: String) -> String {
    word.contains { " \t\n'\"\\|&;<>()$`".contains($0) } ? "'" + word.replacing("'", with: "'\\''") + "'" : word
  }
}

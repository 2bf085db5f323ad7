/// The hosts that a shell command reaches, and the files that it writes.
enum CommandReach {
  /// The hosts that a command reaches, and whether it carries something there.
  static func contacts(of command: ShellCommand) -> [CallFacts.Contact] {
    let arguments = Array(command.arguments)
    switch command.program {
    case "curl", "http", "https", "xh", "wget", "aria2c":
      return web(command, arguments)
    case "nc", "ncat", "netcat", "telnet":
      let isProbe = arguments.contains { $0.hasPrefix("-") && $0.contains("z") }
      let hosts = arguments.filter { !$0.hasPrefix("-") && UInt32($0) == nil }.prefix(1)
      return hosts.compactMap { contact($0, carries: !isProbe && (command.isPiped || command.readsFile)) }
    case "scp", "rsync", "sftp", "ftp", "ssh":
      return copies(command, arguments)
    case "git":
      guard let verb = arguments.first, ["push", "clone", "fetch", "pull", "remote"].contains(verb) else { return [] }
      return arguments.dropFirst().flatMap { links($0, carries: verb == "push") }
    default:
      return []
    }
  }

  private static let dataFlags = [
    "-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "--data-ascii", "-F", "--form", "-T",
    "--upload-file", "--json", "--post-data", "--post-file", "--body-data", "--body-file",
  ]

  /// Flags of curl and wget that take the next word, which is no host then.
  private static let valueFlags: Set<String> = [
    "-o", "-O", "-H", "--header", "-A", "--user-agent", "-e", "--referer", "-u", "--user", "-b", "--cookie", "-c",
    "--cookie-jar", "-w", "--write-out", "--output", "--output-dir", "-m", "--max-time", "--connect-timeout", "--cert",
    "--key", "--cacert", "--capath", "-E", "--retry", "--retry-delay", "--retry-max-time", "--limit-rate", "-r",
    "--range",
    "-C", "--continue-at", "-K", "--config", "-D", "--dump-header", "-y", "-Y", "-z", "--interface", "--max-redirs",
    "--ciphers", "--tls-max", "--max-filesize", "--keepalive-time", "--netrc-file", "--pass", "--pinnedpubkey", "-P",
    "--directory-prefix", "--tries", "--timeout", "--output-document", "--stderr", "--trace", "--trace-ascii",
    "--engine",
  ]

  /// What a cluster of curl's short flags says, such as `-sSLo`: whether it carries data, and the value of its last flag;
  /// an empty value is the next word.
  private static func cluster(_ argument: String) -> (carries: Bool, isMethod: Bool, value: String?) {
    var letters = argument.dropFirst()
    while let letter = letters.popFirst() {
      if "dFTX".contains(letter) { return (letter != "X", letter == "X", String(letters)) }
      if "oHAeubcwmxEKDrCyYzPQtU".contains(letter) { return (false, false, String(letters)) }
    }
    return (false, false, nil)
  }

  private static func web(_ command: ShellCommand, _ arguments: [String]) -> [CallFacts.Contact] {
    var carries = false
    var contacts: [CallFacts.Contact] = []
    var index = 0
    let isCurl = command.program == "curl"
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      let name = String(argument.split(separator: "=", maxSplits: 1).first ?? "")
      let isShort = argument.hasPrefix("-") && !argument.hasPrefix("--") && argument.count > 2
      if isCurl, isShort {
        let cluster = CommandReach.cluster(argument)
        carries = carries || cluster.carries
        var value = cluster.value
        if value == "", index < arguments.count {
          value = arguments[index]
          index += 1
        }
        if let value, cluster.isMethod, !["GET", "HEAD", "OPTIONS"].contains(value.uppercased()) { carries = true }
      } else if name == "--url", argument.contains("=") {
        contacts += links(argument, carries: false)
      } else if dataFlags.contains(name) || (isShort && ["-d", "-F", "-T"].contains(argument.prefix(2))) {
        carries = true
        if dataFlags.contains(argument) { index += 1 }
      } else if ["-X", "--request", "--method"].contains(name) || (isShort && argument.hasPrefix("-X")) {
        var method = argument.contains("=") ? String(argument.drop { $0 != "=" }.dropFirst()) : ""
        if method.isEmpty, isShort { method = String(argument.dropFirst(2)) }
        if method.isEmpty, index < arguments.count {
          method = arguments[index]
          index += 1
        }
        if !["GET", "HEAD", "OPTIONS"].contains(method.uppercased()) { carries = true }
      } else if argument == "POST" || argument == "PUT" || argument == "PATCH" {
        carries = true
      } else if CommandReach.valueFlags.contains(argument),
        command.program != "wget" || argument != "-O" || index < arguments.count
      {
        if argument != "-O" || command.program == "wget" { index += 1 }
      } else if !argument.hasPrefix("-") {
        let found = links(argument, carries: false)
        if !found.isEmpty {
          contacts += found
        } else if argument.contains("."), let bare = contact(String(argument.prefix { $0 != "/" }), carries: false) {
          contacts.append(bare)
        }
      }
    }
    return contacts.map { contact in
      var contact = contact
      contact.carries = contact.carries || carries
      return contact
    }
  }

  private static func copies(_ command: ShellCommand, _ arguments: [String]) -> [CallFacts.Contact] {
    let plain = arguments.filter { !$0.hasPrefix("-") }
    if command.program == "ssh" || command.program == "sftp" || command.program == "ftp" {
      let carries = command.isPiped || command.readsFile
      return plain.prefix(1).compactMap { contact(host(of: $0) ?? $0, carries: carries) }
    }
    return plain.enumerated().compactMap { index, argument in
      host(of: argument).flatMap { contact($0, carries: index == plain.count - 1) }
    }
  }

  /// The host of `user@host:path`, or of `rsync://host/…`.
  private static func host(of argument: String) -> String? {
    if let link = LinkScan.links(in: argument).first { return link.authority }
    guard let colon = argument.firstIndex(of: ":"), !argument[..<colon].contains("/") else {
      return argument.contains("@") && !argument.contains("/") ? String(argument.split(separator: "@").last ?? "") : nil
    }
    return String(argument[..<colon].split(separator: "@").last ?? "")
  }

  private static func links(_ text: String, carries: Bool) -> [CallFacts.Contact] {
    LinkScan.links(in: text).map { link in
      CallFacts.Contact(
        text: link.text, hosts: link.hosts, carries: carries || OpaquePayload.isCarried(in: link.rest))
    }
  }

  private static func contact(_ host: String, carries: Bool) -> CallFacts.Contact? {
    let hosts = HostName.hosts(ofAuthority: host)
    return hosts.isEmpty ? nil : CallFacts.Contact(text: host, hosts: hosts, carries: carries)
  }

  /// The files that a command writes.
  static func writes(of command: ShellCommand) -> [String] {
    let plain = command.arguments.filter { !$0.hasPrefix("-") }
    var files = command.redirects
    switch command.program {
    case "tee", "touch", "mkdir", "rm", "rmdir", "unlink", "shred", "truncate": files += plain
    case "chmod", "chown": files += plain.dropFirst()
    case "cp", "install", "ln": files += plain.suffix(1)
    case "mv": files += plain
    case "dd": files += plain.filter { $0.hasPrefix("of=") }.map { String($0.dropFirst(3)) }
    case "sed", "perl":
      if command.arguments.contains(where: { $0.hasPrefix("-i") || $0 == "--in-place" }) {
        files += plain.dropFirst()
      }
    case "curl", "wget":
      let arguments = Array(command.arguments)
      let flag = command.program == "curl" ? "-o" : "-O"
      for (index, argument) in arguments.enumerated() where argument == flag && index + 1 < arguments.count {
        files.append(arguments[index + 1])
      }
    default: break
    }
    let devices: Set = ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "-"]
    return files.filter { !devices.contains($0) && !$0.hasPrefix("&") && !$0.hasPrefix("/dev/fd/") }
  }
}

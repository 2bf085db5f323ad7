/// What no agent's command should do, whatever its policy says.
enum CommandRules {
  private static let interpreters: Set<String> = [
    "sh", "bash", "zsh", "dash", "ksh", "python", "python3", "perl", "ruby", "node", "php", "pwsh", "source", ".",
    "eval",
  ]
  private static let downloaders: Set<String> = ["curl", "wget", "fetch", "http", "aria2c"]
  private static let decoders: Set<String> = ["base64", "xxd", "openssl", "uudecode"]

  /// What a line of commands breaks, in words; nil when nothing.
  static func violation(line: String, commands: [ShellCommand], scope: [PathScope]?) -> String? {
    let lowered = line.lowercased()
    if lowered.contains("/dev/tcp/") || lowered.contains("/dev/udp/") { return "opens a raw network connection" }
    if lowered.contains(":(){") || lowered.contains(":() {") { return "is a fork bomb" }
    if let reason = code(lowered) ?? statement(lowered) { return reason }
    var isAtRoot = false
    for (index, command) in commands.enumerated() {
      if command.program == "cd" {
        isAtRoot =
          command.arguments.first.map { ["/", "~", "$HOME", "/etc", "/usr", "/home", "/var"].contains($0) } ?? true
      }
      if let reason = pipeline(commands, at: index) ?? removal(command, scope) ?? system(command) ?? blinding(command) {
        return reason
      }
      if isAtRoot, command.program == "rm", command.arguments.contains("*") || command.arguments.contains("."),
        command.arguments.contains(where: { $0.hasPrefix("-") && $0.lowercased().contains("r") })
      {
        return "removes everything where it has gone"
      }
    }
    return nil
  }

  /// What a database statement breaks.
  static func statement(_ lowered: String) -> String? {
    let words = lowered.split { $0.isWhitespace }.joined(separator: " ")
    for name in ["drop database", "drop schema"] where words.contains(name) { return "drops a database" }
    return nil
  }

  /// What program text breaks.
  private static func code(_ lowered: String) -> String? {
    let runs = lowered.contains("exec(") || lowered.contains("eval(")
    if runs, lowered.contains("b64decode") || lowered.contains("atob(") || lowered.contains("fromhex(") {
      return "runs code that it hides in an encoding"
    }
    return nil
  }

  /// A download or decoded text that is run at once.
  private static func pipeline(_ commands: [ShellCommand], at index: Int) -> String? {
    let command = commands[index]
    if interpreters.contains(command.program), command.isPiped, runsItsInput(command) {
      var before = index - 1
      while before >= 0 {
        if downloaders.contains(commands[before].program) { return "runs what it downloads" }
        if decoders.contains(commands[before].program) { return "runs code that it hides in an encoding" }
        guard commands[before].isPiped else { break }
        before -= 1
      }
    }
    if command.isSubstituted, downloaders.contains(command.program), index > 0,
      interpreters.contains(commands[index - 1].program)
    {
      return "runs what it downloads"
    }
    if ["powershell", "pwsh"].contains(command.program.lowercased()),
      command.arguments.contains(where: { $0.lowercased().hasPrefix("-enc") })
    {
      return "runs code that it hides in an encoding"
    }
    return nil
  }

  /// Whether an interpreter takes its program from its input, rather than from an argument.
  private static func runsItsInput(_ command: ShellCommand) -> Bool {
    let shells: Set = ["sh", "bash", "zsh", "dash", "ksh", "source", ".", "eval"]
    let isShell = shells.contains(command.program)
    for argument in command.arguments {
      if ["-", "/dev/stdin", "/proc/self/fd/0"].contains(argument) { return true }
      guard argument.hasPrefix("-") else { return false }
      if argument.hasPrefix("--") { continue }
      let letters = argument.dropFirst()
      if isShell, letters.contains("s") { return true }
      if letters.contains(where: { isShell ? $0 == "c" : "cmenprER".contains($0) }) { return false }
    }
    return true
  }

  /// Whether a file is what an audit is kept in, rather than something about audits.
  private static func isAuditTrail(_ target: String) -> Bool {
    target.lowercased().split(separator: "/").contains { name in
      guard name.contains("audit") else { return false }
      return name == "audit" || name == "auditd" || name.hasPrefix("audit.") || name.contains(".log")
        || name.contains("audit_log") || name.contains("audit-log") || name.contains("auditlog")
        || name.contains("trail")
    }
  }

  private static func removal(_ command: ShellCommand, _ scope: [PathScope]?) -> String? {
    if command.program == "find", command.arguments.contains("-delete") {
      let places = command.arguments.prefix { !$0.hasPrefix("-") }
      for place in places where NormalPath(place).base != .working && isShared(NormalPath(place)) {
        if let scope, scope.contains(where: { $0.contains(NormalPath(place)) }) { continue }
        return "removes what it finds in \(EvidenceExcerpt.of(place, limit: 60))"
      }
      return nil
    }
    guard ["rm", "shred", "truncate", "unlink"].contains(command.program) else { return nil }
    let targets = command.arguments.filter { !$0.hasPrefix("-") }
    for target in targets where isAuditTrail(target) { return "removes an audit trail" }
    let flags = command.arguments.filter { $0.hasPrefix("-") }
    let isRecursive = flags.contains {
      $0 == "--recursive" || (!$0.hasPrefix("--") && ($0.contains("r") || $0.contains("R")))
    }
    guard command.program == "rm", isRecursive else { return nil }
    for target in targets {
      let path = NormalPath(target)
      if let scope {
        if !scope.contains(where: { $0.contains(path) }) {
          return "removes \(EvidenceExcerpt.of(target, limit: 60)) with everything below, outside its write scope"
        }
      } else if path.escapes || isShared(path) {
        return "removes \(EvidenceExcerpt.of(target, limit: 60)) with everything below"
      }
    }
    return nil
  }

  /// Whether a path lies outside of what a working directory or a scratch directory may hold.
  private static func isShared(_ path: NormalPath) -> Bool {
    switch path.base {
    case .working: return path.components.isEmpty
    case .home: return true
    case .root:
      let first = path.components.first
      if first == "tmp" { return path.components.count < 2 }
      return !(path.components.count > 2 && first == "var" && path.components[1] == "tmp")
    }
  }

  private static func system(_ command: ShellCommand) -> String? {
    let arguments = command.arguments
    switch command.program {
    case "crontab" where !arguments.contains("-l"): return "changes scheduled commands"
    case "nc", "ncat", "netcat":
      if arguments.contains(where: { ["-e", "-c", "--exec", "--sh-exec"].contains($0) }) {
        return "hands a shell to the network"
      }
    case "socat":
      if arguments.contains(where: { $0.lowercased().hasPrefix("exec:") || $0.lowercased().hasPrefix("system:") }) {
        return "hands a shell to the network"
      }
    case "dd":
      if arguments.contains(where: { $0.hasPrefix("of=/dev/") && !$0.hasPrefix("of=/dev/null") }) {
        return "overwrites a disk"
      }
    case let name where name.hasPrefix("mkfs"): return "overwrites a disk"
    default: break
    }
    let places = ["/etc/cron", "/etc/passwd", "/etc/shadow", "/etc/sudoers", "authorized_keys", "/etc/ld.so.preload"]
    let written = command.redirects + (command.program == "tee" ? Array(arguments) : [])
    for file in written where places.contains(where: { file.contains($0) }) {
      return "writes to \(EvidenceExcerpt.of(file, limit: 60))"
    }
    return nil
  }

  /// Turning off what watches the agent.
  private static func blinding(_ command: ShellCommand) -> String? {
    for assignment in command.assignments {
      let lowered = assignment.lowercased()
      if lowered.hasPrefix("otel_sdk_disabled=t") || lowered.hasPrefix("otel_sdk_disabled=1")
        || (lowered.hasPrefix("otel_") && lowered.hasSuffix("_exporter=none"))
        || lowered.hasPrefix("claude_code_enable_telemetry=0") || lowered.hasPrefix("histfile=/dev/null")
      {
        return "turns off telemetry"
      }
    }
    switch command.program {
    case "unset" where command.arguments.contains { $0.hasPrefix("OTEL_") || $0 == "HISTFILE" }:
      return "turns off telemetry"
    case "set" where command.arguments.elementsEqual(["+o", "history"]): return "turns off telemetry"
    case "auditctl" where command.arguments.contains { $0 == "-D" || $0 == "-e" }: return "turns off auditing"
    case "systemctl" where command.arguments.contains { ["stop", "disable", "mask", "kill"].contains($0) }:
      let watchers = ["auditd", "rsyslog", "journald", "otel", "falco", "filebeat", "fluent", "osquery", "collector"]
      let isWatcher = command.arguments.contains { unit in watchers.contains { unit.contains($0) } }
      return isWatcher ? "turns off auditing" : nil
    default: return nil
    }
  }
}

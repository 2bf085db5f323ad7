/// One simple command of a shell line: its words without quotes, and where its output goes.
struct ShellCommand: Hashable, Sendable {
  var words: [String] = []
  /// Files that it writes by `>` and `>>`.
  var redirects: [String] = []
  /// Whether it reads a file by `<`.
  var readsFile = false
  /// Whether it reads the output of the command before it.
  var isPiped = false
  /// Whether it stands within `$(…)`, `<(…)` or backquotes of the command before it.
  var isSubstituted = false
  /// Lines within `"$(…)"`.
  var quotedLines: [String] = []

  /// The program's name without its directory; assignments, `sudo` and the like before it are passed over.
  var program: String { words.indices.contains(programIndex) ? ShellCommand.base(words[programIndex]) : "" }

  /// What follows the program.
  var arguments: ArraySlice<String> { words.dropFirst(programIndex + 1) }

  private static let wrappers: Set<String> = [
    "sudo", "env", "nohup", "time", "exec", "command", "builtin", "doas", "nice", "stdbuf", "xargs", "then", "do", "if",
    "else", "while", "until", "elif", "timeout", "ionice", "setsid", "{", "!", "coproc",
  ]
  /// The flags of wrappers that take the next word.
  private static let wrapperValues: [String: Set<String>] = [
    "sudo": ["-u", "-g", "-h", "-p", "-C", "-T", "-U", "-r", "-t", "-D", "-R"], "doas": ["-u", "-C"], "nice": ["-n"],
    "ionice": ["-c", "-n"], "timeout": ["-s", "-k", "--signal", "--kill-after"], "env": ["-u", "-C", "-S", "--unset"],
    "stdbuf": ["-i", "-o", "-e"], "xargs": ["-I", "-n", "-P", "-L", "-d", "-s", "-a", "-E"], "time": ["-f", "-o"],
  ]

  private var programIndex: Int {
    var index = 0
    var wrapper: String?
    while index < words.count {
      let word = words[index]
      if ShellCommand.isAssignment(word) {
        index += 1
      } else if ShellCommand.wrappers.contains(ShellCommand.base(word)) {
        wrapper = ShellCommand.base(word)
        index += 1
      } else if let name = wrapper, word.hasPrefix("-") {
        index += ShellCommand.wrapperValues[name]?.contains(word) == true ? 2 : 1
      } else if wrapper == "timeout", word.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
        // How long it may take.
        wrapper = nil
        index += 1
      } else {
        break
      }
    }
    return index
  }

  /// The assignments before the program, and those of `export`.
  var assignments: [String] {
    words.prefix(programIndex).filter(ShellCommand.isAssignment)
      + (program == "export" || program == "declare" ? arguments.filter(ShellCommand.isAssignment) : [])
  }

  static func base(_ word: String) -> String {
    word.split(separator: "/").last.map { String($0) } ?? word
  }

  private static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
    return word[..<equals].utf8.allSatisfy { ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F }
  }
}

/// Cuts a shell line into simple commands: roughly, and never wrongly enough to hide one.
enum ShellLine {
  static let byteLimit = 8_192
  static let commandLimit = 64
  static let wordLimit = 512
  static let depthLimit = 3

  /// The commands of a line, those within `sh -c '…'` included.
  static func commands(_ line: String, depth: Int = 0) -> [ShellCommand] {
    var reader = Reader(bytes: Array(line.utf8.prefix(byteLimit)))
    let commands = reader.read()
    guard depth < depthLimit else { return commands }
    var all: [ShellCommand] = []
    for (index, command) in commands.enumerated() {
      all.append(command)
      // `echo … | sh` runs what it says.
      if command.isPiped, index > 0, readsCommands(command), ["echo", "printf"].contains(commands[index - 1].program) {
        let said = commands[index - 1].arguments.filter { !$0.hasPrefix("-") }.joined(separator: " ")
        all += ShellLine.commands(said, depth: depth + 1).prefix(max(0, commandLimit - all.count))
      }
      for inner in inner(command) + command.quotedLines where all.count < commandLimit {
        all += ShellLine.commands(inner, depth: depth + 1).prefix(commandLimit - all.count)
      }
    }
    return all
  }

  /// Whether a shell takes its commands from its input.
  fileprivate static func readsCommands(_ command: ShellCommand) -> Bool {
    ["sh", "bash", "zsh", "dash", "ksh", "ash"].contains(command.program)
  }

  /// The lines that a command runs itself.
  private static func inner(_ command: ShellCommand) -> [String] {
    let shells: Set = ["sh", "bash", "zsh", "dash", "ksh", "ash", "su", "ssh"]
    if command.program == "eval" { return [command.arguments.joined(separator: " ")] }
    guard shells.contains(command.program) else { return [] }
    let arguments = Array(command.arguments)
    guard let flag = arguments.firstIndex(where: { $0.hasPrefix("-") && $0.hasSuffix("c") }), flag + 1 < arguments.count
    else { return [] }
    return [arguments[flag + 1]]
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0
    var commands: [ShellCommand] = []
    var current = ShellCommand()
    var word: [UInt8] = []
    var hasWord = false
    /// What the next word is: a file to write, to read, a text to read, or a plain word.
    var redirect: UInt8?
    private static let hereString: UInt8 = 1
    /// The words that end the here-documents which begin with the next line.
    var delimiters: [[UInt8]] = []
    var words = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func read() -> [ShellCommand] {
      while index < bytes.count, commands.count < commandLimit, words < wordLimit {
        let byte = bytes[index]
        index += 1
        switch byte {
        case 0x5C:
          if index < bytes.count {
            if bytes[index] != 0x0A { append(bytes[index]) }
            index += 1
          }
        case 0x27: quoted(0x27, escapes: false)
        case 0x22: quoted(0x22, escapes: true)
        case 0x20, 0x09: endWord()
        case 0x23 where !hasWord:
          while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        case 0x7C:
          let isOr = index < bytes.count && bytes[index] == 0x7C
          if isOr { index += 1 }
          if !isOr, index < bytes.count, bytes[index] == 0x26 { index += 1 }
          endCommand(nextIsPiped: !isOr)
        case 0x26:
          if index < bytes.count, bytes[index] == 0x3E {
            index += 1
            endWord()
            redirect = 0x3E
          } else if redirect != nil, !hasWord {
            append(byte)
          } else {
            endCommand()
          }
        case 0x3B, 0x0A, 0x0D:
          endCommand()
          if byte == 0x0A { readHereDocuments() }
        case 0x28, 0x60:
          let opens = index >= 2 && [0x24, 0x3C, 0x3E].contains(bytes[index - 2])
          if opens, hasWord, word.last == 0x24 { word.removeLast() }
          if word.isEmpty { hasWord = false }
          redirect = nil
          endCommand(nextIsSubstituted: opens || byte == 0x60)
        case 0x29, 0x7B, 0x7D: if byte == 0x29 { endCommand() } else { append(byte) }
        case 0x3E, 0x3C:
          // A number before it names a descriptor.
          if hasWord, word.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            word = []
            hasWord = false
          }
          endWord()
          let start = index
          while index < bytes.count, bytes[index] == 0x3E || bytes[index] == 0x3C { index += 1 }
          switch (byte, index - start) {
          case (0x3C, 1): readDelimiter()
          case (0x3C, 2): redirect = Reader.hereString
          default: redirect = byte
          }
        default: append(byte)
        }
      }
      endCommand()
      return commands
    }

    private mutating func append(_ byte: UInt8) {
      word.append(byte)
      hasWord = true
    }

    private mutating func quoted(_ quote: UInt8, escapes: Bool) {
      hasWord = true
      while index < bytes.count, bytes[index] != quote {
        if escapes, bytes[index] == 0x5C, index + 1 < bytes.count {
          index += 1
        } else if escapes, bytes[index] == 0x24, index + 1 < bytes.count, bytes[index + 1] == 0x28,
          current.quotedLines.count < 8
        {
          current.quotedLines.append(substitution(from: index + 2))
        }
        word.append(bytes[index])
        index += 1
      }
      index += 1
    }

    /// The word after `<<`, its quotes left out.
    private mutating func readDelimiter() {
      if index < bytes.count, bytes[index] == 0x2D { index += 1 }
      while index < bytes.count, bytes[index] == 0x20 { index += 1 }
      var word: [UInt8] = []
      while index < bytes.count, bytes[index] > 0x20, ![0x3B, 0x7C, 0x26, 0x3E, 0x3C, 0x29].contains(bytes[index]) {
        if ![0x22, 0x27, 0x5C].contains(bytes[index]) { word.append(bytes[index]) }
        index += 1
      }
      if !word.isEmpty { delimiters.append(word) }
    }

    /// Passes over the texts that the line's commands read; those of a shell are lines of their own.
    private mutating func readHereDocuments() {
      for delimiter in delimiters {
        let start = index
        var end = bytes.count
        while index < bytes.count {
          let line = bytes[index...].prefix { $0 != 0x0A }
          let next = min(bytes.count, line.endIndex + 1)
          if line.drop(while: { $0 == 0x09 }).elementsEqual(delimiter) {
            end = index
            index = next
            break
          }
          index = next
        }
        let reader = commands.indices.last { ShellLine.readsCommands(commands[$0]) }
        if let reader, reader >= commands.count - 2 {
          commands[reader].quotedLines.append(String(decoding: bytes[start..<end], as: UTF8.self))
        }
      }
      delimiters = []
    }

    /// The line of a `$(…)` up to its bracket.
    private func substitution(from start: Int) -> String {
      var depth = 1
      var end = start
      while end < bytes.count {
        if bytes[end] == 0x28 { depth += 1 }
        if bytes[end] == 0x29 { depth -= 1 }
        if depth == 0 { break }
        end += 1
      }
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func endWord() {
      guard hasWord else { return }
      let text = String(decoding: word, as: UTF8.self)
      words += 1
      switch redirect {
      case 0x3E: if !text.hasPrefix("&") { current.redirects.append(text) }
      case 0x3C: current.readsFile = true
      case Reader.hereString: if ShellLine.readsCommands(current) { current.quotedLines.append(text) }
      default: current.words.append(text)
      }
      redirect = nil
      word = []
      hasWord = false
    }

    private mutating func endCommand(nextIsPiped: Bool = false, nextIsSubstituted: Bool = false) {
      endWord()
      redirect = nil
      if !current.words.isEmpty || !current.redirects.isEmpty { commands.append(current) }
      current = ShellCommand()
      current.isPiped = nextIsPiped
      current.isSubstituted = nextIsSubstituted
    }
  }
}

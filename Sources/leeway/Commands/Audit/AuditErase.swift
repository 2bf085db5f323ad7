import ArgumentParser
import Assurance
import Domain
import Engine
import Screen
import Storage

/// `leeway audit erase`: texts of people that the journal only commits to are removed for good; the chain stays whole.
struct AuditErase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase", abstract: "Erase the texts of entries for good; the chain stays whole.",
    discussion: """
      Of texts in which e-mail addresses, payment cards or secrets are found, the journal holds a salted hash only, and the \
      text stands beside it (`erasable: notes` in the configuration: of every note as well; `all`: of every text). Erasing removes text and salt, is journaled itself, and cannot be undone. --find lists the \
      entries whose text holds a word, and erases nothing. Copies of the journal that were exported with --texts, and backups, \
      are yours to find.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The numbers of the entries.")
  var entries: [Int] = []

  @Option(help: "List the entries whose erasable text holds this, whatever its case.")
  var find: String?

  @Option(help: "Why, without repeating what is erased.")
  var reason: String?

  @Option(name: .customLong("as"), help: "The name to record beside your login.")
  var claimedName: String?

  func validate() throws {
    if (find == nil) == entries.isEmpty { throw ValidationError("name the numbers of entries, or --find TEXT") }
    if find == nil, reason?.allSatisfy(\.isWhitespace) ?? true {
      throw ValidationError("--reason is needed: an erasure without one cannot be accounted for")
    }
  }

  func run() throws {
    if let find { return try list(find) }
    let store = try shared.openStore(.existing)
    let wanted = Array(Set(entries)).sorted()
    let known = Set(try store.read { try $0.erasableTexts() }.map(\.sequence))
    let erasable = wanted.filter(known.contains)
    let others = wanted.filter { !known.contains($0) }
    var isLogCleared = true
    if !erasable.isEmpty {
      let draft = EntryDraft(
        .auditErase, object: [:],
        data: ["entries": .array(erasable.map { JSON($0) }), "reason": .string(reason ?? "")])
      try JournalDesk(store: store).record(
        draft, actor: OperatorIdentity.current(claimed: claimedName), clock: SystemWallClock()
      ) { writer in _ = try writer.eraseTexts(of: erasable) }
      isLogCleared = try store.forgetErased()
    }
    if shared.json {
      StandardOutput.json([
        "schema": 1, "erased": .array(erasable.map { JSON($0) }), "not_erasable": .array(others.map { JSON($0) }),
        "log_cleared": .bool(isLogCleared),
      ])
    } else {
      if !erasable.isEmpty { StandardOutput.line("erased the texts of \(Self.text(erasable))") }
      if !others.isEmpty { StandardOutput.line("no erasable text: \(Self.text(others))") }
      if !isLogCleared {
        StandardOutput.line(
          "somebody reads an older state: the database's log loses the texts when they are done (run it again to be sure)"
        )
      }
    }
    if erasable.isEmpty { throw CommandFailure(.answerIsNo) }
  }

  private func list(_ word: String) throws {
    let texts = try shared.openStore(.readOnly).read { try $0.erasableTexts() }
    let needle = word.lowercased()
    let found = texts.filter { $0.text.lowercased().contains(needle) }
    if shared.json {
      StandardOutput.json([
        "schema": 1,
        "entries": .array(
          found.map { ["seq": JSON($0.sequence), "member": .string($0.member), "text": .string($0.text)] }),
      ])
    } else {
      for text in found {
        StandardOutput.line(SanitisedText.string("\(text.sequence) \(text.member): \(text.text)"))
      }
    }
    if found.isEmpty { throw CommandFailure(.answerIsNo) }
  }

  private static func text(_ entries: [Int]) -> String {
    (entries.count == 1 ? "entry " : "entries ") + entries.map(String.init).joined(separator: ", ")
  }
}

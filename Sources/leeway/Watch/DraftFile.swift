import Dispatch
import Domain
import Glibc

/// The file that keeps an operator's unfinished words through a hang-up: of the state directory, readable by the operator's
/// account only, written once a second at most and not by the thread that draws.
final class DraftFile {
  private let path: String
  private let log: LogFile
  private let queue = DispatchQueue(label: "leeway.drafts", qos: .utility)
  private var kept: JSON = [:]

  /// How long drafts are offered again.
  private static let lifetime = Duration.seconds(7 * 86_400)
  private static let byteLimit = 512 << 10

  init(directory: String, actor: Actor, log: LogFile) {
    let author = ContentHash.of(actor.login, actor.sshKey ?? "", actor.claimedName ?? "", String(actor.userID ?? -1))
    path = "\(directory)/drafts-\(author.hexadecimal).json"
    self.log = log
  }

  /// What an earlier session left.
  func load(now: Timestamp) -> JSON {
    guard let text = try? InputFile.text(of: path, limit: Self.byteLimit), let stored = try? JSON(parsing: text),
      let at = stored["at"]?.string.flatMap({ Timestamp(rfc3339: $0) }), now - at < Self.lifetime,
      let drafts = stored["drafts"]
    else { return [:] }
    kept = drafts
    return drafts
  }

  /// Writes the drafts down where they have changed; removes the file where there are none any more.
  func keep(_ drafts: JSON, at now: Timestamp) {
    guard drafts != kept else { return }
    kept = drafts
    let (path, log) = (path, log)
    let isEmpty = drafts.object?.members.isEmpty ?? true
    let document: JSON = ["at": .string(now.formatted()), "drafts": drafts]
    let bytes = Array(document.text.utf8)
    queue.async {
      guard !isEmpty else {
        unlink(path)
        return
      }
      do { try OutputFile.replace(path, with: bytes) } catch { log.write("drafts are not kept: \(error)") }
    }
  }

  /// Waits until what was kept is written.
  func close() { queue.sync {} }
}

import Assurance
import Domain
import Foundation
import Glibc

/// Who is at this terminal, from the strongest evidence to the weakest (spec: incidents, part 4).
enum OperatorIdentity {
  /// The actor of this process; `claimed` is the name given with `--as`.
  static func current(claimed: String?) -> Actor {
    let userID = getuid()
    var actor = Actor(login: name(of: userID) ?? "uid \(userID)", source: .osUser, userID: Int(userID))
    actor.host = hostName
    actor.from = Environment["SSH_CONNECTION"].flatMap { $0.split(separator: " ").first.map(String.init) }
    actor.sshKey = sshKeyFingerprint
    if let loginUserID {
      actor.login = name(of: loginUserID) ?? "uid \(loginUserID)"
      actor.source = .loginuid
      actor.userID = Int(loginUserID)
    } else if actor.sshKey != nil {
      actor.source = .sshKey
    }
    let claim = claimed ?? (userID == 0 ? Environment["SUDO_USER"] : nil)
    if let claim, claim != actor.login { actor.claimedName = String(claim.prefix(64)) }
    return actor
  }

  /// Set once at login by PAM; unset reads as 4294967295.
  private static var loginUserID: uid_t? {
    guard let text = try? InputFile.text(of: "/proc/self/loginuid", limit: 64), let value = UInt32(text),
      value != UInt32.max
    else { return nil }
    return value
  }

  /// The fingerprint, as `ssh-keygen -l` shows it, of the key in the file that sshd names with `ExposeAuthInfo yes`.
  private static var sshKeyFingerprint: String? {
    guard let path = Environment["SSH_USER_AUTH"], let text = try? InputFile.text(of: path, limit: 65_536) else {
      return nil
    }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 3, words[0] == "publickey", let key = Data(base64Encoded: String(words[2])) else { continue }
      let digest = Data(Digest256.sha256(Array(key)).bytes).base64EncodedString()
      return "SHA256:" + digest.prefix { $0 != "=" }
    }
    return nil
  }

  private static var hostName: String? {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, 255) == 0 else { return nil }
    return buffer.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) }
  }

  private static func name(of userID: uid_t) -> String? {
    guard let entry = getpwuid(userID), let name = entry.pointee.pw_name else { return nil }
    return String(cString: name)
  }
}

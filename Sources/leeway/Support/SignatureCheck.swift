import Assurance
import Domain

/// Checks who signed a checkpoint: an SSH signature with `ssh-keygen`, a host's own with libsodium.
struct SignatureCheck {
  /// What the check found.
  struct Outcome {
    var isGood: Bool
    /// Who signed, as far as that is known.
    var signer: String?
    /// What was found, for people.
    var sentence: String

    var json: JSON { ["ok": .bool(isGood), "signer": JSON(signer), "detail": .string(sentence)] }
  }

  var checkpoint: String
  var signature: String
  var allowedSigners: String?

  /// Checks; `signer` is the name that the signature must be of.
  func outcome(signer: String?) throws -> Outcome {
    let text = try InputFile.text(of: signature, limit: 1 << 20)
    if let json = try? JSON(parsing: text), let host = HostSignature(json: json) {
      let key = Hexadecimal.text(host.publicKey)
      let isGood = host.signs(try InputFile.bytes(of: checkpoint, limit: 1 << 20)) && (signer.map { $0 == key } ?? true)
      return Outcome(
        isGood: isGood, signer: key, sentence: isGood ? "good, host key \(key)" : "NOT good for host key \(key)")
    }
    guard let allowedSigners else {
      throw CommandFailure(.usage, "an SSH signature is checked against --allowed-signers FILE (name and public key)")
    }
    guard let name = try signer ?? principal(allowedSigners) else {
      return Outcome(isGood: false, signer: nil, sentence: "NOT good: nobody in \(allowedSigners) has made it")
    }
    let verified = try run([
      "-Y", "verify", "-f", allowedSigners, "-I", name, "-n", "leeway-audit", "-s", signature,
    ])
    let isGood = verified.code == 0
    return Outcome(isGood: isGood, signer: name, sentence: isGood ? "good, \(name)" : "NOT good for \(name)")
  }

  private func principal(_ allowedSigners: String) throws -> String? {
    let found = try run(["-Y", "find-principals", "-s", signature, "-f", allowedSigners])
    guard found.code == 0 else { return nil }
    return found.output.split(separator: "\n").first.map(String.init)
  }

  private func run(_ arguments: [String]) throws -> ExternalProgram.Outcome {
    guard let outcome = ExternalProgram(name: "ssh-keygen", arguments: arguments, input: checkpoint).run() else {
      throw CommandFailure(.inputOutput, "ssh-keygen cannot be started: install openssh-client")
    }
    return outcome
  }
}

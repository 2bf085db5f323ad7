/// A short text that may mean something to a detector.
struct Marker: Sendable {
  /// What markers may mean.
  struct Kinds: OptionSet, Sendable {
    let rawValue: UInt16
    /// Something with an authority follows: a URL.
    static let url = Kinds(rawValue: 1)
    /// An e-mail address, perhaps.
    static let mail = Kinds(rawValue: 2)
    /// The name of a file that holds credentials, perhaps.
    static let sensitive = Kinds(rawValue: 4)
    /// Words that speak to the model instead of informing it.
    static let injection = Kinds(rawValue: 8)
    /// The beginning of a credential, perhaps.
    static let secret = Kinds(rawValue: 16)
    /// Words of a refusal.
    static let refusal = Kinds(rawValue: 32)
    /// A picture that is loaded as soon as the text is shown.
    static let image = Kinds(rawValue: 64)

    /// The name of an argument that holds a command, or the beginning of one.
    static let mayRun = Kinds(rawValue: 128)

    /// The name of an argument that holds a path.
    static let mayWrite = Kinds(rawValue: 256)
    /// The name of an argument that holds a host or a recipient.
    static let mayReach = Kinds(rawValue: 512)

    /// Those whose place matters.
    static let located: Kinds = [.sensitive, .injection, .secret, .image]
  }

  var text: String
  var kind: Kinds

  /// All markers, in lower case.
  static let all: [Marker] =
    [Marker(text: "://", kind: .url), Marker(text: "@", kind: .mail), Marker(text: "![", kind: .image)]
    + sensitive.map { Marker(text: $0, kind: .sensitive) } + injection.map { Marker(text: $0, kind: .injection) }
    + SecretRule.all.map { Marker(text: $0.prefix.lowercased(), kind: .secret) }
    + [Marker(text: "://", kind: .secret)] + refusal.map { Marker(text: $0, kind: .refusal) }
    + commands.map { Marker(text: $0, kind: .mayRun) } + paths.map { Marker(text: $0, kind: .mayWrite) }
    + hosts.map { Marker(text: $0, kind: .mayReach) }

  /// Where the markers of ``SecretRule/all`` begin; one more, for passwords in URLs, follows them.
  static let firstSecret = 3 + sensitive.count + injection.count

  static let sensitive = [
    ".aws/credentials", ".ssh/id_", "id_rsa", "id_ed25519", "/etc/shadow", ".netrc", ".pgpass",
    ".kube/config", ".docker/config.json", ".git-credentials", ".npmrc", ".pypirc", ".env", "credentials.json",
    "service-account.json", "service_account.json", "application_default_credentials", "/proc/self/environ",
    "wallet.dat", ".vault-token", "secrets.yaml", "secrets.yml", "secrets.json", ".gnupg/", "private_key.pem",
    "private-key.pem", "server.key", "login.keychain", ".htpasswd", "terraform.tfstate",
    "169.254.169.254/latest/meta-data/iam",
  ]

  static let injection = [
    "ignore previous instruction", "ignore all previous", "ignore the previous instruction", "ignore prior instruction",
    "ignore all prior", "ignore any previous", "ignore your previous", "ignore your instruction",
    "ignore the above instruction", "ignore all instruction", "ignore the instruction", "ignore earlier instruction",
    "disregard previous", "disregard all previous", "disregard the previous", "disregard prior", "disregard all prior",
    "disregard the above", "disregard your instruction", "disregard any", "forget your instruction",
    "forget all previous", "forget previous instruction", "forget everything above", "override your instruction",
    "override previous instruction", "new instructions:", "do not tell the user", "don't tell the user",
    "do not inform the user", "without telling the user", "without informing the user", "do not mention this to",
    "do not reveal this to", "ai assistant:", "(assistant:", "[assistant:", "assistant: remember", "<!-- ai",
    "<!-- assistant", "attention ai", "attention assistant", "dear ai", "dear assistant", "note to ai",
    "note to the ai",
    "note to assistant", "note to the assistant", "message to the assistant", "instructions for the assistant",
    "instruction for the assistant", "instructions for ai", "instruction to the agent", "instructions for the agent",
    "if you are an ai", "if you are a language model", "if you are an assistant", "as an ai agent, you",
    "you must now ", "system override", "<system>", "[system]", "<|im_start|>", "<important>",
    "important message from", "standing user preference", "your new task is", "your new instructions",
    "your real task", "developer mode enabled", "begin new instructions", "end of system prompt",
  ]

  static let paths = [
    "path\"", "paths\"", "file\"", "files\"", "filename\"", "file_name\"", "\"target", "\"dest", "\"dst\"", "\"output",
    "directory\"", "dir\"", "folder\"",
  ]

  static let hosts = [
    "url\"", "urls\"", "uri\"", "endpoint\"", "href\"", "host\"", "hostname\"", "webhook\"", "link\"", "server\"",
    "domain\"", "remote\"", "website\"", "site\"",
  ]

  static let commands = [
    "\"command\"", "\"cmd\"", "\"script\"", "\"bash\"", "\"shell\"", "\"code\"", "\"commands\"", "command_line\"",
    "\\\"command", "\\\"cmd", "/dev/tcp",
  ]

  static let refusal = [
    "i can't help with", "i cannot help with", "i can\u{2019}t help with", "i can't assist", "i cannot assist",
    "i can\u{2019}t assist", "i'm unable to", "i am unable to", "i\u{2019}m unable to", "i'm not able to",
    "i am not able to", "i can't comply", "i cannot comply", "i won't be able to", "i will not be able to",
    "i must decline", "i have to decline", "i can't provide", "i cannot provide", "i cannot fulfill",
    "i can't fulfill", "i'm sorry, but i can't", "i'm sorry, but i cannot", "i\u{2019}m sorry, but i can\u{2019}t",
    "against my guidelines", "i can't do that", "i cannot do that",
  ]
}

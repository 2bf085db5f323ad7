import Domain

/// SECRET_IN_ARGS, SECRET_IN_OUTPUT (incident) and SECRET_IN_RESULT (notice): credentials by their vendors' prefixes,
/// PEM keys, JWTs and passwords in URLs. Only the rule and a fingerprint are kept.
enum Secrets {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    var name: String { StepContext.name(span) }
    if let text = span.arguments {
      report(
        .secretInArguments, .incident, context.arguments, text, "the arguments of \(name)", context, &run, &findings)
    }
    if let text = span.result {
      report(.secretInResult, .notice, context.result, text, "the result of \(name)", context, &run, &findings)
    }
    if span.operation == .model, let text = span.outputText {
      report(.secretInOutput, .incident, context.output, text, "a model's answer", context, &run, &findings)
    }
  }

  private static func report(
    _ detector: Detector, _ tier: Finding.Tier, _ marks: ContentScanner.Marks, _ text: String,
    _ place: @autoclosure () -> String,
    _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard marks.flags.contains(.secret) else { return }
    for match in SecretScan.matches(marks, in: text) {
      run.report(
        detector, tier, subject: ContentHash.of(match.fingerprint), context, spanIDs: [context.spanID],
        detail: "\(place()) holds a \(match.rule)", evidence: "\(match.rule), sha256 \(match.fingerprint)…",
        into: &findings)
    }
  }
}

/// Credentials that a run has read.
struct SensitiveRead: Hashable, Sendable {
  /// The run's tool calls up to it.
  var step: Int
  var at: Timestamp
  var spanID: String
  /// What was read, masked.
  var what: String
}

/// EXFIL_SEQUENCE: credentials are read, and within 20 tool calls or ten minutes something is sent to a host that the
/// policy does not allow, or, without a policy, to one outside: incident.
enum Exfiltration {
  static let steps = 20
  static let window: Duration = .seconds(600)

  /// Notes what a call reads.
  static func note(_ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun) {
    guard let what = sensitive(span, context) else { return }
    run.memory.sensitive = SensitiveRead(step: run.toolCalls, at: context.at, spanID: context.spanID, what: what)
  }

  static func observe(
    _ facts: CallFacts, _ span: TraceSpan, _ candidate: Int, _ context: StepContext, _ run: inout AgentRun,
    _ findings: inout [Finding]
  ) {
    guard let read = run.memory.sensitive, run.toolCalls - read.step <= steps || context.at - read.at <= window else {
      return
    }
    let allowed = context.policies.policies[candidate].egressAllow
    for contact in facts.contacts where contact.carries {
      let outside = contact.hosts.first { host in
        allowed.map { !$0.contains { $0.matches(host) } } ?? !host.isLocal
      }
      guard let host = outside else { continue }
      let spans = read.spanID == context.spanID ? [context.spanID] : [read.spanID, context.spanID]
      run.report(
        .exfiltration, .incident, subject: ContentHash.of(host.description), policy: candidate, context, spanIDs: spans,
        detail: "\(StepContext.name(span)) sends to \(EvidenceExcerpt.of(host.description, limit: 80)) "
          + "after \(read.what) was read",
        evidence: "\(StepContext.name(span))(\(EvidenceExcerpt.of(span.arguments ?? "")))", into: &findings)
    }
  }

  /// The credentials that a call reads, in words.
  private static func sensitive(_ span: TraceSpan, _ context: StepContext) -> String? {
    // What failed has read nothing, and what is written is not read.
    guard !span.isError else { return nil }
    if context.nature.contains(.vault) { return "a secret by \(StepContext.name(span))" }
    let onlyWrites = context.nature.contains(.write) && !context.nature.contains(.shell)
    if let text = span.arguments, !onlyWrites, context.arguments.flags.contains(.sensitive) {
      for hit in context.arguments.hits {
        let index = hit.marker - 3
        guard index >= 0, index < Marker.sensitive.count else { continue }
        let marker = Marker.sensitive[index]
        if isWhole(marker, endingAt: hit.end, in: text) { return marker }
      }
    }
    if let text = span.result, context.result.flags.contains(.secret),
      let match = SecretScan.matches(context.result, in: text).first
    {
      return "a \(match.rule)"
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// Whether the file's name ends there: `.env` is, `.env.example` and `.environment` are not.
  private static func isWhole(_ marker: String, endingAt end: Int, in text: String) -> Bool {
    let rest = text.utf8.dropFirst(end)
    // `process.env` is no file.
    let before = text.utf8.prefix(max(0, end - marker.utf8.count))
    if marker == ".env",
      ["process", "import.meta", "Deno"].contains(where: { before.suffix($0.utf8.count).elementsEqual($0.utf8) })
    {
      return false
    }
    if marker.utf8.last == 0x2F || marker.utf8.last == 0x5F {
      let name = rest.prefix { isWord($0) || [0x2E, 0x5F, 0x2D].contains($0) }
      if name.suffix(4).elementsEqual(".pub".utf8) || name.elementsEqual("known_hosts".utf8) { return false }
    }
    if marker.utf8.last == 0x2F || marker.utf8.last == 0x5F { return !rest.starts(with: "example".utf8) }
    guard let next = rest.first else { return true }
    if marker.hasSuffix("id_rsa") || marker.hasSuffix("id_ed25519") { return !rest.starts(with: ".pub".utf8) }
    if next == 0x2E {
      let templates = [".example", ".sample", ".template", ".dist", ".md", ".schema", ".test"]
      return !templates.contains { rest.starts(with: $0.utf8) }
    }
    return !isWord(next) && next != 0x5F && next != 0x2D
  }
}

/// A result that gave instructions, and what it pointed to.
struct InjectionMark: Hashable, Sendable {
  static let limit = 4
  static let tokenLimit = 16
  var step: Int
  var spanID: String
  /// Hashes of the URLs, addresses and paths that first appeared in it.
  var tokens: [UInt32]
}

/// INJECTION_TEXT: a tool's result gives instructions: notice. INJECTION_FOLLOWED: within six tool calls, arguments
/// hold a URL, address or path that first appeared in such a result: incident.
enum Injection {
  static let reach = 6

  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard span.operation == .tool, !context.isLate else { return }
    let points: Marker.Kinds = [.url, .mail]
    if let text = span.arguments, !run.memory.marks.isEmpty || !context.arguments.flags.isDisjoint(with: points) {
      let tokens = LinkScan.tokens(in: text, limit: 48)
      follow(tokens, span, context, &run, &findings)
      for token in tokens { run.memory.named.insert(token) }
    }
    guard let text = span.result, context.result.flags.contains(.injection) else { return }
    let tokens = LinkScan.tokens(in: text, limit: 64).filter { !run.memory.named.contains($0) }
    if run.memory.marks.count >= InjectionMark.limit { run.memory.marks.removeFirst() }
    run.memory.marks.append(
      InjectionMark(
        step: run.toolCalls, spanID: context.spanID, tokens: Array(tokens.prefix(InjectionMark.tokenLimit))))
    run.report(
      .injectionText, .notice, context, spanIDs: [context.spanID],
      detail: "the result of \(StepContext.name(span)) gives instructions", evidence: excerpt(text, context),
      into: &findings)
  }

  private static func follow(
    _ tokens: [UInt32], _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    run.memory.marks.removeAll { run.toolCalls - $0.step > reach }
    for mark in run.memory.marks where tokens.contains(where: { mark.tokens.contains($0) }) {
      run.report(
        .injectionFollowed, .incident, subject: ContentHash.of(mark.spanID), context,
        spanIDs: [mark.spanID, context.spanID],
        detail: "\(StepContext.name(span)) uses what first appeared in a result that gives instructions",
        evidence: "\(StepContext.name(span))(\(EvidenceExcerpt.of(span.arguments ?? "")))", into: &findings)
    }
  }

  /// The text around the first marker.
  private static func excerpt(_ text: String, _ context: StepContext) -> String {
    let first = context.result.hits.first {
      let index = $0.marker - 3 - Marker.sensitive.count
      return index >= 0 && index < Marker.injection.count
    }
    let start = max(0, (first?.end ?? 0) - 60)
    let part = String(decoding: text.utf8.dropFirst(start).drop { $0 & 0xC0 == 0x80 }.prefix(1_024), as: UTF8.self)
    return (start > 0 ? "…" : "") + EvidenceExcerpt.of(part)
  }
}

/// DECEPTIVE_LINK: an answer shows a link whose host looks like another (`login.bank.com.evil.example`, or a host
/// behind `user@`): warn. A picture that carries data in its address is POLICY_EGRESS, an incident, since it is loaded
/// without a click.
enum DeceptiveLink: StepDetector {
  private static let endings: Set<String> = ["com", "org", "net", "gov", "edu", "io"]
  /// Content networks serve `www.shop.com.edgekey.net` in good faith.
  private static let networks = [".edgekey.net", ".edgesuite.net", ".akamaized.net", ".cdn.cloudflare.net"]

  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard span.operation == .model, context.output.flags.contains(.url), let text = span.outputText else { return }
    for link in LinkScan.links(in: text) where isDeceptive(link) {
      run.report(
        .deceptiveLink, .warn, subject: ContentHash.of(link.authority), context, spanIDs: [context.spanID],
        detail: "an answer shows a link whose host looks like another's", evidence: EvidenceExcerpt.of(link.text),
        into: &findings)
    }
    guard context.output.flags.contains(.image) else { return }
    for part in text.split(separator: "](").dropFirst() {
      guard let link = LinkScan.links(in: String(part.prefix(LinkScan.lengthLimit))).first,
        part.hasPrefix(link.text), OpaquePayload.isCarried(in: link.rest), isImage(text, before: part.startIndex)
      else { continue }
      judgePicture(link, context, &run, &findings)
    }
  }

  private static func judgePicture(
    _ link: Link, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    for candidate in context.candidates {
      let allowed = context.policies.policies[candidate].egressAllow
      let outside = link.hosts.first { host in allowed.map { !$0.contains { $0.matches(host) } } ?? !host.isLocal }
      guard let host = outside else { continue }
      run.report(
        .policyEgress, .incident, subject: ContentHash.of(host.description, "picture"), policy: candidate, context,
        spanIDs: [context.spanID],
        detail:
          "an answer shows a picture whose address carries data to \(EvidenceExcerpt.of(host.description, limit: 80))",
        evidence: EvidenceExcerpt.of(link.text), into: &findings)
    }
  }

  /// Whether the `](` before the place closes the text of a picture.
  private static func isImage(_ text: String, before place: String.Index) -> Bool {
    let head = text[..<place].suffix(202).dropLast(2)
    guard let open = head.lastIndex(of: "["), open > head.startIndex else { return false }
    return head[head.index(before: open)] == "!"
  }

  private static func isDeceptive(_ link: Link) -> Bool {
    guard let host = link.hosts.first?.description else { return false }
    let isNamed = host.utf8.contains { $0 >= 0x67 && $0 <= 0x7A }
    if let at = link.authority.lastIndex(of: "@") {
      let user = link.authority[..<at]
      return user.contains(".") && !user.contains(":") && isNamed
    }
    let labels = host.split(separator: ".")
    guard labels.count >= 5 || (labels.count == 4 && endings.contains(String(labels[1]))) else { return false }
    let inner = labels.dropFirst().dropLast(2).contains { endings.contains(String($0)) }
    return inner && !networks.contains { host.hasSuffix($0) }
  }
}

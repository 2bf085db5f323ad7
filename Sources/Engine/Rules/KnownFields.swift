import Decoding
import Domain
import Expressions

/// What a field of a usage log is about, whatever the system that writes it calls it.
enum FieldConcept: String, CaseIterable {
  case guardrailStatus = "the guardrail's status"
  case attackCategory = "the guardrail's categories"
  case jailbreakFlag = "a flag for jailbreaks"
  case injectionFlag = "a flag for indirect attacks"
  case finishReason = "the finish reason"
  case benignPrompt = "a label of harmless prompts"
  case harmLabel = "an evaluation's harm label"
  case outputEntities = "personal data found in the output"
  case outputSecrets = "secrets found in the output"
  case promptLeak = "a flag for a leaked system prompt"
  case user = "the user"
  case apiKey = "the API key"
  case subnet = "the caller's network"
  case tokensIn = "tokens in"
  case tokensOut = "tokens out"
  case tokens = "tokens"
  case cost = "the cost"
  case approval = "whether a tool call was approved"
  case version = "the version"
  case artefactHash = "a hash of the model, the prompt or the tools"
  case grounded = "whether the answer is grounded"
  case feedback = "the users' feedback"
  case complaint = "the severity of a complaint"
  case judgeAgreement = "the judge's agreement with the golden set"

  /// Names in lower case without `_` and `-`, the best first; a path that ends in one at a dot is one too. They are the
  /// spellings of plain JSON logs, of LiteLLM's standard logging payload, of the OpenTelemetry conventions for
  /// generative AI, of Azure OpenAI's content filter results and of Amazon Bedrock's invocation logs.
  var names: [String] {
    switch self {
    case .guardrailStatus:
      [
        "guardrail.status", "guardrailstatus", "guardrailinformation.guardrailstatus", "guardrail.action",
        "guardrailaction", "amazonbedrockguardrailaction", "guardrail.result",
      ]
    case .attackCategory:
      [
        "guardrail.categories", "guardrail.category", "guardrailcategories", "guardrailcategory",
        "guardrailinformation.guardrailresponse", "guardrail.response", "guardrail.violations", "contentfilterreason",
      ]
    case .jailbreakFlag: ["jailbreak.detected", "jailbreakdetected", "isjailbreak", "guardrail.jailbreak"]
    case .injectionFlag:
      ["indirectattack.detected", "indirectattackdetected", "promptinjection.detected", "injectiondetected"]
    case .finishReason:
      [
        "finishreason", "genai.response.finishreasons", "finishreasons", "stopreason", "response.finishreason",
        "completionreason",
      ]
    case .benignPrompt: ["promptbenign", "isbenign", "benign", "prompt.benign", "expectedbenign", "iscanary"]
    case .harmLabel:
      [
        "eval.harmlabel", "harmlabel", "eval.label", "evaluation.harmlabel", "genai.evaluation.score.label",
        "moderation.flagged", "harmful", "isharmful",
      ]
    case .outputEntities:
      ["pii.outentities", "pii.entities", "outputpii", "piientities", "outentities", "piidetected", "containspii"]
    case .outputSecrets: ["secrets.out", "outputsecrets", "secretsdetected", "secret.entities", "containssecret"]
    case .promptLeak:
      ["canaryleaked", "systempromptleak", "systempromptleaked", "promptleak", "canary.leaked", "leak.systemprompt"]
    case .user:
      [
        "userhash", "userid", "enduserid", "enduser", "enduser.id", "user.id", "user.hash", "userapikeyenduserid",
        "user", "sessionid",
      ]
    case .apiKey: ["apikeyhash", "userapikeyhash", "keyhash", "apikeyid", "userapikeyalias", "userapikey", "apikey"]
    case .subnet: ["subnet", "ipprefix", "ip24", "clientsubnet", "clientnetwork", "requesteripaddress"]
    case .tokensIn: ["tokensin", "prompttokens", "inputtokens", "genai.usage.inputtokens", "inputtokencount"]
    case .tokensOut: ["tokensout", "completiontokens", "outputtokens", "genai.usage.outputtokens", "outputtokencount"]
    case .tokens: ["totaltokens", "tokens", "usage.total", "tokencount"]
    case .cost: ["responsecost", "costusd", "cost", "spend", "usage.cost"]
    case .approval: ["tool.approved", "toolapproved", "approved", "tool.approval"]
    case .artefactHash:
      ["modelhash", "prompthash", "systemprompthash", "toolshash", "toolhash", "artefacthash"]
    case .version: ["modelversion", "promptversion", "version", "release", "deployment"]
    case .grounded: ["groundedness.detected", "grounded", "isgrounded", "eval.grounded", "grounding.detected"]
    case .feedback: ["feedback", "thumbs", "userfeedback", "feedback.kind", "feedbacktype", "thumbsdown", "thumbsup"]
    case .complaint: ["complaint.severity", "complaintseverity", "harmreport.severity", "harmreportseverity"]
    case .judgeAgreement: ["judge.agrees", "judgeagrees", "goldenagreement", "evaluator.agrees", "canary.agrees"]
    }
  }
}

/// The fields of a source that the shipped rules know the meaning of.
struct KnownFields {
  /// What a field's values are.
  enum Shape {
    case flag
    case number
    case word
    case list
  }

  private let fields: DiscoveredFields
  private let names: [(name: String, path: FieldPath)]

  init(_ fields: DiscoveredFields) {
    self.fields = fields
    names = fields.present.map { path in
      (path.components.joined(separator: ".").lowercased().filter { $0 != "_" && $0 != "-" }, path)
    }
  }

  /// The field of a concept: the best name, of several the shallowest.
  func path(_ concept: FieldConcept) -> FieldPath? {
    for alias in concept.names {
      let fits = names.filter { $0.name == alias || $0.name.hasSuffix("." + alias) }
      if let best = fits.min(by: { $0.path.components.count < $1.path.components.count }) { return best.path }
    }
    return nil
  }

  /// What the values of a field are.
  func shape(_ path: FieldPath) -> Shape {
    if fields.boolean.contains(path) { return .flag }
    if fields.lists.contains(path) { return .list }
    return fields.numeric.contains { $0.path == path } ? .number : .word
  }

  /// Which field of a tenant there is: one with few values, else one that is named so.
  var tenant: FieldPath? {
    if let tenant = fields.tenant { return tenant }
    for name in [
      "tenant", "tenantid", "customerid", "orgid", "organizationid", "accountid", "teamid", "workspaceid",
      "userapikeyteamid", "userapikeyorgid",
    ] {
      if let found = names.first(where: { $0.name == name || $0.name.hasSuffix("." + name) }) { return found.path }
    }
    return nil
  }

  /// The version of what answered.
  var version: FieldPath? { fields.version }

  /// Whether a field says yes: a flag that is true, a number above 0, a list or a text that is not empty.
  func isSet(_ concept: FieldConcept) -> Predicate? {
    guard let path = path(concept) else { return nil }
    switch shape(path) {
    case .flag: return .compare(path, .equal, .bool(true))
    case .number: return .compare(path, .greater, .number(0))
    case .list: return .matches(path, pattern: "[[:alnum:]]")
    case .word: return .all([.exists(path), .not(.isIn(path, ["", "none", "NONE", "false"].map(Literal.string)))])
    }
  }

  /// Whether a field of words, or a list of words, has one of the words.
  func has(_ path: FieldPath, _ words: [String]) -> Predicate {
    guard shape(path) == .list else { return .isIn(path, words.map(Literal.string)) }
    return .matches(path, pattern: "\"(\(words.joined(separator: "|")))\"")
  }
}

/// Questions about one record that several rules ask.
extension KnownFields {
  /// The guardrail let the request pass without looking at it.
  var unscreened: Predicate? {
    path(.guardrailStatus).map {
      has(
        $0,
        [
          "guardrail_failed_to_respond", "not_run", "failed_to_respond", "failed", "error", "timeout", "skipped",
          "bypassed", "unavailable",
        ])
    }
  }

  /// The guardrail stepped in.
  var intervened: Predicate? {
    path(.guardrailStatus).map {
      has($0, ["guardrail_intervened", "INTERVENED", "GUARDRAIL_INTERVENED", "intervened", "blocked", "BLOCKED"])
    }
  }

  /// The guardrail took the prompt for a jailbreak.
  var attack: Predicate? {
    var parts: [Predicate] = []
    if let path = path(.jailbreakFlag) { parts.append(.compare(path, .equal, .bool(true))) }
    if let path = path(.attackCategory) {
      parts.append(.matches(path, pattern: "[Jj][Aa][Ii][Ll][-_ ]?[Bb][Rr][Ee][Aa][Kk]|[Pp]rompt[-_ ]?[Aa]ttack"))
    } else if parts.isEmpty, let intervened {
      parts.append(intervened)
    }
    if parts.isEmpty, let benign = path(.benignPrompt), shape(benign) == .flag {
      parts.append(.compare(benign, .equal, .bool(false)))
    }
    return KnownFields.any(parts)
  }

  /// The prompt was an attack by any label, also one that the guardrail did not see.
  var labelledAttack: Predicate? {
    var parts = attack.map { [$0] } ?? []
    if let benign = path(.benignPrompt), shape(benign) == .flag { parts.append(.compare(benign, .equal, .bool(false))) }
    return KnownFields.any(parts)
  }

  /// The guardrail found instructions in the prompt or in what a tool brought.
  var injection: Predicate? {
    var parts: [Predicate] = []
    if let path = path(.injectionFlag) { parts.append(.compare(path, .equal, .bool(true))) }
    if let path = path(.attackCategory) {
      parts.append(.matches(path, pattern: "[Ii]njection|[Ii]ndirect[-_ ]?[Aa]ttack|XPIA"))
    }
    return KnownFields.any(parts)
  }

  /// The model or a filter declined.
  var refused: Predicate? {
    path(.finishReason).map {
      has(
        $0,
        [
          "refusal", "content_filter", "content_filtered", "guardrail_intervened", "refused", "blocked", "SAFETY",
          "PROHIBITED_CONTENT", "BLOCKLIST", "SPII",
        ])
    }
  }

  /// The prompt is labelled as harmless.
  var benign: Predicate? {
    path(.benignPrompt).flatMap { shape($0) == .flag ? .compare($0, .equal, .bool(true)) : nil }
  }

  /// An evaluation took the output for harmful.
  var harmful: Predicate? {
    guard let path = path(.harmLabel) else { return nil }
    if shape(path) == .flag { return .compare(path, .equal, .bool(true)) }
    return has(
      path,
      [
        "harm", "harmful", "unsafe", "toxic", "violation", "severe", "high", "HIGH", "medium", "MEDIUM", "fail",
        "failed",
      ])
  }

  /// A scanner found a secret in the output.
  var secret: Predicate? {
    if let secret = isSet(.outputSecrets) { return secret }
    guard let path = path(.outputEntities), shape(path) == .list else { return nil }
    return .matches(path, pattern: "SECRET|PASSWORD|CREDENTIAL|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|AUTH_?TOKEN")
  }

  /// The answer rests on nothing.
  var ungrounded: Predicate? {
    path(.grounded).flatMap { shape($0) == .flag ? .compare($0, .equal, .bool(false)) : nil }
  }

  /// A user is not content.
  var unhappy: Predicate? {
    guard let path = path(.feedback) else { return nil }
    let isUp = path.components.last?.lowercased().hasSuffix("up") == true
    switch shape(path) {
    case .flag: return .compare(path, .equal, .bool(!isUp))
    case .number: return .compare(path, .less, .number(0))
    case .word, .list:
      return has(path, ["down", "thumbs_down", "negative", "bad", "complaint", "appeal", "override", "dislike"])
    }
  }

  private static func any(_ parts: [Predicate]) -> Predicate? {
    parts.count < 2 ? parts.first : .any(parts)
  }
}

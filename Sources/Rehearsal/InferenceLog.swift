public import Domain

/// The assistant's request log, line after line: Poisson arrivals shaped by the time of day, log-normal lengths,
/// latency and cost that follow from them.
public struct InferenceLog: Sendable {
  /// What a line says that other files of the rehearsal depend on.
  struct Request: Sendable {
    var at: Timestamp
    var number: Int
    var tenant: Tenant
    var wasRefused: Bool
    var hasFailed: Bool
    var latencyMilliseconds: Int
    var isResolved: Bool
  }

  private let script: FaultScript
  private let liveStart: Timestamp
  private let rate: Double
  private let userSeed: UInt64
  private var dice: Dice
  private var text = ByteText()
  private var number = 0
  private var conditions: Conditions
  private var conditionsSecond: Int64 = .min
  /// When the next line is due.
  private(set) var next: Timestamp

  init(seed: UInt64, start: Timestamp, liveStart: Timestamp, script: FaultScript, requestsPerSecond: Double) {
    self.script = script
    self.liveStart = liveStart
    rate = requestsPerSecond
    userSeed = seed
    dice = Dice(seed: seed)
    conditions = Conditions(script, at: (start - liveStart).inSeconds)
    next = start
    next = start + .nanoseconds(dice.gap(perSecond: rate * Conditions.traffic(at: start)))
  }

  /// Whole lines of a calm service, at least `bytes` bytes of them unless `bytes` is zero or less: input for
  /// `leeway bench tail` and the like. Equal seeds give equal bytes.
  public static func generate(
    seed: UInt64, bytes: Int, start: Timestamp = Timestamp(nanoseconds: 1_795_478_400_000_000_000)
  ) -> [UInt8] {
    var log = InferenceLog(seed: seed, start: start)
    var output: [UInt8] = []
    output.reserveCapacity(max(0, bytes) + 1_024)
    log.append(to: &output, bytes: bytes)
    return output
  }

  /// A calm service's log, for ``append(to:bytes:)``.
  public init(seed: UInt64, start: Timestamp, requestsPerSecond: Double = 20) {
    self.init(seed: seed, start: start, liveStart: start, script: .calm, requestsPerSecond: requestsPerSecond)
  }

  /// Appends whole lines until at least `bytes` bytes have been added; repeated calls go on where the last one ended.
  public mutating func append(to output: inout [UInt8], bytes: Int) {
    let goal = output.count + max(0, bytes)
    swap(&text.bytes, &output)
    while text.bytes.count < goal { _ = write() }
    swap(&text.bytes, &output)
  }

  /// The next line and what it says.
  mutating func line() -> (request: Request, bytes: [UInt8]) {
    text.bytes.removeAll(keepingCapacity: true)
    let request = write()
    return (request, text.bytes)
  }

  private mutating func refreshConditions() {
    // Faults begin and grow over seconds, so that looking once a second is as good as at every line.
    let second = next.nanoseconds / 1_000_000_000
    guard second != conditionsSecond else { return }
    conditionsSecond = second
    conditions = Conditions(script, at: (next - liveStart).inSeconds)
  }

  private mutating func tenant() -> Tenant {
    var rest = dice.unit()
    for tenant in Tenant.all {
      rest -= tenant.share
      if rest < 0 { return tenant }
    }
    return Tenant.all[0]
  }

  private mutating func write() -> Request {
    refreshConditions()
    let at = next
    number += 1
    let tenant = self.tenant()
    let isLarge = dice.chance(0.35)
    let release = dice.chance(conditions.currentShare) ? conditions.current : conditions.previous
    let hasFailed = dice.chance(conditions.errorShare)
    let wasRefused = dice.chance(release.refusalShare) && !hasFailed
    let isCached = dice.chance(0.3)

    let prompt = dice.logNormal(median: 380 * tenant.promptFactor * release.promptFactor, sigma: 0.7)
    let answer = dice.logNormal(median: (wasRefused ? 34 : 92) * release.answerFactor, sigma: wasRefused ? 0.3 : 0.55)
    let tokensIn = Int(min(prompt, 32_000)) + 12
    let tokensOut = hasFailed ? 0 : Int(min(answer, 1_024)) + 1
    let wait = dice.logNormal(median: isCached ? 95 : 170, sigma: 0.3) + Double(tokensIn) * 0.02
    let perToken = dice.logNormal(median: isLarge ? 5.6 : 3.9, sigma: 0.12)
    let firstToken = Int(wait * conditions.latencyFactor)
    let latency = Int((wait + Double(tokensOut) * perToken) * conditions.latencyFactor) + (hasFailed ? 600 : 0)
    let cost = tokensIn * (isLarge ? 3 : 1) * 8 / 10 + tokensOut * (isLarge ? 12 : 4) * 8 / 10
    let isResolved = !hasFailed && dice.chance(wasRefused ? 0.22 : 0.73)

    text.add("{\"ts\":\"")
    text.add(at)
    text.add("\",\"request_id\":\"r")
    text.add(number, width: 8)
    text.add("\",\"tenant\":\"")
    text.add(tenant.bytes)
    text.add("\",\"user_hash\":\"")
    let user = UInt64(dice.below(20) * dice.below(20)) &+ userSeed &+ UInt64(tenant.bytes[0]) << 16
    text.add(hexadecimal: user &* 0x9E37_79B9_7F4A_7C15 >> 13, digits: 12)
    text.add(isLarge ? "\",\"model\":\"assistant-large\"" : "\",\"model\":\"assistant-small\"")
    text.add(",\"model_version\":\"")
    text.add(release.version)
    text.add("\",\"channel\":")
    text.add(InferenceLog.channels[min(dice.below(10), 7) % 4])
    text.add(",\"language\":")
    text.add(InferenceLog.languages[dice.below(8) % 5])
    text.add(",\"prompt_chars\":")
    text.add(tokensIn * 4 + dice.below(9))
    text.add(",\"tokens_in\":")
    text.add(tokensIn)
    text.add(",\"tokens_out\":")
    text.add(tokensOut)
    text.add(",\"ttft_ms\":")
    text.add(firstToken)
    text.add(",\"latency_ms\":")
    text.add(latency)
    text.add(",\"cost_usd\":")
    text.add(millionths: cost)
    text.add(",\"http_status\":")
    text.add(hasFailed ? (dice.chance(0.5) ? 502 : 504) : 200)
    text.add(",\"finish_reason\":")
    text.add(finishReason(hasFailed: hasFailed, wasRefused: wasRefused, tokensOut: tokensOut))
    writeGuardrail(tenant)
    text.add(",\"cache_hit\":")
    text.add(isCached)
    text.add(",\"resolved\":")
    text.add(isResolved)
    text.add(",\"user_agent\":")
    text.add(dice.below(400) == 0 ? dice.pick(InferenceLog.hostileAgents) : dice.pick(InferenceLog.userAgents))
    text.add("}\n")

    next = at + .nanoseconds(dice.gap(perSecond: rate * Conditions.traffic(at: at)))
    return Request(
      at: at, number: number, tenant: tenant, wasRefused: wasRefused, hasFailed: hasFailed,
      latencyMilliseconds: latency, isResolved: isResolved)
  }

  private mutating func finishReason(hasFailed: Bool, wasRefused: Bool, tokensOut: Int) -> StaticString {
    if hasFailed { return "\"error\"" }
    if wasRefused { return dice.chance(0.8) ? "\"refusal\"" : "\"content_filter\"" }
    return tokensOut > 300 || dice.chance(0.02) ? "\"length\"" : "\"stop\""
  }

  private mutating func writeGuardrail(_ tenant: Tenant) {
    let draw = dice.unit()
    let openShare = conditions.openTenant == tenant.name ? conditions.openShare : 0.00002
    if draw < openShare {
      text.add(",\"guardrail\":{\"status\":\"guardrail_failed_to_respond\",\"categories\":[]}")
    } else if draw > 0.985 {
      text.add(",\"guardrail\":{\"status\":\"guardrail_intervened\",\"categories\":[")
      text.add(InferenceLog.categories[dice.below(3)])
      text.add("]}")
    } else {
      text.add(",\"guardrail\":{\"status\":\"success\",\"categories\":[]}")
    }
  }

  private static let channels: [StaticString] = ["\"chat\"", "\"email\"", "\"voice\"", "\"api\""]
  private static let languages: [StaticString] = ["\"en\"", "\"de\"", "\"fr\"", "\"es\"", "\"ja\""]
  private static let categories: [StaticString] = ["\"jailbreak\"", "\"pii\"", "\"toxicity\""]
  private static let userAgents: [StaticString] = [
    "\"atlas-web/4.11\"", "\"atlas-mobile/7.2 (Android)\"", "\"atlas-mobile/7.2 (iOS)\"", "\"helpdesk-bridge/2.0\"",
  ]
  /// What real logs hold too: a terminal escape, a right-to-left override, a combined emoji, a title sequence.
  private static let hostileAgents: [StaticString] = [
    "\"curl/8.5 \\u001b[31mALARM\\u001b[0m\"", "\"invoice\u{202E}fdp.exe\"", "\"atlas-web/4.11 👩🏽‍🚒\"",
    "\"x\\u001b]0;renamed\\u0007\"", "\"tab\\there \\\"quoted\\\" \\\\ back\"",
  ]
}

import Domain
import Engine

/// Makes usage logs of an AI service, with episodes of trouble and their healthy twins: seeded, so that a log is a
/// number. The field names are those of a plain JSON log of an LLM gateway.
struct UsageLog {
  /// What a log holds.
  struct Settings {
    var seed: UInt64
    var hours = 3
    var tenants = 8
    var users = 40
    /// Requests a second, all tenants together.
    var rate = 1.2
    /// Field names that the log lacks.
    var without: Set<String> = []
    /// Whether the members come in reverse order.
    var isReversed = false
    /// Which kinds of episodes there are.
    var kinds = UsageLog.kinds
    /// Whether traffic swings by the hour, a tenant grows, one appears, and a version changes nothing.
    var hasTwins = true
  }

  static let kinds = [
    "jailbreak_campaign", "pii_leak", "over_refusal", "guardrail_fail_open", "abuse_volume", "log_gap",
  ]
  static let origin = Timestamp(seconds: 1_795_000_000)

  let lines: [String]
  let labels: EpisodeLabels

  private struct Episode {
    var kind: String
    var tenant: Int
    var start: Double
    var end: Double
    var strength: Double
  }

  init(_ settings: Settings) {
    var random = SplitMix64(seed: settings.seed)
    let length = Double(settings.hours) * 3_600
    let base = (
      refusal: 0.01 + 0.04 * random.unit(), attack: 0.001 + 0.005 * random.unit(), pii: 0.003 * random.unit(),
      harm: 0.002 * random.unit(), failing: 0.0003 * random.unit()
    )
    // Episodes in random order, one after the other, with calm between.
    // Tenants that have hardly any requests, or do not exist yet, cannot have episodes.
    let busy = max(1, settings.tenants - (settings.tenants > 4 ? 2 : 0))
    let order = settings.kinds.shuffled(using: &random)
    let share = (length - 1_500) / Double(max(1, order.count))
    var episodes: [Episode] = []
    for (index, kind) in order.enumerated() {
      let longest = min(share * 0.6, kind == "pii_leak" || kind == "log_gap" ? 600 : 2_400)
      let start = 1_500 + Double(index) * share + random.unit() * (share * 0.95 - longest)
      episodes.append(
        Episode(
          kind: kind, tenant: Int(random.unit() * Double(busy)), start: start,
          end: start + longest * (0.6 + 0.4 * random.unit()), strength: random.unit()))
    }
    var weights = (0..<settings.tenants).map { _ in 0.6 + 0.8 * random.unit() }
    // One tenant with hardly any requests; all that it does may look grave in percent.
    if settings.tenants > 4 { weights[settings.tenants - 1] = 0.02 }
    let newcomer = settings.hasTwins && settings.tenants > 4 ? settings.tenants - 2 : -1
    let newcomerAt = length * (0.3 + 0.4 * random.unit())
    let growing = settings.hasTwins ? 1 : -1
    let deployAt = length * random.unit()
    let phase = random.unit()
    func swing(_ second: Double) -> Double {
      guard settings.hasTwins else { return 1 }
      // Whole hours of more and of less traffic, as office hours have.
      let hour = Int(second / 3_600 + phase)
      return [1.0, 1.6, 0.8, 1.3, 0.7, 1.1, 1.8][hour % 7]
    }
    var lines: [String] = []
    var number = 0
    for second in 0..<Int(length) {
      let time = Double(second)
      let active = episodes.filter { time >= $0.start && time < $0.end }
      if active.contains(where: { $0.kind == "log_gap" }) { continue }
      for tenant in 0..<settings.tenants {
        var rate = settings.rate / Double(settings.tenants) * weights[tenant] * swing(time)
        if tenant == newcomer, time < newcomerAt { rate = 0 }
        if tenant == growing { rate *= 1 + 2 * time / length }
        let mine = active.filter { $0.tenant == tenant }
        if let abuse = mine.first(where: { $0.kind == "abuse_volume" }) { rate *= 10 + 15 * abuse.strength }
        var requests = random.poisson(rate).map { _ in Request(user: Int(random.unit() * Double(settings.users))) }
        if let campaign = mine.first(where: { $0.kind == "jailbreak_campaign" }) {
          for _ in random.poisson(1 / (10 + 20 * campaign.strength)) {
            requests.append(Request(user: 7, isAttack: true))
          }
        }
        for var request in requests {
          number += 1
          if random.unit() < base.attack { request.isAttack = true }
          let isDown = active.contains { $0.kind == "guardrail_fail_open" && random.unit() < 0.05 + 0.95 * $0.strength }
          let isCaught = request.isAttack && !isDown && random.unit() < 0.9
          let isRefusing = active.first { $0.kind == "over_refusal" }
          let refusal = isRefusing.map { base.refusal + 0.12 + 0.15 * $0.strength } ?? base.refusal
          let leaks = mine.contains { $0.kind == "pii_leak" }
          let isLeaking = random.unit() < (leaks ? 0.25 + 0.3 * random.unit() : base.pii)
          let harm = request.isAttack && !isCaught ? 0.4 : base.harm
          var record: [(String, String)] = [
            ("ts", "\"\((UsageLog.origin + .seconds(time + random.unit() * 0.999)).formatted())\""),
            ("request_id", "\"r\(number)\""), ("tenant", "\"t\(tenant)\""),
            ("user_hash", "\"\(UsageLog.hash(tenant, request.user))\""), ("model", "\"chat\""),
            ("model_version", time < deployAt ? "\"m-1.0\"" : "\"m-1.1\""),
            ("tokens_in", "\(50 + Int(300 * random.unit()))"), ("tokens_out", "\(20 + Int(600 * random.unit()))"),
            (
              "finish_reason",
              isCaught ? "\"content_filter\"" : random.unit() < refusal ? "\"refusal\"" : "\"stop\""
            ),
            (
              "guardrail",
              isDown || random.unit() < base.failing
                ? "{\"status\":\"guardrail_failed_to_respond\",\"categories\":[]}"
                : isCaught
                  ? "{\"status\":\"guardrail_intervened\",\"categories\":[\"jailbreak\"]}"
                  : "{\"status\":\"success\",\"categories\":[]}"
            ),
            ("pii", isLeaking ? "{\"out_entities\":[\"EMAIL\"]}" : "{\"out_entities\":[]}"),
            ("eval", random.unit() < harm ? "{\"harm_label\":\"harm\"}" : "{\"harm_label\":\"ok\"}"),
            ("prompt_benign", request.isAttack ? "false" : "true"), ("latency_ms", "\(200 + Int(900 * random.unit()))"),
          ]
          record.removeAll { settings.without.contains($0.0) }
          if settings.isReversed { record.reverse() }
          lines.append("{" + record.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}")
        }
      }
    }
    self.lines = lines
    labels = EpisodeLabels(
      episodes: episodes.enumerated().map { index, episode in
        let isShared = ["over_refusal", "guardrail_fail_open", "log_gap"].contains(episode.kind)
        return EpisodeLabels.Episode(
          id: "E\(index + 1)", kind: episode.kind, tenant: isShared ? nil : "t\(episode.tenant)",
          start: UsageLog.origin + .seconds(episode.start), end: UsageLog.origin + .seconds(episode.end))
      })
  }

  private struct Request {
    var user: Int
    var isAttack = false
  }

  private static func hash(_ tenant: Int, _ user: Int) -> String {
    var random = SplitMix64(seed: UInt64(tenant * 1_000 + user))
    return String(random.next(), radix: 16)
  }

  /// The log as an input of a replay.
  var input: Replayer.Input {
    Replayer.Input(path: "usage.jsonl", bytes: Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  /// What the shipped rules make of the log.
  func quality() throws -> DetectionQuality {
    try UsageLog.quality(of: input, labels: labels)
  }

  static func quality(of input: Replayer.Input, labels: EpisodeLabels) throws -> DetectionQuality {
    var journal: [JournalEntry] = []
    _ = try Replayer(
      options: CollectorOptions(paths: [input.path]), until: nil, wallTime: UsageLog.origin + .seconds(1e8)
    ).run([[input]]) { event in
      if case .journal(let entry) = event { journal.append(entry) }
    }
    return DetectionQuality(journal, labels: labels)
  }
}

extension SplitMix64 {
  /// From 0 up to but not including 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// As many elements as a Poisson process of the rate has events in a second.
  mutating func poisson(_ rate: Double) -> Range<Int> {
    var product = unit()
    var count = 0
    // exp(-rate), by its series over a small step.
    var limit = 1.0
    for _ in 0..<64 { limit *= 1 - rate / 64 + rate * rate / 8_192 }
    while product > limit, count < 1_000 {
      product *= unit()
      count += 1
    }
    return 0..<count
  }
}

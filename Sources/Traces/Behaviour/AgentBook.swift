import Domain

/// What is remembered of an agent's runs, version by version, and what their comparison showed.
struct AgentBook: Sendable {
  static let runLimit = 200
  static let versionLimit = 4
  static let toolLimit = 128
  /// With fewer runs on either side nothing is compared.
  static let minimumRuns = 20
  /// So many of the latest runs of a version are compared at once.
  static let window = 40
  /// So many new runs come between two comparisons.
  static let stride = 20
  /// Smaller divergences are of no consequence, whatever their p.
  static let effectFloor = 0.03
  /// Trigrams are compared only with so many runs; the noise of fewer is too large.
  static let novelRuns = 80
  static let novelShare = 0.25

  struct Version: Sendable {
    var name: String?
    var runs: [RunProfile] = []
    var count = 0
    var compared = 0
    /// Comparisons in a row that found a drift, by detector.
    var inARow: [Detector: Int] = [:]
  }

  struct ToolWindow: Sendable {
    static let size = 50
    static let historyLimit = 40
    static let minimumHistory = 4
    var calls = 0
    var errors = 0
    /// The error rates of earlier windows.
    var rates: [Double] = []
  }

  let agent: String
  private var names = FeatureNames()
  private(set) var versions: [Version] = []
  private var tools: [String: ToolWindow] = [:]
  private var runs = 0
  private var orphans = 0
  private var raised: [String: Finding.Tier] = [:]

  init(agent: String) { self.agent = agent }

  /// The figures of the agent's successful runs.
  var usual: UsualRuns {
    var usual = UsualRuns()
    for run in versions.flatMap(\.runs) where run.isSuccess {
      usual.steps.append(run.steps)
      if let tokens = run.tokens { usual.tokens.append(tokens) }
      if let cost = run.cost { usual.cost.append(cost) }
      if let seconds = run.seconds { usual.seconds.append(seconds) }
    }
    return usual
  }

  /// ``usual`` once there are enough of them; computed anew every ten runs.
  private(set) var usualIfEnough: UsualRuns?

  /// Takes in an ended run, and compares when enough are there.
  mutating func learn(_ run: AgentRun, compares: Bool = true) -> [Finding] {
    let profile = names.profile(of: run)
    var place = versions.firstIndex { $0.name == run.version }
    if place == nil {
      if versions.count >= AgentBook.versionLimit { versions.remove(at: 1) }
      versions.append(Version(name: run.version))
      place = versions.count - 1
    }
    guard let place else { return [] }
    if let known = versions[place].runs.lastIndex(where: { $0.identity == profile.identity }) {
      versions[place].runs[known] = profile
      return []
    }
    if versions[place].runs.count >= AgentBook.runLimit { versions[place].runs.removeFirst() }
    versions[place].runs.append(profile)
    versions[place].count += 1
    runs += 1
    if runs >= UsualRuns.minimum, runs % 10 == 0 {
      let usual = usual
      usualIfEnough = usual.steps.count >= UsualRuns.minimum ? usual : nil
    }
    guard compares, versions[place].count - versions[place].compared >= AgentBook.stride else { return [] }
    return compare(place, at: run.end)
  }

  /// Compares what has not been compared yet, at the end of the input.
  mutating func finish(at now: Timestamp) -> [Finding] {
    versions.indices.flatMap { place in
      versions[place].count > versions[place].compared ? compare(place, at: now) : []
    }
  }

  /// Counts a run whose trace lacks parents.
  mutating func noteOrphan(at now: Timestamp) -> [Finding] {
    orphans += 1
    guard runs >= 100, orphans >= 3, Double(orphans) > 0.01 * Double(runs + orphans) else { return [] }
    return report(
      .orphan, .warn, nil, at: now,
      detail: "\(orphans) of \(runs + orphans) runs lack spans that others name as their parent",
      evidence: "more than 1 %: look for losses between the agents and the collector's file")
  }

  /// Counts a tool call.
  mutating func note(tool: String, isError: Bool, version: String?, at now: Timestamp) -> [Finding] {
    guard tools[tool] != nil || tools.count < AgentBook.toolLimit else { return [] }
    let isFull = { (window: inout ToolWindow) -> Bool in
      window.calls += 1
      if isError { window.errors += 1 }
      return window.calls >= ToolWindow.size
    }(&tools[tool, default: ToolWindow()])
    guard isFull, var window = tools[tool] else { return [] }
    let usual = UsualRuns.quantile(window.rates.sorted(), 0.95)
    let lower = Proportion(window.errors, of: window.calls).interval.lowerBound
    let isWorse = window.rates.count >= ToolWindow.minimumHistory && lower > usual
    let errors = window.errors
    if !isWorse { window.rates.append(Double(window.errors) / Double(window.calls)) }
    if window.rates.count > ToolWindow.historyLimit { window.rates.removeFirst() }
    window.calls = 0
    window.errors = 0
    tools[tool] = window
    let key = Detector.toolErrorRate.rawValue + " " + tool
    guard isWorse else {
      raised[key] = nil
      return []
    }
    guard raised.updateValue(.warn, forKey: key) == nil else { return [] }
    return [
      finding(
        .toolErrorRate, .warn, version, at: now,
        detail: "\(EvidenceExcerpt.of(tool, limit: 60)) failed in \(errors) of its last \(ToolWindow.size) calls",
        evidence: "at least \(AgentBook.percent(lower)) by Wilson's interval; earlier windows stayed below "
          + AgentBook.percent(usual))
    ]
  }

  /// Why versions cannot be compared yet.
  var blindSpots: [BlindSpot] {
    guard versions.count > 1, let baseline = baselineIndex ?? versions.indices.first else { return [] }
    return versions.indices.compactMap { place in
      guard place != baseline || versions[place].count < AgentBook.minimumRuns else { return nil }
      let count = versions[place].count
      guard count < AgentBook.minimumRuns else { return nil }
      let missing = AgentBook.minimumRuns - count
      return BlindSpot(
        agent: agent, detector: Detector.driftToolMix.rawValue,
        because: "version \(versions[place].name ?? "unknown") has \(count) ended run\(count == 1 ? "" : "s"): "
          + "a comparison needs \(missing) more run\(missing == 1 ? "" : "s")")
    }
  }

  /// The first version with enough runs.
  private var baselineIndex: Int? { versions.firstIndex { $0.count >= AgentBook.minimumRuns } }

  private mutating func compare(_ place: Int, at now: Timestamp) -> [Finding] {
    versions[place].compared = versions[place].count
    guard let base = baselineIndex, base != place, versions[place].runs.count >= AgentBook.minimumRuns else {
      return []
    }
    let before = versions[base].runs
    let after = Array(versions[place].runs.suffix(AgentBook.window))
    let seed = ContentHash.of(agent, versions[place].name ?? "") &+ UInt64(versions[place].count)
    var findings: [Finding] = []
    let mix = RunComparison.divergence(before.map(\.mix), after.map(\.mix), seed: seed)
    findings += judge(mix, .driftToolMix, place, base, at: now) { $0.tool($1) }
    let ways = RunComparison.divergence(before.map(\.transitions), after.map(\.transitions), seed: seed &+ 1)
    findings += judge(ways, .driftTransition, place, base, at: now) { $0.step($1) }
    findings += judgeNovelty(before, after, place, base, at: now)
    let figures: [(Detector, (RunProfile) -> Double?, String)] = [
      (.driftSteps, { $0.steps }, "steps"), (.driftTokens, { $0.tokens }, "tokens"),
      (.driftLatency, { $0.seconds }, "seconds"),
    ]
    for (detector, value, unit) in figures {
      findings += judge(before.compactMap(value), after.compactMap(value), detector, unit, place, base, at: now)
    }
    findings += judgeRefusals(before, after, place, base, at: now)
    return findings
  }

  private mutating func judge(
    _ divergence: RunComparison.Divergence, _ detector: Detector, _ place: Int, _ base: Int, at now: Timestamp,
    words: (FeatureNames, Int) -> String
  ) -> [Finding] {
    guard divergence.p <= 0.01, divergence.value >= AgentBook.effectFloor else {
      versions[place].inARow[detector] = 0
      return []
    }
    let windows = (versions[place].inARow[detector] ?? 0) + 1
    versions[place].inARow[detector] = windows
    let moves = divergence.movers.filter { abs($0.points) >= 1 }.map { mover in
      let points = mover.points.rounded()
      return
        "\(EvidenceExcerpt.of(words(names, mover.feature), limit: 80)) \(points > 0 ? "+" : "−")\(Int(abs(points))) points"
    }
    return report(
      detector, windows >= 3 ? .incident : .warn, versions[place].name, at: now,
      detail: "\(moves.joined(separator: ", ")) since version \(versions[base].name ?? "unknown")",
      evidence: "Jensen–Shannon \(AgentBook.decimals(divergence.value)), p \(AgentBook.decimals(divergence.p)) of "
        + "\(RunComparison.draws) shuffles of \(versions[base].runs.count) and "
        + "\(min(AgentBook.window, versions[place].runs.count)) runs")
  }

  private mutating func judgeNovelty(
    _ before: [RunProfile], _ after: [RunProfile], _ place: Int, _ base: Int, at now: Timestamp
  ) -> [Finding] {
    guard before.count >= AgentBook.novelRuns else { return [] }
    let known = Set(before.flatMap(\.trigrams))
    let all = after.flatMap(\.trigrams)
    let unseen = all.count { !known.contains($0) }
    guard !all.isEmpty, Double(unseen) / Double(all.count) > AgentBook.novelShare else { return [] }
    return report(
      .novelTransition, .notice, versions[place].name, at: now,
      detail:
        "\(AgentBook.percent(Double(unseen) / Double(all.count))) of three calls in a row were never seen in version "
        + (versions[base].name ?? "unknown"), evidence: "\(unseen) of \(all.count)")
  }

  private mutating func judge(
    _ before: [Double], _ after: [Double], _ detector: Detector, _ unit: String, _ place: Int, _ base: Int,
    at now: Timestamp
  ) -> [Finding] {
    guard before.count >= AgentBook.minimumRuns, after.count >= AgentBook.minimumRuns else { return [] }
    let (old, new) = (RunComparison.median(before), RunComparison.median(after))
    let p = RunComparison.mannWhitney(before, after)
    guard p <= 0.001, old > 0, !(0.8...1.25).contains(new / old) else { return [] }
    return report(
      detector, .warn, versions[place].name, at: now,
      detail:
        "the median run takes \(BudgetDetector.figure(new)) \(unit) instead of \(BudgetDetector.figure(old)) since "
        + "version \(versions[base].name ?? "unknown")",
      evidence: "Mann–Whitney p \(AgentBook.decimals(p)), \(before.count) and \(after.count) runs")
  }

  private mutating func judgeRefusals(
    _ before: [RunProfile], _ after: [RunProfile], _ place: Int, _ base: Int, at now: Timestamp
  ) -> [Finding] {
    let (old, new) = (before.compactMap(\.isRefusal), after.compactMap(\.isRefusal))
    guard old.count >= AgentBook.minimumRuns, new.count >= AgentBook.minimumRuns else { return [] }
    let (was, now_) = (old.count { $0 }, new.count { $0 })
    guard Proportion(now_, of: new.count).interval.lowerBound > Proportion(was, of: old.count).interval.upperBound
    else {
      return []
    }
    return report(
      .refusalRate, .warn, versions[place].name, at: now,
      detail: "\(now_) of \(new.count) runs end in a refusal, \(was) of \(old.count) in version "
        + (versions[base].name ?? "unknown"), evidence: "Wilson's 95 % intervals do not meet")
  }

  private mutating func report(
    _ detector: Detector, _ tier: Finding.Tier, _ version: String?, at now: Timestamp, detail: String, evidence: String
  ) -> [Finding] {
    let key = detector.rawValue + " " + (version ?? "")
    if let known = raised[key], known >= tier { return [] }
    raised[key] = tier
    return [finding(detector, tier, version, at: now, detail: detail, evidence: evidence)]
  }

  private func finding(
    _ detector: Detector, _ tier: Finding.Tier, _ version: String?, at now: Timestamp, detail: String, evidence: String
  ) -> Finding {
    Finding(
      detector: detector.rawValue, tier: tier, runID: "", agent: agent, version: version, spanIDs: [], at: now,
      detail: detail, evidence: evidence)
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private static func decimals(_ value: Double) -> String { String((value * 1_000).rounded() / 1_000) }
}

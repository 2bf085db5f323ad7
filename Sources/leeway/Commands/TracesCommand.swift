import ArgumentParser
import Decoding
import Domain
import Engine
import Redaction
import Screen
import Tailing
import Traces

/// `leeway traces FILE…`: the runs in trace files, what was found in them, and what cannot be seen.
struct TracesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "traces", abstract: "Agent runs, findings and blind spots of trace files.",
    discussion: "Reads every trace format that `leeway sniff` names; a file that cannot be read whole says why.")

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The trace files.", completion: .file())
  var files: [String]

  @Option(help: "What the agents may do, as YAML or JSON.", completion: .file(extensions: ["yaml", "yml", "json"]))
  var policy: String?

  @Option(help: "Exit with 1 when a finding of this tier or a graver one was made: notice, warn or incident.")
  var failOn: String?

  @Option(
    help: "A JSON or YAML file of prices in US dollars for a million tokens, over the built-in ones.",
    completion: .file())
  var prices: String?

  func validate() throws {
    if let failOn, Finding.Tier(rawValue: failOn) == nil {
      throw ValidationError("--fail-on takes notice, warn or incident, not '\(failOn)'")
    }
  }

  func run() throws {
    let policies = try PolicyFile.load(policy) ?? .undeclared
    var assembler = RunAssembler(capacity: 1_000_000, spanMemory: 1 << 22, policies: policies)
    var findings: [String: [Finding]] = [:]
    var order: [String] = []
    var runs: [String: AgentRun] = [:]
    let prices = try PriceFile.table(prices)
    func take(_ updates: [RunUpdate]) {
      for update in updates {
        if runs.updateValue(update.run, forKey: update.run.id) == nil { order.append(update.run.id) }
        if !update.findings.isEmpty {
          findings[update.run.id, default: []] += update.findings.map(Redactor.standard.finding)
        }
      }
    }
    let summaries = try files.map { file in
      try TraceFile.read(file, prices: prices) { read in
        var batch = read
        Redactor.standard.redact(&batch.spans)
        take(assembler.add(batch.spans))
      }
    }
    take(assembler.finish())
    let agentFindings = assembler.takeAgentFindings().map(Redactor.standard.finding)
    let rows = order.compactMap { runs[$0] }.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
    if shared.json {
      StandardOutput.json([
        "schema": 1, "files": .array(summaries.map(\.json)),
        "runs": .array(rows.map { $0.summary(findings: findings[$0.id] ?? []) }),
        "agents": TracesCommand.agents(agentFindings),
        "blind": .array(assembler.blindSpots.map(\.json)),
      ])
    } else {
      printText(rows, findings, assembler.blindSpots)
      for finding in agentFindings {
        StandardOutput.line(
          SanitisedText.string(
            "\(finding.agent ?? "unknown") \(finding.version ?? "") \(finding.tier.rawValue) \(finding.detector): "
              + finding.detail))
      }
      for summary in summaries where summary.malformed > 0 || summary.spans == 0 { complain(of: summary) }
    }
    if !summaries.contains(where: \.isUsable) {
      let first = summaries.first?.reasons.max { $0.value < $1.value }?.key ?? "there is nothing in it"
      throw CommandFailure(
        .inputUnusable, "\(files.joined(separator: ", ")): no traces (\(first)): name a file that `leeway sniff` knows")
    }
    let worst = (findings.values.joined() + agentFindings).map(\.tier).max()
    if let failOn = failOn.flatMap(Finding.Tier.init(rawValue:)), let worst, worst >= failOn {
      throw CommandFailure(.answerIsNo)
    }
  }

  /// The findings about many runs, by agent and version.
  private static func agents(_ findings: [Finding]) -> JSON {
    let groups = Dictionary(grouping: findings) { [$0.agent ?? "", $0.version ?? ""] }
    return .array(
      groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { _, findings in
        [
          "agent": JSON(findings.first?.agent), "version": JSON(findings.first?.version),
          "findings": .array(findings.map(\.json)),
        ]
      })
  }

  private func complain(of summary: TraceFile.Summary) {
    let reasons = summary.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3)
      .map { $0.value > 1 ? "\($0.key) (\($0.value) times)" : $0.key }.joined(separator: "; ")
    StandardError.line(
      "leeway: \(summary.path) (\(summary.recognised.format.rawValue)): \(summary.spans) spans, "
        + "\(summary.malformed) records unreadable" + (reasons.isEmpty ? "" : ": \(reasons)"))
  }

  private func printText(_ runs: [AgentRun], _ findings: [String: [Finding]], _ blind: [BlindSpot]) {
    for run in runs {
      StandardOutput.line(
        SanitisedText.string(
          "\(run.hasTimes ? run.start.formatted(.seconds) : "without times") \(run.agent ?? "unknown") \(run.id) \(run.isEnded ? "ended" : "open") "
            + "\(run.spans) spans \(run.steps) steps \(run.toolErrors) tool errors"))
      for finding in findings[run.id] ?? [] {
        StandardOutput.line(SanitisedText.string("  \(finding.tier.rawValue) \(finding.detector): \(finding.detail)"))
      }
    }
    // Detectors that lack the same are told together.
    let groups = Dictionary(grouping: blind) { [$0.agent, $0.because] }
    for (key, spots) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let detectors = spots.map(\.detector).joined(separator: ", ")
      StandardOutput.line(SanitisedText.string("blind: \(key[0]) \(detectors): \(key[1])"))
    }
  }
}

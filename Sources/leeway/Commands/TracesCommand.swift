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
    discussion: "Reads OTLP/JSON today; LOOP_REPEAT is the detector that runs.")

  @OptionGroup var shared: SharedOptions

  @Argument(help: "The trace files.", completion: .file())
  var files: [String]

  @Option(help: "Exit with 1 when a finding of this tier or a graver one was made: notice, warn or incident.")
  var failOn: String?

  func validate() throws {
    if let failOn, Finding.Tier(rawValue: failOn) == nil {
      throw ValidationError("--fail-on takes notice, warn or incident, not '\(failOn)'")
    }
  }

  func run() throws {
    var assembler = RunAssembler(capacity: 1_000_000, spanMemory: 1 << 22)
    var findings: [String: [Finding]] = [:]
    var order: [String] = []
    var runs: [String: AgentRun] = [:]
    var fileRows: [JSON] = []
    let decoder = OTLPTraceDecoder()
    for file in files {
      let bytes = try InputFile.bytes(of: file)
      let recognised = FormatRecogniser().recognise(head: Array(bytes.prefix(65_536)), path: file)
      guard recognised.format.decoder == .otlp else {
        throw CommandFailure(
          .inputUnusable,
          "\(file) is \(recognised.format.rawValue), not OTLP/JSON traces (\(recognised.reason)): name a trace file")
      }
      var spanCount = 0
      var malformed = 0
      func take(_ decoded: OTLPBatch) {
        var batch = decoded
        Redactor.standard.redact(&batch.spans)
        spanCount += batch.spans.count
        malformed += batch.malformed
        for update in assembler.add(batch.spans) {
          if runs.updateValue(update.run, forKey: update.run.id) == nil { order.append(update.run.id) }
          findings[update.run.id, default: []] += update.findings.map(Redactor.standard.finding)
        }
      }
      if recognised.isDocument {
        take(decoder.decode(bytes.span.bytes))
      } else {
        LineSplitter.forEachLine(of: bytes.span.bytes) { line in
          if !JSONLineScanner.isBlank(line) { take(decoder.decode(line)) }
        }
      }
      fileRows.append([
        "path": .string(file), "format": .string(recognised.format.rawValue), "dialect": JSON(recognised.dialect),
        "spans": JSON(spanCount), "malformed": JSON(malformed),
      ])
    }
    let rows = order.compactMap { runs[$0] }.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
    if shared.json {
      StandardOutput.json([
        "schema": 1, "files": .array(fileRows),
        "runs": .array(rows.map { $0.summary(findings: findings[$0.id] ?? []) }), "agents": [],
        "blind": .array(assembler.blindSpots.map(\.json)),
      ])
    } else {
      printText(rows, findings, assembler.blindSpots)
    }
    let worst = findings.values.joined().map(\.tier).max()
    if let failOn = failOn.flatMap(Finding.Tier.init(rawValue:)), let worst, worst >= failOn {
      throw CommandFailure(.answerIsNo)
    }
  }

  private func printText(_ runs: [AgentRun], _ findings: [String: [Finding]], _ blind: [BlindSpot]) {
    for run in runs {
      StandardOutput.line(
        SanitisedText.string(
          "\(run.start.formatted(.seconds)) \(run.agent ?? "unknown") \(run.id) \(run.isEnded ? "ended" : "open") "
            + "\(run.spans) spans \(run.steps) steps \(run.toolErrors) tool errors"))
      for finding in findings[run.id] ?? [] {
        StandardOutput.line(SanitisedText.string("  \(finding.tier.rawValue) \(finding.detector): \(finding.detail)"))
      }
    }
    for spot in blind {
      StandardOutput.line(SanitisedText.string("blind: \(spot.agent) \(spot.detector): \(spot.because)"))
    }
  }
}

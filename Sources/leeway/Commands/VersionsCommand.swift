import ArgumentParser
import Domain
import Engine
import Incidents
import Screen
import Storage

/// `leeway versions`: the versions that were seen in the data, and what was decided about them.
struct VersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions", abstract: "Versions that the data told of, and the reviews of them.",
    subcommands: [List.self, Review.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every version, with its review; the newest last.")
    @OptionGroup var shared: SharedOptions

    func run() throws {
      let fold = try shared.openStore(.readOnly).read { reader in
        var fold = JournalFold()
        try fold.refresh(reader)
        return fold
      }
      let seen = fold.versions.sorted { ($0.since, $0.source, $0.version) < ($1.since, $1.source, $1.version) }
      if shared.json {
        StandardOutput.json([
          "schema": 1,
          "versions": .array(
            seen.map { version in
              [
                "source": .string(version.source), "version": .string(version.version), "since": JSON(version.since),
                "initial": .bool(version.isInitial), "review": fold.reviews[version.version]?.json ?? .null,
              ]
            }),
        ])
        return
      }
      for version in seen {
        let review = fold.reviews[version.version].map { "\($0.decision.rawValue) by \($0.by): \($0.reason)" }
        StandardOutput.line(
          SanitisedText.string(
            "\(version.version) in \(version.source) since \(version.since.formatted(.seconds))  "
              + (review ?? (version.isInitial ? "there from the start" : "not reviewed"))))
      }
    }
  }

  struct Review: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record what was decided about a version.",
      discussion: """
        accept makes it the new normal: for every metric that is watched for drift, and of which it has 200 rows, a
        reference is captured from its last hour and promoted. watch and roll_back change nothing but the record.
        """)
    @Argument(help: "The version.") var version: String
    @OptionGroup var shared: SharedOptions
    @Option(help: "accept, watch or roll_back.") var decision: String
    @Option(help: "Why.") var reason: String
    @Option(name: .customLong("as"), help: "The name to record beside your login.") var claimedName: String?

    func run() throws {
      guard let decision = VersionReview.Decision(rawValue: decision) else {
        throw ValidationError("--decision takes accept, watch or roll_back, not '\(self.decision)'")
      }
      let outcome = try VersionDesk(store: try shared.openStore(.existing)).review(
        version, decision, reason: reason, actor: OperatorIdentity.current(claimed: claimedName),
        clock: SystemWallClock())
      switch outcome {
      case .success(let promoted):
        if shared.json {
          StandardOutput.json([
            "schema": 1, "version": .string(version), "decision": .string(decision.rawValue),
            "promoted": .array(promoted.map(JSON.string)),
          ])
        } else {
          let names =
            promoted.isEmpty ? "" : "; measured against it from the next start on: " + promoted.joined(separator: ", ")
          StandardOutput.line(SanitisedText.string("\(version): \(decision.rawValue)\(names)"))
        }
      case .failure(let refusal):
        if shared.json { StandardOutput.json(refusal.json) } else { StandardError.line("leeway: \(refusal)") }
        throw CommandFailure(.answerIsNo)
      }
    }
  }
}

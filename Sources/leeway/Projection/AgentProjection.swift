import Dashboard
import Domain
import Storage
import Traces

/// Agent runs as the screens show them: one row an agent, one mark a run.
enum AgentProjection {
  private static let limit = 600
  private static let marks = 60
  private static let listed = 30

  static func rows(_ cache: inout RunCache, _ reader: StoreReader) throws -> [AgentRow] {
    let runs = try cache.newest(limit: limit, reader)
    let byAgent = Dictionary(grouping: runs) { $0.agent ?? "unknown" }
    let rows = byAgent.map { name, runs -> AgentRow in
      let newest = runs.sorted { ($0.start, $0.id) > ($1.start, $1.id) }
      let marks = newest.prefix(Self.marks).map(mark)
      let flagged = newest.prefix(Self.marks).filter { ($0.worstTier ?? .notice) >= .warn }
      let blind = newest.filter(\.isBlind).count
      return AgentRow(
        name: name, runs: marks.reversed(), note: note(flagged),
        blind: blind > 0
          ? "loops, policies and secrets cannot be seen in \(blind) of \(newest.count) runs: spans lack arguments or results"
          : nil,
        latest: newest.prefix(listed).map { run in
          AgentRow.Run(
            id: run.id, start: run.start, duration: run.isEnded ? run.duration : nil, steps: run.steps,
            tokens: run.inputTokens.map { $0 &+ (run.outputTokens ?? 0) } ?? run.outputTokens, mark: mark(run),
            findings: run.worstTier.map { ["\(run.worstDetector ?? Detector.loopRepeat.rawValue) \($0.rawValue)"] }
              ?? [])
        })
    }
    return rows.sorted { left, right in
      let (first, second) = (left.runs.max() ?? .ok, right.runs.max() ?? .ok)
      return first == second ? left.name < right.name : first > second
    }
  }

  /// What stands out in the flagged runs: their number, called loops where all of them are.
  private static func note(_ flagged: [AgentRun]) -> String? {
    guard !flagged.isEmpty else { return nil }
    let areLoops = flagged.allSatisfy { $0.worstDetector?.hasPrefix("LOOP") ?? true }
    return areLoops ? "\(flagged.count) loop\(flagged.count == 1 ? "" : "s")" : "\(flagged.count) flagged"
  }

  static func mark(_ run: AgentRun) -> RunMark {
    switch run.worstTier {
    case .incident: return .incident
    case .warn: return .warn
    case .notice: return .notice
    case nil: return run.isEnded ? .ok : .open
    }
  }
}

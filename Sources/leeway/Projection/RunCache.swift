import Storage
import Traces

/// The newest agent runs; those that have not changed since the last look are not read again.
struct RunCache {
  private var known: [Int64: AgentRun] = [:]
  private var newestRow: Int64 = 0

  /// The runs that ended last, newest first, at most `limit`.
  mutating func newest(limit: Int, _ reader: StoreReader) throws -> [AgentRun] {
    let rows = try reader.newestRunRows(limit: limit)
    let newest = rows.max() ?? 0
    // A run that is stored anew gets the next row; only the newest row can be given to another run again.
    if newest < newestRow { known = [:] }
    known[newestRow] = nil
    newestRow = newest
    var fresh: [Int64: AgentRun] = [:]
    var runs: [AgentRun] = []
    for row in rows {
      guard let run = try known[row] ?? reader.run(row: row).flatMap(AgentRun.init(json:)) else { continue }
      fresh[row] = run
      runs.append(run)
    }
    known = fresh
    return runs
  }
}

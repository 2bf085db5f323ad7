import Domain
import Traces

/// What is stored of a source beside its summaries: counters, how far it has come, and what was recognised.
struct SourceState {
  var counters: SourceCounters
  var recognition: Recognition?
  var problem: String?
  /// Monotonic time of the last line.
  private(set) var heardAt: Duration
  private(set) var lastLineAt: Timestamp?
  let watermark: Timestamp?
  let evaluatedThrough: Timestamp?
  let firstBoundary: Timestamp?
  let watchedSince: Timestamp?
  private var stored: JSON

  /// Reads what was stored; nothing is known of a new source.
  init(json: JSON, quietSince: Duration) {
    func time(_ name: String) -> Timestamp? { json[name]?.integer.map(Timestamp.init(nanoseconds:)) }
    counters = SourceCounters(json: json)
    recognition = json["recognition"].flatMap(Recognition.init(json:))
    problem = json["problem"]?.string
    heardAt = quietSince
    lastLineAt = json["last_line_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
    watermark = time("watermark_ns")
    evaluatedThrough = time("evaluated_ns")
    firstBoundary = time("first_boundary_ns")
    watchedSince = time("watched_ns")
    stored = json
  }

  /// Takes note of a line.
  mutating func heard(at now: Timestamp, elapsed: Duration) {
    heardAt = elapsed
    lastLineAt = now
  }

  /// The state as it is to be stored; nil when it is stored like this already.
  mutating func changedJSON(worker: SourceWorker?) -> JSON? {
    let counters = worker?.counters ?? counters
    var object = counters.json.object ?? JSONObject()
    object["last_line_at"] = JSON(lastLineAt)
    object["watermark"] = JSON(worker?.watermark)
    object["watermark_ns"] = JSON(worker?.watermark.map { Int($0.nanoseconds) })
    object["evaluated_ns"] = JSON(worker?.evaluatedThrough.map { Int($0.nanoseconds) })
    object["first_boundary_ns"] = JSON(worker?.firstEvaluated.map { Int($0.nanoseconds) })
    object["watched_ns"] = JSON(worker?.watchedSince.map { Int($0.nanoseconds) })
    object["recognition"] = recognition?.json ?? .null
    object["problem"] = JSON(problem)
    object["notices"] = .array(((worker?.notices ?? []) + (problem.map { [$0] } ?? [])).map(JSON.string))
    object["blind"] = .array((worker?.blindSpots ?? []).map(\.json))
    let json = JSON.object(object)
    guard json != stored else { return nil }
    stored = json
    return json
  }
}

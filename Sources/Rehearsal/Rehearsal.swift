public import Domain

/// A seeded, living AI service that exists only as the log lines it writes: requests, ratings, evaluation results,
/// agents' traces and accelerator readings, with scripted faults (``FaultScript/standard``).
///
/// Time is passed in. The lines depend on the seed, the start and the script alone, not on how often or in what steps
/// they are asked for.
public struct Rehearsal: Sendable {
  /// How much the rehearsed service has to do.
  public struct Pace: Hashable, Sendable {
    /// Requests a second, on average over the day.
    public var requestsPerSecond: Double
    /// Agent runs a second.
    public var runsPerSecond: Double
    /// Between two evaluation results.
    public var evaluationEvery: Duration
    /// Between two accelerator readings.
    public var readingEvery: Duration

    /// A service of the size that the demo shows: 15 to 25 requests a second, a run every four seconds.
    public static let standard = Pace(
      requestsPerSecond: 20, runsPerSecond: 0.25, evaluationEvery: .seconds(3), readingEvery: .seconds(2))
    /// A small one, whose night fits a megabyte.
    public static let small = Pace(
      requestsPerSecond: 0.72, runsPerSecond: 0.018, evaluationEvery: .seconds(30), readingEvery: .seconds(30))

    /// Creates a pace.
    public init(
      requestsPerSecond: Double, runsPerSecond: Double, evaluationEvery: Duration, readingEvery: Duration
    ) {
      self.requestsPerSecond = requestsPerSecond
      self.runsPerSecond = runsPerSecond
      self.evaluationEvery = evaluationEvery
      self.readingEvery = readingEvery
    }
  }

  /// How much history precedes the live start of the standard script.
  public static let history = Duration.seconds(3_600)
  /// The standard script: what happens when, and what an operator sees.
  public static let script = FaultScript.standard

  /// The instant that the script's times are relative to: an hour after the start.
  public let liveStart: Timestamp
  private var inference: InferenceLog
  private var feedback: FeedbackLog
  private var evaluations: EvaluationLog
  private var agents: AgentLog
  private var accelerators: AcceleratorLog

  /// Creates a service whose first lines are written just after `start`. Its script is relative to `start + history`.
  public init(
    seed: UInt64, start: Timestamp, script: FaultScript = .standard, pace: Pace = .standard,
    history: Duration = Rehearsal.history
  ) {
    let liveStart = start + history
    self.liveStart = liveStart
    var seeds = SplitMix64(seed: seed)
    inference = InferenceLog(
      seed: seeds.next(), start: start, liveStart: liveStart, script: script,
      requestsPerSecond: pace.requestsPerSecond)
    feedback = FeedbackLog(seed: seeds.next())
    evaluations = EvaluationLog(
      seed: seeds.next(), start: start, liveStart: liveStart, script: script, every: pace.evaluationEvery)
    agents = AgentLog(
      seed: seeds.next(), start: start, liveStart: liveStart, script: script, runsPerSecond: pace.runsPerSecond)
    accelerators = AcceleratorLog(
      seed: seeds.next(), start: start, liveStart: liveStart, script: script, every: pace.readingEvery)
  }

  /// The lines that are written before `end` and have not been handed out yet, in order of time.
  public mutating func lines(until end: Timestamp) -> [RehearsedLine] {
    var lines: [RehearsedLine] = []
    while true {
      let (file, at) = due
      guard at < end else { return lines }
      if let bytes = line(of: file) { lines.append(RehearsedLine(file: file, at: at, bytes: bytes)) }
    }
  }

  private var due: (file: RehearsedFile, at: Timestamp) {
    var first = (file: RehearsedFile.inference, at: inference.next)
    if let at = feedback.next, at < first.at { first = (.feedback, at) }
    if evaluations.next < first.at { first = (.evaluations, evaluations.next) }
    if agents.next < first.at { first = (.traces, agents.next) }
    if accelerators.next < first.at { first = (.gpu, accelerators.next) }
    return first
  }

  private mutating func line(of file: RehearsedFile) -> [UInt8]? {
    switch file {
    case .inference:
      let (request, bytes) = inference.line()
      feedback.consider(request)
      return bytes
    case .feedback: return feedback.line()
    case .evaluations: return evaluations.line()
    case .traces: return agents.line()
    case .gpu: return accelerators.line()
    }
  }
}

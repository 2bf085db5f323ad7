public import Domain
import Incidents
import Measures
import Settings
import Tailing

/// Runs the collector's own pipeline over whole files in virtual (event) time: no store, no clock, no randomness.
///
/// Lines of several files are taken in the order of their times, so the same input gives the same bytes.
public struct Replayer {
  /// One thing that happened.
  public enum Event: Sendable {
    /// A signal changed.
    case signal(SignalTransition)
    /// An entry of the journal.
    case journal(JournalEntry)
  }

  /// What a replay added up to.
  public struct Summary: Sendable {
    /// Lines read, blank ones left out.
    public var lines = 0
    /// Lines that could not be read.
    public var malformed = 0
    /// Signal transitions.
    public var signals = 0
    /// Incidents opened.
    public var incidents = 0
  }

  /// A file's bytes and where it came from.
  public struct Input: Sendable {
    /// The file's path.
    public var path: String
    /// Its bytes.
    public var bytes: [UInt8]
    /// When it was last written, where that is known: it gives times without a year theirs.
    public var modified: Timestamp?

    /// Creates an input.
    public init(path: String, bytes: [UInt8], modified: Timestamp? = nil) {
      self.path = path
      self.bytes = bytes
      self.modified = modified
    }
  }

  private let options: CollectorOptions
  private let until: Timestamp?
  private let wallTime: Timestamp

  /// Creates a replayer; `until` ends it at an instant of event time.
  ///
  /// - Parameter wallTime: what lies far beyond it is taken for a wrong clock.
  public init(options: CollectorOptions, until: Timestamp?, wallTime: Timestamp) {
    self.options = options
    self.wallTime = wallTime
    self.until = until
  }

  /// Runs the inputs of each source and tells what happens, in order.
  ///
  /// - Parameter inputs: the files of each of the options' sources.
  public func run(_ inputs: [[Input]], _ tell: (Event) -> Void) throws -> Summary {
    var state = State(policy: options.configuration?.incidents ?? .standard)
    let ledger = PredictionLedger()
    let workers = try zip(options.sources, inputs).map { source, files in try worker(source, files, ledger) }
    var cursors = try makeCursors(inputs, workers)
    let step = options.step
    var boundary: Timestamp?
    while let next = cursors.indices.min(by: { cursors[$0].precedes(cursors[$1]) }), let at = cursors[next].next {
      if let until, at != .distantPast, at >= until { break }
      // Sources without a line of their own at this time step with the others, as quiet live sources do.
      let reached = at.floored(to: step)
      if at != .distantPast, boundary.map({ reached > $0 }) ?? true {
        boundary = reached
        for (index, worker) in workers.enumerated() where index != cursors[next].source {
          worker?.advance(to: at - .seconds(5))
        }
        try state.settle(workers.compactMap { $0 }, tell)
        SourceWorker.shareFiring(workers.compactMap { $0 })
      }
      cursors[next].deliver(to: workers[cursors[next].source])
      cursors[next].advance()
      if cursors[next].isAtEnd { cursors.remove(at: next) }
    }
    for worker in workers.compactMap({ $0 }) {
      if let until { worker.advance(to: until + RecordMeter.lateness) } else { worker.finish() }
    }
    try state.settle(workers.compactMap { $0 }, tell)
    var summary = state.summary
    for worker in workers.compactMap({ $0 }) {
      summary.lines += worker.counters.lines
      summary.malformed += worker.counters.malformed
    }
    return summary
  }

  private func worker(_ source: SourceDefinition, _ files: [Input], _ ledger: PredictionLedger) throws -> SourceWorker?
  {
    guard let first = files.first(where: { !$0.bytes.isEmpty }) else { return nil }
    let plan = SourceSetupPlan(
      source: source, configuration: options.configuration, prefix: options.prefix(of: source),
      salt: options.salt ?? [])
    let recognition = plan.recognise(
      head: Array(first.bytes.prefix(SourceSetupPlan.headLength)), path: first.path,
      reference: first.modified ?? wallTime)
    do {
      var setup = try plan.setup(recognition)
      setup.policies = options.policies
      return try SourceWorker(
        setup: setup, step: options.step, restored: SourceWorker.Restored(),
        wallTime: wallTime, isVirtual: true, ledger: ledger)
    } catch let error as SetupError {
      throw ReplayError(description: "\(first.path): \(error)")
    }
  }

  private func makeCursors(_ inputs: [[Input]], _ workers: [SourceWorker?]) throws -> [LineCursor] {
    var cursors: [LineCursor] = []
    for (source, files) in inputs.enumerated() {
      guard let worker = workers[source] else { continue }
      for file in files where !file.bytes.isEmpty {
        cursors.append(
          LineCursor(
            source: source, order: cursors.count, input: file, worker: worker, wallTime: wallTime))
      }
    }
    return cursors.filter { !$0.isAtEnd }
  }

  /// The journal of a replay, kept in memory.
  private struct State {
    let journal: BatchJournal
    var fold = JournalFold()
    var summary = Summary()

    init(policy: IncidentPolicy) {
      journal = BatchJournal(policy: policy)
    }

    mutating func settle(_ workers: [SourceWorker], _ tell: (Event) -> Void) throws {
      for worker in workers {
        var batch = worker.takeBatch()
        guard !batch.isEmpty else { continue }
        let transitions = batch.transitions
        batch.transitions = []
        try record(batch, of: worker.setup.name, tell)
        for transition in transitions {
          summary.signals += 1
          tell(.signal(transition))
          var decision = Batch()
          decision.transitions = [transition]
          try record(decision, of: worker.setup.name, tell)
        }
      }
    }

    private mutating func record(_ batch: Batch, of source: String, _ tell: (Event) -> Void) throws {
      var opened = 0
      try journal.record(batch, of: source, now: nil, fold: &fold) { drafts, at, fold in
        for draft in drafts {
          let entry = JournalEntry(sequence: fold.sequence + 1, at: at, actor: .leeway, draft: draft)
          fold.apply(entry)
          if draft.act.rawValue == "incident.open" { opened += 1 }
          tell(.journal(entry))
        }
      }
      summary.incidents += opened
    }
  }
}

/// Why files cannot be replayed; the text says what to do.
public struct ReplayError: Error, CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String
}

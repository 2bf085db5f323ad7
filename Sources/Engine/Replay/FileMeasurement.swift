import Detection
import Domain
public import Measures
public import Settings
import Tailing

/// Measures one file by itself, as the collector would, without store and rules.
public struct FileMeasurement {
  /// What was measured of one metric.
  public struct Measured {
    /// The metric's slots.
    public var slots: [SlotDelta] = []
    /// The slots of what counts the records of which some hold a value of it; nil where those are not counted.
    public var records: [SlotDelta]?

    /// Nothing measured.
    public init() {}
  }

  private let configuration: Configuration?

  /// Creates a measurement; with a configuration its metrics are measured, without one those that are recognised.
  public init(configuration: Configuration?) {
    self.configuration = configuration
  }

  /// Measures one metric.
  public func measure(_ metric: String, of input: Replayer.Input) throws -> Measured {
    let options: CollectorOptions
    var source: SourceDefinition?
    if let configuration, let definition = configuration.metrics.first(where: { $0.name == metric }) {
      options = CollectorOptions(configuration: configuration)
      source = configuration.sources.first { $0.name == definition.source }
    } else {
      options = CollectorOptions(paths: [input.path])
    }
    guard let source = source ?? options.sources.first else { return Measured() }
    let plan = SourceSetupPlan(
      source: source, configuration: options.configuration, prefix: options.prefix(of: source))
    let wallTime = SystemWallClock().now()
    let recognition = plan.recognise(
      head: Array(input.bytes.prefix(SourceSetupPlan.headLength)), path: input.path,
      reference: input.modified ?? wallTime)
    let worker = try SourceWorker(
      setup: try plan.setup(recognition), step: options.step, restored: SourceWorker.Restored(),
      wallTime: wallTime)
    _ = worker.read(
      input.bytes.span.bytes, of: Piece(path: input.path, file: 0, offset: 0, modified: input.modified))
    let batch = worker.takeBatch()
    let deltas = batch.deltas + (try batch.sealed.deltas())
    let counter = worker.setup.rules.recordCounters(for: source.name)[metric]
    var measured = Measured()
    measured.slots = deltas.filter { $0.series.metric == metric }
    measured.records = counter.map { counter in deltas.filter { $0.series.metric == counter } }
    return measured
  }
}

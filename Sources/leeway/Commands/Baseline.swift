import ArgumentParser
import Domain
import Drift
import Engine
import Measures
import Screen
import Storage

/// `leeway baseline`: the stored references that drift is measured against.
struct Baseline: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stored references: counts only, no raw data.",
    subcommands: [List.self, Capture.self, Show.self, Promote.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The stored references.")
    @OptionGroup var shared: SharedOptions

    func run() throws {
      let references = try Baseline.references(shared, metric: nil)
      if shared.json {
        StandardOutput.json(["schema": 1, "baselines": .array(references.map(Baseline.summary))])
      } else {
        for reference in references {
          StandardOutput.line(
            SanitisedText.string(
              "\(reference.name) \(reference.metric) n \(reference.count) "
                + "\(reference.capturedFrom.formatted(.seconds)) to \(reference.capturedTo.formatted(.seconds)) "
                + reference.source))
        }
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One reference with its bins.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The metric.") var metric: String
    @Argument(help: "The reference's name.") var name = "auto"

    func run() throws {
      guard let reference = try Baseline.references(shared, metric: metric).first(where: { $0.name == name }) else {
        throw CommandFailure(.noSuchInput, "\(metric) has no reference '\(name)': leeway baseline list shows them")
      }
      StandardOutput.json(["schema": 1, "baseline": reference.json])
    }
  }

  struct Capture: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Capture a reference from stored summaries, or from a file.",
      discussion: """
        Without --from, --to and --version all stored rows count. A file is read by itself and adds no metrics.
        """)
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The metric.") var metric: String
    @Option(help: "The reference's name.") var name = "auto"
    @Option(help: "The first instant.") var from: String?
    @Option(help: "The first instant that is left out.") var to: String?
    @Option(help: "Read the rows from this file instead of the store.", completion: .file()) var file: String?
    @Option(help: "Only rows of this version, of a metric that has the label 'version'.") var version: String?
    @Option(help: "Tell the rows apart by hour or weekday (UTC); else as the metric's configuration says.")
    var stratify: Alike?
    @Option(help: "Why.") var reason: String?
    @Option(name: .customLong("as"), help: "The name to record beside your login.") var claimedName: String?

    func run() throws {
      let start = try Metrics.instant(from, "--from") ?? .distantPast
      let end = try Metrics.instant(to, "--to") ?? .distantFuture
      let store = try shared.openStore(.readWrite)
      let rows = try file.map { try rowsOfFile($0, start, end) } ?? rowsOfStore(store, start, end)
      let slots = rows.slots
      guard var merged = slots.first?.summary, let first = slots.map(\.start).min(), let last = slots.map(\.start).max()
      else {
        let rows = version.map { "rows of \(metric) with version=\($0)" } ?? "rows of \(metric)"
        throw CommandFailure(.inputUnusable, "there are no \(rows) in that range: choose another")
      }
      for slot in slots.dropFirst() { merged.merge(slot.summary) }
      let now = SystemWallClock().now()
      var reference: Reference
      do {
        reference = try Reference.capture(
          from: merged, name: name, series: SeriesKey(metric: metric), missing: rows.missing, capturedFrom: first,
          capturedTo: last + SlotDelta.baseSlot, capturedAt: now, source: origin)
      } catch {
        throw CommandFailure(.inputUnusable, "\(metric): \(error)")
      }
      let pairs = slots.lazy.map { (start: $0.start, rows: $0.summary) }
      reference.measureOverdispersion(slots: pairs)
      let configured = try store.read { try WatchPlan.stored($0) }?.metrics.first { $0.name == metric }?.drift?.stratify
      if let stratify = stratify?.stratification ?? configured {
        reference.stratify(by: stratify, pairs)
      }
      try Baseline.record(
        .baselineCapture, reference, reason: reason, store: store, claimedName: claimedName, at: now)
      if shared.json {
        StandardOutput.json(["schema": 1, "baseline": Baseline.summary(reference)])
      } else {
        StandardOutput.line(SanitisedText.string("\(name) of \(metric): \(reference.count) rows"))
      }
    }

    /// What rows are told apart by.
    enum Alike: String, ExpressibleByArgument, CaseIterable {
      case hour, weekday
      case hourOfWeek = "hour-of-week"

      var stratification: Stratification { Stratification(rawValue: rawValue) ?? .hour }
    }

    /// Where the rows come from, for people.
    private var origin: String {
      let place = file ?? "stored summaries"
      return version.map { "version \($0), \(place)" } ?? place
    }

    private func isWanted(_ labels: Labels) -> Bool { version == nil || labels["version"] == version }

    private func rowsOfStore(_ store: Store, _ from: Timestamp, _ to: Timestamp) throws -> FileMeasurement.Measured {
      try store.read { reader in
        var rows = FileMeasurement.Measured()
        func slots(_ name: String, _ isWanted: (Labels) -> Bool) throws -> [SlotDelta] {
          var slots: [SlotDelta] = []
          try reader.slots(of: name, from: from, to: to) { slot in
            guard isWanted(slot.labels) else { return }
            slots.append(SlotDelta(series: SeriesKey(metric: name), start: slot.start, summary: slot.summary))
          }
          return slots
        }
        rows.slots = try slots(metric, isWanted)
        let counter = try WatchPlan.stored(reader)?.metrics.first { $0.name == metric }?.records
        // Records are not counted by version.
        if let counter, version == nil { rows.records = try slots(counter) { _ in true } }
        return rows
      }
    }

    private func rowsOfFile(_ path: String, _ from: Timestamp, _ to: Timestamp) throws -> FileMeasurement.Measured {
      let input = Replayer.Input(path: path, bytes: try InputFile.bytes(of: path, limit: 4 << 30))
      let configuration = try shared.loadConfiguration()
      var rows = try FileMeasurement(configuration: configuration).measure(metric, of: input)
      func isWithin(_ slot: SlotDelta) -> Bool { slot.start >= from && slot.start < to }
      rows.slots = rows.slots.filter { isWithin($0) && isWanted($0.series.labels) }
      rows.records = version == nil ? rows.records?.filter(isWithin) : nil
      return rows
    }
  }

  struct Promote: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a stored reference the one that a metric is measured against; journaled with its reason.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The metric.") var metric: String
    @Argument(help: "The reference's name.") var name: String
    @Option(help: "Why.") var reason: String
    @Option(name: .customLong("as"), help: "The name to record beside your login.") var claimedName: String?

    func run() throws {
      let store = try shared.openStore(.existing)
      guard let found = try Baseline.references(shared, metric: metric).first(where: { $0.name == name }) else {
        throw CommandFailure(.noSuchInput, "\(metric) has no reference '\(name)': leeway baseline list shows them")
      }
      let settings = try store.read { try WatchPlan.stored($0) }?.metrics.first { $0.name == metric }?.drift
      if let pinned = settings?.reference, pinned != "auto", pinned != name {
        throw CommandFailure(
          .answerIsNo,
          "\(metric) is measured against '\(pinned)', as its configuration says: change 'drift: reference' there")
      }
      var promoted = found
      promoted.name = "auto"
      try Baseline.record(
        .baselinePromote, promoted, reason: reason, store: store, claimedName: claimedName, at: SystemWallClock().now())
      StandardOutput.line(SanitisedText.string("\(metric) is measured against \(name) from now on"))
    }
  }

  private static func references(_ shared: SharedOptions, metric: String?) throws -> [Reference] {
    try shared.openStore(.readOnly).read { try $0.references(metric: metric) }.compactMap(Reference.init(json:))
  }

  private static func summary(_ reference: Reference) -> JSON {
    [
      "name": .string(reference.name), "metric": .string(reference.metric), "kind": .string(reference.kind.rawValue),
      "n": JSON(reference.count), "captured_from": JSON(reference.capturedFrom),
      "captured_to": JSON(reference.capturedTo), "captured_at": JSON(reference.capturedAt),
      "source": .string(reference.source),
      "phi": JSON(reference.overdispersion),
      "strata": reference.strata.map { ["by": .string($0.by.rawValue), "count": JSON($0.counts.count)] } ?? .null,
    ]
  }

  private static func record(
    _ verb: Verb, _ reference: Reference, reason: String?, store: Store, claimedName: String?, at now: Timestamp
  ) throws {
    try ReferenceDesk(store: store).record(
      verb, reference, reason: reason, actor: OperatorIdentity.current(claimed: claimedName), at: now)
  }
}

extension FileMeasurement.Measured {
  /// How many records hold no value; nil where they were not counted.
  fileprivate var missing: Int? {
    records.map { records in
      max(0, records.reduce(0) { $0 + $1.summary.count } - slots.reduce(0) { $0 + $1.summary.count })
    }
  }
}

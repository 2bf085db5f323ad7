import Dashboard
import Domain
import Drift
import Engine
import Incidents
import Measures
import Storage
import Traces

/// Makes snapshots of the store for the screens: a pure reading of what is durable, so every screen shows the same.
struct Projector {
  private let store: Store
  private let actor: Actor?
  private let collecting: Snapshot.Collecting
  /// The session that the snapshots are for, whose own presence they do not tell.
  private let session: String?
  private var fold = JournalFold()
  private var windows = MetricWindows()
  private var drift = DriftProjection()
  /// What the last snapshot's drift rows were computed from.
  var comparedDrift: [DriftProjection.Compared] { drift.compared }
  private var sourceProjection = SourceProjection()
  private var runs = RunCache()
  private var driftBoard = DriftBoardProjection()
  private var traceBoard = TraceBoardProjection()
  private var chain = ChainCheck()
  private var calibrations = ScoreCalibrations()

  /// The course of a metric for one incident's labels alone.
  private var courses: [Int: MetricWindows] = [:]

  /// The incidents whose details are wanted.
  var detailNumbers: Set<Int> = []

  /// The board whose data is wanted.
  var board: BoardRequest?

  init(store: Store, actor: Actor?, collecting: Snapshot.Collecting, session: String? = nil) {
    self.session = session
    self.store = store
    self.actor = actor
    self.collecting = collecting
  }

  private var stateDirectory: String {
    store.path.lastIndex(of: "/").map { String(store.path[..<$0]) } ?? "."
  }

  /// A snapshot as of `now`, wall time.
  mutating func snapshot(now: Timestamp) throws -> Snapshot {
    try store.read { reader in try snapshot(now: now, reader) }
  }

  /// What the scores of watched metrics promise over their windows, by metric; as of the last snapshot.
  mutating func estimatedQualities() throws -> [String: EstimatedQuality.Answer] {
    try store.read { reader in
      var answers: [String: EstimatedQuality.Answer] = [:]
      guard let plan = try WatchPlan.stored(reader) else { return answers }
      for compared in drift.compared where compared.metric.estimate != nil {
        let window = compared.metric.drift?.window ?? MetricWindows.span
        answers[compared.metric.name] = try EstimatedQuality.answer(
          compared.metric, plan, from: drift.computedAt - window, to: drift.computedAt, &calibrations, reader)
      }
      return answers
    }
  }

  /// How many rows watched metrics have, beside the same hours of earlier days, by metric; as of the last snapshot.
  func volumes() throws -> [String: VolumeComparison] {
    try store.read { reader in
      var volumes: [String: VolumeComparison] = [:]
      for compared in drift.compared {
        var history = VolumeHistory()
        volumes[compared.metric.name] = try history.comparison(
          of: compared.metric.name, window: compared.metric.drift?.window ?? MetricWindows.span, end: drift.computedAt,
          reader)
      }
      return volumes
    }
  }

  private mutating func snapshot(now: Timestamp, _ reader: StoreReader) throws -> Snapshot {
    try fold.refresh(reader)
    try chain.advance(reader, now: now)
    let plan = try WatchPlan.stored(reader) ?? WatchPlan(service: "leeway")
    let sources = try reader.sources().map { StoredSource(name: $0.name, state: $0.state) }
    let files = try reader.files()
    let gaps = try reader.gaps()
    let isCollected = collecting == .inProcess || CollectorLock.isHeld(directory: stateDirectory)
    let ends = SourceEnds(sources, now: now)
    let end = ends.common
    let marks = Dictionary(
      sources.compactMap { source in source.watermark.map { (source.name, $0) } }, uniquingKeysWith: { max($0, $1) })
    let shown = plan.metrics.map(\.name) + Set(plan.metrics.compactMap(\.records)).sorted()
    try windows.refresh(shown, end: end, through: ends.last, watermarks: marks, now: now, reader)

    let metrics = plan.metrics.compactMap { metric in
      Self.metricRow(
        metric, in: &windows, source: sources.first { $0.name == metric.source }, plan: plan,
        end: ends.end(of: metric.source),
        now: now)
    }
    let driftRows = try drift.rows(plan: plan, windows: windows, end: end, reader)
    let incidents = fold.book.incidents.filter { shows($0, now: now) }
    let words = SignalWords(plan)
    let projection = IncidentProjection(words: words)
    let rows = incidents.map { incident in
      var row = projection.row(incident)
      if let silence = fold.book.silence(of: incident, at: now) {
        row.silencedBy = silence.author.displayName
        row.silencedUntil = silence.endsAt
      }
      return row
    }
    let agents = try AgentProjection.rows(&runs, reader)
    let versions = Self.deployed(fold.versions)
    var snapshot = Snapshot(service: plan.service, takenAt: now)
    snapshot.dataAge = sources.compactMap(\.lastLineAt).max().map { max(.zero, now - $0) }
    snapshot.sources = sourceProjection.rows(
      plan: plan, sources: sources, files: files, gaps: gaps, isCollected: isCollected, now: now)
    snapshot.isCollected = isCollected
    snapshot.counts = StatusCounts(incidents: rows, metrics: metrics, drift: driftRows)
    snapshot.version = versions.last.map { DeployedVersion(name: $0.version, since: $0.since) }
    snapshot.deploys = versions.filter { !$0.isInitial }.map { DeployedVersion(name: $0.version, since: $0.since) }
    snapshot.metrics = metrics
    snapshot.drift = driftRows
    snapshot.incidents = rows
    let others = detailNumbers.isEmpty ? [] : try reader.presences(at: now).filter { $0.session != session }
    courses = courses.filter { detailNumbers.contains($0.key) }
    for number in detailNumbers {
      guard let incident = fold.book.incident(number: number) else { continue }
      snapshot.details[number] = try projection.detail(
        incident, book: fold.book,
        metric: try course(of: incident, projection, metrics: metrics, plan: plan, sources, end: end, now: now, reader),
        metrics: metrics,
        harm: try DriftHarm.sentences(of: incident, words: words, plan: plan, end: end, &calibrations, reader),
        version: versions.last { $0.since <= incident.episode.openedAt }?.version, now: now, reader)
      snapshot.details[number]?.viewers = others.filter { $0.incident == number }.map(\.name)
    }
    snapshot.agents = agents
    snapshot.events = try EventProjection(words: words).rows(reader, newest: fold.sequence)
    snapshot.practices = PracticeProjection.rows(
      metrics: metrics, sources: snapshot.sources, drift: driftRows, incidents: incidents,
      unreviewed: versions.last.flatMap { $0.isInitial || fold.reviews[$0.version] != nil ? nil : $0.version },
      register: fold.register, drills: fold.drills, drillsEvery: plan.drillsEvery, entries: fold.sequence,
      chain: chain.finding, now: now)
    snapshot.operatorName = collecting == .readOnly ? nil : actor?.displayName
    snapshot.collecting = collecting
    snapshot.board = try boardContent(snapshot, plan: plan, end: end, reader)
    snapshot.notices = sources.flatMap { $0.state["notices"]?.array?.compactMap(\.string) ?? [] }
    return snapshot
  }

  /// The data of the board that is shown.
  private mutating func boardContent(
    _ snapshot: Snapshot, plan: WatchPlan, end: Timestamp, _ reader: StoreReader
  ) throws -> BoardContent? {
    switch board?.board {
    case .drift:
      var opened: [String: Int] = [:]
      for incident in fold.book.incidents where incident.state.isOpen {
        for signal in incident.signals {
          let column = ["drift:", "missing:"].lazy.compactMap { SignalWords.rest(of: signal.key.rule, after: $0) }.first
          if let column { opened[column] = incident.number }
        }
      }
      return try driftBoard.board(
        board?.selection, rows: snapshot.drift, metrics: snapshot.metrics, incidents: snapshot.incidents,
        opened: opened,
        versions: Self.deployed(fold.versions).map { DeployedVersion(name: $0.version, since: $0.since) },
        reviews: fold.reviews, compared: drift.compared, plan: plan, selfTests: fold.drills.gauges,
        sources: snapshot.sources, end: end,
        &calibrations, reader
      ).map { .drift($0) }
    case .traces:
      var incidents: [String: Int] = [:]
      for incident in fold.book.incidents where incident.state.isOpen {
        for signal in incident.signals {
          if let agent = signal.key.labels["agent"] { incidents[agent] = incident.number }
        }
      }
      return .traces(
        try traceBoard.board(board ?? BoardRequest(.traces), incidents: incidents, reader))
    case .assess:
      return .assess(try AssessBoardProjection(plan: plan, now: snapshot.takenAt, end: end).board(fold, reader))
    case .audit:
      return .audit(
        try AuditBoardProjection.board(
          around: board?.selection.flatMap { Int($0) }, fold, chain, now: snapshot.takenAt, reader))
    case nil: return nil
    }
  }

  /// Open incidents, and those that ended within half an hour.
  private func shows(_ incident: Incident, now: Timestamp) -> Bool {
    if incident.state.isOpen { return true }
    return now - incident.changedAt < .seconds(1_800)
  }

  /// Versions by the time of their first record in any source, each once.
  private static func deployed(_ versions: [JournalFold.SeenVersion]) -> [JournalFold.SeenVersion] {
    var seen: Set<String> = []
    return versions.sorted { ($0.since, $0.version) < ($1.since, $1.version) }.filter {
      seen.insert($0.version).inserted
    }
  }

  /// The course of the metric that an incident is about, of its own labels where the metric has them.
  private mutating func course(
    of incident: Incident, _ projection: IncidentProjection, metrics: [MetricRow], plan: WatchPlan,
    _ sources: [StoredSource], end: Timestamp, now: Timestamp, _ reader: StoreReader
  ) throws -> MetricRow? {
    guard let metric = projection.metric(of: incident) else { return nil }
    let whole = metrics.first { $0.name == metric.name }
    guard incident.signals.count == 1, let labels = incident.signals.first?.key.labels, !labels.isEmpty else {
      return whole
    }
    var own = courses[incident.number] ?? MetricWindows()
    own.labels = labels
    try own.refresh([metric.name], end: end, now: now, reader)
    defer { courses[incident.number] = own }
    let source = sources.first { $0.name == metric.source }
    guard own.newest(metric.name) != nil,
      var row = Self.metricRow(metric, in: &own, source: source, plan: plan, end: end, now: now)
    else { return whole }
    row.title += " (\(labels))"
    return row
  }

  private static func metricRow(
    _ metric: WatchPlan.Metric, in windows: inout MetricWindows, source: StoredSource?, plan: WatchPlan, end: Timestamp,
    now: Timestamp
  ) -> MetricRow? {
    let statistic = metric.shownStatistic
    guard let aspect = MetricRow.Aspect(rawValue: (metric.aspect ?? .technical).rawValue), metric.kind != .category
    else { return nil }
    let minimumCount = metric.tolerance?.minimumCount ?? 1
    let window = windows.window(of: metric.name, minimumCount: minimumCount)
    var row = MetricRow(name: metric.name, title: metric.title, aspect: aspect)
    row.unit = metric.displayUnit
    // The newest slot is still filling, so a rate ends with the one before.
    let slotEnd = statistic == .rate ? end.floored(to: .seconds(10)) - .nanoseconds(1) : end
    row.samples = windows.samples(of: metric.name, statistic, end: slotEnd, window: window)
    row.bucketSeconds = 10
    row.end = slotEnd.floored(to: .seconds(10)) + .seconds(10)
    let known = row.samples.compactMap { $0 }
    row.minimum = known.min()
    row.maximum = known.max()
    if let tolerance = metric.tolerance, tolerance.warn != nil || tolerance.alarm != nil {
      row.limit = MetricLimit(
        warn: tolerance.warn, alarm: tolerance.alarm, direction: tolerance.isLowBad ? .below : .above)
    }
    // A rare metric is told over the shortest stretch that rests on enough rows.
    for seconds in [60, 300, 1_800] as [Int64] {
      let recent = windows.merged(metric.name, last: .seconds(seconds), end: slotEnd)
      row.count = recent?.count
      row.now = recent?.value(of: statistic, over: .seconds(seconds))
      if row.count ?? 0 >= minimumCount { break }
    }
    if let tolerance = metric.tolerance {
      switch tolerance.judge(row.now, row.count ?? 0) {
      case .ok, .unknown: row.health = .ok
      case .warn: row.health = .warn
      case .alarm: row.health = .alarm
      case .tooFew: row.health = .tooFew
      }
    }
    let limit = plan.sources.first { $0.name == metric.source }?.staleAfter ?? .seconds(180)
    let lastSeen = source?.lastLineAt
    if let lastSeen, now - lastSeen > limit {
      row.health = .stale
      row.staleFor = now - lastSeen
    } else if lastSeen == nil || known.isEmpty {
      row.health = .stale
    }
    return row
  }
}

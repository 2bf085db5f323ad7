import Domain
public import Measures
public import Settings
public import Storage

/// What is being watched, as far as somebody who only reads the store needs to know it.
///
/// The collector stores it whenever it changes; dashboards and commands in other processes read it.
public struct WatchPlan: Hashable, Sendable {
  /// One metric without what only the collector needs.
  public struct Metric: Hashable, Sendable {
    /// The metric's name.
    public var name: String
    /// The source that it is read from.
    public var source: String
    /// How records are summarised.
    public var kind: MetricKind
    /// The field that is read; nil where none is.
    public var field: String?
    /// The unit of its values.
    public var unit: String?
    /// What it is about.
    public var aspect: Aspect?
    /// Who answers for it.
    public var owner: String?
    /// Why it is watched.
    public var why: String?
    /// How much it may move.
    public var tolerance: Tolerance?
    /// How its distribution is compared with a reference.
    public var drift: DriftSettings?
    /// How quality is estimated from its values.
    public var estimate: EstimateSettings?
    /// The metric that counts the records of which some hold a value of this one; nil where those that hold none are not
    /// counted.
    public var records: String?

    /// The part of a definition that others need.
    public init(_ definition: MetricDefinition) {
      name = definition.name
      source = definition.source
      kind = definition.kind
      field = definition.field?.description
      unit = definition.unit
      aspect = definition.aspect
      owner = definition.owner
      why = definition.why
      tolerance = definition.tolerance
      drift = definition.drift
      estimate = definition.estimate
    }
  }

  /// One source.
  public struct Source: Hashable, Sendable {
    /// The source's name.
    public var name: String
    /// The patterns of its files.
    public var patterns: [String]
    /// After how long without a line it counts as stale.
    public var staleAfter: Duration

    /// Whether it is standard input, whose files are the collector's own.
    public var isPipe: Bool { patterns == ["-"] }
  }

  /// The name of the watched service.
  public var service: String
  /// The sources, in order.
  public var sources: [Source]
  /// The metrics, in order; those that rules are made of are left out.
  public var metrics: [Metric]
  /// How many rules are evaluated.
  public var ruleCount: Int
  /// A shipped rule that cannot watch a source, and the fields that it would need.
  public struct Blind: Hashable, Sendable {
    /// The source.
    public var source: String
    /// The rule.
    public var rule: String
    /// What a record would have to hold.
    public var missing: String
  }

  /// The shipped rules that lack fields.
  public var blind: [Blind] = []

  /// The shipped rules that watch no source at all, each with the source that lacks fewest of the fields it would need.
  public var blindEverywhere: [Blind] {
    let watching = Set(rules.map(\.name))
    var nearest: [String: Blind] = [:]
    var order: [String] = []
    func lacking(_ blind: Blind) -> Int { blind.missing.split(separator: ",").count }
    for blind in blind where !watching.contains(blind.rule) {
      if let known = nearest[blind.rule] {
        if lacking(blind) < lacking(known) { nearest[blind.rule] = blind }
      } else {
        order.append(blind.rule)
        nearest[blind.rule] = blind
      }
    }
    return order.compactMap { nearest[$0] }
  }

  /// A rule that is evaluated, and what it reads.
  public struct Rule: Hashable, Sendable {
    /// The rule.
    public var name: String
    /// The source.
    public var source: String
    /// The metrics of values that it reads.
    public var inputs: [String] = []
    /// The fields that it reads and that no record had that was looked at when the source was recognised.
    public var unseen: [String] = []
  }

  /// The rules that are evaluated.
  public var rules: [Rule] = []

  /// What the organisation stands for, and the metric that shows it.
  public struct Value: Hashable, Sendable {
    /// What it stands for, in words.
    public var name: String
    /// The metric.
    public var metric: String?
    /// Who answers for it.
    public var owner: String?
    /// The first mark.
    public var warn: Double?
    /// The mark of an alarm; below the first one where low is bad.
    public var alarm: Double?
    /// How often it is checked.
    public var checkEvery: Duration?

    /// Creates a value.
    public init(
      name: String, metric: String?, owner: String?, warn: Double?, alarm: Double?, checkEvery: Duration?
    ) {
      self.name = name
      self.metric = metric
      self.owner = owner
      self.warn = warn
      self.alarm = alarm
      self.checkEvery = checkEvery
    }
  }

  /// The values of the configuration.
  public var values: [Value] = []

  /// How often the collector drills the rules; nil for never.
  public var drillsEvery: Duration?

  /// The name of the document in the store.
  static let documentName = "plan"

  /// Creates a plan.
  public init(service: String, sources: [Source] = [], metrics: [Metric] = [], ruleCount: Int = 0) {
    self.service = service
    self.sources = sources
    self.metrics = metrics
    self.ruleCount = ruleCount
  }
}

extension WatchPlan.Value {
  /// A value as configured.
  public init(_ definition: ValueDefinition) {
    self.init(
      name: definition.name, metric: definition.metric, owner: definition.owner, warn: definition.warn,
      alarm: definition.alarm, checkEvery: definition.checkEvery)
  }
}

extension WatchPlan {
  /// The plan that a collector stored last; nil before the first one.
  public static func stored(_ reader: StoreReader) throws -> WatchPlan? {
    try reader.document(documentName).flatMap(WatchPlan.init(json:))
  }

  /// The plan as it is stored.
  var json: JSON {
    [
      "service": .string(service), "rules": JSON(ruleCount),
      "rule_inputs": .array(
        rules.map { rule in
          [
            "name": .string(rule.name), "source": .string(rule.source),
            "inputs": .array(rule.inputs.map(JSON.string)), "unseen": .array(rule.unseen.map(JSON.string)),
          ]
        }),
      "blind": .array(
        blind.map { ["source": .string($0.source), "rule": .string($0.rule), "missing": .string($0.missing)] }),
      "sources": .array(
        sources.map { source in
          [
            "name": .string(source.name), "patterns": .array(source.patterns.map(JSON.string)),
            "stale_after": JSON(source.staleAfter.inSeconds),
          ]
        }),
      "metrics": .array(metrics.map(\.json)), "drills_every": JSON(drillsEvery?.inSeconds),
      "values": .array(
        values.map {
          [
            "name": .string($0.name), "metric": JSON($0.metric), "owner": JSON($0.owner), "warn": JSON($0.warn),
            "alarm": JSON($0.alarm), "check_every": JSON($0.checkEvery?.inSeconds),
          ]
        }),
    ]
  }

  /// Reads what ``json`` wrote; nil when it is no plan.
  init?(json: JSON) {
    guard let service = json["service"]?.string else { return nil }
    self.init(
      service: service,
      sources: (json["sources"]?.array ?? []).compactMap { source in
        source["name"]?.string.map {
          Source(
            name: $0, patterns: source["patterns"]?.array?.compactMap(\.string) ?? [],
            staleAfter: .seconds(source["stale_after"]?.double ?? 180))
        }
      },
      metrics: (json["metrics"]?.array ?? []).compactMap(Metric.init(json:)),
      ruleCount: Int(json["rules"]?.integer ?? 0))
    drillsEvery = json["drills_every"]?.double.map { .seconds($0) }
    values = (json["values"]?.array ?? []).compactMap { value in
      value["name"]?.string.map {
        Value(
          name: $0, metric: value["metric"]?.string, owner: value["owner"]?.string, warn: value["warn"]?.double,
          alarm: value["alarm"]?.double, checkEvery: value["check_every"]?.double.map { .seconds($0) })
      }
    }
    rules = (json["rule_inputs"]?.array ?? []).compactMap { entry in
      guard let name = entry["name"]?.string, let source = entry["source"]?.string else { return nil }
      return Rule(
        name: name, source: source, inputs: entry["inputs"]?.array?.compactMap(\.string) ?? [],
        unseen: entry["unseen"]?.array?.compactMap(\.string) ?? [])
    }
    blind = (json["blind"]?.array ?? []).compactMap { entry in
      guard let source = entry["source"]?.string, let rule = entry["rule"]?.string,
        let missing = entry["missing"]?.string
      else { return nil }
      return Blind(source: source, rule: rule, missing: missing)
    }
  }
}

extension WatchPlan.Metric {
  fileprivate var json: JSON {
    var object = JSONObject([
      ("name", .string(name)), ("source", .string(source)), ("kind", .string(kind.rawValue)), ("unit", JSON(unit)),
      ("aspect", JSON(aspect?.rawValue)), ("owner", JSON(owner)), ("why", JSON(why)),
    ])
    if let field { object["field"] = .string(field) }
    if let records { object["records"] = .string(records) }
    if let tolerance {
      object["tolerance"] = [
        "of": .string(tolerance.statistic.description), "warn": JSON(tolerance.warn), "alarm": JSON(tolerance.alarm),
        "min_n": JSON(tolerance.minimumCount),
      ]
    }
    if let drift {
      object["drift"] = [
        "reference": JSON(drift.reference), "warn": .number(drift.warn), "alarm": .number(drift.alarm),
        "tau": .number(drift.tau), "window": JSON(drift.window.inSeconds), "min_rows": JSON(drift.minimumRows),
        "stratify": JSON(drift.stratify?.rawValue),
      ]
    }
    if let estimate {
      object["estimate"] = [
        "threshold": .number(estimate.threshold), "labelled": JSON(estimate.labels?.labelled),
        "positive": JSON(estimate.labels?.positive),
      ]
    }
    return .object(object)
  }

  fileprivate init?(json: JSON) {
    guard let name = json["name"]?.string, let source = json["source"]?.string,
      let kind = json["kind"]?.string.flatMap(MetricKind.init(rawValue:))
    else { return nil }
    self.init(
      MetricDefinition(
        name: name, source: source, kind: kind, unit: json["unit"]?.string,
        aspect: json["aspect"]?.string.flatMap(Aspect.init(rawValue:)), owner: json["owner"]?.string,
        why: json["why"]?.string,
        tolerance: json["tolerance"].flatMap { tolerance in
          tolerance["of"]?.string.flatMap { Statistic($0) }.map { statistic in
            Tolerance(
              of: statistic, warn: tolerance["warn"]?.double, alarm: tolerance["alarm"]?.double,
              minimumCount: Int(tolerance["min_n"]?.integer ?? 1))
          }
        },
        drift: json["drift"].map { drift in
          var settings = DriftSettings(
            reference: drift["reference"]?.string, warn: drift["warn"]?.double ?? 0.1,
            alarm: drift["alarm"]?.double ?? 0.25, tau: drift["tau"]?.double ?? 0.02,
            window: .seconds(drift["window"]?.double ?? 1_800))
          settings.stratify = drift["stratify"]?.string.flatMap(Stratification.init(rawValue:))
          if let least = drift["min_rows"]?.integer { settings.minimumRows = Int(least) }
          return settings
        }))
    field = json["field"]?.string
    records = json["records"]?.string
    estimate = json["estimate"].flatMap { estimate in
      estimate["threshold"]?.double.map { threshold in
        let labels = estimate["labelled"]?.string.flatMap { labelled in
          estimate["positive"]?.string.map { EstimateSettings.Labels(labelled: labelled, positive: $0) }
        }
        return EstimateSettings(threshold: threshold, labels: labels)
      }
    }
  }
}

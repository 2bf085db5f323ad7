import Detection
public import Domain
import Expressions
import Incidents
import Measures
import Redaction
import Traces

extension Configuration {
  /// What is in effect, with defaults filled in, by the keys of the configuration. Written as YAML it is a
  /// configuration that says the same.
  public var document: JSON {
    var root = JSONObject([("service", .string(service)), ("store", ["sqlite": .string(store ?? "leeway.db")])])
    root.add("sources", sources.map(\.document))
    root.add("metrics", metrics.map(\.document))
    root["drift"] = [
      "false_pages_per_week": .number(drift.falsePagesPerWeek), "min_rows": JSON(drift.minimumRows),
    ]
    root["evaluate"] = .string(evaluate.inUnits)
    root.add("values", values.map(\.document))
    root.add("rules", rules.map(\.document))
    root["shipped_rules"] = .string(shippedRules ? "on" : "off")
    root.add(
      "inhibit",
      inhibitions.map {
        [
          "source": .string($0.source), "target": .array($0.targets.map(JSON.string)),
          "equal": .array($0.equal.map(JSON.string)),
        ]
      })
    root.add("slos", objectives.map(\.document))
    root.add(
      "heartbeats",
      heartbeats.map {
        [
          "source": .string($0.source), "every": .string($0.every.inUnits),
          "stale_after": .string($0.staleAfter.inUnits),
        ]
      })
    if let policy { root["policy"] = .string(policy.raw) }
    root.add("assessments", assessments.map(\.document))
    if let drills {
      var document = JSONObject([("every", .string(drills.every.inUnits))])
      document.add("traces", drills.traces?.raw)
      if let lines = drills.lines { document["lines"] = JSON(lines) }
      root["drills"] = .object(document)
    }
    root["incidents"] = incidents.document
    var kept = JSONObject([("summaries", .string(retention.summaries.inUnits))])
    kept.add("traces", retention.traces?.inUnits)
    kept.add("texts", retention.texts?.inUnits)
    root["retention"] = .object(kept)
    root["erasable"] = .string(erasable.rawValue)
    if !notify.hook.isEmpty { root["notify"] = notify.document }
    root.add(redaction)
    root["theme"] = .string(theme)
    return .object(root)
  }
}

extension JSONObject {
  /// Adds a list unless it is empty.
  fileprivate mutating func add(_ name: String, _ elements: [JSON]) {
    if !elements.isEmpty { self[name] = .array(elements) }
  }

  /// Adds a text unless there is none.
  fileprivate mutating func add(_ name: String, _ text: String?) {
    if let text { self[name] = .string(text) }
  }

  fileprivate mutating func add(_ policy: RedactionPolicy) {
    if !policy.masksStandardPatterns {
      self["redact"] = "off"
    } else {
      add("redact", policy.rules.map(\.document))
    }
  }
}

extension RedactionRule {
  fileprivate var document: JSON {
    let action = JSON.string(action.rawValue)
    switch target {
    case .field(let path): return ["field": .string(path.description), "action": action]
    case .expression(let text): return ["pattern": .string("/\(text)/"), "action": action]
    case .pattern(let pattern): return ["pattern": .string(pattern.rawValue), "action": action]
    }
  }
}

extension SourceDefinition {
  fileprivate var document: JSON {
    var object = JSONObject([
      ("name", .string(name)), ("paths", .array(paths.map { .string($0.raw) })), ("format", .string(format)),
    ])
    object.add("time", time?.description)
    object.add("pattern", pattern)
    object.add("record_start", recordStart)
    object.add("timezone", timeZone?.name)
    object["start"] = .string(start.rawValue)
    if !labels.isEmpty {
      object["labels"] = .object(JSONObject(labels.map { ($0.name, .string($0.path.description)) }))
    }
    if let staleAfter { object["stale_after"] = .string(staleAfter.inUnits) }
    if let labelLimit { object["label_limit"] = JSON(labelLimit) }
    object.add(redaction)
    if let canary {
      object["canary"] = [
        "run": .string(canary.prefix), "detectors": .array(canary.detectors.map { .string($0.rawValue) }),
        "within": .string(canary.within.inUnits),
      ]
    }
    if let join {
      var entry = JSONObject([
        ("source", .string(join.source)), ("id", .string(join.id.description)), ("on", .string(join.on.description)),
        ("prediction", .string(join.prediction.description)), ("label", .string(join.label.description)),
        ("horizon", .string(join.horizon.inUnits)),
      ])
      entry.add("score", join.score?.description)
      object["join"] = .object(entry)
    }
    return .object(object)
  }
}

extension MetricDefinition {
  fileprivate var document: JSON {
    var object = JSONObject([
      ("name", .string(name)), ("source", .string(source)), ("kind", .string(kind.rawValue)),
    ])
    object.add("field", field?.description)
    object.add("where", predicate?.description)
    object.add("of", denominator?.description)
    object.add("unit", unit)
    object["aspect"] = .string((aspect ?? .technical).rawValue)
    object.add("owner", owner)
    object.add("why", why)
    if let tolerance {
      var marks = JSONObject([("of", .string(tolerance.statistic.description))])
      if let warn = tolerance.warn { marks["warn"] = .number(warn) }
      if let alarm = tolerance.alarm { marks["alarm"] = .number(alarm) }
      marks["min_n"] = JSON(tolerance.minimumCount)
      object["tolerance"] = .object(marks)
    }
    object.add("validated_by", validatedBy)
    if let drift {
      var settings = JSONObject()
      settings.add("reference", drift.reference)
      settings["warn"] = .number(drift.warn)
      settings["alarm"] = .number(drift.alarm)
      settings["tau"] = .number(drift.tau)
      if let stratify = drift.stratify { settings["stratify"] = .string(stratify.rawValue) }
      settings["window"] = .string(drift.window.inUnits)
      object["drift"] = .object(settings)
    }
    if let estimate {
      var settings = JSONObject([("threshold", .number(estimate.threshold))])
      settings.add("labelled", estimate.labels?.labelled)
      settings.add("positive", estimate.labels?.positive)
      object["estimate"] = .object(settings)
    }
    if let labelLimit { object["label_limit"] = JSON(labelLimit) }
    return .object(object)
  }
}

extension ValueDefinition {
  fileprivate var document: JSON {
    var object = JSONObject([("name", .string(name))])
    object.add("metric", metric)
    object.add("owner", owner)
    var marks = JSONObject()
    if let warn { marks["warn"] = .number(warn) }
    if let alarm { marks["alarm"] = .number(alarm) }
    if !marks.members.isEmpty { object["tolerance"] = .object(marks) }
    if let checkEvery { object["check_every"] = .string(checkEvery.inUnits) }
    return .object(object)
  }
}

extension ObjectiveDefinition {
  fileprivate var document: JSON {
    var object = JSONObject([("name", .string(name))])
    object.add("source", source)
    object["good"] = .string(good.description)
    object["objective"] = .number(objective)
    object["window"] = .string(window.inUnits)
    return .object(object)
  }
}

extension AssessmentDefinition {
  fileprivate var document: JSON {
    var object = JSONObject([("name", .string(name))])
    object.add("kind", kind)
    if let every { object["every"] = .string(every.inUnits) }
    object.add("owner", owner)
    return .object(object)
  }
}

extension NotifyDefinition {
  fileprivate var document: JSON {
    [
      "hook": .array(hook.map(JSON.string)), "timeout": .string(timeout.inUnits),
      "severity": .string(severity.rawValue),
    ]
  }
}

extension IncidentPolicy {
  fileprivate var document: JSON {
    var object = JSONObject([
      ("ack_ttl", .string(ackTimeToLive.inUnits)), ("reopen_window", .string(reopenWindow.inUnits)),
      ("watch_window", .string(watchWindow.inUnits)), ("reorder_window", .string(reorderWindow.inUnits)),
      ("auto_resolve", .bool(autoResolve)), ("stale_opens_incident", .bool(staleOpensIncident)),
    ])
    object.add("two_person_close", twoPersonClose?.rawValue)
    object.add("two_person_verdict", twoPersonVerdict.rawValue)
    object.add("regulatory_from", regulatoryFrom?.rawValue)
    object.add("report_disruption_within", regulatory.lengths[.criticalInfrastructure]?.inUnits)
    object.add("report_death_within", regulatory.lengths[.death]?.inUnits)
    object.add("report_serious_within", regulatory.lengths[.other]?.inUnits)
    return .object(object)
  }
}

extension Duration {
  /// The duration as a configuration has it, exact to the millisecond: `90s`, `30m`, `250ms`.
  var inUnits: String {
    let milliseconds = nanoseconds / 1_000_000
    for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
    where milliseconds != 0 && milliseconds % size == 0 { return "\(milliseconds / size)\(unit)" }
    return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
  }
}

extension RuleDefinition {
  fileprivate var document: JSON {
    var object = JSONObject([("name", .string(name))])
    object.add("source", source)
    object["when"] = .string(whenText)
    object["min_n"] = JSON(minimumCount)
    object.add("by", by.map(JSON.string))
    object["for"] = .string(self.for.inUnits)
    object["keep_firing_for"] = .string(keepFiringFor.inUnits)
    object.add("clear", clear?.description)
    object["severity"] = .string(severity.rawValue)
    object.add("category", category)
    object.add("runbook", runbook)
    object.add("owasp", owasp.map(JSON.string))
    object.add("atlas", atlas.map(JSON.string))
    if let groupBy { object["group_by"] = .array(groupBy.map(JSON.string)) }
    object.add("joins", joins.map(JSON.string))
    object.add("title", title)
    return .object(object)
  }
}

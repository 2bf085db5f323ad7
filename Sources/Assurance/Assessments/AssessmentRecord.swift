public import Domain

/// What an assessment found, and what was decided upon it.
public struct AssessmentRecord: Hashable, Sendable {
  /// What follows.
  public enum Decision: String, CaseIterable, Sendable {
    /// The system goes on.
    case proceed
    /// It waits until something is done.
    case hold
    /// It is taken out of use.
    case retire
  }

  /// One measured figure.
  public struct Result: Hashable, Sendable {
    /// What was measured.
    public var metric: String
    /// The value.
    public var value: Double
    /// On how many cases it rests; nil when that is not known.
    public var count: Int?
    /// Whether it met its criterion; nil where there is none.
    public var passed: Bool?

    /// Creates a figure.
    public init(metric: String, value: Double, count: Int? = nil, passed: Bool? = nil) {
      self.metric = metric
      self.value = value
      self.count = count
      self.passed = passed
    }

    /// The 95 % interval of a share of `count` cases; nil for other figures.
    public var interval: ClosedRange<Double>? {
      guard let count, count > 0, (0...1).contains(value) else { return nil }
      return Proportion(Int((value * Double(count)).rounded()), of: count).interval
    }
  }

  /// Something that was found wanting.
  public struct Finding: Hashable, Sendable {
    /// How bad it is.
    public var severity: Severity
    /// What was found.
    public var text: String
    /// The incident whose action takes care of it; nil while none does.
    public var incident: String?

    /// Creates a finding.
    public init(severity: Severity, text: String, incident: String? = nil) {
      self.severity = severity
      self.text = text
      self.incident = incident
    }
  }

  /// When it was finished.
  public var finishedAt: Timestamp
  /// The version that was assessed.
  public var version: String?
  /// What was measured.
  public var results: [Result]
  /// What was found wanting.
  public var findings: [Finding]
  /// What was decided.
  public var decision: Decision
  /// Who decided.
  public var approver: String
  /// Known-bad cases that it caught, of how many: whether the test itself works.
  public var canaries: Proportion?
  /// Where the results came from, with a hash of the file.
  public var source: String?
  /// What remains, and who accepts it.
  public var residualRisk: String?
  /// Until when that acceptance holds.
  public var acceptedUntil: Timestamp?

  /// Creates a record.
  public init(
    finishedAt: Timestamp, version: String? = nil, results: [Result] = [], findings: [Finding] = [], decision: Decision,
    approver: String, canaries: Proportion? = nil, source: String? = nil, residualRisk: String? = nil,
    acceptedUntil: Timestamp? = nil
  ) {
    self.finishedAt = finishedAt
    self.version = version
    self.results = results
    self.findings = findings
    self.decision = decision
    self.approver = approver
    self.canaries = canaries
    self.source = source
    self.residualRisk = residualRisk
    self.acceptedUntil = acceptedUntil
  }

  /// The most figures or findings of one record.
  public static let mostParts = 512
}

extension AssessmentRecord {
  /// As it stands in the journal: decimals are strings.
  var data: JSON {
    var object = JSONObject([
      ("finished_at", .string(finishedAt.formatted(.microseconds))), ("decision", .string(decision.rawValue)),
      ("approver", .string(approver)),
    ])
    if let version { object["version"] = .string(version) }
    object["results"] = .array(
      results.map { result in
        var part = JSONObject([("metric", .string(result.metric)), ("value", .string("\(result.value)"))])
        if let count = result.count { part["n"] = JSON(count) }
        if let passed = result.passed { part["passed"] = .bool(passed) }
        return .object(part)
      })
    object["findings"] = .array(
      findings.map { finding in
        var part = JSONObject([("severity", .string(finding.severity.rawValue)), ("text", .string(finding.text))])
        if let incident = finding.incident { part["incident"] = .string(incident) }
        return .object(part)
      })
    if let canaries { object["canaries"] = ["caught": JSON(canaries.hits), "of": JSON(canaries.count)] }
    if let source { object["source"] = .string(source) }
    if let residualRisk { object["residual_risk"] = .string(residualRisk) }
    if let acceptedUntil { object["accepted_until"] = .string(acceptedUntil.formatted(.microseconds)) }
    return .object(object)
  }

  init?(data: JSON) {
    guard let finished = data["finished_at"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
      let decision = data["decision"]?.string.flatMap(Decision.init(rawValue:)),
      let approver = data["approver"]?.string
    else { return nil }
    self.init(
      finishedAt: finished, version: data["version"]?.string,
      results: (data["results"]?.array ?? []).compactMap { part in
        guard let metric = part["metric"]?.string, let value = part["value"]?.string.flatMap({ Double($0) }),
          value.isFinite
        else { return nil }
        return Result(
          metric: metric, value: value, count: part["n"]?.integer.map { Int($0) }, passed: part["passed"]?.bool)
      },
      findings: (data["findings"]?.array ?? []).compactMap { part in
        guard let severity = part["severity"]?.string.flatMap(Severity.init(rawValue:)), let text = part["text"]?.string
        else { return nil }
        return Finding(severity: severity, text: text, incident: part["incident"]?.string)
      }, decision: decision, approver: approver,
      canaries: data["canaries"].flatMap { part in
        guard let caught = part["caught"]?.integer, let of = part["of"]?.integer else { return nil }
        return Proportion(Int(caught), of: Int(of))
      }, source: data["source"]?.string, residualRisk: data["residual_risk"]?.string,
      acceptedUntil: data["accepted_until"]?.string.flatMap { Timestamp(rfc3339: $0) })
  }

  /// As `assess list` shows it.
  public var json: JSON {
    [
      "finished_at": JSON(finishedAt), "version": JSON(version), "decision": .string(decision.rawValue),
      "approver": .string(approver), "source": JSON(source),
      "results": .array(
        results.map {
          [
            "metric": .string($0.metric), "value": JSON($0.value), "n": JSON($0.count), "passed": JSON($0.passed),
            "low": JSON($0.interval?.lowerBound), "high": JSON($0.interval?.upperBound),
          ]
        }),
      "findings": .array(
        findings.map {
          ["severity": .string($0.severity.rawValue), "text": .string($0.text), "incident": JSON($0.incident)]
        }),
      "canaries": canaries?.json ?? .null, "residual_risk": JSON(residualRisk), "accepted_until": JSON(acceptedUntil),
    ]
  }
}

public import Domain
import Measures

extension Reference {
  /// The stored form: counts only, whole numbers only, below 10 kB for names of ordinary length.
  public var json: JSON {
    var object = JSONObject([
      ("name", .string(name)), ("metric", .string(series.metric)), ("labels", JSON(series.labels)),
      ("kind", .string(kind.rawValue)),
      ("from", .string(capturedFrom.formatted(.microseconds))),
      ("to", .string(capturedTo.formatted(.microseconds))), ("at", .string(capturedAt.formatted(.microseconds))),
      ("source", .string(source)),
    ])
    if let missing { object["rows"] = JSON(saturatingSum(missing, count)) }
    if overdispersion > 1 { object["phi"] = JSON(overdispersion) }
    switch cells {
    case .numeric(let cells):
      object["uppers"] = .array(cells.uppers.map { .integer(Int64($0)) })
      object["counts"] = .array(cells.counts.map { .integer(Int64($0)) })
      object["exact"] = .bool(cells.isExact)
    case .categorical(let cells):
      object["values"] = .array(cells.values.map(JSON.string))
      object["counts"] = .array(cells.counts.map { .integer(Int64($0)) })
      object["unseen"] = JSON(cells.unseen)
    case .ratio(let ratio):
      object["numerator"] = JSON(ratio.numerator)
      object["denominator"] = JSON(ratio.denominator)
    }
    if let strata { object["strata"] = strata.json }
    return .object(object)
  }

  /// Reads what ``json`` wrote; nil for anything that it cannot have written.
  public init?(json: JSON) {
    guard let name = json["name"]?.string, let metric = json["metric"]?.string,
      let labels = json["labels"].flatMap({ Labels(encoded: $0.text) }),
      let kind = json["kind"]?.string.flatMap(MetricKind.init(rawValue:)),
      let from = json["from"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
      let to = json["to"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
      let at = json["at"]?.string.flatMap({ Timestamp(rfc3339: $0) }), let source = json["source"]?.string,
      let cells = Reference.cells(kind, json)
    else { return nil }
    self.init(
      name: name, series: SeriesKey(metric: metric, labels: labels), cells: cells, missing: nil, capturedFrom: from,
      capturedTo: to, capturedAt: at, source: source)
    missing = json["rows"]?.integer.map { max(0, Int($0) - count) }
    if let phi = json["phi"]?.double { set(overdispersion: phi) }
    if let stored = json["strata"] {
      strata = ReferenceStrata(json: stored) { stratumCells($0).counts(of: nil)?.count ?? 0 }
    }
  }

  private static func cells(_ kind: MetricKind, _ json: JSON) -> Cells? {
    switch kind {
    case .distribution:
      guard let uppers = integers(json["uppers"]), let counts = integers(json["counts"]),
        let isExact = json["exact"]?.bool
      else { return nil }
      let buckets = uppers.compactMap { Int16(exactly: $0) }
      guard buckets.count == uppers.count else { return nil }
      return NumericCells(uppers: buckets, counts: counts, isExact: isExact).map(Cells.numeric)
    case .category:
      guard let values = json["values"]?.array?.map(\.string), let counts = integers(json["counts"]),
        let unseen = json["unseen"]?.integer
      else { return nil }
      let texts = values.compactMap(\.self)
      guard texts.count == values.count else { return nil }
      return CategoryCells(values: texts, counts: counts, unseen: Int(unseen)).map(Cells.categorical)
    case .ratio:
      guard let numerator = json["numerator"]?.integer, let denominator = json["denominator"]?.integer,
        numerator >= 0, denominator > 0, numerator <= denominator
      else { return nil }
      return .ratio(RatioSummary(numerator: Int(numerator), denominator: Int(denominator)))
    case .counter, .gauge: return nil
    }
  }

  private static func integers(_ json: JSON?) -> [Int]? {
    guard let array = json?.array else { return nil }
    let integers = array.compactMap { $0.integer.map(Int.init) }
    return integers.count == array.count ? integers : nil
  }
}

public import Domain
public import Measures

/// A reference's counts told apart by the hour of the day, the day or the hour of the week, over at most 20 of its bins or
/// categories (5 for the hours of the week), so that a stored reference stays below 10 kB.
public struct ReferenceStrata: Hashable, Sendable {
  /// Bins or categories that the strata tell apart.
  static func cells(_ by: Stratification) -> Int { by == .hourOfWeek ? 5 : 20 }
  /// With fewer rows a stratum says too little, and the whole reference stands in for it.
  public static let minimumRows = DriftEstimate.alarmRows

  /// What is alike.
  public let by: Stratification
  /// The counts of each stratum that has any, the last count for what none of the cells holds where there is one.
  public internal(set) var counts: [Int: [Int]] = [:]
  /// Up to which instant an automatic reference has learnt, and until when it goes on; nil where all is known.
  public internal(set) var learning: Learning?

  /// How far an automatic reference has learnt what its strata look like.
  public struct Learning: Hashable, Sendable {
    /// Rows before this instant have been counted.
    public var through: Timestamp
    /// Rows from this instant on are not counted any more.
    public var until: Timestamp
  }

  init(by: Stratification) { self.by = by }

  /// The counts of a stratum, or of those that stand in for it where it has too few rows; nil where nothing is known.
  func counts(like stratum: Int) -> (counts: [Int], isPooled: Bool)? {
    let own = counts[stratum]
    let others = by.substitutes(for: stratum)
    if let own, others.isEmpty || own.reduce(0, saturatingSum) >= Self.minimumRows { return (own, false) }
    var pooled: [Int]?
    for other in others {
      guard let more = counts[other] else { continue }
      pooled = pooled.map { zip($0, more).map { saturatingSum($0, $1) } } ?? more
    }
    return pooled.map { ($0, true) }
  }
}

extension Reference {
  /// Begins to tell strata apart, from the rows of slots that the reference was captured from.
  ///
  /// - Parameter slots: start and rows of each.
  public mutating func stratify(by: Stratification, _ slots: some Sequence<(start: Timestamp, rows: Summary)>) {
    strata = ReferenceStrata(by: by)
    for slot in slots { add(slot.rows, toStratumOf: slot.start) }
  }

  /// Begins to learn strata from the start of the captured time on, until each has come once.
  public mutating func learnStrata(by: Stratification) {
    var empty = ReferenceStrata(by: by)
    empty.learning = ReferenceStrata.Learning(through: capturedFrom, until: capturedFrom + by.period)
    strata = empty
  }

  /// The stretch that is to be learnt next, once `instant` has come: up to an hour, within one stratum; nil while that is
  /// not over, or when all has been learnt.
  public func nextToLearn(at instant: Timestamp) -> Range<Timestamp>? {
    guard let learning = strata?.learning else { return nil }
    let hour = Duration.seconds(3_600)
    let end = min(learning.through.floored(to: hour) + hour, learning.until)
    return learning.through < end && end <= instant ? learning.through..<end : nil
  }

  /// Learns the rows of the stretch that ``nextToLearn(at:)`` gave; nil for none.
  public mutating func learn(_ rows: Summary?, of stretch: Range<Timestamp>) {
    guard var learning = strata?.learning else { return }
    if let rows { add(rows, toStratumOf: stretch.lowerBound) }
    learning.through = stretch.upperBound
    strata?.learning = learning.through < learning.until ? learning : nil
  }

  private mutating func add(_ rows: Summary, toStratumOf instant: Timestamp) {
    guard let by = strata?.by, let new = stratumCells(by).counts(of: rows) else { return }
    let stratum = by.stratum(of: instant)
    let old = strata?.counts[stratum] ?? Array(repeating: 0, count: new.count)
    strata?.counts[stratum] = zip(old, new).map { saturatingSum($0, $1) }
  }

  /// The cells that strata tell apart, with the whole reference's counts.
  func stratumCells(_ by: Stratification) -> Reference {
    let limit = ReferenceStrata.cells(by)
    guard case .categorical(let cells) = cells else { return coarse(limit) }
    guard cells.values.count > limit else { return self }
    let rest = cells.counts[limit...].reduce(cells.unseen, saturatingSum)
    return with(
      .categorical(
        CategoryCells(
          unchecked: Array(cells.values.prefix(limit)), Array(cells.counts.prefix(limit)), unseen: rest)))
  }

  /// The reference as it looked at the same hours, or weekdays, as `from..<to`: the counts of the strata that the stretch
  /// touches, each by its part of the stretch. Where those have too few rows: no rows at all while it still learns them,
  /// else the reference itself, as where none are told apart.
  public func alike(from: Timestamp, to: Timestamp) -> Reference {
    guard let strata, from < to else { return self }
    var substitute: Reference {
      guard strata.learning != nil, var part = stratumCells(strata.by).replacing([]) else { return self }
      part.strata = nil
      part.stratum = "\(strata.by.plural) that are still to be learnt"
      return part
    }
    var mixed: [Double] = []
    var touched: [Int] = []
    var pooled = false
    var start = from
    while start < to {
      let end = min(to, start.floored(to: strata.by.length) + strata.by.length)
      let stratum = strata.by.stratum(of: start)
      let part = (end - start).inSeconds / (to - from).inSeconds
      guard let (counts, isPooled) = strata.counts(like: stratum) else { return substitute }
      pooled = pooled || isPooled
      if mixed.isEmpty { mixed = Array(repeating: 0, count: counts.count) }
      for index in counts.indices where index < mixed.count { mixed[index] += part * Double(counts[index]) }
      touched.append(stratum)
      start = end
    }
    let counts = mixed.map { Int($0.rounded()) }
    guard counts.reduce(0, saturatingSum) >= ReferenceStrata.minimumRows,
      var part = stratumCells(strata.by).replacing(counts)
    else { return substitute }
    part.strata = nil
    part.stratum =
      pooled
      ? "the same hours of all days"
      : touched.count == 1 ? strata.by.name(of: touched[0]) : "the same \(strata.by.plural)"
    return part
  }

  /// The same cells with other counts; without any, with none.
  private func replacing(_ counts: [Int]) -> Reference? {
    let counts = counts.isEmpty ? self.counts(of: nil)?.map { _ in 0 } ?? [] : counts
    switch cells {
    case .numeric(let cells):
      guard counts.count == cells.uppers.count else { return nil }
      return with(.numeric(NumericCells(unchecked: cells.uppers, counts, isExact: cells.isExact)))
    case .categorical(let cells):
      guard counts.count == cells.values.count + 1 else { return nil }
      return with(
        .categorical(CategoryCells(unchecked: cells.values, Array(counts.dropLast()), unseen: counts[counts.count - 1]))
      )
    case .ratio:
      guard counts.count == 2 else { return nil }
      return with(.ratio(RatioSummary(numerator: counts[0], denominator: saturatingSum(counts[0], counts[1]))))
    }
  }
}

extension ReferenceStrata {
  /// The stored form.
  var json: JSON {
    var object = JSONObject([
      ("by", .string(by.rawValue)),
      (
        "counts",
        .object(
          JSONObject(
            counts.sorted { $0.key < $1.key }.map { (String($0), .array($1.map { JSON($0) })) }))
      ),
    ])
    if let learning {
      object["through"] = .string(learning.through.formatted(.microseconds))
      object["until"] = .string(learning.until.formatted(.microseconds))
    }
    return .object(object)
  }

  /// Reads what ``json`` wrote of a reference with so many cells; nil for anything that it cannot have written.
  init?(json: JSON, cells: (Stratification) -> Int) {
    guard let by = json["by"]?.string.flatMap(Stratification.init(rawValue:)),
      let members = json["counts"]?.object?.members
    else { return nil }
    self.init(by: by)
    let cells = cells(by)
    for (name, value) in members {
      guard let stratum = Int(name), (0..<by.count).contains(stratum),
        let counts = value.array?.compactMap(\.integer), counts.count == cells, counts.allSatisfy({ $0 >= 0 })
      else { return nil }
      self.counts[stratum] = counts.map { Int($0) }
    }
    guard let through = json["through"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
      let until = json["until"]?.string.flatMap({ Timestamp(rfc3339: $0) })
    else { return }
    learning = Learning(through: through, until: until)
  }
}

import Domain

/// The accumulators of one group's meters for one slot, in flat arrays by label set, then meter. Reused from slot to
/// slot, so that the usual line allocates nothing.
struct SlotMeters {
  /// The slot's start.
  var start = Timestamp.distantPast
  /// When the slot was last written to, on the group's own count; the slot left alone for longest makes room.
  var lastUse = 0
  private(set) var touched: [Int32] = []
  private var isTouched: [Bool] = []
  private var scalars: [ScalarCell] = []
  private var distributions: [DistributionCell] = []
  private var categories: [CategoryCell] = []
  /// Counts by bucket for the cells that hold many values, and how many of them are in use.
  private var dense: [DenseCounts] = []
  private var usedDense = 0
  /// Counts by word for the cells that hold many words, and how many of them are in use.
  private var wordCounts: [[Int]] = []
  private var usedWordCounts = 0

  /// Adds a line to the accumulators of a label set.
  @inline(__always)
  mutating func record(
    _ set: Int, _ meters: borrowing MeterGroup.Meters, _ readings: borrowing LineReadings,
    _ table: borrowing FieldTable, _ line: borrowing RawSpan, at: Timestamp
  ) {
    if set >= isTouched.count || !isTouched[set] { touch(set, meters) }
    recordScalars(set &* meters.scalars.count, meters, readings, table, line, at: at)
    SlotMeters.recordDistributions(
      set &* meters.distributions.count, meters, readings, &distributions, &dense, &usedDense)
    recordCategories(set &* meters.categories.count, meters, readings)
  }

  @inline(__always)
  private mutating func recordScalars(
    _ base: Int, _ meters: borrowing MeterGroup.Meters, _ readings: borrowing LineReadings,
    _ table: borrowing FieldTable, _ line: borrowing RawSpan, at: Timestamp
  ) {
    let scalarMeters = meters.scalars.span
    let holds = readings.holds.span
    let numbers = readings.numbers.span
    var cells = scalars.mutableSpan
    // Every meter's predicate and number are among the line's readings, which grow with the meters and never shrink.
    for cell in scalarMeters.indices {
      let meter = scalarMeters[unchecked: cell]
      let isCounted = meter.predicate < 0 || holds[unchecked: meter.predicate]
      let index = base &+ cell
      switch meter.action {
      case .count:
        guard isCounted else { continue }
        cells[index].count &+= 1
        cells[index].sum += 1
      case .sum(let number):
        let value = numbers[unchecked: number]
        guard isCounted, !value.isNaN else { continue }
        cells[index].count &+= 1
        cells[index].sum += value.magnitude <= Bounds.largest ? value : Bounds.value(value)
      case .gauge(let number):
        let value = numbers[number]
        guard isCounted, !value.isNaN else { continue }
        cells[index].read(Bounds.value(value), at: at)
      case .ratio(let denominator, let flag):
        if let denominator, !holds[denominator] { continue }
        cells[index].count &+= 1
        guard isCounted else { continue }
        if let flag, !MeterGroup.isTrue(table.fields[flag], line) { continue }
        cells[index].numerator &+= 1
      }
    }
  }

  @inline(__always)
  private static func recordDistributions(
    _ base: Int, _ meters: borrowing MeterGroup.Meters, _ readings: borrowing LineReadings,
    _ distributions: inout [DistributionCell], _ dense: inout [DenseCounts], _ usedDense: inout Int
  ) {
    let valueMeters = meters.distributions.span
    let holds = readings.holds.span
    let numbers = readings.numbers.span
    let buckets = readings.buckets.span
    var cells = distributions.mutableSpan
    for cell in valueMeters.indices {
      let meter = valueMeters[cell]
      guard meter.predicate < 0 || holds[meter.predicate] else { continue }
      let value = numbers[meter.value]
      guard !value.isNaN else { continue }
      let bucket = buckets[meter.value]
      let index = base &+ cell
      if cells[index].insert(value, bucket: bucket) { continue }
      if cells[index].dense < 0 { SlotMeters.makeDense(&cells[index], &dense, &usedDense) }
      dense[Int(cells[index].dense)].add(1, to: bucket)
    }
  }

  @inline(never)
  private static func makeDense(_ cell: inout DistributionCell, _ dense: inout [DenseCounts], _ used: inout Int) {
    if used == dense.count { dense.append(DenseCounts()) }
    cell.dense = Int32(truncatingIfNeeded: used)
    cell.forEachSmall { dense[used].add(1, to: $0) }
    used += 1
  }

  @inline(__always)
  private mutating func recordCategories(
    _ base: Int, _ meters: borrowing MeterGroup.Meters, _ readings: borrowing LineReadings
  ) {
    let valueMeters = meters.categories.span
    for cell in valueMeters.indices {
      let meter = valueMeters[cell]
      guard meter.predicate < 0 || readings.holds[meter.predicate] else { continue }
      let word = readings.words[meter.value]
      guard word >= 0 else { continue }
      let index = base &+ cell
      if !categories[index].insert(word) { addWordCount(Int(word), index) }
    }
  }

  @inline(never)
  private mutating func addWordCount(_ word: Int, _ index: Int) {
    if categories[index].dense < 0 {
      if usedWordCounts == wordCounts.count { wordCounts.append([]) }
      categories[index].dense = Int32(truncatingIfNeeded: usedWordCounts)
      let cell = categories[index]
      cell.forEachSmall { SlotMeters.add($1, to: $0, &wordCounts[usedWordCounts]) }
      usedWordCounts += 1
    }
    SlotMeters.add(1, to: word, &wordCounts[Int(categories[index].dense)])
  }

  @inline(__always)
  private static func add(_ count: Int, to word: Int, _ counts: inout [Int]) {
    if word >= counts.count { counts.append(contentsOf: repeatElement(0, count: word - counts.count + 1)) }
    counts[word] &+= count
  }

  private mutating func touch(_ set: Int, _ meters: borrowing MeterGroup.Meters) {
    while isTouched.count <= set {
      isTouched.append(false)
      scalars.append(contentsOf: repeatElement(ScalarCell(), count: meters.scalars.count))
      distributions.append(contentsOf: repeatElement(DistributionCell(), count: meters.distributions.count))
      categories.append(contentsOf: repeatElement(CategoryCell(), count: meters.categories.count))
    }
    isTouched[set] = true
    touched.append(Int32(truncatingIfNeeded: set))
  }

  /// Writes the summary of every meter of every label set that has any, and forgets all of it. `series` gives the number
  /// of a series.
  mutating func seal(
    _ meters: borrowing MeterGroup.Meters, interners: [WordInterner], to sealed: inout SealedSlots,
    series: (inout SealedSlots, _ set: Int, _ meter: Int) -> Int32
  ) {
    for (cell, meter) in meters.scalars.enumerated() {
      for set in touched.lazy.map(Int.init) {
        let index = set &* meters.scalars.count &+ cell
        if let number = scalarNumber(index, meter, set, &sealed, series) {
          let scalar = scalars[index]
          sealed.append(series: number, start: start) { SlotMeters.write(scalar, meter.action, &$0) }
        }
        scalars[index] = ScalarCell()
      }
    }
    for (cell, meter) in meters.distributions.enumerated() {
      for set in touched.lazy.map(Int.init) {
        let index = set &* meters.distributions.count &+ cell
        guard distributions[index].count > 0 else { continue }
        let number = series(&sealed, set, meter.meter)
        sealed.append(series: number, start: start) { writeDistribution(index, &$0) }
        distributions[index].reset()
      }
    }
    for (cell, meter) in meters.categories.enumerated() {
      let interner = interners[meter.value]
      for set in touched.lazy.map(Int.init) {
        let index = set &* meters.categories.count &+ cell
        guard !categories[index].isEmpty else { continue }
        let number = series(&sealed, set, meter.meter)
        sealed.append(series: number, start: start) { writeCategory(index, interner, &$0) }
        categories[index].reset()
      }
    }
    for set in touched { isTouched[Int(set)] = false }
    forgetUsed()
  }

  /// Calls `body` with the summary of every meter of every label set that has any, and forgets all of it.
  mutating func drain(
    _ meters: borrowing MeterGroup.Meters, interners: [WordInterner],
    _ body: (_ set: Int, _ meter: Int, Summary) -> Void
  ) {
    for set in touched.lazy.map(Int.init) {
      for (cell, meter) in meters.scalars.enumerated() {
        let index = set * meters.scalars.count + cell
        if meter.isSparse, scalars[index].count == 0 { continue }
        if let summary = SlotMeters.summary(scalars[index], meter.action) { body(set, meter.meter, summary) }
        scalars[index] = ScalarCell()
      }
      for (cell, meter) in meters.distributions.enumerated() {
        let index = set * meters.distributions.count + cell
        guard distributions[index].count > 0 else { continue }
        body(set, meter.meter, .distribution(distribution(index)))
        distributions[index].reset()
      }
      for (cell, meter) in meters.categories.enumerated() {
        let index = set * meters.categories.count + cell
        guard !categories[index].isEmpty else { continue }
        body(set, meter.meter, .category(category(index, interners[meter.value])))
        categories[index].reset()
      }
      isTouched[set] = false
    }
    forgetUsed()
  }

  private mutating func forgetUsed() {
    touched.removeAll(keepingCapacity: true)
    for index in 0..<usedDense { dense[index].reset() }
    usedDense = 0
    for index in 0..<usedWordCounts { wordCounts[index].removeAll(keepingCapacity: true) }
    usedWordCounts = 0
  }

  @inline(__always)
  private func scalarNumber(
    _ index: Int, _ meter: ScalarMeter, _ set: Int, _ sealed: inout SealedSlots,
    _ series: (inout SealedSlots, _ set: Int, _ meter: Int) -> Int32
  ) -> Int32? {
    switch meter.action {
    case .gauge, .ratio: if scalars[index].count == 0 { return nil }
    // Records were seen: that none of them counted is a known zero.
    case .count, .sum: break
    }
    return series(&sealed, set, meter.meter)
  }

  @inline(__always)
  private static func write(_ scalar: ScalarCell, _ action: ScalarMeter.Action, _ writer: inout SummaryWriter) {
    writer.write(atMost: SummaryForm.longestHead) { out, place in
      switch action {
      case .count, .sum: SummaryForm.putCounter(count: scalar.count, sum: scalar.sum, &out, &place)
      case .gauge: SummaryForm.put(scalar.gauge, &out, &place)
      case .ratio:
        SummaryForm.putRatio(numerator: scalar.numerator, denominator: scalar.count, &out, &place)
      }
    }
  }

  private static func summary(_ scalar: ScalarCell, _ action: ScalarMeter.Action) -> Summary? {
    switch action {
    // Records were seen: that none of them counted is a known zero.
    case .count, .sum: .counter(CounterSummary(count: scalar.count, sum: scalar.sum))
    case .gauge: scalar.count > 0 ? .gauge(scalar.gauge) : nil
    case .ratio:
      scalar.count > 0 ? .ratio(RatioSummary(numerator: scalar.numerator, denominator: scalar.count)) : nil
    }
  }

  private mutating func writeDistribution(_ index: Int, _ writer: inout SummaryWriter) {
    guard distributions[index].dense < 0 else {
      SummaryForm.write(.distribution(distribution(index)), to: &writer)
      return
    }
    distributions[index].sortSmall()
    let cell = distributions[index]
    let buckets = cell.distinctSmall
    let bound = SummaryForm.longestHead + DistributionCell.smallLimit * SummaryForm.longestBucket
    writer.write(atMost: bound) { out, place in
      SummaryForm.putDistribution(
        buckets: buckets, sum: cell.sum, squaredDeviations: cell.squaredDeviations, minimum: cell.minimum,
        maximum: cell.maximum, &out, &place)
      var previous: Int?
      cell.forEachDistinctSmall { bucket, count in
        SummaryForm.putBucket(Int(bucket), after: previous, count: count, &out, &place)
        previous = Int(bucket)
      }
    }
  }

  private mutating func distribution(_ index: Int) -> DistributionSummary {
    var summary = DistributionSummary()
    if distributions[index].dense >= 0 {
      (summary.buckets, summary.counts) = dense[Int(distributions[index].dense)].sparse()
    } else {
      distributions[index].sortSmall()
      distributions[index].forEachDistinctSmall { bucket, count in
        summary.buckets.append(bucket)
        summary.counts.append(count)
      }
    }
    let cell = distributions[index]
    (summary.count, summary.sum, summary.squaredDeviations) = (cell.count, cell.sum, cell.squaredDeviations)
    (summary.minimum, summary.maximum) = (cell.minimum, cell.maximum)
    return summary
  }

  private mutating func writeCategory(_ index: Int, _ interner: WordInterner, _ writer: inout SummaryWriter) {
    guard categories[index].dense < 0 else {
      SummaryForm.write(.category(category(index, interner)), to: &writer)
      return
    }
    categories[index].sortSmall(by: interner.ranks.span)
    let cell = categories[index]
    var other = 0
    var categories = 0
    cell.forEachSmall { word, count in
      if word == Int(WordInterner.other) { other = count } else { categories &+= 1 }
    }
    let longest = CategorySummary.lengthLimit + 2 * SummaryBytes.longestNumber
    writer.write(atMost: SummaryForm.longestHead + CategoryCell.smallLimit * longest) { out, place in
      SummaryForm.putCategory(other: other, categories: categories, &out, &place)
      cell.forEachSmall { word, count in
        guard word != Int(WordInterner.other) else { return }
        SummaryBytes.put(interner.texts[word], &out, &place)
        SummaryBytes.put(count: count, &out, &place)
      }
    }
  }

  private func category(_ index: Int, _ interner: WordInterner) -> CategorySummary {
    var byText: [String: Int] = [:]
    var other = 0
    func add(_ word: Int, _ count: Int) {
      guard count > 0 else { return }
      if word == Int(WordInterner.other) { other += count } else { byText[interner.texts[word]] = count }
    }
    let cell = categories[index]
    if cell.dense >= 0 {
      for (word, count) in wordCounts[Int(cell.dense)].enumerated() { add(word, count) }
    } else {
      cell.forEachSmall(add)
    }
    return CategorySummary(counts: byText, other: other)
  }
}

import Domain

/// The label sets of one group of metrics, numbered in the order in which lines bring them, up to a limit.
struct LabelSets {
  /// How many UTF-8 bytes of a label's value are kept.
  static let valueLimit = 128

  private let definitions: [LabelDefinition]
  private let columns: [Int]
  /// Where the numbers of the labels' words stand among a line's readings.
  private let words: [Int]
  let limit: Int
  private let filter: TextFilter?
  /// The sets by the numbers of their words; for more than four labels ``table`` is asked instead.
  private var packed = PackedKeyTable()
  private var table: RawKeyTable
  private var numbers: [Labels: Int] = [:]
  private var otherNumber: Int?
  private var rankedCount = 0
  /// The sets by number.
  private(set) var all: [Labels] = []
  /// The place of each set in the order of sets; see ``rank()``.
  private(set) var ranks: [Int] = []
  /// How many records were counted under `other` because the limit was reached.
  private(set) var recordsUnderOther = 0

  init(_ definitions: [LabelDefinition], columns: [Int], words: [Int], limit: Int, filter: TextFilter?) {
    self.definitions = definitions
    self.filter = filter
    self.columns = columns
    self.words = words
    self.limit = max(1, limit)
    // The same label set may be spelt in several ways, with and without escapes.
    table = RawKeyTable(limit: 2 * self.limit)
  }

  /// The number of the line's label set.
  @inline(__always)
  mutating func number(
    _ readings: borrowing LineReadings, _ fields: borrowing FieldTable, _ line: borrowing RawSpan
  ) -> Int {
    guard words.count <= PackedKeyTable.parts else { return longNumber(fields, line) }
    var key: UInt64 = 0
    var isTold = true
    for index in words.indices {
      let word = readings.words[words[index]]
      // Words that are not told apart share a number, but not their label set.
      if word == WordInterner.other { isTold = false }
      key = key &<< 16 | UInt64(UInt16(truncatingIfNeeded: word &+ 1))
    }
    if isTold {
      let number = packed.number(of: key)
      if number >= 0 { return number }
    }
    return add(key: isTold ? key : nil, fields, line)
  }

  @inline(never)
  private mutating func longNumber(_ fields: borrowing FieldTable, _ line: borrowing RawSpan) -> Int {
    switch table.find(columns, fields, line) {
    case .known(let number): return number
    case .new(let hash):
      guard let number = numbers[labels(fields, line)] ?? append(labels(fields, line)) else { return other() }
      _ = table.store(number, hash: hash, columns, fields, line)
      return number
    }
  }

  @inline(never)
  private mutating func add(key: UInt64?, _ fields: borrowing FieldTable, _ line: borrowing RawSpan) -> Int {
    let set = labels(fields, line)
    guard let number = numbers[set] ?? append(set) else { return other() }
    if let key, packed.count < 2 * limit { packed.store(number, for: key) }
    return number
  }

  private func labels(_ fields: borrowing FieldTable, _ line: borrowing RawSpan) -> Labels {
    var labels: [Labels.Label] = []
    for (definition, column) in zip(definitions, columns) {
      guard let text = fields.text(column, in: line), !text.isEmpty,
        let value = filter.map({ $0(text, definition.path) }) ?? text
      else { continue }
      labels.append(Labels.Label(name: definition.name, value: CategorySummary.cut(value)))
    }
    return Labels(labels)
  }

  /// Takes sets that an earlier process told apart, so that a restart does not tell apart as many anew.
  mutating func restore(_ sets: [Labels]) {
    let names = Set(definitions.map(\.name))
    for set in sets
    where numbers[set] == nil && !set.all.contains(where: { $0.value == "other" })
      && set.all.allSatisfy({ names.contains($0.name) })
    {
      guard append(set) != nil else { return }
    }
  }

  private mutating func append(_ set: Labels) -> Int? {
    guard numbers.count < limit else { return nil }
    numbers[set] = all.count
    all.append(set)
    return all.count - 1
  }

  private mutating func other() -> Int {
    recordsUnderOther = Bounds.sum(recordsUnderOther, 1)
    if let otherNumber { return otherNumber }
    let set = Labels(definitions.map { Labels.Label(name: $0.name, value: "other") })
    let number: Int
    if let existing = numbers[set] {
      number = existing
    } else {
      number = all.count
      all.append(set)
    }
    otherNumber = number
    return number
  }

  /// Brings ``ranks`` up to date.
  mutating func rank() {
    guard rankedCount != all.count else { return }
    let texts = all.map(\.description)
    ranks = Array(repeating: 0, count: all.count)
    let order = all.indices.sorted { (texts[$0], all[$0].encoded, $0) < (texts[$1], all[$1].encoded, $1) }
    for (rank, number) in order.enumerated() { ranks[number] = rank }
    rankedCount = all.count
  }

  /// The label with the most different values and how many it has; of several the first by name.
  var widestLabel: (name: String, values: Int)? {
    definitions.map(\.name).sorted()
      .map { name in (name: name, values: Set(all.compactMap { $0[name] }).count) }
      .reduce(nil) { widest, next in
        guard let widest else { return next }
        return next.values > widest.values ? next : widest
      }
  }
}

public import Domain

/// A field that holds numbers.
public struct NumericField: Hashable, Sendable {
  /// Where it is.
  public var path: FieldPath
  /// `ms`, `s`, `tokens`, `USD` or `bytes`, judged by the name; nil where the name does not say.
  public var unitGuess: String?

  /// Creates a field.
  public init(path: FieldPath, unitGuess: String?) {
    self.path = path
    self.unitGuess = unitGuess
  }
}

/// What the fields of a source seem to be for. Lists are in the order in which the source first wrote the fields.
public struct DiscoveredFields: Hashable, Sendable {
  /// How many records the findings rest on.
  public var records = 0
  /// When the record happened.
  public var time: FieldPath?
  /// The version of what answered: of the model, the prompt or the release.
  public var version: FieldPath?
  /// The model's name.
  public var model: FieldPath?
  /// Whom the record is about: a tenant, customer or team.
  public var tenant: FieldPath?
  /// Numbers that can be measured.
  public var numeric: [NumericField] = []
  /// Texts and codes with few different values, the roles above among them.
  public var categorical: [FieldPath] = []
  /// Yes or no, also as 0 and 1.
  public var boolean: [FieldPath] = []
  /// Every field that held a value, lists among them.
  public var present: [FieldPath] = []
  /// Fields that hold lists.
  public var lists: [FieldPath] = []
  /// Texts and numbers that name a thing rather than measure it; of no use as a label or a metric.
  public var identifiers: [FieldPath] = []

  /// Creates an empty finding.
  public init() {}
}

/// Looks at sample lines of JSON objects and says which of their fields are times, labels, metrics and identifiers.
///
/// Memory is bounded: 200 fields, 100 different values of each, objects to a depth of four; arrays are not entered.
public struct FieldDiscovery: Sendable {
  private static let pathLimit = 200
  private static let depthLimit = 4
  /// The most different values that a label may have.
  private static let categoryLimit = 64

  private var records = 0
  private var fields: [ObservedField] = []
  private var places: [FieldPath: Int] = [:]
  /// The objects by where they are in a record; the first is the record itself.
  private var levels = [Level()]
  private var reader: TimestampReader

  /// The members of an object that were seen, by name: the field's index, or that of the object inside.
  private struct Level {
    var fields: [String: Int] = [:]
    var inner: [String: Int] = [:]
  }

  /// Creates a discovery that has seen nothing; `reference` gives times without a year theirs.
  public init(reference: Timestamp? = nil) {
    reader = TimestampReader(reference: reference)
  }

  /// Looks at one line; a line that is no JSON object is passed over.
  public mutating func add(_ line: borrowing RawSpan) {
    let bytes = line.withUnsafeBytes { Array($0) }
    guard case .object(let object)? = try? JSON(parsing: bytes) else { return }
    records += 1
    add(object, under: [])
  }

  /// Looks at one record; values that are objects are entered.
  public mutating func add(record object: JSONObject) {
    records += 1
    add(object, under: [])
  }

  /// Looks at the records in the first bytes of a file that a reader cuts out of them.
  ///
  /// - Parameter isWhole: whether the bytes are all that there is, so that the last record is whole.
  public mutating func add(head: [UInt8], of reader: RecordReader, isWhole: Bool, limit: Int) {
    var reader = reader
    reader.begin(file: 0, offset: 0, head: { [] })
    let hasMark = head.starts(with: [0xEF, 0xBB, 0xBF]) && !reader.hasHeaders
    var start = hasMark ? 3 : 0
    var one = FieldTable(columns: 1)
    for _ in 0..<limit {
      var named: [(name: String, field: RawField)] = []
      guard
        let record = reader.next(
          head.span.bytes, from: start, isFinal: isWhole, { named.append(($0, $1)) })
      else { return }
      if record.outcome == .record {
        records += 1
        let line = head.span.bytes.extracting(start..<record.end)
        for (name, field) in named {
          one.fields[0] = field
          guard let path = reader.path(of: name), let text = one.text(0, in: line) else { continue }
          add(FieldDiscovery.value(of: text), at: path)
        }
      }
      start = record.next
    }
  }

  private static func value(of text: String) -> JSON {
    switch text {
    case "true", "True", "TRUE": .bool(true)
    case "false", "False", "FALSE": .bool(false)
    default: .string(text)
    }
  }

  private mutating func add(_ object: JSONObject, under parents: [String], level: Int = 0) {
    for (name, value) in object.members {
      if case .object(let inner) = value {
        guard parents.count + 1 < FieldDiscovery.depthLimit else { continue }
        if let next = levels[level].inner[name] {
          add(inner, under: parents + [name], level: next)
        } else if levels.count < FieldDiscovery.pathLimit {
          levels[level].inner[name] = levels.count
          levels.append(Level())
          add(inner, under: parents + [name], level: levels.count - 1)
        }
        continue
      }
      if let known = levels[level].fields[name] {
        fields[known].add(value, record: records, &reader)
      } else if let path = FieldPath(components: parents + [name]), let place = add(value, at: path) {
        levels[level].fields[name] = place
      }
    }
  }

  @discardableResult
  private mutating func add(_ value: JSON, at path: FieldPath) -> Int? {
    let place: Int
    if let known = places[path] {
      place = known
    } else {
      guard fields.count < FieldDiscovery.pathLimit else { return nil }
      place = fields.count
      places[path] = place
      fields.append(ObservedField(path: path))
    }
    fields[place].add(value, record: records, &reader)
    return place
  }

  /// What the fields seen so far seem to be for.
  public func result() -> DiscoveredFields {
    var found = DiscoveredFields()
    found.records = records
    found.time = time()
    found.present = fields.filter { $0.present > 0 }.map(\.path)
    found.lists = fields.filter { $0.lists * 2 > $0.present }.map(\.path)
    for field in fields where field.path != found.time {
      switch role(of: field) {
      case .boolean: found.boolean.append(field.path)
      case .number:
        found.numeric.append(NumericField(path: field.path, unitGuess: FieldNames.unit(of: field.path)))
      case .category: found.categorical.append(field.path)
      case .identifier: found.identifiers.append(field.path)
      case .none: continue
      }
    }
    found.version = FieldNames.best(of: found.categorical, FieldNames.versions)
    found.model = FieldNames.best(of: found.categorical, FieldNames.models)
    found.tenant = FieldNames.best(of: found.categorical, FieldNames.tenants)
    return found
  }

  private func time() -> FieldPath? {
    let readable = fields.filter { $0.present > 0 && $0.times * 10 >= $0.present * 9 && $0.present * 2 >= records }
    if let named = FieldNames.best(of: readable.map(\.path), FieldNames.times) { return named }
    // Text that reads as a time is one, whatever its name; a number needs the name.
    return readable.first { $0.strings * 10 >= $0.present * 9 }?.path
  }

  private enum Role { case boolean, number, category, identifier, none }

  private func role(of field: ObservedField) -> Role {
    let present = field.present
    guard present > 0 else { return .none }
    func nearlyAll(_ count: Int) -> Bool { count * 10 >= present * 9 }
    let isNamedIdentifier = FieldNames.isIdentifier(field.path)
    if nearlyAll(field.booleans) { return .boolean }
    if nearlyAll(field.times), nearlyAll(field.strings) || FieldNames.isTime(field.path) { return .none }
    if nearlyAll(field.numbers + field.numericTexts) {
      if field.isZeroOrOne, FieldNames.isQuestion(field.path) { return .boolean }
      if FieldNames.isCode(field.path), field.isWhole, isCategorical(field) { return .category }
      if isNamedIdentifier { return isCategorical(field) ? .category : .identifier }
      return field.isSequence && FieldNames.isCounting(field.path) ? .identifier : .number
    }
    guard nearlyAll(field.strings) else { return .none }
    if field.isFreeText { return .none }
    if FieldNames.isFingerprint(field.path), field.distinct > 1 { return .identifier }
    if isCategorical(field) { return .category }
    // A dozen lines cannot tell a label from an identifier, except by the name.
    return present >= 12 || isNamedIdentifier ? .identifier : .none
  }

  /// Few different values, and far fewer than records.
  private func isCategorical(_ field: ObservedField) -> Bool {
    let distinct = field.distinct
    guard !field.hasMoreValues, distinct <= FieldDiscovery.categoryLimit else { return false }
    return distinct <= 1
      ? field.present > 1 || !FieldNames.isIdentifier(field.path)
      : distinct * (field.present < 30 ? 2 : 4) <= field.present
  }
}

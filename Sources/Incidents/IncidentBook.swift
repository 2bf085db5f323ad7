public import Domain

/// Every incident, as a pure fold over the journal's entries; decides what people and signals make of them.
///
/// ``apply(_:)`` is the only way in. ``decide(_:on:expectedRevision:actor:now:policy:)``,
/// ``signal(_:now:policy:)`` and ``tick(now:policy:)`` only answer with entries to append; they take effect once
/// they are applied, so that of several signal transitions each is decided after the one before was applied.
public struct IncidentBook: Sendable {
  /// Every incident, in the order of their numbers; put together anew at each call, so ask once.
  public var incidents: [Incident] { shelf.all }

  var shelf = IncidentShelf()
  var indexes: [Int: Int] = [:]
  var numbersByKey: [SignalKey: Int] = [:]
  var numbersByRule: [String: [Int]] = [:]
  var openNumbers: Set<Int> = []
  var timedNumbers: Set<Int> = []
  // Incidents with a check that nobody has measured yet.
  var checkedNumbers: Set<Int> = []
  /// Every silence, in the order in which they were made.
  public internal(set) var silences: [Silence] = []
  // The places of those that have not ended.
  var activeSilences: [Int] = []
  // Resolves that came while their signal was not known to fire, by event time: their triggers may be late.
  var earlyResolves: [SignalKey: Timestamp] = [:]

  /// Creates the book without incidents.
  public init() {}

  /// The number that the next incident gets.
  public var nextNumber: Int { (shelf.last?.number ?? 0) &+ 1 }

  /// An incident by its number.
  public func incident(number: Int) -> Incident? { indexes[number].map { shelf[$0] } }

  /// The incident that a signal belongs to: the latest that had it, or the one that this was merged into.
  public func incident(for key: SignalKey) -> Incident? {
    numbersByKey[key].flatMap { incident(number: $0) }
  }

  /// The number of the incident that a person's words name: `412`, `INC-412` in any case, or an id.
  public func number(named name: String) -> Int? {
    if let number = Incident.number(named: name) { return indexes[number] == nil ? nil : number }
    guard name.utf8.count == 26 else { return nil }
    let id = name.uppercased()
    return shelf.first { $0.id == id }?.number
  }

  /// How many incidents are open: new, acknowledged, mitigating or monitoring.
  public var openCount: Int { openNumbers.count }

  /// The open incidents as the queue shows them: grave before mild, untaken before taken, old before new.
  public var queue: [Incident] {
    var places: [(severity: Severity, isTaken: Bool, number: Int)] = []
    places.reserveCapacity(openNumbers.count)
    for number in openNumbers {
      guard let index = indexes[number] else { continue }
      places.append((shelf[index].severity, shelf[index].state != .new, number))
    }
    places.sort { left, right in
      if left.severity != right.severity { return left.severity > right.severity }
      return left.isTaken == right.isTaken ? left.number < right.number : right.isTaken
    }
    return places.compactMap { incident(number: $0.number) }
  }

  /// How many incidents are in each state; states without any are left out.
  public var counts: [IncidentState: Int] {
    var counts: [IncidentState: Int] = [:]
    shelf.forEach { counts[$0.state, default: 0] += 1 }
    return counts
  }

  /// Earlier incidents of the same rules, the latest first.
  public func similar(to incident: Incident, limit: Int = 5) -> [Incident] {
    let rules = Set(incident.signals.map(\.key.rule))
    let numbers = Set(rules.flatMap { (numbersByRule[$0] ?? []).suffix(limit &+ 1) })
    return numbers.filter { $0 < incident.number }.sorted(by: >).prefix(max(0, limit))
      .compactMap { self.incident(number: $0) }
  }

  /// The latest open incident of a rule that has a fitting signal and room for one more.
  func openIncident(ofRule rule: String, where fits: (IncidentSignal) -> Bool) -> Incident? {
    for number in (numbersByRule[rule] ?? []).suffix(IncidentBook.mostGroupsSearched).reversed()
    where openNumbers.contains(number) {
      guard let incident = incident(number: number), incident.signals.count < IncidentBook.mostSharedSignals,
        incident.signals.contains(where: fits)
      else { continue }
      return incident
    }
    return nil
  }
}

extension Incident {
  /// Reads `412` and `INC-412`.
  static func number(named name: some StringProtocol) -> Int? {
    let digits = name.uppercased().hasPrefix("INC-") ? String(name.dropFirst(4)) : String(name)
    guard digits.utf8.count <= 12, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
      number > 0
    else { return nil }
    return number
  }

  /// 10 characters of milliseconds and 16 of the entry's number, five bits each in Crockford's alphabet.
  static func id(sequence: Int, at: Timestamp) -> String {
    let alphabet: StaticString = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    func characters(_ value: UInt64, _ count: Int) -> [UInt8] {
      var rest = value
      var output = [UInt8](repeating: 0x30, count: count)
      for index in stride(from: count - 1, through: 0, by: -1) {
        output[index] = alphabet.utf8Start[Int(rest & 31)]
        rest >>= 5
      }
      return output
    }
    let time = characters(UInt64(max(0, at.milliseconds)), 10)
    return String(decoding: time + characters(UInt64(max(0, sequence)), 16), as: UTF8.self)
  }
}

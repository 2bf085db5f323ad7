public import Domain

/// A time during which matching incidents stay out of the queue and notify nobody.
///
/// A silence never changes an incident: what happens meanwhile is recorded, its end is told in the timelines of what it
/// still hides, and an all-clear reaches everybody all the same.
public struct Silence: Hashable, Sendable {
  /// What a silence compares.
  public struct Matcher: Hashable, Sendable {
    /// `rule`, `title`, `category`, `severity`, or the name of a signal's label.
    public var name: String
    /// Whether it matches where the value does *not* fit.
    public var isNegated: Bool
    /// The value; `*` stands for any text.
    public var pattern: String

    /// Creates a matcher.
    public init(name: String, isNegated: Bool = false, pattern: String) {
      self.name = name
      self.isNegated = isNegated
      self.pattern = pattern
    }

    /// Reads `tenant=t1`, `rule=pii-*` and `tenant!=t1`; nil for other text.
    public init?(_ text: String) {
      guard let sign = text.firstIndex(of: "=") else { return nil }
      var name = text[..<sign]
      let isNegated = name.last == "!"
      if isNegated { name = name.dropLast() }
      guard !name.isEmpty, name.utf8.count <= FreeText.longestName,
        text.utf8.count <= FreeText.longestName * 2
      else { return nil }
      self.init(name: String(name), isNegated: isNegated, pattern: String(text[text.index(after: sign)...]))
    }

    /// `tenant=t1`.
    public var description: String { "\(name)\(isNegated ? "!=" : "=")\(pattern)" }

    /// Whether a value fits; a label that is missing has the empty value.
    public func matches(_ value: String) -> Bool {
      Matcher.fits(Array(value.utf8), Array(pattern.utf8)) != isNegated
    }

    /// Compares with `*` for any text, in time proportional to the product of both lengths.
    private static func fits(_ value: [UInt8], _ pattern: [UInt8]) -> Bool {
      var (index, place) = (0, 0)
      var (star, mark) = (-1, 0)
      while index < value.count {
        if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
          (star, mark) = (place, index)
          place += 1
        } else if place < pattern.count, pattern[place] == value[index] {
          index += 1
          place += 1
        } else if star >= 0 {
          mark += 1
          (index, place) = (mark, star + 1)
        } else {
          return false
        }
      }
      while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
      return place == pattern.count
    }
  }

  /// `S-1`.
  public let id: String
  /// All must match.
  public let matchers: [Matcher]
  /// When it begins.
  public let startsAt: Timestamp
  /// When it ends.
  public internal(set) var endsAt: Timestamp
  /// Who made it, from the login.
  public let author: Actor
  /// Why.
  public let reason: String
  /// When it was ended before its time, and by whom.
  public internal(set) var expiredBy: Actor?
  /// Whether its end has been told.
  public internal(set) var isEnded = false
  /// The incidents that it has hidden, by number.
  public internal(set) var hidden: Set<Int> = []

  /// Whether it hides what it matches at `now`.
  public func isActive(at now: Timestamp) -> Bool { !isEnded && startsAt <= now && now < endsAt }

  /// `active`, `pending` before its start, `expired` after its end.
  public func state(at now: Timestamp) -> String {
    isActive(at: now) ? "active" : !isEnded && now < startsAt ? "pending" : "expired"
  }

  /// Whether it matches an incident by any of its signals, or, without signals, by what it says of itself.
  public func matches(_ incident: Incident) -> Bool { Silence.matches(matchers, incident) }

  static func matches(_ matchers: [Matcher], _ incident: Incident) -> Bool {
    guard !incident.signals.isEmpty else { return matches(matchers, incident, nil) }
    // One signal that nobody silenced keeps the incident in the queue.
    let live = incident.signals.filter { !$0.isClear }
    return (live.isEmpty ? incident.signals : live).allSatisfy { matches(matchers, incident, $0.key) }
  }

  private static func matches(_ matchers: [Matcher], _ incident: Incident, _ key: SignalKey?) -> Bool {
    matchers.allSatisfy { matcher in
      switch matcher.name {
      case "rule": matcher.matches(key?.rule ?? "")
      case "title": matcher.matches(incident.title)
      case "category": matcher.matches(incident.category ?? "")
      case "severity": matcher.matches(incident.severity.rawValue)
      default: matcher.matches(key?.labels[matcher.name] ?? "")
      }
    }
  }

  /// Whether the matchers would match something of which nothing is known, and so everything.
  static func isCatchAll(_ matchers: [Matcher]) -> Bool { matchers.allSatisfy { $0.matches("") } }
}

/// What a silence hides, or would hide.
public struct SilenceReach: Hashable, Sendable {
  /// The open incidents that match, by number.
  public var open: [Int]
  /// How many incidents are open in all.
  public var openCount: Int
  /// The incidents of the last seven days that match, by number.
  public var recent: [Int]
  /// Of those, how many had been judged to be real.
  public var recentReal: Int

  /// The share of open incidents that it hides, 0…1.
  public var share: Double { openCount == 0 ? 0 : Double(open.count) / Double(openCount) }

  /// As `silences preview` shows it.
  public var json: JSON {
    [
      "open": .array(open.map { .string(Incident.name($0)) }), "open_total": JSON(openCount), "share": JSON(share),
      "last_7_days": JSON(recent.count), "last_7_days_real": JSON(recentReal),
    ]
  }
}

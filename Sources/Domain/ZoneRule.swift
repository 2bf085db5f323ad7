/// The yearly rule in the footer of a TZif file, such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX `TZ`).
struct ZoneRule: Hashable, Sendable {
  private struct Change: Hashable {
    var month: Int
    var week: Int
    var weekday: Int
    /// Seconds after midnight by the clocks before the change.
    var second: Int

    /// Local seconds from 1970 at which the change happens in a year.
    func instant(year: Int) -> Int64 {
      let first = CivilTime.daysFromEpoch(year: year, month: month, day: 1)
      // 1970-01-01 was a Thursday.
      let weekdayOfFirst = ((first + 4) % 7 + 7) % 7
      var day = 1 + (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
      while day > CivilTime.daysIn(month: month, year: year) { day -= 7 }
      return Int64(first + day - 1) * 86_400 + Int64(second)
    }
  }

  private let standard: Int
  private let summer: (offset: Int, start: Change, end: Change)?

  static func == (left: ZoneRule, right: ZoneRule) -> Bool {
    left.standard == right.standard && left.summer?.offset == right.summer?.offset
      && left.summer?.start == right.summer?.start && left.summer?.end == right.summer?.end
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(standard)
    hasher.combine(summer?.offset)
    hasher.combine(summer?.start)
    hasher.combine(summer?.end)
  }

  /// Reads a rule; nil for text that is none, and for the forms by day of the year, which no present zone uses.
  init?(_ text: String) {
    var rest = Substring(text)
    guard ZoneRule.name(&rest), let west = ZoneRule.seconds(&rest) else { return nil }
    standard = -west
    guard !rest.isEmpty else {
      summer = nil
      return
    }
    guard ZoneRule.name(&rest) else { return nil }
    var offset = standard + 3_600
    if rest.first != "," {
      guard let west = ZoneRule.seconds(&rest) else { return nil }
      offset = -west
    }
    guard let start = ZoneRule.change(&rest), let end = ZoneRule.change(&rest), rest.isEmpty else { return nil }
    summer = (offset, start, end)
  }

  /// The offset of the clocks that show `local`.
  func offset(local: Int64) -> Int {
    guard let summer else { return standard }
    let year = CivilTime(Timestamp(nanoseconds: local.multipliedReportingOverflow(by: 1_000_000_000).partialValue)).year
    let start = summer.start.instant(year: year)
    let end = summer.end.instant(year: year)
    let isSummer = start < end ? local >= start && local < end : local >= start || local < end
    return isSummer ? summer.offset : standard
  }

  private static func name(_ rest: inout Substring) -> Bool {
    let name: Substring
    if rest.first == "<" {
      guard let end = rest.firstIndex(of: ">") else { return false }
      name = rest[...end]
    } else {
      name = rest.prefix { $0.isLetter }
    }
    rest = rest.dropFirst(name.count)
    return name.count >= 3
  }

  /// `[+-]h[:m[:s]]`.
  private static func seconds(_ rest: inout Substring) -> Int? {
    var sign = 1
    if rest.first == "+" || rest.first == "-" {
      if rest.first == "-" { sign = -1 }
      rest = rest.dropFirst()
    }
    let text = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ":") }
    rest = rest.dropFirst(text.count)
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...3).contains(parts.count) else { return nil }
    var total = 0
    for (part, unit) in zip(parts, [3_600, 60, 1]) {
      guard let part, part <= 168 else { return nil }
      total += part * unit
    }
    return sign * total
  }

  /// `,Mm.w.d[/time]`.
  private static func change(_ rest: inout Substring) -> Change? {
    guard rest.hasPrefix(",M") else { return nil }
    rest = rest.dropFirst(2)
    let text = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    rest = rest.dropFirst(text.count)
    let parts = text.split(separator: ".").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[0]), (1...5).contains(parts[1]), (0...6).contains(parts[2]) else {
      return nil
    }
    var second = 7_200
    if rest.first == "/" {
      rest = rest.dropFirst()
      guard let given = seconds(&rest) else { return nil }
      second = given
    }
    return Change(month: parts[0], week: parts[1], weekday: parts[2], second: second)
  }
}

import Domain

/// The templates of one source's lines: at most four, learned from lines that fit none.
struct LineTemplates: Sendable {
  /// How many are kept; a source with more kinds of lines is walked member by member.
  static let limit = 4
  private static let firstLessons = 32
  /// After so many tries with less than a quarter of hits, no template is tried for as many lines as `pause` says.
  private static let trial = 256
  private static let pause = 8_192

  private struct Known {
    let template: LineTemplate
    var isFamiliar = false
    var hits = 0
  }

  private var known: [Known] = []
  private var latest = 0
  private var lessons = LineTemplates.firstLessons
  private var tries = 0
  private var hits = 0
  private var paused = 0
  /// How many lines fitted no template.
  private(set) var misses = 0
  /// How many lines fitted no template that is familiar.
  private(set) var unfamiliar = 0

  /// Fills `fields` from a line of `count` bytes that fits a template; what the span holds beyond it is only looked at.
  @inline(__always)
  mutating func fit(
    _ line: borrowing RawSpan, _ start: Int, count: Int, _ fields: inout MutableSpan<RawField>
  ) -> Bool {
    guard paused == 0 else {
      paused &-= 1
      return false
    }
    tries &+= 1
    if tries == LineTemplates.trial { judge() }
    if latest < known.count, known[latest].template.fits(line, start, count: count, &fields) {
      hit(latest)
      return true
    }
    return fitOther(line, start, count: count, &fields)
  }

  @inline(__always)
  private mutating func hit(_ index: Int) {
    hits &+= 1
    known[index].hits &+= 1
    if !known[index].isFamiliar { unfamiliar &+= 1 }
  }

  @inline(never)
  private mutating func fitOther(
    _ line: borrowing RawSpan, _ start: Int, count: Int, _ fields: inout MutableSpan<RawField>
  ) -> Bool {
    for index in known.indices where index != latest {
      if known[index].template.fits(line, start, count: count, &fields) {
        latest = index
        hit(index)
        return true
      }
    }
    return false
  }

  private mutating func judge() {
    if hits * 4 < tries, known.count == LineTemplates.limit { paused = LineTemplates.pause }
    (tries, hits) = (0, 0)
    for index in known.indices { known[index].hits /= 2 }
  }

  /// Takes note of a line that fitted none and that the grammar has read, and mostly learns from it.
  mutating func miss(_ line: borrowing RawSpan, _ start: Int, tree: KeyTree, columns: Int) {
    misses &+= 1
    unfamiliar &+= 1
    // A source whose lines never settle must not pay for learning at every line.
    if misses & 127 == 0 { lessons = min(lessons + 1, LineTemplates.firstLessons) }
    guard lessons > 0, paused == 0 else { return }
    lessons -= 1
    guard let template = LineTemplate(line, start, tree: tree, columns: columns) else { return }
    if known.count < LineTemplates.limit {
      latest = known.count
      known.append(Known(template: template))
    } else if let least = known.indices.min(by: { known[$0].hits < known[$1].hits }) {
      known[least] = Known(template: template)
      latest = least
    }
  }

  /// Takes what is known now for the source's usual form.
  mutating func becomeFamiliar() {
    for index in known.indices { known[index].isFamiliar = true }
  }

  /// The members of the familiar form that was seen most often lately.
  var familiarNames: [String] {
    known.filter(\.isFamiliar).max { $0.hits < $1.hits }?.template.names ?? []
  }
}

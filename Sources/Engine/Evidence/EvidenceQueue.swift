import Domain
import Tailing

/// Incidents that opened, and where their logs had been read to by then.
struct EvidenceQueue {
  /// An incident whose lines are to be found.
  struct Wanted {
    var number: Int
    /// How far each file had been read.
    var files: [FileStatus]
  }

  /// In a storm the first incidents say enough: further ones go without.
  private static let limit = 64

  private var waiting: [Wanted] = []

  var isEmpty: Bool { waiting.isEmpty }

  mutating func add(_ numbers: Range<Int>, files: [FileStatus]) {
    for number in numbers.prefix(max(0, Self.limit - waiting.count)) {
      waiting.append(Wanted(number: number, files: files))
    }
  }

  /// Takes the next few, so that no second is filled with searching.
  mutating func take(_ count: Int) -> [Wanted] {
    let next = Array(waiting.prefix(count))
    waiting.removeFirst(next.count)
    return next
  }
}

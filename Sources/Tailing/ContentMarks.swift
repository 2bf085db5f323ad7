/// Fingerprints of what was read at places behind the offset, the farther behind the farther apart, by which a copy that
/// ends before the offset is recognised as the beginning of what was read.
public struct ContentMarks: Hashable, Sendable {
  /// The hash of the up to 1 KiB before an offset.
  struct Mark: Hashable, Sendable {
    var offset: Int64
    var hash: UInt64

    var fingerprint: Fingerprint {
      Fingerprint(length: Int(min(offset, Int64(Fingerprint.maximumLength))), hash: hash)
    }
  }

  /// At least this many bytes lie between two marks.
  static let spacing: Int64 = 4_096
  /// The most marks that are kept.
  static let maximum = 16

  /// In ascending order.
  private(set) var marks: [Mark] = []

  /// No marks.
  public init() {}

  init(_ marks: [Mark]) {
    self.marks = marks
  }

  /// Takes note of the bytes before an offset.
  mutating func add(_ fingerprint: Fingerprint, at offset: Int64) {
    guard offset - (marks.last?.offset ?? 0) >= ContentMarks.spacing else { return }
    marks.append(Mark(offset: offset, hash: fingerprint.hash))
    guard marks.count > ContentMarks.maximum else { return }
    // The one that is missed least: the stretch between its neighbours is the smallest part of their distance.
    func share(_ index: Int) -> Double {
      let before = index == 0 ? 0 : marks[index - 1].offset
      return Double(marks[index + 1].offset - before) / Double(max(1, offset - before))
    }
    let least = (0..<(marks.count - 1)).min { share($0) < share($1) }
    if let least { marks.remove(at: least) }
  }

  /// The last mark that lies within so many bytes.
  func last(within size: Int64) -> Mark? { marks.last { $0.offset <= size } }
}

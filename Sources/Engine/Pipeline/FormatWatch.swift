import Decoding
import Domain

/// Tells when a source that had a steady format begins to write lines of another form.
///
/// A source is steady once no more than 0.5 % of 1,000 lines in a row looked unlike all before. From then on, lines that
/// look unlike the steady ones are counted, whether or not the scanner has learned them meanwhile: more than 5 % of 1,000
/// lines, and the format has changed. What is steady is learned anew by every process.
struct FormatWatch {
  /// How many lines are looked at together.
  static let window = 1_000
  /// How many lines of a window may look unlike all before in a steady source.
  static let steadyMisses = 5
  /// How many unfamiliar lines of a window are a change.
  static let changedLines = 50
  /// How many names a change tells of each sort.
  private static let nameLimit = 6

  private var lines = 0
  private var isSteady = false
  private var missesBefore = 0
  private var unfamiliarBefore = 0
  private var seenUnfamiliar = 0
  private var first: (path: String, offset: Int64, names: [String])?

  /// Looks at one record after it was read; gives the change that it completes.
  @inline(__always)
  mutating func look(
    at line: borrowing RawSpan, _ scanner: inout JSONLineScanner, path: @autoclosure () -> String, offset: Int64
  ) -> FormatChange? {
    lines &+= 1
    guard lines == FormatWatch.window || scanner.unfamiliarLines != seenUnfamiliar else { return nil }
    return lookCloser(line, &scanner, path: path(), offset: offset)
  }

  @inline(never)
  private mutating func lookCloser(
    _ line: borrowing RawSpan, _ scanner: inout JSONLineScanner, path: String, offset: Int64
  ) -> FormatChange? {
    let isUnfamiliar = scanner.unfamiliarLines != seenUnfamiliar
    seenUnfamiliar = scanner.unfamiliarLines
    if isSteady, isUnfamiliar, first == nil { first = (path, offset, scanner.names(in: line)) }
    if isSteady, let first, seenUnfamiliar - unfamiliarBefore > FormatWatch.changedLines {
      let change = FormatChange(
        path: first.path, offset: first.offset, from: scanner.familiarNames, to: first.names,
        nameLimit: FormatWatch.nameLimit)
      isSteady = false
      restart(scanner)
      return change
    }
    guard lines >= FormatWatch.window else { return nil }
    if !isSteady {
      isSteady = scanner.missedLines - missesBefore < FormatWatch.steadyMisses
      scanner.becomeFamiliar()
    }
    restart(scanner)
    return nil
  }

  private mutating func restart(_ scanner: JSONLineScanner) {
    lines = 0
    first = nil
    missesBefore = scanner.missedLines
    unfamiliarBefore = scanner.unfamiliarLines
    seenUnfamiliar = unfamiliarBefore
  }
}

/// A source's lines have taken another form. Names of members only, never their values.
struct FormatChange: Hashable, Sendable {
  /// The file with the first line of the other form.
  var path: String
  /// Where in the file that line begins.
  var offset: Int64
  /// Members that the line has and the usual ones had not.
  var added: [String]
  /// Members that the usual lines had.
  var removed: [String]
  /// How many more were added or removed than are named.
  var unnamed = 0
  /// The event time at which it was noticed.
  var at: Timestamp = .epoch

  /// Compares the names of members of the usual lines with those of the first one that differs.
  init(path: String, offset: Int64, from old: [String], to new: [String], nameLimit: Int) {
    self.path = path
    self.offset = offset
    let (before, after) = (Set(old), Set(new))
    let added = new.filter { !before.contains($0) }
    let removed = old.filter { !after.contains($0) }
    self.added = Array(added.prefix(nameLimit))
    self.removed = Array(removed.prefix(nameLimit))
    unnamed = added.count + removed.count - self.added.count - self.removed.count
  }

  /// `log format changed at app.jsonl:5120, first line that differs: fields added cost; removed price`.
  var text: String {
    var parts: [String] = []
    if !added.isEmpty { parts.append("fields added: \(added.joined(separator: ", "))") }
    if !removed.isEmpty { parts.append("fields removed: \(removed.joined(separator: ", "))") }
    if unnamed > 0 { parts.append("and \(unnamed) more") }
    if parts.isEmpty { parts.append("the same fields, in another order or with other space between them") }
    return "log format changed at \(path):\(offset); first line that differs: \(parts.joined(separator: "; "))"
  }

  /// The facts for the journal.
  var json: JSON {
    [
      "path": .string(path), "offset": .integer(offset), "at": JSON(at), "added": .array(added.map(JSON.string)),
      "removed": .array(removed.map(JSON.string)), "unnamed": JSON(unnamed),
    ]
  }
}

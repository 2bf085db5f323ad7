/// A path pattern: where to begin, the directories to descend into, and the names to take there.
struct GlobPattern: Hashable {
  /// The pattern as it was written.
  let path: TailPath
  /// The directory that holds no wildcard.
  let root: TailPath
  /// The directories below the root, the first of which has a wildcard; empty for most patterns.
  let directories: [GlobComponent]
  /// The last component.
  let name: GlobComponent

  /// How deep `**` descends, which bounds what a mistaken pattern costs.
  static let maximumDepth = 16

  init(_ text: String) {
    path = TailPath(text)
    var parts = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true).map(GlobComponent.init)
    // A trailing `**` takes every file below.
    let last = parts.popLast() ?? GlobComponent("".utf8)
    if last.isDeep { parts.append(last) }
    name = last
    var root = TailPath(bytes: path.bytes.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : [])
    var rest = parts[...]
    while let literal = rest.first?.literal {
      root = TailPath(directory: root, name: literal)
      rest.removeFirst()
    }
    self.root = root
    directories = Array(rest)
  }

  /// The path when there is no wildcard.
  var literalPath: TailPath? {
    guard directories.isEmpty, let name = name.literal else { return nil }
    return TailPath(directory: root, name: name)
  }

  /// The directories in which names are to be matched; each once, in order of their paths within a parent.
  func expandedDirectories() -> [TailPath] {
    var found: [TailPath] = []
    var seen: Set<TailPath> = []
    func add(_ path: TailPath) {
      if seen.insert(path).inserted { found.append(path) }
    }
    func descend(_ path: TailPath, _ index: Int, _ depth: Int) {
      guard index < directories.count else { return add(path) }
      guard depth < GlobPattern.maximumDepth else { return }
      let component = directories[index]
      if component.isDeep { descend(path, index + 1, depth) }
      for entry in DirectoryReader.directories(in: path, matching: component) {
        descend(entry, component.isDeep ? index : index + 1, depth + 1)
      }
    }
    descend(root, 0, 0)
    return found
  }
}

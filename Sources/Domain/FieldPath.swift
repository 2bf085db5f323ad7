/// The dotted path of a field in a record: `guardrail.status`.
public struct FieldPath: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The member names from the outermost object inwards; never empty, at most 16.
  public let components: [String]

  /// Reads a dotted path; a backslash before a dot makes the dot part of a name (`gen_ai\.system`). Empty names and
  /// more than 16 levels give nil.
  public init?(_ text: some StringProtocol) {
    var names: [String] = [""]
    var escaped = false
    for character in text {
      if escaped {
        if character != "." && character != "\\" { names[names.count - 1].append("\\") }
        names[names.count - 1].append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "." {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
    }
    self.init(components: names)
  }

  /// Creates a path from member names; nil when there are none, more than 16, or one is empty.
  public init?(components: [String]) {
    guard !components.isEmpty, components.count <= 16, !components.contains("") else { return nil }
    self.components = components
  }

  /// The dotted text, dots within names escaped.
  public var description: String {
    components.map { name in name.map { $0 == "." ? "\\." : String($0) }.joined() }.joined(separator: ".")
  }

  /// Orders paths by their text.
  public static func < (left: FieldPath, right: FieldPath) -> Bool {
    left.components.lexicographicallyPrecedes(right.components)
  }
}

/// The fields that a source's metrics, labels and rules read, each with its column in a ``FieldTable``.
public struct FieldPlan: Hashable, Sendable {
  /// The paths by column.
  public private(set) var paths: [FieldPath] = []
  private var columns: [FieldPath: Int] = [:]

  /// Creates an empty plan.
  public init() {}

  /// Creates a plan of the given paths, each once.
  public init(_ paths: some Sequence<FieldPath>) {
    for path in paths { _ = column(of: path) }
  }

  /// The column of a path; a path that is new gets the next one.
  public mutating func column(of path: FieldPath) -> Int {
    if let column = columns[path] { return column }
    columns[path] = paths.count
    paths.append(path)
    return paths.count - 1
  }

  /// The column of a path, or nil when the plan lacks it.
  public func existingColumn(of path: FieldPath) -> Int? { columns[path] }
}

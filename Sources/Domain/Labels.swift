/// A set of label names and values, sorted by name, such as `tenant=t2`; the identity of a series within its metric.
public struct Labels: Hashable, Sendable, Comparable {
  /// One name with its value.
  public struct Label: Hashable, Sendable {
    /// The label's name.
    public var name: String
    /// The label's value.
    public var value: String

    /// Creates a label.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The labels, sorted by name, each name once.
  public let all: [Label]

  /// The empty set.
  public static let none = Labels([])

  /// Creates a set; of labels with the same name the last one counts.
  public init(_ labels: [Label]) {
    var byName: [String: String] = [:]
    for label in labels { byName[label.name] = label.value }
    all = byName.map { Label(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
  }

  /// Creates a set from names and values.
  public init(_ pairs: KeyValuePairs<String, String>) {
    self.init(pairs.map { Label(name: $0.key, value: $0.value) })
  }

  /// Whether there are no labels.
  public var isEmpty: Bool { all.isEmpty }

  /// The value of a label, or nil where the set lacks it.
  public subscript(name: String) -> String? { all.first { $0.name == name }?.value }

  /// The set with the given labels only; names that it lacks are left out.
  public func keeping(_ names: some Sequence<String>) -> Labels {
    let names = Array(names)
    if all.allSatisfy({ names.contains($0.name) }) { return self }
    return Labels(all.filter { names.contains($0.name) })
  }

  /// Orders sets by their text, so that listings are stable.
  public static func < (left: Labels, right: Labels) -> Bool { left.description < right.description }
}

extension Labels: CustomStringConvertible {
  /// `model=chat,tenant=t2`, for people; not reversible when values hold commas (see ``encoded``).
  public var description: String { all.map { "\($0.name)=\($0.value)" }.joined(separator: ",") }

  /// A reversible, canonical text of the set: a JSON object with sorted keys. The database's key of a series.
  public var encoded: String { JSON(self).canonical }

  /// Reads what ``encoded`` wrote.
  public init?(encoded text: String) {
    guard case .object(let object)? = try? JSON(parsing: text) else { return nil }
    var labels: [Label] = []
    for (name, value) in object.members {
      guard case .string(let value) = value else { return nil }
      labels.append(Label(name: name, value: value))
    }
    self.init(labels)
  }
}

/// One key of a section: what the strict reader accepts and what the reference says of it.
struct KeySchema: Sendable {
  /// What a value has to be, in words.
  enum Shape: Sendable {
    case text
    case number
    case count
    case duration
    case flag
    case field
    case predicate
    case condition
    case bound
    case texts
    case choice([String])
    case section(String)
    case sections(String)
    case other(String)

    var words: String {
      switch self {
      case .text: "text"
      case .number: "number"
      case .count: "whole number"
      case .duration: "duration"
      case .flag: "true or false"
      case .field: "field path"
      case .predicate: "predicate"
      case .condition: "condition"
      case .bound: "comparison"
      case .texts: "list of texts"
      case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
      case .section(let name): "mapping, see [\(name)](#\(SectionSchema.anchor(name)))"
      case .sections(let name): "list, see [\(name)](#\(SectionSchema.anchor(name)))"
      case .other(let words): words
      }
    }
  }

  var name: String
  var shape: Shape
  /// What holds when it is left out; nil where nothing does.
  var standard: String?
  var isRequired: Bool
  var meaning: String
  /// Whether it is checked but nothing acts on it yet.
  var isUnused: Bool

  /// A key without a default.
  init(_ name: String, _ shape: Shape, required: Bool = false, unused: Bool = false, _ meaning: String) {
    self.name = name
    self.shape = shape
    isRequired = required
    isUnused = unused
    self.meaning = meaning
  }

  /// A key with a default.
  init(
    _ name: String, _ shape: Shape, _ standard: String, required: Bool = false, unused: Bool = false, _ meaning: String
  ) {
    self.init(name, shape, required: required, unused: unused, meaning)
    self.standard = standard
  }
}

/// A mapping of the configuration: its name, its place and its keys, in the order of the reference.
struct SectionSchema: Sendable {
  /// What messages call it: `a metric`.
  var name: String
  /// Its heading in the reference: `metrics`.
  var title: String
  /// What it is for.
  var purpose: String
  var keys: [KeySchema]

  /// The names of the keys.
  var names: [String] { keys.map(\.name) }

  /// A heading as a link within a page names it.
  static func anchor(_ title: String) -> String {
    String(title.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" })
      .split(separator: " ").joined(separator: "-")
  }
}

import Domain

/// Writes a configuration for people: what is in effect with remarks, and every other key as a comment that explains
/// itself.
public struct ConfigurationTemplate {
  /// The configuration.
  public var configuration: Configuration
  /// What is said above each source, metric and rule, by section and name.
  public var remarks: [String: [String: [String]]]
  /// What is said at the top.
  public var heading: [String]

  /// Creates a template.
  public init(_ configuration: Configuration, heading: [String] = [], remarks: [String: [String: [String]]] = [:]) {
    self.configuration = configuration
    self.heading = heading
    self.remarks = remarks
  }

  /// The template as YAML text.
  public var yaml: String {
    var output = heading.map { "# \($0)\n" }.joined()
    guard case .object(let root) = configuration.document else { return output }
    let standard = Configuration(file: "", service: "").document
    for key in ConfigurationSchema.top.keys {
      // What only says the default is a comment like any other.
      let isStandard = root[key.name] == standard[key.name] && key.name != "service"
      let value: JSON? = isStandard ? Optional.none : root[key.name]
      switch (value, ConfigurationTemplate.parts(key.name)) {
      case (.array(let elements)?, let schema?):
        output += "\n# \(key.meaning)\n\(key.name):\n"
        for (index, element) in elements.enumerated() {
          output += list(element, schema, in: key.name, explainsRest: index == 0)
        }
      case (.object(let object)?, let schema?):
        output += "\n# \(key.meaning)\n\(key.name):\n" + members(object, schema, indent: 2, explainsRest: true)
      case (let value?, _): output += "\n# \(key.meaning)\n\(key.name): \(YAMLWriter.inline(value))\n"
      case (nil, let schema):
        output += "\n# \(key.meaning)\(key.isUnused ? " (checked, but not evaluated yet)" : "")\n"
        output += schema.map { example(key.name, $0) } ?? "# \(key.name): \(key.standard ?? "")\n"
      }
    }
    return output
  }

  private func list(_ element: JSON, _ schema: SectionSchema, in section: String, explainsRest: Bool) -> String {
    guard case .object(let object) = element else { return "  - \(YAMLWriter.inline(element))\n" }
    let name = object["name"]?.string ?? object["source"]?.string ?? ""
    var output = (remarks[section]?[name] ?? []).map { "  # \($0)\n" }.joined()
    let lines = members(object, schema, indent: 4, explainsRest: explainsRest)
    output += "  - " + lines.dropFirst(4)
    return output
  }

  /// The members that are set; then the schema's other keys as comments.
  private func members(_ object: JSONObject, _ schema: SectionSchema, indent: Int, explainsRest: Bool) -> String {
    let margin = String(repeating: " ", count: indent)
    var output = ""
    YAMLWriter.write(.object(object), indent: indent, &output)
    guard explainsRest else { return output }
    for key in schema.keys where object[key.name] == nil {
      output += "\(margin)# \(key.name): \(ConfigurationTemplate.hint(key))\n"
    }
    return output
  }

  /// A section that is not there, as a comment.
  private func example(_ name: String, _ schema: SectionSchema) -> String {
    let isList = configuration.document[name]?.array != nil || ConfigurationTemplate.lists.contains(name)
    var output = "# \(name):\n"
    for (index, key) in schema.keys.enumerated() {
      output += "#   \(isList ? (index == 0 ? "- " : "  ") : "")\(key.name): \(ConfigurationTemplate.hint(key))\n"
    }
    return output
  }

  /// `180s  # After how long …`.
  private static func hint(_ key: KeySchema) -> String {
    let standard = key.standard.map { $0.contains(" ") ? "" : $0 } ?? ""
    var words = key.meaning
    if key.isRequired { words = "Required. " + words }
    if case .choice(let choices) = key.shape, choices.count <= 8 { words += " (\(choices.joined(separator: ", ")))" }
    if let text = key.standard, text.contains(" ") { words += " Otherwise: \(text)." }
    return "\(standard)\(standard.isEmpty ? "" : "  ")# \(words)"
  }

  private static let lists: Set<String> = [
    "sources", "metrics", "values", "rules", "inhibit", "slos", "heartbeats", "assessments", "redact",
  ]

  /// The schema of a section or of a list's entries.
  private static func parts(_ name: String) -> SectionSchema? {
    ConfigurationSchema.all.dropFirst().first { $0.title == name }
  }
}

public import Domain

/// A YAML or JSON file that is no configuration, such as a policy or a price table, as JSON.
public enum YAMLDocument {
  /// The document of a text, within the bounds of configurations; nil where it cannot be read or is empty.
  ///
  /// Plain words are `null`, booleans and numbers as in YAML's core schema; quoted ones are texts.
  public static func json(_ text: String) -> JSON? {
    if let document = try? JSON(parsing: text) { return document }
    guard let root = try? YAMLText.compose(text) else { return nil }
    return json(root)
  }

  private static func json(_ element: Element) -> JSON {
    switch element.content {
    case .scalar(let text, let style): style == .plain ? plain(text) : .string(text)
    case .sequence(let elements): .array(elements.map(json))
    case .mapping(let members): .object(JSONObject(members.map { (name: $0.key, value: json($0.value)) }))
    }
  }

  private static func plain(_ text: String) -> JSON {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default:
      if let value = Int64(text) { return .integer(value) }
      let isNumber = text.utf8.allSatisfy { byte in
        byte >= 0x30 && byte <= 0x39 || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
      }
      if isNumber, let value = Double(text), value.isFinite { return .number(value) }
      return .string(text)
    }
  }
}

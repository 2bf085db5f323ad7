public import Domain

/// Writes documents as YAML in block style, with quotes around whatever the strict reader would not take for the same
/// text.
public enum YAMLWriter {
  /// A document as YAML text.
  public static func text(_ document: JSON) -> String {
    var output = ""
    write(document, indent: 0, &output)
    return output
  }

  /// A text as a YAML scalar.
  public static func scalar(_ text: String) -> String {
    isPlain(text) ? text : JSON.string(text).text
  }

  static func write(_ value: JSON, indent: Int, _ output: inout String) {
    let margin = String(repeating: " ", count: indent)
    switch value {
    case .object(let object):
      for (name, value) in object.members {
        output += margin + scalar(name) + ":"
        writeValue(value, indent: indent, &output)
      }
    case .array(let elements):
      for element in elements {
        var text = ""
        write(element, indent: indent + 2, &text)
        if isNested(element) {
          output += margin + "- " + text.dropFirst(indent + 2)
        } else {
          output += margin + "- " + inline(element) + "\n"
        }
      }
    default: output += margin + inline(value) + "\n"
    }
  }

  private static func writeValue(_ value: JSON, indent: Int, _ output: inout String) {
    if case .array(let elements) = value, !elements.contains(where: isNested) {
      output += " [" + elements.map(inline).joined(separator: ", ") + "]\n"
    } else if case .object(let object) = value, indent > 0, let line = flow(object) {
      output += " " + line + "\n"
    } else if isNested(value) {
      output += "\n"
      write(value, indent: indent + 2, &output)
    } else {
      output += " " + inline(value) + "\n"
    }
  }

  /// A small mapping of single values on one line; nil for others.
  private static func flow(_ object: JSONObject) -> String? {
    guard !object.members.isEmpty, !object.members.contains(where: { isNested($0.value) }) else { return nil }
    let line = object.members.map { "\(scalar($0.name)): \(inline($0.value))" }.joined(separator: ", ")
    return line.utf8.count <= 90 ? "{ \(line) }" : nil
  }

  private static func isNested(_ value: JSON) -> Bool {
    switch value {
    case .object(let object): !object.members.isEmpty
    case .array(let elements): !elements.isEmpty
    default: false
    }
  }

  static func inline(_ value: JSON) -> String {
    switch value {
    case .string(let text): scalar(text)
    case .number(let number) where number == number.rounded() && number.magnitude < 1e15: "\(Int64(number))"
    default: value.text
    }
  }

  /// Whether YAML and the strict reader take the text without quotes for what it is: letters, digits and a few marks,
  /// beginning with a letter, and no word that means something else.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 200 else { return false }
    let isLetter = first >= 0x41 && first <= 0x5A || first >= 0x61 && first <= 0x7A || first == 0x5F
    let isDuration = Duration(text: text) != nil && (text.last?.isLetter ?? false)
    guard isLetter || isDuration else { return false }
    let words = ["yes", "no", "on", "off", "true", "false", "y", "n", "null"]
    guard !words.contains(text.lowercased()) else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "_-./".utf8.contains(byte)
      }
    }
  }
}

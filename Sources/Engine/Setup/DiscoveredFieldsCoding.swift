import Decoding
import Domain

extension DiscoveredFields {
  /// The findings as they are stored, so that a restart measures what was measured before.
  var json: JSON {
    func list(_ paths: [FieldPath]) -> JSON { .array(paths.map { .string($0.description) }) }
    return [
      "records": JSON(records), "time": JSON(time?.description), "version": JSON(version?.description),
      "model": JSON(model?.description), "tenant": JSON(tenant?.description),
      "numeric": .array(numeric.map { ["path": .string($0.path.description), "unit": JSON($0.unitGuess)] }),
      "categorical": list(categorical), "boolean": list(boolean), "identifiers": list(identifiers),
      "present": list(present), "lists": list(lists),
    ]
  }

  /// Reads what ``json`` wrote; what cannot be read is left out.
  init(json: JSON) {
    self.init()
    func path(_ name: String) -> FieldPath? { json[name]?.string.flatMap { FieldPath($0) } }
    func list(_ name: String) -> [FieldPath] {
      (json[name]?.array ?? []).compactMap { $0.string.flatMap { FieldPath($0) } }
    }
    records = Int(json["records"]?.integer ?? 0)
    time = path("time")
    version = path("version")
    model = path("model")
    tenant = path("tenant")
    numeric = (json["numeric"]?.array ?? []).compactMap { field in
      field["path"]?.string.flatMap { FieldPath($0) }.map {
        NumericField(path: $0, unitGuess: field["unit"]?.string)
      }
    }
    categorical = list("categorical")
    boolean = list("boolean")
    identifiers = list("identifiers")
    present = list("present")
    lists = list("lists")
    if present.isEmpty { present = numeric.map(\.path) + categorical + boolean + identifiers }
  }
}

/// What was recognised of a source: enough to set it up again without looking at its files.
struct Recognition {
  var format: RecognisedFormat
  var fields: DiscoveredFields
  /// What the source is read as; nil where it cannot be read.
  var readAs: LogFormat?

  init(format: RecognisedFormat, fields: DiscoveredFields, readAs: LogFormat?) {
    self.format = format
    self.fields = fields
    self.readAs = readAs
  }

  /// The recognition as it is stored.
  var json: JSON {
    [
      "format": .string(format.format.rawValue), "dialect": JSON(format.dialect),
      "confidence": JSON(format.confidence), "reason": .string(format.reason),
      "read_as": JSON(readAs?.rawValue), "fields": fields.json,
    ]
  }

  /// Reads what ``json`` wrote; nil when it is no recognition.
  init?(json: JSON) {
    guard let format = json["format"]?.string.flatMap(LogFormat.init(rawValue:)) else { return nil }
    self.format = RecognisedFormat(
      format: format, dialect: json["dialect"]?.string, confidence: json["confidence"]?.double ?? 0,
      reason: json["reason"]?.string ?? "")
    fields = DiscoveredFields(json: json["fields"] ?? .null)
    readAs = json["read_as"]?.string.flatMap(LogFormat.init(rawValue:))
  }
}

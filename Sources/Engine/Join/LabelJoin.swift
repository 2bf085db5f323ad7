import Domain
import Redaction
import Settings
import Storage

/// Writes into a record what was predicted for it, as `joined`: `right`, `prediction`, `version`, `score` where one is
/// kept, and `delay_s` where the record writes its time as RFC 3339 says. A record whose prediction is not known stays
/// as it is.
struct LabelJoin {
  /// The member that holds what was predicted.
  static let member = "joined"
  /// Of it, how many seconds the record came after what it is about.
  static let delay = "delay_s"

  let name: String
  let definition: JoinDefinition
  let time: FieldPath?
  let redactor: Redactor
  let ledger: PredictionLedger

  /// The record with what was predicted; nil where nothing is known.
  func joined(_ line: borrowing RawSpan) -> [UInt8]? {
    let bytes = line.withUnsafeBytes { Array($0) }
    guard let record = try? JSON(parsing: bytes), case .object(var object) = record,
      let id = LabelJoin.text(record, definition.id), let label = LabelJoin.text(record, definition.label),
      let prediction = ledger.take(name, PredictionLedger.key(id))
    else { return nil }
    let shown = LabelJoin.kept(label, definition.label, redactor)
    var joined = JSONObject([
      ("right", .bool(prediction.value == shown)), ("prediction", .string(prediction.value)),
      ("version", JSON(prediction.version)),
    ])
    if let score = prediction.score { joined["score"] = .number(score) }
    if let at = time.flatMap({ LabelJoin.text(record, $0) }).flatMap({ Timestamp(rfc3339: $0) }) {
      joined[LabelJoin.delay] = .number(max(0, (at - prediction.at).inSeconds))
    }
    object[LabelJoin.member] = .object(joined)
    var output: [UInt8] = []
    JSON.object(object).write(into: &output)
    return output
  }

  /// A value as it is kept until its label comes: redacted, and bounded.
  static func kept(_ text: String, _ path: FieldPath, _ redactor: Redactor) -> String {
    String((redactor.text(text, of: path) ?? "").prefix(128))
  }

  private static func text(_ record: JSON, _ path: FieldPath) -> String? {
    var value: JSON? = record
    for name in path.components { value = value?[name] }
    switch value {
    case .string(let text)?: return text
    case .integer(let number)?: return String(number)
    case .number(let number)?: return number.description
    case .bool(let flag)?: return flag ? "true" : "false"
    default: return nil
    }
  }
}

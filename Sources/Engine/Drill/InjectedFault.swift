public import Domain

/// A fault that a drill puts into a log, to see whether some rule catches it (spec: incidents, part 5, monitor mutation
/// score).
public enum InjectedFault: Hashable, Sendable {
  /// The log ends.
  case gap
  /// Every record is there five times.
  case spike
  /// Of five records, one is left.
  case drop
  /// A field's numbers are twice as large.
  case shift(FieldPath)
  /// A field has always the same value.
  case freeze(FieldPath)
  /// Every second record has no such field.
  case missing(FieldPath)
  /// Every second record has a word in a field that was never there before.
  case labelChange(FieldPath)

  /// Which kind of fault: `gap`, `spike`, `drop`, `shift`, `freeze`, `missing`, `label_change`.
  public var kind: String {
    switch self {
    case .gap: "gap"
    case .spike: "spike"
    case .drop: "drop"
    case .shift: "shift"
    case .freeze: "freeze"
    case .missing: "missing"
    case .labelChange: "label_change"
    }
  }

  /// The field that it is in; nil where whole records are concerned.
  public var field: FieldPath? {
    switch self {
    case .gap, .spike, .drop: nil
    case .shift(let path), .freeze(let path), .missing(let path), .labelChange(let path): path
    }
  }
}

/// Puts a fault into records, one after the other.
struct FaultInjector {
  static let copies = 5
  static let unknownWord = "leeway-drill"

  let fault: InjectedFault
  private var index = 0
  private var frozen: JSON?

  init(_ fault: InjectedFault) { self.fault = fault }

  /// Appends what becomes of a line, with its line feed.
  mutating func append(_ line: [UInt8], to bytes: inout [UInt8]) {
    defer { index += 1 }
    switch fault {
    case .gap: return
    case .spike: for _ in 0..<Self.copies { Self.append(line, &bytes) }
    case .drop: if index.isMultiple(of: Self.copies) { Self.append(line, &bytes) }
    case .shift(let path): change(line, path, to: &bytes) { $0.doubled }
    case .freeze(let path):
      let frozen = frozen
      var first: JSON?
      change(line, path, to: &bytes) { value in
        first = first ?? value
        return frozen ?? value
      }
      self.frozen = frozen ?? first
    case .missing(let path) where index.isMultiple(of: 2): change(line, path, to: &bytes) { _ in nil }
    case .labelChange(let path) where index.isMultiple(of: 2):
      change(line, path, to: &bytes) { _ in .string(Self.unknownWord) }
    case .missing, .labelChange: Self.append(line, &bytes)
    }
  }

  private static func append(_ line: [UInt8], _ bytes: inout [UInt8]) {
    bytes += line
    bytes.append(0x0A)
  }

  /// Appends the line with the value at a path replaced; a line without one, and one that is no object, as it is.
  private func change(
    _ line: [UInt8], _ path: FieldPath, to bytes: inout [UInt8], _ replace: (JSON) -> JSON?
  ) {
    guard let record = try? JSON(parsing: line), case .object(let object) = record else {
      return Self.append(line, &bytes)
    }
    JSON.object(Self.replaced(object, path.components[...], replace)).write(into: &bytes)
    bytes.append(0x0A)
  }

  private static func replaced(
    _ object: JSONObject, _ path: ArraySlice<String>, _ replace: (JSON) -> JSON?
  ) -> JSONObject {
    guard let name = path.first, let value = object[name] else { return object }
    var object = object
    if path.count == 1 {
      object[name] = replace(value)
    } else if case .object(let inner) = value {
      object[name] = .object(replaced(inner, path.dropFirst(), replace))
    }
    return object
  }
}

extension JSON {
  /// A number twice as large; anything else as it is.
  fileprivate var doubled: JSON {
    switch self {
    case .integer(let value):
      let (twice, overflow) = value.multipliedReportingOverflow(by: 2)
      return overflow ? self : .integer(twice)
    case .number(let value): return .number(value * 2)
    default: return self
    }
  }
}

import Decoding
import Domain
import Testing

/// Random documents, intact and damaged, read by the scanner and by the tree parser.
@Suite struct ScannerOracleTests {
  static let paths = [
    "a", "b", "a.b", "a.b.c", "status", "meta", "meta.status", "b.a", #"x\.y"#, "x.y", "é", "a_rather_long_member_name",
    "a.a_rather_long_member_name",
  ]
  static let names = [
    "a", "b", "c", "x", "y", "status", "meta", "x.y", "é", "", "a_rather_long_member_name", "another\"one\\", "st",
    "a_member_name_that_is_longer_than_any_text_between_values_that_is_kept",
  ]

  /// Writes random documents; the same members in the same order half of the time, as a source would.
  struct Writer {
    var random: SplitMix64
    let steady: [String]

    init(seed: UInt64) {
      random = SplitMix64(seed: seed)
      var random = random
      steady = Array(ScannerOracleTests.names.shuffled(using: &random).prefix(5))
    }

    mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func space() -> String {
      chance(12) ? [" ", "  ", "\t", "\r", " \n "].randomElement(using: &random) ?? "" : ""
    }

    mutating func string(_ text: String) -> String {
      var output = "\""
      for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" {
          output += "\\"
          output.unicodeScalars.append(scalar)
        } else if scalar.value < 0x10000, chance(20) {
          let digits = String(scalar.value, radix: 16, uppercase: chance(2))
          output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          output.unicodeScalars.append(scalar)
        }
      }
      return output + "\""
    }

    mutating func value(_ depth: Int) -> String {
      switch Int.random(in: 0..<(depth > 3 ? 8 : 11), using: &random) {
      case 0: return "null"
      case 1: return chance(2) ? "true" : "false"
      case 2: return String(Int.random(in: -5_000...5_000, using: &random))
      case 3:
        return ["0", "-0.5", "1e3", "1.25E-2", "12345678901234567890", "-9e+9"].randomElement(using: &random) ?? "1"
      case 4, 5:
        let length = Int.random(in: 0...40, using: &random)
        return string(String((0..<length).map { _ in "abz 09é🚀\"\\/".randomElement(using: &random) ?? "a" }))
      case 6: return [#""\ud800""#, #""\udc00x\n""#, #""\ud83d\ude80\b\f\r\t\/""#].randomElement(using: &random) ?? "1"
      case 7: return chance(2) ? "[]" : "{}"
      case 8:
        let count = Int.random(in: 1...3, using: &random)
        return "[" + (0..<count).map { _ in space() + value(depth + 1) + space() }.joined(separator: ",") + "]"
      default: return object(depth + 1)
      }
    }

    mutating func object(_ depth: Int) -> String {
      var names = steady
      if chance(2) { names = (0..<Int.random(in: 0...6, using: &random)).map { _ in name() } }
      let members = names.map { space() + string($0) + space() + ":" + space() + value(depth) + space() }
      return "{" + members.joined(separator: ",") + "}"
    }

    mutating func name() -> String { ScannerOracleTests.names.randomElement(using: &random) ?? "a" }

    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
      var bytes = bytes
      for _ in 0..<Int.random(in: 1...2, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(Array("{}[]:,\"\\ 0e-.tfn".utf8).randomElement(using: &random) ?? 0, at: place)
        default: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
      }
      return bytes
    }
  }

  @Test(arguments: 0..<40)
  func `the scanner and the tree agree on every line and every field`(seed: UInt64) {
    var writer = Writer(seed: seed)
    let plan = FieldPlan(ScannerOracleTests.paths.compactMap { FieldPath($0) })
    var scanner = JSONLineScanner(plan: plan)
    var table = FieldTable(columns: plan.paths.count)
    for _ in 0..<120 {
      let whole = Array((writer.space() + writer.object(0) + writer.space()).utf8)
      for line in [whole, writer.damaged(whole), writer.damaged(whole), writer.damaged(whole)] {
        let tree = try? JSON(parsing: line)
        let isRecord = scanner.scan(line.span.bytes, into: &table)
        #expect(isRecord == (tree?.object != nil), "\(String(decoding: line, as: UTF8.self))")
        guard isRecord, let tree else { continue }
        for (column, path) in plan.paths.enumerated() {
          let expected = path.components.reduce(Optional(tree)) { $0?[$1] }
          #expect(
            agrees(table, column, line, expected), "\(path) of \(String(decoding: line, as: UTF8.self))")
        }
      }
    }
  }

  private func agrees(_ table: FieldTable, _ column: Int, _ line: [UInt8], _ expected: JSON?) -> Bool {
    let field = table.fields[column]
    switch (field.kind, expected) {
    case (.absent, nil), (.null, .null), (.isTrue, .bool(true)), (.isFalse, .bool(false)): return true
    case (.number, .integer?), (.number, .number?):
      let number = table.number(column, in: line.span.bytes)
      return number == expected?.double || (number == nil && expected?.double?.isFinite == false)
    case (.string, .string(let text)), (.escapedString, .string(let text)):
      return table.text(column, in: line.span.bytes) == text
    case (.object, .object?), (.array, .array?):
      return (try? JSON(parsing: Array(line[Int(field.start)..<Int(field.end)]))) == expected
    default: return false
    }
  }

  @Test(arguments: 0..<20)
  func `no bytes whatever make the scanner fail`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var scanner = JSONLineScanner(plan: plan("a", "a.b"))
    var table = FieldTable(columns: 2)
    for _ in 0..<200 {
      let line = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        Array("{{}[]:,\"\\ab01-e.tn \u{1}\u{7F}é".utf8).randomElement(using: &random) ?? 0
      }
      #expect(scanner.scan(line.span.bytes, into: &table) == ((try? JSON(parsing: line))?.object != nil))
    }
  }
}

import Domain
import Drift
import Foundation
import Testing

/// The large cases, which lie beside the package; tests that need them are skipped where they are not.
enum SharedCases {
  /// The folder of the cases: `shared` beside the package, or what `LEEWAY_SHARED` names.
  static let folder: String = {
    let named = ProcessInfo.processInfo.environment["LEEWAY_SHARED"]
    let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared")
    return (named ?? beside.standardized.path) + "/data/drift/"
  }()
  static let arePresent = FileManager.default.fileExists(atPath: folder)

  static func bytes(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: folder + path)))
  }

  static func expected(_ name: String) throws -> JSON { try JSON(parsing: bytes(name + "/expected.json")) }

  /// The objects of `input.jsonl`.
  static func objects(_ name: String) throws -> [JSON] {
    try bytes(name + "/input.jsonl").split(separator: 10).map { try JSON(parsing: Array($0)) }
  }

  /// The rows of `input.csv` by column name; no case quotes its values.
  static func rows(_ name: String) throws -> [[String: String]] {
    let lines = String(decoding: try bytes(name + "/input.csv"), as: UTF8.self).split(whereSeparator: \.isNewline)
    let names = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return lines.dropFirst().map { line in
      let values = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(uniqueKeysWithValues: zip(names, values))
    }
  }

  /// The sides of a column as they are collected from a file.
  static func sides(_ rows: [[String: String]], column: String) -> (reference: SampleColumn, current: SampleColumn) {
    var (left, right) = (SampleColumn(name: column), SampleColumn(name: column))
    for row in rows {
      guard let text = row[column] else { continue }
      func add(to side: inout SampleColumn) {
        if let number = Double(text) { side.append(number) } else { side.append(text: text) }
      }
      if row["window"] == "reference" { add(to: &left) } else { add(to: &right) }
    }
    return (left, right)
  }

  static func number(_ json: JSON, _ path: String...) throws -> Double {
    try #require(path.reduce(json as JSON?) { $0?[$1] }?.double, "no \(path.joined(separator: "."))")
  }
}

/// Whether two numbers agree up to a relative error.
func agrees(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
  guard let value else { return false }
  return abs(value - expected) <= tolerance * max(abs(expected), 1e-300) || value == expected
}

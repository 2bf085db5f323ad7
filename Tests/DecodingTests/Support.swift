import Decoding
import Domain
import Glibc

/// The shared example data, where the environment names its folder.
enum SharedData {
  static let folder: String? = getenv("LEEWAY_SHARED").map { String(cString: $0) }
  static var isPresent: Bool { folder != nil }

  static func read(_ path: String) throws -> [UInt8] {
    struct Missing: Error { let path: String }
    guard let folder, let file = fopen(folder + "/" + path, "rb") else { throw Missing(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  static func names(in path: String) -> [String] {
    guard let folder, let directory = opendir(folder + "/" + path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}

/// A plan of the given dotted paths.
func plan(_ paths: String...) -> FieldPlan { FieldPlan(paths.compactMap { FieldPath($0) }) }

/// Scans one line and gives the texts of the fields, or nil where the line is no record.
func fields(_ line: String, _ plan: FieldPlan) -> [String?]? {
  var scanner = JSONLineScanner(plan: plan)
  var table = FieldTable(columns: plan.paths.count)
  let bytes = Array(line.utf8)
  guard scanner.scan(bytes.span.bytes, into: &table) else { return nil }
  return plan.paths.indices.map { table.text($0, in: bytes.span.bytes) }
}

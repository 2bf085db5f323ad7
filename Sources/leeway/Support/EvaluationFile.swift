import Assurance
import Compression
import Domain

/// Results of an evaluation, read from a file: JSON lines, a simple CSV, or a log of Inspect AI.
enum EvaluationFile {
  /// The figures, and what they came from: the file's name with the SHA-256 of its bytes.
  static func read(_ path: String) throws -> (results: [AssessmentRecord.Result], source: String) {
    let bytes = try InputFile.bytes(of: path, limit: 256 << 20)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let source = "\(name) sha256:\(Digest256.sha256(bytes).hex)"
    let results: [AssessmentRecord.Result]
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      results = try inspect(archive: bytes, path)
    } else if let document = try? JSON(parsing: bytes), document["results"]?["scores"] != nil {
      results = inspect(document)
    } else if bytes.first(where: { $0 > 0x20 }) == 0x7B {
      results = lines(bytes)
    } else {
      results = table(bytes)
    }
    guard !results.isEmpty else {
      throw CommandFailure(
        .inputUnusable,
        "\(path): no results found: expected JSON lines with a metric and a score, a CSV of metric,value,n, or a log of "
          + "Inspect AI")
    }
    return (Array(results.prefix(AssessmentRecord.mostParts)), source)
  }

  private static func inspect(archive bytes: [UInt8], _ path: String) throws -> [AssessmentRecord.Result] {
    do {
      let archive = try ZIPArchive(bytes)
      guard let header = archive.members.first(where: { $0.name == "header.json" }) else {
        throw CommandFailure(.inputUnusable, "\(path): the archive has no header.json: the evaluation has not ended")
      }
      return inspect(try JSON(parsing: try archive.read(header, limit: 64 << 20)))
    } catch let error as ZIPError {
      throw CommandFailure(.inputUnusable, "\(path): \(error)")
    }
  }

  private static func inspect(_ document: JSON) -> [AssessmentRecord.Result] {
    let samples = (document["results"]?["completed_samples"] ?? document["results"]?["total_samples"])?.integer
    return (document["results"]?["scores"]?.array ?? []).flatMap { score -> [AssessmentRecord.Result] in
      let scorer = score["name"]?.string ?? "score"
      return (score["metrics"]?.object?.members ?? []).compactMap { name, metric in
        guard let value = metric["value"]?.double, value.isFinite else { return nil }
        return AssessmentRecord.Result(metric: "\(scorer).\(name)", value: value, count: samples.map { Int($0) })
      }
    }
  }

  /// One object a line with the metric's name and a score, or whether the case passed; the mean of each metric.
  private static func lines(_ bytes: [UInt8]) -> [AssessmentRecord.Result] {
    var sums: [(metric: String, sum: Double, count: Int)] = []
    for line in bytes.split(separator: 0x0A) {
      guard let object = try? JSON(parsing: Array(line)) else { continue }
      let metric = ["metric", "evaluator", "scorer", "name"].lazy.compactMap { object[$0]?.string }.first ?? "passed"
      let flag = (object["passed"] ?? object["pass"])?.bool
      guard let value = (object["score"] ?? object["value"])?.double ?? flag.map({ $0 ? 1 : 0 }), value.isFinite else {
        continue
      }
      if let index = sums.firstIndex(where: { $0.metric == metric }) {
        sums[index].sum += value
        sums[index].count += 1
      } else if sums.count < AssessmentRecord.mostParts {
        sums.append((metric, value, 1))
      }
    }
    return sums.map { AssessmentRecord.Result(metric: $0.metric, value: $0.sum / Double($0.count), count: $0.count) }
  }

  /// `metric,value[,n[,passed]]` under a header of these names in any order, without quotes.
  private static func table(_ bytes: [UInt8]) -> [AssessmentRecord.Result] {
    let rows = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
    }
    guard let header = rows.first, let metric = header.firstIndex(of: "metric"),
      let value = header.firstIndex(where: { $0 == "value" || $0 == "score" })
    else { return [] }
    let count = header.firstIndex(of: "n")
    let passed = header.firstIndex(of: "passed")
    return rows.dropFirst().compactMap { row in
      guard row.count > max(metric, value), let number = Double(row[value]), number.isFinite else { return nil }
      func cell(_ index: Int?) -> String? { index.flatMap { $0 < row.count ? row[$0] : nil } }
      return AssessmentRecord.Result(
        metric: row[metric], value: number, count: cell(count).flatMap { Int($0) },
        passed: cell(passed).flatMap { $0 == "true" ? true : $0 == "false" ? false : nil })
    }
  }
}

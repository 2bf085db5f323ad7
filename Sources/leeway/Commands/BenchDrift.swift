import ArgumentParser
import CPosix
import Domain
import Drift
import Glibc

/// `leeway bench drift`: how fast values are counted, detectors step, and two samples are compared.
struct BenchDrift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift",
    abstract: "How fast drift is measured.",
    discussion: """
      Counts values into 200 bins, steps every detector, and compares two samples of --rows rows in ten columns that are
      already read: six of real numbers, two with ties, two of categories. One core; processor time counts.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "The rows of each of the two samples.")
  var rows = 1_000_000

  @Option(help: "The generator's seed.")
  var seed: UInt64 = 1

  func run() throws {
    let rows = max(100, min(10_000_000, rows))
    var random = SplitMix64(seed: seed)
    let values = (0..<rows).map { _ in BenchDrift.normal(&random) }
    var figures = JSONObject([("schema", 1), ("bench", "drift"), ("rows", JSON(rows))])

    var bins = FixedBins(SortedSample(Array(values.prefix(10_000))))
    let binning = BenchDrift.seconds { for _ in 0..<10 { bins.add(values) } }
    figures["binning_million_per_second"] = BenchDrift.million(10 * rows, binning)
    var window = AdaptiveWindow()
    var reports = 0
    let adwin = BenchDrift.seconds { for value in values where window.update(value) != nil { reports += 1 } }
    figures["adwin_million_per_second"] = BenchDrift.million(rows, adwin)
    var hinkley = PageHinkley()
    let page = BenchDrift.seconds { for value in values where hinkley.update(value) != nil { reports += 1 } }
    figures["page_hinkley_million_per_second"] = BenchDrift.million(rows, page)
    if var sums = CumulativeSum(mean: 0, deviation: 1) {
      let cusum = BenchDrift.seconds { for value in values where sums.update(value) != nil { reports += 1 } }
      figures["cusum_million_per_second"] = BenchDrift.million(rows, cusum)
    }
    if var detector = BinnedDetector(reference: SortedSample(Array(values.prefix(5_000)))) {
      let evidence = BenchDrift.seconds { for value in values where detector.update(value) != nil { reports += 1 } }
      figures["e_detector_million_per_second"] = BenchDrift.million(rows, evidence)
    }
    figures["detector_reports"] = JSON(reports)

    var sides = (0..<10).map { column in
      (BenchDrift.column(column, rows, shift: 0, &random), BenchDrift.column(column, rows, shift: 0.05, &random))
    }
    // What stays until now is the input; malloc gives freed memory back at once in large pieces.
    let before = BenchDrift.residentMegabytes
    BenchDrift.resetPeak()
    var scratch: [Double] = []
    var verdicts: [String: Int] = [:]
    let report = BenchDrift.seconds {
      for index in sides.indices {
        var pair = (SampleColumn(name: ""), SampleColumn(name: ""))
        swap(&pair, &sides[index])
        let (left, right) = pair
        pair = (SampleColumn(name: ""), SampleColumn(name: ""))
        let comparison = ColumnComparison(name: "\(index)", reference: left, current: right, scratch: &scratch)
        verdicts[comparison.verdict.rawValue, default: 0] += 1
        _ = comparison.json
      }
    }
    figures["report"] = [
      "columns": 10, "cpu_seconds": JSON(report), "input_mb": JSON(before),
      "peak_mb_beyond_input": JSON(max(0, BenchDrift.peakMegabytes - before)),
      "verdicts": .object(JSONObject(verdicts.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })),
    ]
    StandardOutput.json(.object(figures))
  }

  private static func column(_ index: Int, _ rows: Int, shift: Double, _ random: inout SplitMix64) -> SampleColumn {
    var column = SampleColumn(name: "\(index)", expectedRows: rows)
    for _ in 0..<rows {
      switch index {
      case 0..<6: column.append((normal(&random) + shift) * Double(index + 1))
      case 6: column.append(Double(Int.random(in: 0..<20_000, using: &random) / 7))
      case 7: column.append(Bool.random(using: &random) ? 0 : normal(&random))
      case 8: column.append(Double(Int.random(in: 0..<9, using: &random)))
      default: column.append(text: ["stop", "length", "tool_calls", "refusal"][Int.random(in: 0..<4, using: &random)])
      }
    }
    return column
  }

  /// Roughly normal: the sum of four uniform numbers, standardised.
  private static func normal(_ random: inout SplitMix64) -> Double {
    var sum = 0.0
    for _ in 0..<4 { sum += Double(random.next() >> 11) * 0x1p-53 }
    return (sum - 2) * 1.7320508075688772
  }

  private static func million(_ count: Int, _ seconds: Double) -> JSON {
    JSON((Double(count) / 1e5 / max(seconds, 1e-9)).rounded() / 10)
  }

  private static func seconds(_ body: () -> Void) -> Double {
    let start = leeway_processor_seconds()
    body()
    return leeway_processor_seconds() - start
  }

  /// Lets the kernel measure the largest resident size anew.
  private static func resetPeak() {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = "5".withCString { write(descriptor, $0, 1) }
    close(descriptor)
  }

  private static var residentMegabytes: Double { statusMegabytes("VmRSS:") }
  private static var peakMegabytes: Double { statusMegabytes("VmHWM:") }

  private static func statusMegabytes(_ name: String) -> Double {
    guard let text = try? InputFile.text(of: "/proc/self/status", limit: 1 << 16) else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      let kibibytes = line.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) } ?? 0
      return (kibibytes / 102.4).rounded() / 10
    }
    return 0
  }
}

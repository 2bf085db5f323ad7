import Domain
import Drift
import Testing

@Suite struct ColumnComparisonTests {
  private static func compare(
    _ reference: [String?], _ current: [String?], kind: ColumnComparison.Kind? = nil
  ) -> ColumnComparison {
    func column(_ values: [String?]) -> SampleColumn {
      var column = SampleColumn(name: "x", isCategorical: kind == .categorical)
      for value in values {
        if let value, let number = Double(value) {
          column.append(number)
        } else {
          column.append(text: value ?? "")
        }
      }
      return column
    }
    var scratch: [Double] = []
    return ColumnComparison(
      name: "x", reference: column(reference), current: column(current), kind: kind, scratch: &scratch)
  }

  private static func compare(_ reference: [Double], _ current: [Double]) -> ColumnComparison {
    compare(reference.map(\.description), current.map(\.description))
  }

  @Test("whole numbers with at most 32 different values are categories, more are not")
  func kinds() {
    let few = (0..<320).map { Double($0 % 32) }
    #expect(Self.compare(few, few).kind == .categorical)
    #expect(Self.compare(few, [40]).kind == .numeric)
    #expect(Self.compare([0.5, 1, 2], [1]).kind == .numeric)
    #expect(Self.compare(["1", "2", "b"], ["1"]).kind == .categorical)
    #expect(Self.compare(["0.5", "2.5"], ["b"]).reason.contains("one side is numbers, the other text"))
    #expect(Self.compare(few.map(\.description), ["1"], kind: .numeric).kind == .numeric)
    #expect(Self.compare(["0.25", "1.5"], ["0.25"], kind: .categorical).cells?.labels == ["0.25", "1.5"])
  }

  @Test("whole numbers are the same category however they are written, and as text")
  func spellings() {
    let comparison = Self.compare(["16", "16.0", "17"], ["1.6e1", "x"])
    #expect(comparison.cells?.labels == ["16", "17", "x"])
    #expect(comparison.cells?.reference == [2, 1, 0] && comparison.cells?.current == [1, 0, 1])
    #expect(comparison.newCategories == ["x"])
  }

  @Test("a constant that jumps, a second value that goes away, and a tie that dissolves are seen")
  func fewDistinctValues() {
    let constant = Array(repeating: 0.5, count: 400)
    #expect(Self.compare(constant, constant).verdict == .ok)
    for other in [0.4, 0.6, -1e300, 1e300] {
      let comparison = Self.compare(constant, Array(repeating: other, count: 400))
      #expect(comparison.verdict == .alarm && comparison.relativeWasserstein == nil)
      #expect(comparison.distances?.kolmogorovSmirnov == 1 && comparison.kolmogorovSmirnovP == 0)
    }
    let two = (0..<400).map { $0 % 2 == 0 ? 0.5 : 1.5 }
    #expect(Self.compare(two, two).verdict == .ok)
    #expect(Self.compare(two, constant).verdict == .alarm)
    let tied = (0..<1_000).map { $0 < 960 ? 0 : 0.25 + Double($0) }
    let dissolved = (0..<1_000).map { $0 < 500 ? 0 : 0.25 + Double($0) }
    #expect(Self.compare(tied, tied).verdict == .ok)
    #expect(Self.compare(tied, dissolved).verdict == .alarm)
    #expect(Self.compare(tied, dissolved).reason.contains("exactly 0.0 from 96.0 % to 50.0 %"))
  }

  @Test("what cannot be compared has a reason and no numbers")
  func nothingToCompare() {
    for (left, right) in [([String?](), [String?]()), ([nil, nil], ["1.5"]), (["a"], [nil]), ([nil], [])] {
      let comparison = Self.compare(left, right)
      #expect(comparison.verdict == .tooFew && comparison.reason.hasPrefix("nothing to compare"))
      #expect(comparison.cells == nil && comparison.toleranceP == nil)
      #expect(comparison.missingReference == left.count { $0 == nil })
    }
    #expect(Self.compare([1.5], [2.5]).reason == "too few rows to say: 1 of 50")
    var absent = SampleColumn(name: "x")
    absent.isAbsent = true
    var scratch: [Double] = []
    let comparison = ColumnComparison(
      name: "x", reference: SampleColumn(name: "x"), current: absent, scratch: &scratch)
    #expect(comparison.reason == "nothing to compare: the current side has no such column")
  }

  @Test("a share of missing values that grew is said beside the verdict")
  func missingValues() {
    let values: [String?] = (0..<500).map { "\(Double($0) + 0.5)" }
    let comparison = Self.compare(values, values.enumerated().map { $0 % 4 == 0 ? nil : $1 })
    #expect(comparison.verdict == .ok && comparison.missingCurrent == 125)
    #expect(comparison.reason.hasSuffix("missing values went from 0.0 % to 25.0 %"))
  }

  @Test("odd columns give finite numbers or null, never NaN", arguments: 1...40 as ClosedRange<UInt64>)
  func oddColumns(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func column() -> [Double] {
      (0..<Int.random(in: 0..<900, using: &random)).map { _ in
        switch seed % 8 {
        case 0: 0.5
        case 1: Double(Int.random(in: 0..<3, using: &random)) / 2
        case 2: Double(bitPattern: random.next())
        case 3: Bool.random(using: &random) ? 0 : normal(&random) * 1e307
        case 4: [Double.infinity, -.infinity, 1.5, .greatestFiniteMagnitude].randomElement(using: &random) ?? 0
        case 5: Double.leastNonzeroMagnitude * Double(Int.random(in: 0..<50, using: &random))
        case 6: [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude, 0.1].randomElement(using: &random) ?? 0
        default: Double.random(in: 0..<1, using: &random) < 0.97 ? 1 : normal(&random)
        }
      }
    }
    let comparison = Self.compare(column(), column())
    let stability = [comparison.cells, comparison.fineCells].compactMap { $0?.stability }
    let numbers =
      stability.flatMap { [$0.debiased, $0.low, $0.high] }
      + [comparison.cells, comparison.fineCells].compactMap(\.self).flatMap { cells in
        [
          cells.psiReplaced, cells.psiAddOne, cells.jensenShannon, cells.totalVariation, cells.hellinger,
          cells.chiSquare, cells.chiSquareP,
        ]
      }
      + [
        comparison.toleranceP, comparison.kolmogorovSmirnovP, comparison.relativeWasserstein,
        comparison.referenceDeviation, comparison.distances?.wasserstein, comparison.distances?.kolmogorovSmirnov,
      ].compactMap(\.self)
    #expect(numbers.allSatisfy { $0.isFinite }, "\(comparison)")
    #expect(!comparison.reason.isEmpty && !comparison.reason.contains("nan"))
    let text = comparison.json.text
    #expect(try JSON(parsing: text).text == text)
  }

  @Test("the document has the keys that scripts rely on")
  func documentShape() throws {
    var random = SplitMix64(seed: 5)
    let left = (0..<400).map { _ in normal(&random) }
    let json = Self.compare(left, left.map { $0 + 1 }).json
    let keys = try #require(json.object?.members.map(\.name))
    #expect(
      keys == [
        "name", "kind", "n_reference", "n_current", "missing_reference", "missing_current", "psi", "js_distance_base2",
        "ks", "wasserstein1", "wasserstein1_over_std", "chi2", "total_variation", "hellinger", "tolerance_p",
        "new_categories", "movers", "verdict", "reason",
      ])
    for bins in ["bins10", "bins20"] {
      let names = json["psi"]?[bins]?.object?.members.map(\.name)
      #expect(names == ["eps1e4", "add1", "debiased", "ci_low", "ci_high"])
    }
    #expect(json["ks"]?.object?.members.map(\.name) == ["statistic", "p", "lower", "upper"])
    #expect(json["chi2"]?.object?.members.map(\.name) == ["statistic", "dof", "p"])
    #expect(
      json["movers"]?.array?.first?.object?.members.map(\.name)
        == ["label", "reference_share", "current_share", "delta_points", "psi_share"])
    #expect(json["verdict"] == "alarm")
    #expect(Self.compare(["a"], ["b"]).json["psi"]?["categories"]?["eps1e4"]?.double != nil)
  }

  @Test("sorting by bits gives the order of numbers", arguments: [0, 1, 500, 513, 5_000])
  func radixSort(count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    let values = (0..<count).map { index in
      index % 3 == 0 ? Double(bitPattern: random.next()) : Double(Int.random(in: -4..<5, using: &random))
    }.filter { !$0.isNaN }
    #expect(SortedSample(values).values == values.sorted())
    #expect(
      SortedSample(values + [.nan, .infinity, -.infinity]).values == [-.infinity] + values.sorted() + [.infinity])
  }

  @Test("categories beyond the limit count together")
  func manyCategories() {
    var column = SampleColumn(name: "id")
    for index in 0..<(SampleColumn.categoryLimit + 500) { column.append(text: "id-\(index)") }
    #expect(column.categories.count == SampleColumn.categoryLimit && column.others == 500)
    #expect(column.count == SampleColumn.categoryLimit + 500)
  }
}

/// One side's values of a column, collected row by row: numbers as long as all values are numbers, counted categories
/// from the first other one on.
///
/// Memory is bounded: eight bytes a number, and at most ``categoryLimit`` categories.
public struct SampleColumn: Hashable, Sendable {
  /// How many categories are told apart; further ones count together.
  public static let categoryLimit = 10_000
  /// How many bytes of a category's text tell it apart.
  public static let textLimit = 256

  /// The column's name.
  public let name: String
  /// Whether numbers are categories too.
  public let isCategorical: Bool
  /// The numbers, while there is no other value.
  public private(set) var numbers: [Double] = []
  /// Rows of each category, from the first value that is no number on.
  public private(set) var categories: [String: Int] = [:]
  /// Rows of categories beyond the limit.
  public private(set) var others = 0
  /// Rows without a value.
  public var missing = 0
  /// Whether the side has no such column at all.
  public var isAbsent = false

  /// Creates an empty column that expects about so many rows.
  public init(name: String, isCategorical: Bool = false, expectedRows: Int = 0) {
    self.name = name
    self.isCategorical = isCategorical
    if !isCategorical { numbers.reserveCapacity(max(0, expectedRows)) }
  }

  /// Whether the values are counted as categories.
  public var holdsText: Bool { isCategorical || !categories.isEmpty || others > 0 }

  /// The rows with a value.
  public var count: Int { numbers.count + categories.values.reduce(others, saturatingSum) }

  /// Adds a number; NaN counts as missing, -0 as 0.
  public mutating func append(_ number: Double) {
    if number.isNaN {
      missing += 1
    } else if holdsText {
      append(text: SampleColumn.text(of: number))
    } else {
      numbers.append(number + 0)
    }
  }

  /// Adds a value that is no number; an empty one counts as missing.
  public mutating func append(text: String) {
    guard !text.isEmpty else {
      missing += 1
      return
    }
    if !numbers.isEmpty { countNumbers() }
    count(text)
  }

  /// Turns numbers into categories, for a column that is text on the other side.
  mutating func countNumbers() {
    let values = numbers
    numbers = []
    for value in values { count(SampleColumn.text(of: value)) }
  }

  /// Takes the numbers out, so that they can be sorted without a copy.
  mutating func takeNumbers() -> [Double] {
    var taken: [Double] = []
    swap(&taken, &numbers)
    return taken
  }

  private mutating func count(_ text: String, rows: Int = 1) {
    if categories[text] != nil || categories.count < SampleColumn.categoryLimit {
      categories[text, default: 0] += rows
    } else {
      others += rows
    }
  }

  /// A number as a category: whole ones without a fraction.
  static func text(of number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? number.description
  }
}

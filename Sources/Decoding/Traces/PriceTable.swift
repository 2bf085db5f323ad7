public import Domain

/// What models cost, in US dollars for a million tokens.
public struct PriceTable: Hashable, Sendable {
  /// One model's prices.
  public struct Price: Hashable, Sendable {
    /// A million tokens read.
    public var input: Double
    /// A million tokens written.
    public var output: Double
    /// A million tokens read from a cache; nil where they cost as others do.
    public var cacheRead: Double?
    /// A million tokens written to a cache; nil where they cost as others do.
    public var cacheWrite: Double?

    /// Creates prices.
    public init(input: Double, output: Double, cacheRead: Double? = nil, cacheWrite: Double? = nil) {
      self.input = input
      self.output = output
      self.cacheRead = cacheRead
      self.cacheWrite = cacheWrite
    }
  }

  /// The day of the prices, as `2025-10-01`; nil for those of a file that does not say.
  public private(set) var date: String?
  private var prices: [String: Price]

  /// Creates a table.
  public init(date: String? = nil, _ prices: [String: Price]) {
    self.date = date
    self.prices = prices
  }

  /// Public list prices of common models; a file of one's own overrides them.
  public static let builtIn = PriceTable(
    date: "2025-10-01",
    [
      "claude-opus-4-1": Price(input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75),
      "claude-opus-4": Price(input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75),
      "claude-sonnet-4-5": Price(input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75),
      "claude-sonnet-4": Price(input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75),
      "claude-3-7-sonnet": Price(input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75),
      "claude-3-5-sonnet": Price(input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75),
      "claude-3-5-haiku": Price(input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1),
      "claude-3-sonnet": Price(input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75),
      "claude-3-opus": Price(input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75),
      "claude-3-haiku": Price(input: 0.25, output: 1.25, cacheRead: 0.03, cacheWrite: 0.3),
      "gpt-5": Price(input: 1.25, output: 10, cacheRead: 0.125),
      "gpt-5-codex": Price(input: 1.25, output: 10, cacheRead: 0.125),
      "gpt-5-mini": Price(input: 0.25, output: 2, cacheRead: 0.025),
      "gpt-5-nano": Price(input: 0.05, output: 0.4, cacheRead: 0.005),
      "gpt-4.1": Price(input: 2, output: 8, cacheRead: 0.5),
      "gpt-4.1-mini": Price(input: 0.4, output: 1.6, cacheRead: 0.1),
      "gpt-4.1-nano": Price(input: 0.1, output: 0.4, cacheRead: 0.025),
      "gpt-4o": Price(input: 2.5, output: 10, cacheRead: 1.25),
      "gpt-4o-mini": Price(input: 0.15, output: 0.6, cacheRead: 0.075),
      "o1": Price(input: 15, output: 60, cacheRead: 7.5),
      "o1-mini": Price(input: 1.1, output: 4.4, cacheRead: 0.55),
      "o3": Price(input: 2, output: 8, cacheRead: 0.5),
      "o3-mini": Price(input: 1.1, output: 4.4, cacheRead: 0.55),
      "o4-mini": Price(input: 1.1, output: 4.4, cacheRead: 0.275),
      "gemini-2.5-pro": Price(input: 1.25, output: 10),
      "gemini-2.5-flash": Price(input: 0.3, output: 2.5),
      "gemini-2.0-flash": Price(input: 0.1, output: 0.4),
    ])

  /// Reads `{"model": {"input_per_mtok": 3, "output_per_mtok": 15, "cache_read_per_mtok": …,
  /// "cache_write_per_mtok": …}}`, also under `prices`; nil where there is no such table. The models replace those of
  /// the built-in table, the others stay.
  public init?(json: JSON) {
    guard let table = (json["prices"] ?? json).object, !table.members.isEmpty else { return nil }
    self = .builtIn
    var hasModel = false
    for (model, entry) in table.members {
      guard let input = TraceValue.amount(entry["input_per_mtok"]),
        let output = TraceValue.amount(entry["output_per_mtok"])
      else { continue }
      prices[PriceTable.key(model)] = Price(
        input: input, output: output, cacheRead: TraceValue.amount(entry["cache_read_per_mtok"]),
        cacheWrite: TraceValue.amount(entry["cache_write_per_mtok"]))
      hasModel = true
    }
    guard hasModel else { return nil }
    date = json["date"]?.string
  }

  /// The prices of a model: of its own name, else of the name without its provider and without its date.
  public func price(of model: String) -> Price? {
    let name = PriceTable.key(model)
    if let price = prices[name] { return price }
    let short = name.split(separator: "/").last.map(String.init) ?? name
    if let price = prices[short] { return price }
    // `gpt-4o-2024-08-06` and `claude-sonnet-4-5-20250929` are the models without the dates.
    var parts = short.split(separator: "-")
    while let last = parts.last, parts.count > 1,
      last == "latest" || last.utf8.count >= 2 && last.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    {
      parts.removeLast()
      if let price = prices[parts.joined(separator: "-")] { return price }
    }
    return nil
  }

  private static func key(_ model: String) -> String { model.prefix(utf8: 128).lowercased() }

  /// What a model's span cost; nil where the model or its tokens are not known.
  public func cost(of span: TraceSpan) -> Double? {
    guard let model = span.model, let price = price(of: model) else { return nil }
    return PriceTable.cost(of: span, at: price)
  }

  /// What a model's span cost at a price; nil where its tokens are not known.
  static func cost(of span: TraceSpan, at price: Price) -> Double? {
    guard span.inputTokens != nil || span.outputTokens != nil else { return nil }
    let input = span.inputTokens ?? 0
    let read = min(span.cacheReadTokens ?? 0, input)
    let written = min(span.cacheWriteTokens ?? 0, input - read)
    let dollars =
      Double(input - read - written) * price.input + Double(read) * (price.cacheRead ?? price.input)
      + Double(written) * (price.cacheWrite ?? price.input) + Double(span.outputTokens ?? 0) * price.output
    return dollars / 1_000_000
  }
}

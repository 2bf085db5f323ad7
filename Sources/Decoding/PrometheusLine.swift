import Domain

/// One line of Prometheus text.
struct PrometheusLine {
  enum Kind {
    case blank
    case comment(Comment)
    case sample(PrometheusSample)
    case other
  }

  struct Comment {
    var type: String?
    var unit: String?
    var scrapedAt: String?
    var isEnd = false
  }

  let kind: Kind
  /// The metric that it is about; nil for lines about none.
  let name: [UInt8]?

  init(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) {
    guard end > start else {
      (kind, name) = (.blank, nil)
      return
    }
    guard JSONLexer.byte(bytes, start) == 0x23 else {
      if let sample = PrometheusSample(bytes, start, end) {
        (kind, name) = (.sample(sample), Array(sample.name.utf8))
      } else {
        (kind, name) = (.other, nil)
      }
      return
    }
    let words = HeadObject.text(bytes, start, end).split(separator: " ", maxSplits: 3)
    var comment = Comment()
    var named: [UInt8]?
    if words.count >= 2 {
      switch words[1] {
      case "TYPE" where words.count >= 4: comment.type = String(words[3])
      case "UNIT" where words.count >= 4: comment.unit = String(words[3])
      case "EOF": comment.isEnd = true
      case "scraped_at", "scraped_at:": comment.scrapedAt = words.dropFirst(2).joined(separator: " ")
      default: break
      }
      if ["TYPE", "UNIT", "HELP"].contains(words[1]), words.count >= 3 {
        named = Array(PrometheusSample.normalised(words[2]).utf8)
      }
    }
    (kind, name) = (.comment(comment), named)
  }

  /// Whether the line is about the family of a name: samples add endings to it, comments do not.
  func belongs(to family: [UInt8]) -> Bool {
    guard let name else { return true }
    guard case .sample = kind else { return name == family }
    guard name.starts(with: family) else { return false }
    return name.count == family.count
      || ["_total", "_created", "_bucket", "_count", "_sum", "_info", "_gsum", "_gcount"]
        .contains(String(decoding: name[family.count...], as: UTF8.self))
  }
}

/// One sample: a name, labels, a value and perhaps a time.
struct PrometheusSample {
  private(set) var name = ""
  private(set) var labels: [Labels.Label] = []
  private(set) var value = 0.0
  private(set) var time: String?

  /// Reads the line from `start` to `end`; nil where it is no sample.
  init?(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) {
    var index = start
    while index < end, PrometheusSample.isName(JSONLexer.byte(bytes, index), isFirst: index == start) { index += 1 }
    guard index > start, index < end, index - start <= 256 else { return nil }
    name = PrometheusSample.normalised(HeadObject.text(bytes, start, index)[...])
    if JSONLexer.byte(bytes, index) == 0x7B {
      guard let next = readLabels(bytes, index + 1, end) else { return nil }
      index = next
    }
    // An exemplar follows after a number sign.
    let rest = bytes.extracting(index..<end).withUnsafeBytes { String(decoding: $0.prefix(512), as: UTF8.self) }
    let words = rest.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0].split(separator: " ")
    guard (1...2).contains(words.count), rest.first == " " || index > start && JSONLexer.byte(bytes, index - 1) == 0x7D,
      let number = PrometheusSample.number(words[0])
    else { return nil }
    value = number
    if words.count == 2 {
      guard Double(words[1]) != nil else { return nil }
      time = String(words[1])
    }
  }

  static func number(_ text: Substring) -> Double? {
    switch text {
    case "+Inf", "Inf": .infinity
    case "-Inf": -.infinity
    case "NaN": .nan
    default: Double(text)
    }
  }

  /// A name without colons, and without one that its writer has since given up.
  static func normalised(_ name: Substring) -> String {
    let plain = String(name.map { $0 == ":" ? "_" : $0 })
    return plain == "vllm_gpu_cache_usage_perc" ? "vllm_kv_cache_usage_perc" : plain
  }

  private static func isName(_ byte: UInt8, isFirst: Bool) -> Bool {
    let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x5F || byte == 0x3A
    return isLetter || !isFirst && byte &- 0x30 < 10
  }

  /// Reads labels up to the closing brace and gives the place after it.
  private mutating func readLabels(_ bytes: borrowing RawSpan, _ start: Int, _ end: Int) -> Int? {
    var index = start
    while index < end {
      while index < end, JSONLexer.byte(bytes, index) == 0x20 || JSONLexer.byte(bytes, index) == 0x2C { index += 1 }
      guard index < end else { return nil }
      if JSONLexer.byte(bytes, index) == 0x7D { return index + 1 }
      let first = index
      while index < end, PrometheusSample.isName(JSONLexer.byte(bytes, index), isFirst: index == first) { index += 1 }
      guard index > first, index + 1 < end, JSONLexer.byte(bytes, index) == 0x3D,
        JSONLexer.byte(bytes, index + 1) == 0x22, labels.count < 128
      else { return nil }
      let name = HeadObject.text(bytes, first, index)
      index += 2
      var value: [UInt8] = []
      while index < end, JSONLexer.byte(bytes, index) != 0x22 {
        var byte = JSONLexer.byte(bytes, index)
        if byte == 0x5C, index + 1 < end {
          index += 1
          byte = JSONLexer.byte(bytes, index) == 0x6E ? 0x0A : JSONLexer.byte(bytes, index)
        }
        if value.count < 4_096 { value.append(byte) }
        index += 1
      }
      guard index < end else { return nil }
      labels.append(Labels.Label(name: name, value: String(decoding: value, as: UTF8.self)))
      index += 1
    }
    return nil
  }
}

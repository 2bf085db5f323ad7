import Domain

/// What has been counted of a source since it was first read; part of every commit.
public struct SourceCounters: Hashable, Sendable {
  /// Lines, blank ones left out.
  public var lines = 0
  /// Lines that the format cannot read.
  public var malformed = 0
  /// Records without a readable time; they were counted at the source's watermark.
  public var timeless = 0
  /// Records whose time is far ahead of this host's clock; they are counted in their own slot and move no rule.
  public var skewed = 0
  /// Records of slots whose rules had been evaluated before they came; they were counted where they belong.
  public var late = 0
  /// Values that a metric reads as a number and that are none, by the field's path.
  public var fieldErrors: [String: Int] = [:]
  /// Places of the latest malformed lines, newest last, at most ``sampleLimit``.
  public var malformedSamples: [MalformedSample] = []
  /// How many malformed lines are remembered.
  public static let sampleLimit = 8

  /// Where a malformed line stands. Its text is not kept: it may hold personal data.
  public struct MalformedSample: Hashable, Sendable {
    /// The file's path.
    public var path: String
    /// Byte offset of the line's start.
    public var offset: Int64
    /// The line's length in bytes.
    public var length: Int
  }

  /// Nothing counted yet.
  public init() {}

  /// Remembers a malformed line.
  mutating func addMalformed(path: String, offset: Int64, length: Int, count: Int = 1) {
    malformed += count
    if malformedSamples.count >= SourceCounters.sampleLimit { malformedSamples.removeFirst() }
    malformedSamples.append(MalformedSample(path: path, offset: offset, length: length))
  }

  /// The counters as they are stored.
  var json: JSON {
    [
      "lines": JSON(lines), "malformed": JSON(malformed), "timeless": JSON(timeless), "skewed": JSON(skewed),
      "late": JSON(late),
      "field_errors": .object(JSONObject(fieldErrors.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })),
      "malformed_samples": .array(
        malformedSamples.map {
          ["path": .string($0.path), "offset": .integer($0.offset), "length": JSON($0.length)]
        }),
    ]
  }

  /// Reads what ``json`` wrote; missing counters are 0.
  init(json: JSON) {
    func count(_ name: String) -> Int { Int(json[name]?.integer ?? 0) }
    lines = count("lines")
    malformed = count("malformed")
    timeless = count("timeless")
    skewed = count("skewed")
    late = count("late")
    for (name, value) in json["field_errors"]?.object?.members ?? [] {
      fieldErrors[name] = Int(value.integer ?? 0)
    }
    for sample in json["malformed_samples"]?.array ?? [] {
      guard let path = sample["path"]?.string, let offset = sample["offset"]?.integer else { continue }
      malformedSamples.append(
        MalformedSample(path: path, offset: offset, length: Int(sample["length"]?.integer ?? 0)))
    }
  }
}

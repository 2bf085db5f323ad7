public import Domain

/// How records that come later, such as labels, find the earlier record that they are about, such as a prediction.
public struct JoinDefinition: Hashable, Sendable {
  /// The source of the earlier records.
  public var source: String
  /// The field that both share, in the later records.
  public var id: FieldPath
  /// The same in the earlier records.
  public var on: FieldPath
  /// The field of the earlier records that is kept until then.
  public var prediction: FieldPath
  /// The number of the earlier records that is kept as well, such as a classifier's score; nil without one.
  public var score: FieldPath?
  /// The field of the later records that it is compared with.
  public var label: FieldPath
  /// For how long an earlier record is kept.
  public var horizon: Duration

  /// The metric of how many seconds the records of a source come after those that they are about.
  public static func delayMetric(of source: String) -> String { "join:\(source)#delay" }

  /// Creates a join.
  public init(
    source: String, id: FieldPath, on: FieldPath, prediction: FieldPath, label: FieldPath,
    horizon: Duration = .seconds(7 * 86_400)
  ) {
    self.source = source
    self.id = id
    self.on = on
    self.prediction = prediction
    self.label = label
    self.horizon = horizon
  }
}

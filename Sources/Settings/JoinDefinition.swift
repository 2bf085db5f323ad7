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
  /// The field of the later records that it is compared with.
  public var label: FieldPath
  /// For how long an earlier record is kept.
  public var horizon: Duration

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

/// What the slots of a metric are for, and so in which form and how often they leave the meters.
public enum MeterUse: Hashable, Sendable {
  /// Only the store reads them: they are sealed as bytes once a batch.
  case stored
  /// Rules read them too: they are handed out as values at every boundary.
  case watched
  /// They are read now and then, and not stored: they are handed out as values when asked for.
  case shadow
}

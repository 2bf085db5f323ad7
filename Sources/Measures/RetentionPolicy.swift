public import Domain

/// One move of old slots into coarser ones.
public struct RollUpStep: Hashable, Sendable {
  /// The length of the slots that are moved.
  public var fromResolution: Duration
  /// The length of the slots that they are merged into; nil when they are dropped for good.
  public var toResolution: Duration?
  /// Slots that start before this are moved; aligned so that no coarser slot is split between two moves.
  public var olderThan: Timestamp

  /// Creates a step.
  public init(fromResolution: Duration, toResolution: Duration?, olderThan: Timestamp) {
    self.fromResolution = fromResolution
    self.toResolution = toResolution
    self.olderThan = olderThan
  }
}

/// For how long slots of which length are kept.
public struct RetentionPolicy: Hashable, Sendable {
  /// Slots of one length, kept until they are older than a limit.
  public struct Tier: Hashable, Sendable {
    /// The slots' length.
    public var resolution: Duration
    /// How far they may lie behind the watermark.
    public var keep: Duration

    /// Creates a tier.
    public init(resolution: Duration, keep: Duration) {
      self.resolution = resolution
      self.keep = keep
    }
  }

  /// Why tiers make no policy.
  public struct TierError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first tier that does not fit, from 0.
    public var index: Int

    /// What to do about it.
    public var description: String {
      "retention tier \(index + 1) does not fit: lengths must be positive, each a multiple of the one before, "
        + "and each must be kept longer than the one before"
    }
  }

  /// The tiers from fine to coarse.
  public let tiers: [Tier]

  /// 10 s slots for 6 hours, minutes for 3 days, 10 minutes for 30 days, hours for 400 days.
  public static let standard = RetentionPolicy(checked: [
    Tier(resolution: .seconds(10), keep: .seconds(6 * 3_600)),
    Tier(resolution: .seconds(60), keep: .seconds(3 * 86_400)),
    Tier(resolution: .seconds(600), keep: .seconds(30 * 86_400)),
    Tier(resolution: .seconds(3_600), keep: .seconds(400 * 86_400)),
  ])

  private init(checked tiers: [Tier]) { self.tiers = tiers }

  /// Creates a policy of tiers from fine to coarse.
  public init(tiers: [Tier]) throws(TierError) {
    for (index, tier) in tiers.enumerated() {
      let width = tier.resolution.nanoseconds
      guard width > 0, tier.keep >= tier.resolution else { throw TierError(index: index) }
      guard index > 0 else { continue }
      let finer = tiers[index - 1]
      guard width > finer.resolution.nanoseconds, width % finer.resolution.nanoseconds == 0, tier.keep > finer.keep
      else { throw TierError(index: index) }
    }
    self.init(checked: tiers)
  }

  /// What to move when event time has come to `watermark`, from fine to coarse.
  public func steps(watermark: Timestamp) -> [RollUpStep] {
    tiers.indices.map { index in
      let next = index + 1 < tiers.count ? tiers[index + 1].resolution : nil
      return RollUpStep(
        fromResolution: tiers[index].resolution, toResolution: next,
        olderThan: (watermark - tiers[index].keep).floored(to: next ?? tiers[index].resolution))
    }
  }
}

/// Merging of slots into coarser ones; counts and sums are kept exactly.
public enum RollUp {
  /// The slots merged into slots of the given length, sorted by start, then series.
  public static func merge(_ slots: some Sequence<SlotDelta>, into resolution: Duration) -> [SlotDelta] {
    var merged: [Timestamp: [SeriesKey: Summary]] = [:]
    for slot in slots {
      let start = slot.start.floored(to: resolution)
      if merged[start]?[slot.series]?.merge(slot.summary) == nil {
        merged[start, default: [:]][slot.series] = slot.summary
      }
    }
    return merged.sorted { $0.key < $1.key }.flatMap { start, series in
      series.sorted { $0.key < $1.key }.map { SlotDelta(series: $0.key, start: start, summary: $0.value) }
    }
  }
}

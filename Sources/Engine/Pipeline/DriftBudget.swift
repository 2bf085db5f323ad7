import Domain

/// How many false pages the detectors of a whole dashboard may cause together (configuration: drift).
struct DriftBudget: Hashable, Sendable {
  /// False pages a week.
  var falsePagesPerWeek = 1.0
  /// How many series are watched in all sources; 0 where only one source is.
  var watchedSeries = 0

  /// How many ticks of some length a false page is allowed to take (spec: drift, formula 9).
  func ticksPerFalsePage(tick: Duration) -> Double {
    604_800 / max(1, tick.inSeconds) / max(1e-6, falsePagesPerWeek)
  }

  /// By how much a source with some series of its own has to share the budget with the others.
  func share(of own: Int) -> Double { own > 0 ? max(1, Double(watchedSeries) / Double(own)) : 1 }
}

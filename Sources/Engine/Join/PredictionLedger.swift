import Domain
import Storage

/// The predictions of all joins: those that are not stored yet, and where to look for the others. Belongs to the thread of
/// the sources.
final class PredictionLedger {
  /// The most predictions of a join that are kept; the oldest go first.
  static let limit = 1_000_000

  /// What one join has gained and lost since the last commit.
  struct Changes {
    var added: [UInt64: StoredPrediction] = [:]
    var removed: Set<UInt64> = []
  }

  private(set) var changes: [String: Changes] = [:]
  private let stored: (_ join: String, _ key: UInt64) -> StoredPrediction?

  /// Creates a ledger; a replay has nothing stored.
  init(stored: @escaping (_ join: String, _ key: UInt64) -> StoredPrediction? = { _, _ in nil }) {
    self.stored = stored
  }

  /// Names what both sides share, so that no raw identifier is kept.
  static func key(_ id: String) -> UInt64 {
    var hash = ContentHash()
    hash.combine(id)
    return hash.value
  }

  /// Keeps a prediction.
  func note(_ join: String, _ key: UInt64, _ prediction: StoredPrediction) {
    changes[join, default: Changes()].added[key] = prediction
    changes[join]?.removed.remove(key)
  }

  /// Takes a prediction out, so that one label counts once; nil where none is kept.
  func take(_ join: String, _ key: UInt64) -> StoredPrediction? {
    if changes[join]?.removed.contains(key) == true { return nil }
    let fresh = changes[join]?.added.removeValue(forKey: key)
    guard let found = fresh ?? stored(join, key) else { return nil }
    // One that was seen twice is stored as well.
    changes[join, default: Changes()].removed.insert(key)
    return found
  }

  /// What was changed is durable.
  func settle() { changes = [:] }
}

import Domain
import Measures
import Synchronization

/// The database's numbers of series, remembered between transactions.
///
/// A number that a transaction gave out is forgotten again when that transaction fails.
final class SeriesIndex: Sendable {
  private let numbers = Mutex<[SeriesKey: Int64]>([:])

  func number(of key: SeriesKey) -> Int64? { numbers.withLock { $0[key] } }

  func remember(_ number: Int64, for key: SeriesKey) {
    numbers.withLock { $0[key] = number }
  }

  func forgetAll() {
    numbers.withLock { $0.removeAll() }
  }
}

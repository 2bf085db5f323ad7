import Domain
import Engine
import Glibc
import Rehearsal

/// Writes a rehearsal's files as a living service would: its history at once, then line by line with the clock.
final class RehearsalWriter: Sendable {
  private let stop = StopFlag()

  /// Starts writing into `directory`, `speed` times as fast as the clock.
  ///
  /// The history is written before the call returns, or, with `historyInBackground`, piece by piece on the writer's own
  /// thread.
  init(directory: String, seed: UInt64, speed: Double, historyInBackground: Bool) throws {
    let clock = SystemWallClock()
    let elapsed = SystemMonotonicClock()
    // A fast rehearsal begins in the past, so that it does not run far ahead of the clock.
    let lead = Duration.seconds(min(21_600, max(0, speed - 1) * 600))
    let liveStart = clock.now() - lead
    let start = liveStart - Rehearsal.history
    var rehearsal = Rehearsal(seed: seed, start: start)
    var files = RehearsedFiles(directory: directory)
    if !historyInBackground { try files.append(rehearsal.lines(until: liveStart)) }
    let started = elapsed.elapsed()
    let stop = stop
    let parts = (rehearsal, files)
    WorkerThread.start(name: "rehearsal") {
      var (rehearsal, files) = parts
      // Pieces of the history, so that reading it begins while the rest is written.
      var history = historyInBackground ? start : liveStart
      do {
        while !stop.isSet, history < liveStart {
          history = min(liveStart, history + .seconds(300))
          try files.append(rehearsal.lines(until: history))
        }
        while !stop.isSet {
          let passed = (elapsed.elapsed() - started).inSeconds * speed
          try files.append(rehearsal.lines(until: liveStart + .seconds(passed)))
          usleep(200_000)
        }
      } catch {
        return
      }
    }
  }

  /// Ends the writing.
  func end() { stop.set() }
}

/// The rehearsal's files, appended to in whole lines.
private struct RehearsedFiles: Sendable {
  let directory: String

  mutating func append(_ lines: [RehearsedLine]) throws {
    var pieces: [(file: RehearsedFile, bytes: [UInt8])] = []
    for line in lines {
      if let index = pieces.firstIndex(where: { $0.file == line.file }) {
        pieces[index].bytes += line.bytes
      } else {
        pieces.append((line.file, line.bytes))
      }
    }
    for (file, bytes) in pieces { try OutputFile.append(bytes, to: directory + "/" + file.name) }
  }
}

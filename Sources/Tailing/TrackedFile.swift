import Domain

/// A file that is followed, with its descriptor. Belongs to one ``Tailer`` and never leaves its thread.
final class TrackedFile {
  var checkpoint: FileCheckpoint
  let source: Int
  /// Where a pattern finds the file; nil once it is only known by its identity.
  var slot: PathSlot?
  /// The file that is read before this one.
  var predecessor: TrackedFile?

  /// The open descriptor, or -1.
  var descriptor: Int32 = -1
  /// Orders open files by use.
  var lastUse: UInt64 = 0
  /// Whether no path leads to the file, so that its descriptor must stay open.
  var isUnreachable = false

  /// Whether it waits in the queue of files to read.
  var isQueued = false
  /// Whether its checkpoint has been taken, without which nothing of it is delivered.
  var isRegistered = false
  /// Whether its checkpoint changed since it was taken.
  var isChanged = false
  /// Whether what is before the offset is not what was read: to be sorted out by the next reconcile.
  var isSuspect = false
  /// How many reconciles have looked in vain for the copy of a file that was cut.
  var roundsWithoutCopy = 0
  /// Whether it is no longer followed.
  var isForgotten = false
  /// The end of what has been looked at: the offset, or the end of a partial line behind it.
  var seenEnd: Int64
  /// The size of the file when what is before the offset was last seen to be what was read.
  var verifiedSize: Int64
  /// What decompresses a gzip file, while it is being read.
  var gzip: GzipReader?
  /// Whether all that is there of a gzip file has been decompressed, and more was expected.
  var isExhausted = false
  /// When a file that was found empty was last cut or created, until its first content is read.
  var emptySince: Int64?
  /// How far an overlong line, or the NULs at a file's head, have been passed over.
  var skipping: Skip?
  /// Whole lines behind the offset that were offered and not taken.
  var held: Held?
  /// How many full reads in a row nothing was taken of: after one, the next asks for as much as an offer can hold; after
  /// two, that has to be taken.
  var untakenReads = 0
  /// Whether the unterminated rest is to be delivered, nothing more being expected.
  var takesRest = false
  /// Why the content cannot be read.
  var refusal: String?
  /// Since when a draining file has been quiet.
  var quietSince = Duration.zero
  /// Since when no path has led to a file whose descriptor is closed.
  var missingSince: Duration?
  /// How often in a row its path led to another file.
  var staleRounds = 0
  /// How many reconciles have not found it.
  var missingRounds = 0
  /// Whether it was seen since the start, so that its size is not only remembered.
  var wasSeen = false
  /// The inotify watch of the target of a symbolic link, or -1.
  var watch: Int32 = -1
  /// When a line was last read.
  var lastRead: Timestamp?
  /// The error of opening or reading that was told, until reading works again.
  var toldError: String?

  /// Lines that wait for what follows them.
  struct Held {
    /// The end of what was offered.
    var end: Int64
    /// Since when nothing has changed, as of the first reconcile that saw it.
    var quietSince: Duration?
    /// Whether they are to be offered for the last time.
    var isDue = false
  }

  enum Skip {
    case line(to: Int64)
    case zeros(to: Int64)

    var position: Int64 {
      switch self {
      case .line(let position), .zeros(let position): position
      }
    }
  }

  init(_ checkpoint: FileCheckpoint, source: Int) {
    self.checkpoint = checkpoint
    self.source = source
    seenEnd = checkpoint.offset
    verifiedSize = checkpoint.size
    emptySince = checkpoint.size == 0 && checkpoint.offset == 0 ? checkpoint.modified : nil
  }

  var id: Int64 { checkpoint.fileID }

  /// Whether a later file of the same log has to wait for this one.
  var isReadable: Bool { isQueued && !isSuspect && !isForgotten && refusal == nil }

  /// Whether lines of a rotated file wait for what follows them, so that newer files wait as well.
  var isHolding: Bool {
    held != nil && checkpoint.phase == .draining && !isForgotten && refusal == nil && toldError == nil
      && missingSince == nil
  }

  /// Whether a file that comes before this one has something to read.
  var isBlocked: Bool {
    var earlier = predecessor
    while let file = earlier {
      if file.isReadable || file.isHolding { return true }
      earlier = file.predecessor
    }
    return false
  }

  /// Lets go of predecessors that are done, so that the chain stays short.
  func prunePredecessors() {
    while let file = predecessor, file.isForgotten || file.checkpoint.isFinished && !file.isQueued {
      predecessor = file.predecessor
      checkpoint.predecessor = predecessor?.id
    }
  }
}

/// A path that a pattern of a source finds.
final class PathSlot {
  let path: TailPath
  let directory: WatchedDirectory
  let name: [UInt8]
  let source: Int
  /// The name's reading as one of a rotated file.
  let rotated: RotatedName?
  var occupant: TrackedFile?
  /// The file that the present reconcile found to have left the path.
  var previous: TrackedFile?
  /// Whether the present reconcile found that the file was cut, so that its content is newer than the file.
  var wasCut = false
  /// The reconcile in which the path was last found.
  var generation: UInt64 = 0
  var info = FileInfo()
  /// Whether the path was a regular file when last found; nil when that could not be told.
  var isRegular: Bool? = false
  var isLink = false
  /// Whether a pattern names the path itself, so that its absence is worth telling.
  var isExpected = false
  /// What was told of it, so that it is told once.
  var notice: Notice?

  enum Notice: Hashable {
    case waiting
    case denied(String)
    case refused(String, FileIdentity.Key?)
    /// It holds the same bytes as another file's beginning, up to `verified`, which ends a line.
    case copy(of: Int64, verified: Int64, size: Int64, modified: Int64)
  }

  init(path: TailPath, directory: WatchedDirectory, name: [UInt8], source: Int) {
    self.path = path
    self.directory = directory
    self.name = name
    self.source = source
    rotated = RotatedName(name)
  }
}

/// A directory in which patterns find files.
final class WatchedDirectory {
  let path: TailPath
  var slots: [[UInt8]: PathSlot] = [:]
  /// The patterns that names in it are matched with.
  var names: Set<GlobComponent> = []
  /// The inotify watch, or a negative errno.
  var watch: Int32 = -1
  var hasToldPolling = false
  var generation: UInt64 = 0

  init(path: TailPath) {
    self.path = path
  }

  /// Whether a change of this name can matter: a pattern takes it.
  func concerns(_ name: [UInt8]) -> Bool {
    slots[name] != nil || name.withUnsafeBytes { bytes in names.contains { $0.matches(bytes) } }
  }
}

import CPosix
import Domain
import Glibc

/// Follows files through rotation, truncation and restarts, and hands out whole lines that are each counted once.
///
/// A pull interface for one thread. The loop of a collector:
///
/// 1. ``reconcile(now:finishing:)`` looks at the files; store what ``takeCheckpoints()`` gives before going on.
/// 2. ``readNext(_:)``, which says how much it took, until it says `caughtUp`; store the checkpoints in the transaction that stores what was counted.
/// 3. ``wait(timeout:)``; reconcile when it says so, and at least every second.
///
/// A tailer that is created from stored checkpoints goes on exactly where they end, whatever was rotated meanwhile.
public final class Tailer {
  /// The sources, by index.
  public let sources: [TailSource]
  let options: TailerOptions
  let patterns: [(source: Int, pattern: GlobPattern)]

  var now: Timestamp = .distantPast
  /// The time that reconciles have seen pass; a clock that is set back makes none of it undone.
  var elapsed = Duration.zero
  var generation: UInt64 = 0
  var isFinishing = false
  /// How often lately a path led to another file than the one just found there.
  var staleOpenings = 0
  var nextID: Int64 = 1
  var files: [TrackedFile] = []
  var byKey: [FileIdentity.Key: TrackedFile] = [:]
  /// Restored files by the path at which they are expected, until the first reconcile has looked there.
  var expected: [TailPath: TrackedFile] = [:]
  /// The sources that were never followed before, whose first files may be read from their end.
  var isNewSource: [Bool]

  var directories: [TailPath: WatchedDirectory] = [:]
  var slots: [PathSlot] = []
  var found: [PathSlot] = []
  var waitingPatterns: Set<Int> = []
  /// The newest file of each log, after which the next one is read.
  var families: [TailPath: TrackedFile] = [:]
  var searches: [TailPath: SiblingSearch] = [:]
  var siblingIndices: [TailPath: SiblingIndex] = [:]
  /// Files outside of the patterns whose content the present reconcile found to be new.
  var strays: [Candidate] = []
  /// The directories in which the copy of a file that was cut is still being looked for, so that no copy is taken up.
  var awaitsCopy: Set<TailPath> = []
  /// The directories that the present reconcile has listed again.
  var listedTwice: Set<TailPath> = []

  var queue = ReadQueue()
  var changed: [TrackedFile] = []
  var events: [TailEvent] = []
  let openFiles: OpenFiles
  /// The files that are being decompressed.
  var gzipFiles: [TrackedFile] = []
  var readBuffer: ReadBuffer
  var buffer: UnsafeMutableRawBufferPointer { readBuffer.memory }

  let notifier: ChangeNotifier?
  var watches: [Int32: WatchTarget] = [:]
  let wakeDescriptor = WakeDescriptor()
  /// Whether something happened that only ``reconcile(now:finishing:)`` can sort out.
  public internal(set) var needsReconcile = true

  /// What an inotify watch watches.
  enum WatchTarget {
    case directory(WatchedDirectory)
    case file(TrackedFile)
  }

  /// Creates a tailer.
  ///
  /// - Parameters:
  ///   - sources: what to follow; a file that several sources' patterns find belongs to the first.
  ///   - restored: the stored checkpoints; those of other sources are left alone.
  ///   - options: bounds.
  public init(sources: [TailSource], restored: [FileCheckpoint] = [], options: TailerOptions = TailerOptions()) {
    self.sources = sources
    self.options = options
    patterns = sources.indices.flatMap { source in
      sources[source].patterns.map { (source, GlobPattern($0)) }
    }
    isNewSource = sources.map { source in !restored.contains { $0.source == source.name } }
    openFiles = OpenFiles(maximum: options.maximumOpenFiles)
    let capacity =
      Fingerprint.maximumLength + max(options.chunkSize, options.maximumLineLength + 2, Fingerprint.maximumLength)
    readBuffer = ReadBuffer(byteCount: capacity)
    notifier = options.usesNotifications ? ChangeNotifier() : nil
    restore(restored)
  }

  deinit {
    for file in files where file.descriptor >= 0 { close(file.descriptor) }
  }

  private func restore(_ checkpoints: [FileCheckpoint]) {
    var byID: [Int64: TrackedFile] = [:]
    for checkpoint in checkpoints.sorted(by: { $0.fileID < $1.fileID }) {
      nextID = max(nextID, checkpoint.fileID &+ 1)
      guard let source = sources.firstIndex(where: { $0.name == checkpoint.source }) else { continue }
      let file = TrackedFile(checkpoint, source: source)
      file.isRegistered = true
      byID[checkpoint.fileID] = file
      files.append(file)
      byKey[checkpoint.identity.key] = file
      if !checkpoint.isFinished || expected[checkpoint.path] == nil { expected[checkpoint.path] = file }
    }
    for file in files {
      // A predecessor has a lower number, so that damaged checkpoints cannot form a ring.
      file.predecessor = file.checkpoint.predecessor.flatMap { $0 < file.id ? byID[$0] : nil }
    }
  }

  /// A handle with which other threads end ``wait(timeout:)``.
  public var waker: TailerWaker { TailerWaker(wakeDescriptor) }

  /// The checkpoints that changed since the last call, in order of their numbers. They are to be stored before the next
  /// call of ``readNext(_:)``, or together with what was counted from it; files just discovered are read only after
  /// their first checkpoint has been taken.
  public func takeCheckpoints() -> [FileCheckpoint] {
    let taken = changed.filter { !$0.isForgotten }.sorted { $0.id < $1.id }
    for file in changed {
      file.isChanged = false
      file.isRegistered = true
    }
    changed.removeAll(keepingCapacity: true)
    return taken.map(\.checkpoint)
  }

  /// What happened since the last call or reconcile: gaps and dropped lines that reading came upon. To be stored in the
  /// same transaction as the checkpoints.
  public func takeEvents() -> [TailEvent] {
    defer { events.removeAll() }
    return events
  }

  /// How every file stands, and what is awaited, in order of source and path.
  public var statuses: [FileStatus] {
    var all = files.filter { !$0.isForgotten }.map(status)
    for slot in slots where slot.occupant == nil {
      guard let notice = slot.notice else { continue }
      var status = FileStatus(
        source: sources[slot.source].name, path: slot.path, state: .waiting, offset: 0, size: slot.info.size)
      switch notice {
      case .waiting: status.size = 0
      case .denied(let reason): (status.state, status.note) = (.denied, reason)
      case .refused(let reason, _): (status.state, status.note) = (.refused, reason)
      case .copy(_, let verified, _, _): (status.state, status.offset) = (.finished, verified)
      }
      all.append(status)
    }
    for index in waitingPatterns.sorted() {
      all.append(
        FileStatus(
          source: sources[patterns[index].source].name, path: patterns[index].pattern.path, state: .waiting, offset: 0,
          size: 0))
    }
    return all.sorted { ($0.source, $0.path, $0.fileID ?? 0) < ($1.source, $1.path, $1.fileID ?? 0) }
  }

  private func status(_ file: TrackedFile) -> FileStatus {
    let checkpoint = file.checkpoint
    let state: FileStatus.State
    if file.refusal != nil {
      state = .refused
    } else if file.toldError != nil {
      state = .denied
    } else if checkpoint.isFinished {
      state = .finished
    } else if checkpoint.phase == .draining {
      state = .draining
    } else {
      state = file.isQueued || checkpoint.size > file.seenEnd ? .reading : .caughtUp
    }
    return FileStatus(
      fileID: file.id, source: checkpoint.source, path: checkpoint.path, state: state, offset: checkpoint.offset,
      size: max(checkpoint.size, checkpoint.offset), lastRead: file.lastRead, note: file.refusal ?? file.toldError)
  }

  func markChanged(_ file: TrackedFile) {
    guard !file.isChanged else { return }
    file.isChanged = true
    changed.append(file)
  }

  /// The first bytes of a followed file, such as a header that is needed to go on in its middle; nil when the file
  /// cannot be read. At most 1 MiB.
  public func head(of fileID: Int64, maximum: Int) -> [UInt8]? {
    guard let file = files.first(where: { $0.id == fileID && !$0.isForgotten }),
      let descriptor = try? openFiles.open(file)
    else { return nil }
    let length = max(0, min(maximum, 1 << 20))
    if file.checkpoint.packedSize != nil { return GzipReader.head(descriptor, maximum: length).bytes }
    var count: Int64 = 0
    let head = [UInt8](unsafeUninitializedCapacity: length) { bytes, initialized in
      count = leeway_file_read(descriptor, bytes.baseAddress, length, 0)
      initialized = Int(max(0, count))
    }
    return count < 0 ? nil : head
  }

  func enqueue(_ file: TrackedFile) {
    guard !file.isQueued, !file.isForgotten, file.refusal == nil else { return }
    file.isQueued = true
    queue.append(file)
  }

  func sourceName(_ index: Int) -> String { sources[index].name }
}

/// First in, first out.
struct ReadQueue {
  private var files: [TrackedFile] = []
  private var head = 0

  var count: Int { files.count - head }

  mutating func append(_ file: TrackedFile) {
    files.append(file)
  }

  mutating func popFirst() -> TrackedFile? {
    guard head < files.count else { return nil }
    defer {
      head += 1
      if head > 64, head * 2 > files.count {
        files.removeFirst(head)
        head = 0
      }
    }
    return files[head]
  }
}

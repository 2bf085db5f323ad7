/// All that must be stored of a file so that reading resumes after the last counted line: no line twice, none lost.
public struct FileCheckpoint: Hashable, Sendable {
  /// How far a file has come in its life.
  public enum Phase: UInt8, Hashable, Sendable {
    /// It is at the path where it is expected.
    case active = 0
    /// It was rotated, removed or copied away; what is left of it is read.
    case draining = 1
    /// Everything in it has been read.
    case finished = 2
  }

  /// The number that the tailer gave the file; never used twice.
  public var fileID: Int64
  /// The name of the source.
  public var source: String
  /// The path as the pattern found it, or the present path of a rotated file.
  public var path: TailPath
  /// The path to open: differs from ``path`` when that is a symbolic link.
  public var location: TailPath
  /// Which file it is.
  public var identity: FileIdentity
  /// The first bytes, at most 1 KiB, of what has been delivered, or of what was there when nothing has been.
  public var head: Fingerprint
  /// The hashes of the first 64, 128, 256 and 512 bytes, as far as ``head`` reaches.
  public var headSteps: [UInt64]
  /// The end of the last delivered line, in bytes from the start of the file.
  public var offset: Int64
  /// The bytes before ``offset``, at most 1 KiB.
  public var marker: Fingerprint
  /// What lies farther behind the offset.
  public var marks: ContentMarks
  /// The file's size when it was last looked at.
  public var size: Int64
  /// The size of a gzip file when it was last looked at; nil for a plain one. Offsets and ``size`` are of what it
  /// decompresses to.
  public var packedSize: Int64?
  /// The file's time of modification when it was last looked at, in nanoseconds since the Unix epoch.
  public var modified: Int64
  /// How far the file has come.
  public var phase: Phase
  /// The file of the same log that is read before this one.
  public var predecessor: Int64?

  /// The lengths whose hashes are kept of a head.
  static let headStepLengths = [64, 128, 256, 512]

  /// Takes note of the first bytes of what has been delivered.
  mutating func setHead(_ bytes: UnsafeRawBufferPointer) {
    head = Fingerprint(UnsafeRawBufferPointer(rebasing: bytes.prefix(Fingerprint.maximumLength)))
    headSteps = FileCheckpoint.headStepLengths.filter { $0 <= bytes.count }.map { length in
      Fingerprint(UnsafeRawBufferPointer(rebasing: bytes[..<length])).hash
    }
  }

  /// What a file of so many bytes must begin with to be the beginning of what was read; nil when it is too short to
  /// tell.
  func headProof(within size: Int64) -> Fingerprint? {
    if head.length > 0, Int64(head.length) <= size { return head }
    let known = zip(FileCheckpoint.headStepLengths, headSteps).filter { Int64($0.0) <= size }
    return known.last.map { Fingerprint(length: $0.0, hash: $0.1) }
  }

  /// Whether everything in the file has been read and it will not grow.
  public var isFinished: Bool { phase == .finished }

  /// Creates a checkpoint.
  public init(
    fileID: Int64, source: String, path: TailPath, location: TailPath, identity: FileIdentity,
    head: Fingerprint = .empty, headSteps: [UInt64] = [], offset: Int64 = 0, marker: Fingerprint = .empty,
    marks: ContentMarks = ContentMarks(), size: Int64 = 0, modified: Int64 = 0, phase: Phase = .active,
    packedSize: Int64? = nil, predecessor: Int64? = nil
  ) {
    self.fileID = fileID
    self.source = source
    self.path = path
    self.location = location
    self.identity = identity
    self.head = head
    self.headSteps = headSteps
    self.offset = offset
    self.marker = marker
    self.marks = marks
    self.size = size
    self.modified = modified
    self.phase = phase
    self.packedSize = packedSize
    self.predecessor = predecessor
  }
}

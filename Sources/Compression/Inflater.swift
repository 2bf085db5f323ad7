import CZlib

/// Why compressed bytes cannot be read.
public enum InflateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes are no such stream, or are damaged.
  case damaged
  /// There is no memory for the stream.
  case outOfMemory

  /// What is wrong, for people.
  public var description: String {
    switch self {
    case .damaged: "the compressed bytes are damaged"
    case .outOfMemory: "there is no memory to decompress"
    }
  }
}

/// Inflates a stream piece by piece; how much comes out at once is the caller's choice, so a bomb cannot surprise.
public struct Inflater: ~Copyable {
  /// How the stream is wrapped.
  public enum Format: Sendable {
    /// Raw deflate, RFC 1951, as in ZIP archives.
    case deflate
    /// gzip, RFC 1952; several members may follow each other.
    case gzip
  }

  /// What one step came to.
  public struct Step: Hashable, Sendable {
    /// Bytes of the input that were used.
    public var consumed: Int
    /// Bytes of the output that were filled.
    public var produced: Int
    /// Whether the stream, or a gzip member, has ended.
    public var isEnd: Bool
  }

  private let stream: OpaquePointer

  /// Creates a stream.
  public init(_ format: Format) throws(InflateError) {
    guard let stream = leeway_inflater_create(format == .gzip ? 1 : 0) else { throw .outOfMemory }
    self.stream = stream
  }

  deinit { leeway_inflater_free(stream) }

  /// Inflates until the input is used up, the output is full, or the stream ends.
  public mutating func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(InflateError) -> Step {
    var consumed = 0
    var produced = 0
    var none: UInt8 = 0
    let status = withUnsafeMutablePointer(to: &none) { spare in
      leeway_inflater_step(
        stream, input.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafePointer(spare), input.count, &consumed,
        output.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? spare, output.count, &produced)
    }
    switch status {
    case 0: return Step(consumed: consumed, produced: produced, isEnd: false)
    case 1: return Step(consumed: consumed, produced: produced, isEnd: true)
    case -2: throw .outOfMemory
    default: throw .damaged
    }
  }

  /// Makes the stream new again, for the next member of a gzip file.
  public mutating func reset() throws(InflateError) {
    if leeway_inflater_reset(stream) < 0 { throw .damaged }
  }
}

/// CRC-32 as in ZIP and gzip.
public enum CRC32 {
  /// The checksum of some bytes, going on from an earlier one.
  public static func of(_ bytes: [UInt8], from crc: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return crc }
      return leeway_crc32(crc, base, buffer.count)
    }
  }
}

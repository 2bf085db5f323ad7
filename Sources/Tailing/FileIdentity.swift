/// Which file it is, whatever its name: device and inode, told apart from an earlier file of the same inode by the
/// time of creation or the inode's generation where the file system has them.
public struct FileIdentity: Hashable, Sendable {
  /// The device number, major in the upper half.
  public var device: UInt64
  /// The inode number.
  public var inode: UInt64
  /// The time of creation in nanoseconds since the Unix epoch; 0 when unknown.
  public var birth: Int64
  /// The inode's generation; 0 when unknown.
  public var generation: UInt32

  /// Restores a stored identity.
  public init(device: UInt64, inode: UInt64, birth: Int64, generation: UInt32) {
    self.device = device
    self.inode = inode
    self.birth = birth
    self.generation = generation
  }

  init(_ info: FileInfo, generation: UInt32 = 0) {
    self.init(device: info.device, inode: info.inode, birth: info.birth, generation: generation)
  }

  /// What the file is looked up by: the device is left out where the time of creation tells files apart, since device
  /// numbers may change when a machine starts.
  var key: Key { Key(device: birth == 0 ? device : 0, inode: inode, birth: birth) }

  /// Whether this is the file that was just looked at.
  func matches(_ info: FileInfo) -> Bool { key == info.key }

  struct Key: Hashable {
    var device: UInt64
    var inode: UInt64
    var birth: Int64
  }
}

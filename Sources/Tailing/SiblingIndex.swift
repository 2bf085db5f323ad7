import CPosix
import Glibc

/// One listing of a directory, to find files by inode and rotated files by the name of their log.
struct SiblingIndex {
  private(set) var names: [[UInt8]] = []
  private var byInode: [UInt64: [Int]] = [:]
  private var byBase: [[UInt8]: [Int]] = [:]
  private let path: TailPath

  init(_ path: TailPath) {
    self.path = path
    guard let reader = try? DirectoryReader(path) else { return }
    while let entry = reader.next() {
      guard entry.kind == DT_REG || entry.kind == DT_UNKNOWN else { continue }
      let name = Array(entry.nameBytes)
      byInode[entry.inode, default: []].append(names.count)
      if let rotated = RotatedName(name) { byBase[rotated.base, default: []].append(names.count) }
      names.append(name)
    }
  }

  /// The present path and description of a file.
  func find(_ identity: FileIdentity) -> (path: TailPath, info: FileInfo)? {
    for index in byInode[identity.inode] ?? [] {
      let candidate = TailPath(directory: path, name: names[index])
      if case .success(let info) = FileInfo.at(candidate, following: false), info.isRegular, identity.matches(info) {
        return (candidate, info)
      }
    }
    return nil
  }

  /// The files whose names end with `.gz`.
  var compressed: [(path: TailPath, info: FileInfo)] {
    names.filter { $0.count > 3 && $0.suffix(3) == Array(".gz".utf8)[...] }.compactMap { name in
      let path = TailPath(directory: path, name: name)
      guard case .success(let info) = FileInfo.at(path, following: false), info.isRegular else { return nil }
      return (path, info)
    }
  }

  /// The files whose names say that they were rotated from a log.
  func rotated(from base: [UInt8]) -> [(path: TailPath, name: RotatedName, info: FileInfo)] {
    (byBase[base] ?? []).compactMap { index in
      let candidate = TailPath(directory: path, name: names[index])
      guard let name = RotatedName(names[index]),
        case .success(let info) = FileInfo.at(candidate, following: false), info.isRegular
      else { return nil }
      return (candidate, name, info)
    }
  }
}

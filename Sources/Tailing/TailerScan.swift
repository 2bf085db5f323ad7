import CPosix
import Glibc

/// Looking for files: patterns to paths.
extension Tailer {
  /// Finds what the patterns match now; ``found`` holds the paths, each once.
  func scan() {
    found.removeAll(keepingCapacity: true)
    for directory in directories.values { directory.names.removeAll(keepingCapacity: true) }
    for index in patterns.indices {
      let (source, pattern) = patterns[index]
      let before = found.count
      var hasDuplicate = false
      if let path = pattern.literalPath {
        let directory = watchedDirectory(path.directory)
        if let name = pattern.name.literal {
          directory.names.insert(pattern.name)
          lookAt(name, in: directory, source: source, isExpected: true)
        }
        continue
      }
      // Such as `run[1].log`, which is also a pattern for `run1.log`.
      if case .success = FileInfo.at(pattern.path, following: false) {
        lookAt(pattern.path.name, in: watchedDirectory(pattern.path.directory), source: source, isExpected: false)
      }
      for path in pattern.expandedDirectories() {
        let directory = watchedDirectory(path)
        directory.names.insert(pattern.name)
        if list(directory, matching: pattern.name, source: source) { hasDuplicate = true }
      }
      tellWaiting(pattern: index, isWaiting: found.count == before && !hasDuplicate)
    }
    for (path, directory) in directories where directory.generation != generation {
      if directory.watch >= 0 {
        notifier?.remove(directory.watch)
        watches[directory.watch] = nil
      }
      directories[path] = nil
    }
  }

  private func tellWaiting(pattern index: Int, isWaiting: Bool) {
    if !isWaiting {
      waitingPatterns.remove(index)
    } else if waitingPatterns.insert(index).inserted {
      events.append(.waiting(source: sourceName(patterns[index].source), path: patterns[index].pattern.path))
    }
  }

  /// The directory, watched from before it is listed so that nothing falls between.
  private func watchedDirectory(_ path: TailPath) -> WatchedDirectory {
    let directory: WatchedDirectory
    if let known = directories[path] {
      directory = known
    } else {
      directory = WatchedDirectory(path: path)
      directories[path] = directory
    }
    guard directory.generation != generation else { return directory }
    directory.generation = generation
    guard directory.watch < 0 else { return directory }
    var reason = "inotify is not available"
    if let notifier {
      directory.watch = options.watchError.map { -$0 } ?? notifier.add(path, isDirectory: true)
      if directory.watch >= 0 {
        watches[directory.watch] = .directory(directory)
        guard path.withCString({ leeway_file_system_is_silent($0) }) else { return directory }
        reason = "the file system does not tell of every change"
      } else if SystemError(code: -directory.watch).isMissing {
        return directory
      } else {
        reason = "\(SystemError(code: -directory.watch))"
      }
    }
    if !directory.hasToldPolling {
      directory.hasToldPolling = true
      events.append(.polling(directory: path, reason: reason))
    }
    return directory
  }

  private func slot(_ name: [UInt8], in directory: WatchedDirectory, source: Int) -> PathSlot {
    if let slot = directory.slots[name] { return slot }
    let path = TailPath(directory: directory.path, name: name)
    let slot = PathSlot(path: path, directory: directory, name: name, source: source)
    directory.slots[name] = slot
    slots.append(slot)
    if let file = expected[path], file.source == source {
      slot.occupant = file
      file.slot = slot
      expected[path] = nil
    }
    return slot
  }

  /// Looks at one path that a pattern names.
  private func lookAt(_ name: [UInt8], in directory: WatchedDirectory, source: Int, isExpected: Bool) {
    let slot = slot(name, in: directory, source: source)
    if isExpected { slot.isExpected = true }
    guard slot.generation != generation else { return }
    switch FileInfo.at(slot.path, following: false) {
    case .success(let info) where info.isLink:
      take(slot, FileInfo.at(slot.path, following: true), isLink: true)
    case let result:
      take(slot, result, isLink: false)
    }
  }

  /// Looks at every entry that matches; whether another pattern had found one of them already.
  private func list(_ directory: WatchedDirectory, matching pattern: GlobComponent, source: Int) -> Bool {
    let reader: DirectoryReader
    do {
      reader = try DirectoryReader(directory.path)
    } catch {
      if error.isDenied {
        let slot = slot(Array(".".utf8), in: directory, source: source)
        slot.isExpected = true
        slot.generation = generation
        tell(slot, .denied("\(error)"))
      }
      return false
    }
    var hasDuplicate = false
    while let entry = reader.next() {
      guard entry.kind != DT_DIR, pattern.matches(entry.nameBytes) else { continue }
      var isLink = entry.kind == DT_LNK
      var result = reader.describe(entry, following: isLink)
      if case .success(let info) = result {
        if info.isLink {
          isLink = true
          result = reader.describe(entry, following: true)
        }
        if case .success(let info) = result, case .directory = info.kind { continue }
      }
      let slot = slot(Array(entry.nameBytes), in: directory, source: source)
      if slot.generation == generation {
        hasDuplicate = true
      } else {
        take(slot, result, isLink: isLink)
      }
    }
    return hasDuplicate
  }

  private func take(_ slot: PathSlot, _ result: Result<FileInfo, SystemError>, isLink: Bool) {
    switch result {
    case .success(let info):
      slot.generation = generation
      slot.isLink = isLink
      slot.info = info
      slot.isRegular = info.isRegular
      switch info.kind {
      case .regular:
        found.append(slot)
      case .directory:
        tell(slot, .refused("a directory: name its files, such as \(slot.path)/*.log", info.key))
      case .other(let kind):
        tell(slot, .refused("\(kind), not a regular file", info.key))
      }
    case .failure(let error):
      guard !error.isMissing else { return }
      slot.generation = generation
      slot.isRegular = error.code == ELOOP ? false : nil
      if error.code == ELOOP {
        tell(slot, .refused("a loop of symbolic links", nil))
      } else {
        tell(slot, .denied("\(error)"))
      }
    }
  }

  /// Tells once of a path that is not followed.
  func tell(_ slot: PathSlot, _ notice: PathSlot.Notice) {
    guard slot.notice != notice else { return }
    slot.notice = notice
    let source = sourceName(slot.source)
    switch notice {
    case .waiting: events.append(.waiting(source: source, path: slot.path))
    case .denied(let reason): events.append(.denied(source: source, path: slot.path, reason: reason))
    case .refused(let reason, _): events.append(.refused(source: source, path: slot.path, reason: reason))
    case .copy: break
    }
  }
}

import Domain
import Glibc

/// A search that goes on for a while after a rotation: a name that is being changed can be missed by a listing.
struct SiblingSearch {
  /// The live log's path, whose rotated files are looked for.
  var live: TailPath
  var source: Int
  /// The path to report the family by.
  var family: TailPath
  /// Files that came to be before are older than what was read.
  var bornAfter: Int64
  /// The name under which the last known file was found, to tell files of the same instant apart.
  var mark: RotatedName?
  /// On the clock of ``Tailer/elapsed``.
  var until: Duration
  var roundsLeft: Int
}

/// Files that left their paths, and what came between them and the files that are there now.
extension Tailer {
  func siblings(in directory: TailPath) -> SiblingIndex {
    if let index = siblingIndices[directory] { return index }
    let index = SiblingIndex(directory)
    siblingIndices[directory] = index
    return index
  }

  /// Finds a file under whatever name it has now.
  func locate(_ file: TrackedFile) {
    let location = file.checkpoint.location
    if let present = siblings(in: location.directory).find(file.checkpoint.identity) {
      relocate(file, to: present.path, path: present.path)
      file.isUnreachable = false
      file.missingSince = nil
      observe(file, present.info)
    } else if file.descriptor < 0 || file.checkpoint.isFinished, file.checkpoint.packedSize == nil,
      let content = findCompressed(file)
    {
      becomeCompressed(file, content)
    } else if file.checkpoint.isFinished {
      forget(file)
    } else if file.descriptor >= 0 {
      file.isUnreachable = true
    } else if file.missingSince == nil {
      file.missingSince = elapsed
    }
  }

  /// A file is no longer at its path.
  func rotate(_ file: TrackedFile) {
    let (path, location) = (file.checkpoint.path, file.checkpoint.location)
    guard !file.checkpoint.isFinished else { return locate(file) }
    let wasActive = file.checkpoint.phase == .active
    drain(file)
    locate(file)
    guard wasActive else { return }
    let isFound = file.missingSince == nil && !file.isUnreachable
    events.append(
      .rotated(
        fileID: file.id, source: file.checkpoint.source, from: path, to: isFound ? file.checkpoint.path : nil))
    noteFamily(of: file, formerPath: path, formerLocation: location)
  }

  /// Remembers that later files of a log come after this one, and looks for those in between.
  func noteFamily(of file: TrackedFile, formerPath: TailPath, formerLocation: TailPath) {
    families[formerPath] = newest(families[formerPath], file)
    let identity = file.checkpoint.identity
    var birth = identity.birth == 0 ? file.checkpoint.modified : identity.birth
    // A compressed file is younger than its content.
    if file.checkpoint.packedSize != nil { birth = min(birth, file.checkpoint.modified) }
    search(
      formerLocation, family: formerPath, source: file.source, bornAfter: birth,
      mark: RotatedName(file.checkpoint.location.name))
  }

  /// A log that was found empty has content for the first time: before that, some may have been copied and cut away.
  func noteFirstContent(of file: TrackedFile, emptySince: Int64) {
    search(
      file.checkpoint.location, family: file.checkpoint.path, source: file.source, bornAfter: emptySince + 1, mark: nil)
    needsReconcile = true
  }

  /// Goes on with the searches that a stop may have cut short: those after the files that are still draining.
  func resumeSearches() {
    var liveLog: [Int64: TrackedFile] = [:]
    for file in files where file.checkpoint.phase == .active {
      var earlier = file.predecessor
      while let rotated = earlier, liveLog[rotated.id] == nil {
        liveLog[rotated.id] = file
        earlier = rotated.predecessor
      }
    }
    for file in files where file.checkpoint.phase == .draining && !file.isForgotten {
      let location = file.checkpoint.location
      if let live = liveLog[file.id] {
        noteFamily(of: file, formerPath: live.checkpoint.path, formerLocation: live.checkpoint.location)
      } else if let base = RotatedName(location.name)?.base {
        let path = TailPath(directory: location.directory, name: base)
        noteFamily(of: file, formerPath: path, formerLocation: path)
      }
    }
  }

  private func newest(_ first: TrackedFile?, _ second: TrackedFile) -> TrackedFile {
    guard let first, !first.isForgotten, first.id > second.id else { return second }
    return first
  }

  private func search(_ live: TailPath, family: TailPath, source: Int, bornAfter: Int64, mark: RotatedName?) {
    if let known = searches[live], known.bornAfter <= bornAfter {
      searches[live]?.until = elapsed + options.grace
      searches[live]?.roundsLeft = 3
      return
    }
    searches[live] = SiblingSearch(
      live: live, source: source, family: family, bornAfter: bornAfter, mark: mark, until: elapsed + options.grace,
      roundsLeft: 3)
  }

  /// Rotated files of logs that were rotated lately which nobody has read.
  func searchedSiblings(excluding candidates: [Candidate]) -> [Candidate] {
    guard !searches.isEmpty else { return [] }
    var known = Set(candidates.map(\.info.key))
    var found: [Candidate] = []
    for (live, search) in searches.sorted(by: { $0.key < $1.key }) {
      let log = files.first { $0.checkpoint.location == live && $0.checkpoint.phase == .active && !$0.isForgotten }
      for sibling in siblings(in: live.directory).rotated(from: live.name)
      where !sibling.name.isCompressed || sibling.name.isGzip {
        guard byKey[sibling.info.key] == nil, !known.contains(sibling.info.key),
          directories[sibling.path.directory]?.slots[sibling.path.name] == nil
        else { continue }
        let birth = origin(sibling.info, sibling.name)
        guard sibling.info.size > 0 else { continue }
        guard birth >= search.bornAfter, sibling.info.modified >= search.bornAfter else { continue }
        if sibling.name.isGzip && search.mark != nil || birth == search.bornAfter,
          search.mark == nil || !RotatedName.isOlder(search.mark, sibling.name)
        {
          continue
        }
        if sibling.name.isGzip {
          // Told apart when it is opened.
        } else if let log {
          let isYounger = birth >= log.checkpoint.identity.birth
          if isYounger, isCopy(sibling.path, sibling.info, of: log, isNew: true) { continue }
        } else if isCopy(sibling.path, sibling.info, ofUnread: live) {
          continue
        }
        known.insert(sibling.info.key)
        found.append(
          Candidate(
            path: sibling.path, location: sibling.path, info: sibling.info, source: search.source,
            family: search.family, rotated: sibling.name, origin: birth))
      }
      searches[live]?.roundsLeft -= 1
      if search.roundsLeft <= 1, elapsed > search.until || isFinishing { searches[live] = nil }
    }
    if isFinishing, !searches.isEmpty { needsReconcile = true }
    return found
  }

  /// A file that can no longer be reached before it was read to its end.
  func lose(_ file: TrackedFile) {
    let checkpoint = file.checkpoint
    if checkpoint.size > checkpoint.offset || !file.wasSeen {
      gap(
        file, to: max(checkpoint.size, checkpoint.offset),
        "the file was removed, moved away or compressed before it was read to its end")
    }
    forget(file)
  }

  func gap(_ file: TrackedFile, from: Int64? = nil, to: Int64, _ reason: String) {
    events.append(
      .gap(
        Gap(
          source: file.checkpoint.source, path: file.checkpoint.path, from: from ?? file.checkpoint.offset, to: to,
          reason: reason, at: now)))
  }

  /// A file was cut in place: reads on in its copy, if there is one; its path, whose content is new.
  func resolveTruncation(of file: TrackedFile) -> PathSlot? {
    file.isSuspect = false
    let slot = file.slot
    let before = file.checkpoint
    slot?.occupant = nil
    slot?.wasCut = true
    file.slot = nil
    let live = before.location
    if before.isFinished {
      forget(file)
      return slot
    }
    let copies = findCopies(of: file)
    let copy = copies.max { ($0.info.origin, $0.info.size) < ($1.info.origin, $1.info.size) }
    let compressed = copy == nil && before.packedSize == nil ? findCompressed(file) : nil
    events.append(
      .truncated(
        fileID: file.id, source: before.source, path: before.path, copy: copy?.path ?? compressed?.path))
    families[before.path] = newest(families[before.path], file)
    if let copy {
      // A copy that is shorter than what was seen lacks what was written while it was made.
      let lost = file.seenEnd > copy.info.size ? file.seenEnd : 0
      openFiles.close(file)
      byKey[before.identity.key] = nil
      file.checkpoint.identity = FileIdentity(copy.info)
      file.checkpoint.location = copy.path
      file.checkpoint.path = copy.path
      file.checkpoint.size = copy.info.size
      file.checkpoint.modified = copy.info.modified
      file.seenEnd = before.offset
      file.skipping = nil
      file.held = nil
      byKey[copy.info.key] = file
      if let copySlot = directories[copy.path.directory]?.slots[copy.path.name] { attach(file, to: copySlot) }
      drain(file)
      enqueue(file)
      if lost > copy.info.size { gap(file, from: copy.info.size, to: lost, "the copy of a file cut in place lacks it") }
      search(
        live, family: before.path, source: file.source, bornAfter: copy.info.origin, mark: RotatedName(copy.path.name))
    } else if let compressed {
      drain(file)
      becomeCompressed(file, compressed)
      search(live, family: before.path, source: file.source, bornAfter: before.modified, mark: nil)
    } else {
      gap(
        file, to: max(file.seenEnd, file.verifiedSize, before.offset),
        "the file was cut in place and no copy of it was found; lines written just before may be missing")
      search(live, family: before.path, source: file.source, bornAfter: before.modified, mark: nil)
      forget(file)
    }
    for other in copies where other.path != copy?.path { passOver(other, source: file.source) }
    passOverBeginnings(of: before, source: file.source)
    return slot
  }

  private typealias Sibling = (path: TailPath, name: RotatedName, info: FileInfo)

  /// Rotated files that nobody has read and that came to be while the log was there.
  private func unreadSiblings(of checkpoint: FileCheckpoint) -> [Sibling] {
    siblings(in: checkpoint.location.directory).rotated(from: checkpoint.location.name).filter { sibling in
      !sibling.name.isCompressed && byKey[sibling.info.key] == nil && sibling.info.birth >= checkpoint.identity.birth
    }
  }

  private func findCopies(of file: TrackedFile) -> [Sibling] {
    unreadSiblings(of: file.checkpoint).filter { sibling in
      ContentCheck.continues(file.checkpoint, at: sibling.path, size: sibling.info.size)
    }
  }

  /// Copies that end before what was read of the log that they were made from hold nothing new.
  private func passOverBeginnings(of checkpoint: FileCheckpoint, source: Int) {
    for sibling in unreadSiblings(of: checkpoint) {
      switch ContentCheck.likeness(to: checkpoint, at: sibling.path, size: sibling.info.size) {
      case .different: continue
      case .same: passOver(sibling, source: source)
      case .unknown:
        passOver(sibling, source: source)
        events.append(
          .gap(
            Gap(
              source: checkpoint.source, path: sibling.path, from: 0, to: sibling.info.size,
              reason: "too short to tell whether it is a copy of lines that had been read before its log was cut",
              at: now)))
      }
    }
  }

  /// Takes note of a file all of which was read elsewhere.
  private func passOver(_ sibling: Sibling, source: Int) {
    guard let opened = try? OpenFiles.open(sibling.path) else { return }
    defer { close(opened.descriptor) }
    let size = opened.info.size
    let length = Int(min(size, Int64(Fingerprint.maximumLength)))
    var checkpoint = FileCheckpoint(
      fileID: nextID, source: sourceName(source), path: sibling.path, location: sibling.path,
      identity: FileIdentity(opened.info), offset: size, size: size, modified: opened.info.modified, phase: .finished)
    guard opened.info.key == sibling.info.key, ContentCheck.takeHead(opened.descriptor, length, into: &checkpoint),
      let marker = ContentCheck.fingerprint(opened.descriptor, size - Int64(length), length)
    else { return }
    checkpoint.marker = marker
    let file = TrackedFile(checkpoint, source: source)
    nextID += 1
    file.wasSeen = true
    files.append(file)
    byKey[opened.info.key] = file
    if let slot = directories[sibling.path.directory]?.slots[sibling.path.name] { attach(file, to: slot) }
    markChanged(file)
  }
}

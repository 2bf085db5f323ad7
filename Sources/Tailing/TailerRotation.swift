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
  /// The last known file, whose present name tells files of the same instant and compressed ones apart.
  var after: TrackedFile?
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
    if let present = findAgain(file) {
      relocate(file, to: present.path, path: present.path)
      file.isUnreachable = false
      file.missingSince = nil
      observe(file, present.info)
    } else if file.descriptor < 0 || file.checkpoint.isFinished, file.checkpoint.packedSize == nil,
      let content = findCompressed(file)
    {
      becomeCompressed(file, content)
    } else if file.checkpoint.isFinished {
      awaitSuccessor(file)
    } else if file.descriptor >= 0 {
      file.isUnreachable = true
      suspectIfCut(file)
    } else if file.missingSince == nil {
      // It may have been cut, renamed and removed while nothing looked; a copy of what it was may still be there.
      if file.checkpoint.packedSize == nil, let copy = newest(findCopies(of: file)) {
        becomeCopy(file, copy)
      } else {
        file.missingSince = elapsed
        passOverBeginnings(of: file.checkpoint, source: file.source)
      }
    }
  }

  /// A file without a name may have been copied and cut before it was renamed and removed: what was read of it is then in
  /// the copy, which must not be taken for a new file.
  private func suspectIfCut(_ file: TrackedFile) {
    guard file.checkpoint.packedSize == nil, let info = FileInfo.of(descriptor: file.descriptor) else { return }
    if info.size < file.checkpoint.offset || isOverwritten(file) { file.isSuspect = true }
  }

  /// A file that had been read is gone: for a while what it was compressed to may still turn up.
  func awaitSuccessor(_ file: TrackedFile) {
    let since = file.missingSince ?? elapsed
    file.missingSince = since
    let age = now - Timestamp(nanoseconds: file.checkpoint.modified)
    if elapsed - since >= options.grace || age >= .seconds(3_600) { forget(file) }
  }

  /// The present place of a file. A listing can miss what is renamed meanwhile, so a second one is made before a file
  /// counts as gone.
  private func findAgain(_ file: TrackedFile) -> (path: TailPath, info: FileInfo)? {
    let directory = file.checkpoint.location.directory
    if let present = siblings(in: directory).find(file.checkpoint.identity) { return present }
    guard listedTwice.insert(directory).inserted else { return nil }
    siblingIndices[directory] = nil
    return siblings(in: directory).find(file.checkpoint.identity)
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
      after: file)
  }

  /// A log that was found empty has content for the first time: before that, some may have been copied and cut away.
  func noteFirstContent(of file: TrackedFile, emptySince: Int64) {
    search(
      file.checkpoint.location, family: file.checkpoint.path, source: file.source, bornAfter: emptySince + 1,
      after: nil)
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

  private func search(_ live: TailPath, family: TailPath, source: Int, bornAfter: Int64, after: TrackedFile?) {
    if let known = searches[live], known.bornAfter <= bornAfter {
      searches[live]?.until = elapsed + options.grace
      searches[live]?.roundsLeft = 3
      return
    }
    searches[live] = SiblingSearch(
      live: live, source: source, family: family, bornAfter: bornAfter, after: after, until: elapsed + options.grace,
      roundsLeft: 3)
  }

  /// Whether a file that no pattern finds holds nothing but what the log at a path holds or held.
  private func isCopy(_ path: TailPath, _ info: FileInfo, ofLogAt live: TailPath, _ log: TrackedFile?) -> Bool {
    guard let log else { return isCopy(path, info, ofUnread: live) }
    return info.birth >= log.checkpoint.identity.birth && isCopy(path, info, of: log, isNew: true)
  }

  private func activeLog(at live: TailPath) -> TrackedFile? {
    files.first { $0.checkpoint.location == live && $0.checkpoint.phase == .active && !$0.isForgotten }
  }

  /// The strays that nothing else explains, once no copy is being looked for where they are.
  func takeStrays() -> [Candidate] {
    var taken: [Candidate] = []
    var kept: [Candidate] = []
    for stray in strays {
      let directory = stray.location.directory
      guard !awaitsCopy.contains(directory) else {
        kept.append(stray)
        continue
      }
      guard byKey[stray.info.key] == nil else { continue }
      if let base = stray.rotated?.base {
        let live = TailPath(directory: directory, name: base)
        if isCopy(stray.location, stray.info, ofLogAt: live, activeLog(at: live)) { continue }
      }
      taken.append(stray)
    }
    strays = kept
    return taken
  }

  /// Rotated files of logs that were rotated lately which nobody has read.
  func searchedSiblings(excluding candidates: [Candidate]) -> [Candidate] {
    guard !searches.isEmpty else { return [] }
    var known = Set(candidates.map(\.info.key))
    var found: [Candidate] = []
    for (live, search) in searches.sorted(by: { $0.key < $1.key }) where !awaitsCopy.contains(live.directory) {
      let log = activeLog(at: live)
      let listing = siblings(in: live.directory)
      let mark = search.after.flatMap { listing.find($0.checkpoint.identity) }.flatMap { RotatedName($0.path.name) }
      for sibling in listing.rotated(from: live.name)
      where !sibling.name.isCompressed || sibling.name.isGzip {
        guard byKey[sibling.info.key] == nil, !known.contains(sibling.info.key),
          directories[sibling.path.directory]?.slots[sibling.path.name] == nil
        else { continue }
        let birth = origin(sibling.info, sibling.name)
        guard sibling.info.size > 0 else { continue }
        guard birth >= search.bornAfter, sibling.info.modified >= search.bornAfter else { continue }
        // Names decide where times may not; those that say nothing of each other leave it to the times.
        if let mark, !mark.isComparable(with: sibling.name) {
          if birth == search.bornAfter { continue }
        } else if sibling.name.isGzip && mark != nil || birth == search.bornAfter,
          mark == nil || !RotatedName.isOlder(mark, sibling.name)
        {
          continue
        }
        if !sibling.name.isGzip, isCopy(sibling.path, sibling.info, ofLogAt: live, log) { continue }
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
    let before = file.checkpoint
    guard !awaitsCopy.contains(before.location.directory) || file.roundsWithoutCopy == 0 else { return nil }
    let copies = before.isFinished ? [] : findCopies(of: file)
    let copy = newest(copies)
    let compressed =
      copy == nil && before.packedSize == nil && !before.isFinished ? findCompressed(file) : nil
    if copy == nil, compressed == nil, !before.isFinished, file.roundsWithoutCopy < 2 {
      // What is being renamed or compressed can be missed: it is looked for again before it counts as lost.
      file.roundsWithoutCopy += 1
      letRenamesPass(in: before.location.directory)
      awaitsCopy.insert(before.location.directory)
      needsReconcile = true
      return nil
    }
    file.roundsWithoutCopy = 0
    file.isSuspect = false
    let slot = file.slot
    slot?.occupant = nil
    slot?.wasCut = true
    file.slot = nil
    let base = before.phase == .active ? nil : RotatedName(before.location.name)?.base
    let live = base.map { TailPath(directory: before.location.directory, name: $0) } ?? before.location
    if before.isFinished {
      forget(file)
      return slot
    }
    events.append(
      .truncated(
        fileID: file.id, source: before.source, path: before.path, copy: copy?.path ?? compressed?.path))
    families[before.path] = newest(families[before.path], file)
    if let copy {
      becomeCopy(file, copy)
      search(live, family: before.path, source: file.source, bornAfter: copy.info.origin, after: file)
    } else if let compressed {
      drain(file)
      becomeCompressed(file, compressed)
      search(live, family: before.path, source: file.source, bornAfter: before.modified, after: nil)
    } else {
      gap(
        file, to: max(file.seenEnd, file.verifiedSize, before.offset),
        "the file was cut in place and no copy of it was found; lines written just before may be missing")
      search(live, family: before.path, source: file.source, bornAfter: before.modified, after: nil)
      forget(file)
    }
    for other in copies where other.path != copy?.path { passOver(other, source: file.source) }
    passOverBeginnings(of: before, source: file.source)
    if slot == nil { takeStray(before, source: file.source) }
    return slot
  }

  /// A file goes on as the copy that was made of it.
  private func becomeCopy(_ file: TrackedFile, _ copy: Sibling) {
    // A copy that is shorter than what was seen lacks what was written while it was made.
    let seen = file.seenEnd
    openFiles.close(file)
    if byKey[file.checkpoint.identity.key] === file { byKey[file.checkpoint.identity.key] = nil }
    file.checkpoint.identity = FileIdentity(copy.info)
    file.checkpoint.location = copy.path
    file.checkpoint.path = copy.path
    file.checkpoint.size = copy.info.size
    file.checkpoint.modified = copy.info.modified
    file.seenEnd = file.checkpoint.offset
    file.skipping = nil
    file.held = nil
    byKey[copy.info.key] = file
    if let copySlot = directories[copy.path.directory]?.slots[copy.path.name] { attach(file, to: copySlot) }
    drain(file)
    enqueue(file)
    if seen > copy.info.size { gap(file, from: copy.info.size, to: seen, "the copy of a file cut in place lacks it") }
  }

  private func newest(_ copies: [Sibling]) -> Sibling? {
    copies.max { ($0.info.origin, $0.info.size) < ($1.info.origin, $1.info.size) }
  }

  /// Waits a moment when names in a directory are changing, as long as a rotation of many files takes.
  private func letRenamesPass(in directory: TailPath) {
    guard case .success(let info) = FileInfo.at(directory, following: true),
      abs((now - Timestamp(nanoseconds: info.modified)).components.seconds) < 1
    else { return }
    usleep(30_000)
  }

  /// What is in a file that was cut and renamed before anything looked at it: no pattern finds it.
  private func takeStray(_ before: FileCheckpoint, source: Int) {
    guard case .success(let info) = FileInfo.at(before.location, following: false), info.size > 0,
      before.identity.matches(info), byKey[info.key] == nil
    else { return }
    strays.append(
      Candidate(
        path: before.location, location: before.location, info: info, source: source, family: before.path,
        rotated: RotatedName(before.location.name), origin: info.modified))
  }

  private typealias Sibling = (path: TailPath, name: RotatedName, info: FileInfo)

  /// Rotated files that nobody has read and that came to be while the log was there.
  private func unreadSiblings(of checkpoint: FileCheckpoint) -> [Sibling] {
    let listing = siblings(in: checkpoint.location.directory)
    let name = checkpoint.location.name
    // It may have been renamed after it was cut.
    let logs = [name] + (RotatedName(name).map { [$0.base] } ?? [])
    return logs.flatMap(listing.rotated).filter { sibling in
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

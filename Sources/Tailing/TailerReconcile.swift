public import Domain

/// Comparing what is there with what is known.
extension Tailer {
  /// Looks at every path and sorts out what was created, rotated, cut, removed or became readable. What it finds new is
  /// read after the next ``takeCheckpoints()``.
  ///
  /// - Parameters:
  ///   - now: wall time; only differences count, and gaps are dated with it.
  ///   - finishing: nothing is waited for (`collect --once`): a rotated file is finished when it was last written
  ///     longer ago than the grace period. Call again after reading until nothing changes.
  /// - Returns: what happened since the last reconcile, what reading came upon included.
  public func reconcile(now: Timestamp, finishing: Bool = false) -> [TailEvent] {
    if self.now != .distantPast { elapsed += max(.zero, now - self.now) }
    self.now = now
    isFinishing = finishing
    generation += 1
    needsReconcile = false
    siblingIndices.removeAll()
    listedTwice.removeAll()
    awaitsCopy.removeAll()
    scan()
    let displaced = compareOccupants()
    var fresh = bindStrangers()
    for file in displaced where file.slot == nil && !file.isForgotten { rotate(file) }
    if generation == 1 { settleRestored() }
    // A rotated file that was overwritten may have become the copy of a log.
    for file in files where file.isSuspect && !file.isForgotten && mayBeCopy(file) {
      if let slot = resolveTruncation(of: file) { fresh.append(slot) }
    }
    for slot in fresh { checkLiveLog(of: slot) }
    for file in files where file.isSuspect && !file.isForgotten {
      if let slot = resolveTruncation(of: file) { fresh.append(slot) }
    }
    var candidates = fresh.compactMap(candidate)
    candidates += takeStrays()
    candidates += searchedSiblings(excluding: candidates)
    begin(candidates)
    tendDraining()
    for file in files where file.checkpoint.isFinished && file.missingSince != nil && !file.isForgotten {
      locate(file)
    }
    offerHeld()
    tellMissingPaths()
    for slot in slots {
      slot.previous = nil
      slot.wasCut = false
    }
    if files.contains(where: \.isForgotten) { files.removeAll(where: \.isForgotten) }
    expected.removeAll()
    for slot in found { isNewSource[slot.source] = false }
    defer { events.removeAll() }
    return events
  }

  /// Detaches files from paths where they no longer are, and notes what changed of the others.
  private func compareOccupants() -> [TrackedFile] {
    var displaced: [TrackedFile] = []
    for slot in slots {
      guard let file = slot.occupant else { continue }
      let isThere = slot.generation == generation
      if isThere, slot.isRegular == nil { continue }
      if isThere, slot.isRegular == true, file.checkpoint.identity.matches(slot.info) {
        observe(file, slot.info)
      } else {
        slot.occupant = nil
        slot.previous = file
        file.slot = nil
        displaced.append(file)
      }
    }
    return displaced
  }

  /// Notes size and time of a file that is where it was.
  func observe(_ file: TrackedFile, _ info: FileInfo) {
    file.wasSeen = true
    if file.checkpoint.packedSize != nil { return observeCompressed(file, info) }
    if info.size < file.checkpoint.offset {
      file.isSuspect = true
      return
    }
    if info.size > 0 { noteFirstBytes(of: file) }
    let isChanged = info.size != file.checkpoint.size || info.modified != file.checkpoint.modified
    if isChanged, mayBeCopy(file), isOverwritten(file) {
      file.isSuspect = true
      return
    }
    if isChanged {
      file.checkpoint.size = info.size
      file.checkpoint.modified = info.modified
      file.quietSince = elapsed
      file.held?.quietSince = nil
      if info.size < file.seenEnd {
        file.seenEnd = max(file.checkpoint.offset, info.size)
        file.skipping = nil
        file.held = nil
      }
      if file.checkpoint.isFinished, info.size > file.checkpoint.offset {
        file.checkpoint.phase = .draining
        markChanged(file)
      }
    }
    if isChanged || info.size > file.seenEnd { enqueue(file) }
  }

  /// Keeps what a file begins with before anything of it is read, by which it is known under another identity.
  func noteFirstBytes(of file: TrackedFile) {
    guard file.checkpoint.offset == 0, file.checkpoint.head.length == 0, file.checkpoint.packedSize == nil,
      let descriptor = try? openFiles.open(file), let info = FileInfo.of(descriptor: descriptor), info.size > 0
    else { return }
    let length = Int(min(info.size, Int64(Fingerprint.maximumLength)))
    if ContentCheck.takeHead(descriptor, length, into: &file.checkpoint) { markChanged(file) }
  }

  /// Whether what is before the offset is no longer what was read.
  func isOverwritten(_ file: TrackedFile) -> Bool {
    guard file.checkpoint.packedSize == nil, let descriptor = try? openFiles.open(file) else { return false }
    return !ContentCheck.holds(file.checkpoint, descriptor)
  }

  /// Whether a file is at a place where copies of a log are kept, which may be written over.
  private func mayBeCopy(_ file: TrackedFile) -> Bool {
    file.checkpoint.phase != .active || file.slot?.rotated != nil
  }

  /// Gives files that were found under another path that path; the paths of unknown files are left.
  private func bindStrangers() -> [PathSlot] {
    var fresh: [PathSlot] = []
    for slot in found where slot.occupant == nil {
      guard let file = byKey[slot.info.key], !file.isForgotten else {
        fresh.append(slot)
        continue
      }
      // Another name of a file that is still where it was.
      guard file.slot == nil else {
        slot.notice = nil
        continue
      }
      let from = file.checkpoint.path
      attach(file, to: slot)
      if file.checkpoint.phase == .active, from != slot.path {
        drain(file)
        noteFamily(of: file, formerPath: from, formerLocation: file.checkpoint.location)
        events.append(.rotated(fileID: file.id, source: file.checkpoint.source, from: from, to: slot.path))
      }
      relocate(file, to: location(of: slot), path: slot.path)
      observe(file, slot.info)
    }
    return fresh
  }

  /// A new rotated file may be the copy of a log that was cut and has grown again, which only its content tells.
  private func checkLiveLog(of slot: PathSlot) {
    guard let base = slot.rotated?.base, let file = slot.directory.slots[base]?.occupant else { return }
    if isOverwritten(file) { file.isSuspect = true }
  }

  func attach(_ file: TrackedFile, to slot: PathSlot) {
    slot.occupant = file
    slot.notice = nil
    file.slot = slot
    file.isUnreachable = false
    file.missingSince = nil
    file.missingRounds = 0
  }

  func relocate(_ file: TrackedFile, to location: TailPath, path: TailPath) {
    guard file.checkpoint.location != location || file.checkpoint.path != path else { return }
    file.checkpoint.location = location
    file.checkpoint.path = path
    markChanged(file)
  }

  func drain(_ file: TrackedFile) {
    file.checkpoint.phase = .draining
    file.quietSince = elapsed
    markChanged(file)
  }

  /// Restored files that no pattern found: looked for by identity, or forgotten when they had been read.
  private func settleRestored() {
    resumeSearches()
    for file in files where file.slot == nil && !file.isForgotten && file.missingSince == nil && !file.isUnreachable {
      if file.checkpoint.phase == .active {
        rotate(file)
      } else {
        locate(file)
        file.quietSince = elapsed
      }
    }
  }

  /// Files that were rotated: what was appended late, and whether they are done.
  private func tendDraining() {
    for file in files where !file.isForgotten && file.checkpoint.phase == .draining {
      if file.slot == nil { look(at: file) }
      guard !file.isForgotten, !file.isQueued, !file.isSuspect, file.refusal == nil, file.toldError == nil,
        file.missingSince == nil, file.isRegistered
      else { continue }
      let quiet = isFinishing ? now - Timestamp(nanoseconds: file.checkpoint.modified) : elapsed - file.quietSince
      guard quiet >= options.grace else { continue }
      if file.checkpoint.packedSize != nil {
        if file.isExhausted { giveUpCompressed(file) } else { enqueue(file) }
        continue
      }
      if file.seenEnd > file.checkpoint.offset {
        file.takesRest = true
        enqueue(file)
      } else {
        finish(file)
      }
    }
  }

  /// Lines that were held back and that nothing has followed for a while are offered for the last time.
  private func offerHeld() {
    for file in files where !file.isForgotten {
      guard let held = file.held, !held.isDue else { continue }
      // The last line of a rotated file may still belong to them: both are taken when the file is finished.
      if file.checkpoint.phase == .draining, file.seenEnd > held.end { continue }
      let since = held.quietSince ?? elapsed
      file.held?.quietSince = since
      guard isFinishing || elapsed - since >= options.flushTimeout || isLongQuiet(file) else { continue }
      file.held?.isDue = true
      enqueue(file)
    }
  }

  /// Whether a rotated file was last written to so long ago that nothing will follow.
  private func isLongQuiet(_ file: TrackedFile) -> Bool {
    file.checkpoint.phase == .draining
      && now - Timestamp(nanoseconds: file.checkpoint.modified) >= options.flushTimeout + .seconds(1)
  }

  /// Looks at a rotated file that no pattern finds.
  private func look(at file: TrackedFile) {
    if file.descriptor >= 0 {
      if let info = FileInfo.of(descriptor: file.descriptor) { observe(file, info) }
    } else if file.missingSince == nil,
      case .success(let info) = FileInfo.at(file.checkpoint.location, following: false),
      file.checkpoint.identity.matches(info)
    {
      observe(file, info)
    } else {
      locate(file)
      if file.missingSince == nil { return }
      file.missingRounds += 1
      let waited = elapsed - (file.missingSince ?? elapsed)
      if waited >= options.grace || isFinishing && file.missingRounds > 2 { lose(file) }
      needsReconcile = needsReconcile || isFinishing && !file.isForgotten
    }
  }

  func finish(_ file: TrackedFile) {
    openFiles.close(file)
    closeGzip(file)
    stopWatching(file)
    file.takesRest = false
    file.checkpoint.phase = .finished
    markChanged(file)
    events.append(.finished(fileID: file.id, source: file.checkpoint.source, path: file.checkpoint.path))
    guard file.isUnreachable else { return }
    siblingIndices[file.checkpoint.location.directory] = nil
    if file.checkpoint.packedSize == nil, let content = findCompressed(file) {
      becomeCompressed(file, content)
    } else {
      file.isUnreachable = false
      awaitSuccessor(file)
    }
  }

  func forget(_ file: TrackedFile) {
    openFiles.close(file)
    closeGzip(file)
    stopWatching(file)
    file.isForgotten = true
    file.slot?.occupant = nil
    file.slot = nil
    if byKey[file.checkpoint.identity.key] === file { byKey[file.checkpoint.identity.key] = nil }
    events.append(.forgotten(fileID: file.id))
  }

  private func stopWatching(_ file: TrackedFile) {
    guard file.watch >= 0 else { return }
    notifier?.remove(file.watch)
    watches[file.watch] = nil
    file.watch = -1
  }

  private func tellMissingPaths() {
    var hasStale = false
    for slot in slots where slot.generation != generation {
      if slot.isExpected {
        slot.info = FileInfo()
        tell(slot, .waiting)
      } else if slot.occupant == nil {
        slot.directory.slots[slot.name] = nil
        hasStale = true
      }
    }
    guard hasStale else { return }
    slots.removeAll { $0.generation != generation && !$0.isExpected && $0.occupant == nil }
  }
}

import CPosix
import Domain
import Glibc

/// A file that nobody has read yet.
struct Candidate {
  var path: TailPath
  var location: TailPath
  var info: FileInfo
  var source: Int
  /// The path of the live log that it belongs to, its own in most cases.
  var family: TailPath
  var rotated: RotatedName?
  var slot: PathSlot?
  /// Orders candidates by the age of their content.
  var origin: Int64
  /// Where to begin, when its beginning was read as part of another file.
  var start: Int64?
}

/// Taking up new files.
extension Tailer {
  /// The path to open for a slot: what a symbolic link leads to.
  func location(of slot: PathSlot) -> TailPath {
    guard slot.isLink else { return slot.path }
    return withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { buffer in
      let length = slot.path.withCString { path in
        buffer.withMemoryRebound(to: CChar.self) { leeway_file_resolve(path, $0.baseAddress, $0.count) }
      }
      return length > 0 ? TailPath(bytes: buffer[..<Int(length)]) : slot.path
    }
  }

  /// The file at a path, unless there is a reason not to read it yet or ever.
  func candidate(_ slot: PathSlot) -> Candidate? {
    guard slot.occupant == nil, byKey[slot.info.key] == nil, slot.isRegular == true else { return nil }
    if case .refused(_, let key) = slot.notice, key == slot.info.key { return nil }
    if slot.rotated != nil, awaitsCopy.contains(slot.directory.path) { return nil }
    // Nothing tells yet whether it becomes a copy, or what it is compressed from.
    if slot.info.size == 0, slot.rotated?.isCompressed == true || slot.name.suffix(3) == Array(".gz".utf8)[...] {
      return nil
    }
    var candidate = Candidate(
      path: slot.path, location: slot.path, info: slot.info, source: slot.source, family: slot.path,
      rotated: slot.rotated, slot: slot, origin: slot.wasCut ? .max : origin(slot.info, slot.rotated))
    if let rotated = slot.rotated, let live = slot.directory.slots[rotated.base], live.isRegular == true {
      candidate.family = live.path
      if rotated.isGzip {
        candidate.location = location(of: slot)
        return candidate
      }
      // Nothing tells yet whether it becomes a copy.
      if slot.info.size == 0 { return nil }
      if let file = live.occupant {
        if isHeldCopy(slot, of: file, &candidate) { return nil }
      } else if isCopy(slot.path, slot.info, ofUnread: location(of: live)) {
        return nil
      }
    }
    candidate.location = location(of: slot)
    return candidate
  }

  /// Whether a file is, or is becoming, a copy of a live log, which is being read where it is. When the log is cut, the
  /// copy takes over; when the copy goes its own way, it is read from where it does.
  private func isHeldCopy(_ slot: PathSlot, of file: TrackedFile, _ candidate: inout Candidate) -> Bool {
    let info = slot.info
    guard info.birth >= file.checkpoint.identity.birth, !slot.isLink else { return false }
    var verified: Int64?
    if case .copy(let id, let end, let size, let modified) = slot.notice, id == file.id {
      // Of a copy whose log has not been read as far, it has to be seen each time that the log still holds the same.
      if size == info.size, modified == info.modified, file.checkpoint.offset >= size { return true }
      verified = end
    }
    guard isCopy(slot.path, info, of: file, isNew: verified == nil) else {
      if let verified, let descriptor = try? openFiles.open(file),
        ContentCheck.isBeginning(slot.path, size: verified, of: descriptor)
      {
        candidate.start = verified
      }
      return false
    }
    var end: Int64 = 0
    if let opened = try? OpenFiles.open(slot.path) {
      end = ContentCheck.lineEnd(opened.descriptor, before: info.size) ?? 0
      close(opened.descriptor)
    }
    slot.notice = .copy(of: file.id, verified: end, size: info.size, modified: info.modified)
    return true
  }

  /// Whether a file holds nothing but what a log holds that is about to be taken up.
  func isCopy(_ path: TailPath, _ info: FileInfo, ofUnread live: TailPath) -> Bool {
    guard let opened = try? OpenFiles.open(live) else { return false }
    defer { close(opened.descriptor) }
    return info.birth >= opened.info.birth && info.key != opened.info.key
      && ContentCheck.isBeginning(path, size: info.size, of: opened.descriptor)
  }

  /// Whether a file holds nothing but what a log holds or held.
  ///
  /// - Parameter isNew: whether it was not known as a copy before; one that was and continues goes its own way.
  func isCopy(_ path: TailPath, _ info: FileInfo, of file: TrackedFile, isNew: Bool) -> Bool {
    if info.size == 0 { return true }
    if let descriptor = try? openFiles.open(file), ContentCheck.isBeginning(path, size: info.size, of: descriptor) {
      return true
    }
    if isNew, ContentCheck.continues(file.checkpoint, at: path, size: info.size) { return true }
    if ContentCheck.likeness(to: file.checkpoint, at: path, size: info.size) == .same { return true }
    // A log that has just been cut tells nothing: the next reconcile sorts both out.
    guard isOverwritten(file) else { return false }
    file.isSuspect = true
    needsReconcile = true
    return true
  }

  /// Takes up new files, oldest first.
  func begin(_ candidates: [Candidate]) {
    let sorted = inOrderOfNames(candidates).sorted { left, right in
      if left.origin != right.origin { return left.origin < right.origin }
      if left.family == right.family, left.rotated != right.rotated {
        return RotatedName.isOlder(left.rotated, right.rotated)
      }
      if left.slot?.isLink != right.slot?.isLink { return left.slot?.isLink != true }
      return left.source < right.source || left.source == right.source && left.path < right.path
    }
    let before = staleOpenings
    for candidate in sorted { begin(candidate) }
    if staleOpenings == before { staleOpenings = 0 }
  }

  /// When the content of a file came to be. A compressed file is younger than its content, whose last time it keeps.
  func origin(_ info: FileInfo, _ name: RotatedName?) -> Int64 {
    name?.isGzip == true ? min(info.origin, info.modified) : info.origin
  }

  /// Makes the origins of a log's files agree with their names where some are compressed.
  private func inOrderOfNames(_ candidates: [Candidate]) -> [Candidate] {
    guard candidates.contains(where: { $0.rotated?.isGzip == true }) else { return candidates }
    // Dates and numbers say nothing of each other's age.
    let families = Dictionary(
      grouping: candidates.filter { $0.rotated?.number != nil || $0.rotated == nil }, by: \.family)
    let dated = Dictionary(grouping: candidates.filter { $0.rotated != nil && $0.rotated?.number == nil }, by: \.family)
    return (Array(families.values) + Array(dated.values)).flatMap { family in
      var newest = Int64.max
      return family.sorted { RotatedName.isOlder($1.rotated, $0.rotated) }.map { candidate in
        var candidate = candidate
        newest = min(newest, candidate.origin)
        candidate.origin = newest
        return candidate
      }
    }
  }

  private func begin(_ candidate: Candidate) {
    // A second name of a file that was just taken up.
    guard byKey[candidate.info.key] == nil else { return }
    let opened: (descriptor: Int32, info: FileInfo)
    do {
      opened = try OpenFiles.open(candidate.location)
    } catch {
      // What is no longer there, or something else by now, is looked at again by the next reconcile.
      if !error.isMissing, error.code != ELOOP, error.code != ESTALE, let slot = candidate.slot {
        tell(slot, .denied("\(error)"))
      }
      return
    }
    guard opened.info.key == candidate.info.key else {
      close(opened.descriptor)
      staleOpenings += 1
      if staleOpenings <= 3 { needsReconcile = true }
      return
    }
    let isGzip = beginsAsGzip(opened.descriptor)
    if isGzip {
      let content = CompressedContent(path: candidate.location, descriptor: opened.descriptor, info: opened.info)
      if isClaimed(content) {
        close(opened.descriptor)
        if content.head.isEmpty, content.state == .damaged, let slot = candidate.slot {
          tell(slot, .refused("damaged gzip data", opened.info.key))
        }
        return
      }
    }
    if let reason = refusal(opened.descriptor) {
      close(opened.descriptor)
      if let slot = candidate.slot { tell(slot, .refused(reason, opened.info.key)) }
      return
    }
    let file = adopted(candidate) ?? created(candidate, opened.descriptor, opened.info, isGzip: isGzip)
    byKey[candidate.info.key] = file
    families[candidate.family] = file
    openFiles.adopt(opened.descriptor, for: file)
    if let slot = candidate.slot {
      attach(file, to: slot)
      if slot.isLink, let notifier {
        file.watch = notifier.add(candidate.location, isDirectory: false)
        if file.watch >= 0 { watches[file.watch] = .file(file) }
      }
    }
    file.wasSeen = true
    if isGzip ? !file.checkpoint.isFinished : file.checkpoint.size > file.checkpoint.offset { enqueue(file) }
  }

  private func refusal(_ descriptor: Int32) -> String? {
    withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { buffer in
      let count = leeway_file_read(descriptor, buffer.baseAddress, buffer.count, 0)
      return count <= 0 ? nil : HeadInspection.refusal(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
    }
  }

  private func beginsAsGzip(_ descriptor: Int32) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 3, alignment: 8) { buffer in
      leeway_file_read(descriptor, buffer.baseAddress, 3, 0) == 3
        && HeadInspection.isGzip(UnsafeRawBufferPointer(buffer))
    }
  }

  private func created(
    _ candidate: Candidate, _ descriptor: Int32, _ info: FileInfo, isGzip: Bool
  ) -> TrackedFile {
    var identity = FileIdentity(info)
    if identity.birth == 0 { identity.generation = leeway_file_generation(descriptor) }
    var checkpoint = FileCheckpoint(
      fileID: nextID, source: sourceName(candidate.source), path: candidate.path, location: candidate.location,
      identity: identity, size: info.size, modified: info.modified)
    nextID += 1
    let skipsPresent = sources[candidate.source].start == .end && isNewSource[candidate.source] && candidate.slot != nil
    if isGzip {
      let head = GzipReader.head(descriptor, maximum: Fingerprint.maximumLength).bytes
      head.withUnsafeBytes { checkpoint.setHead($0) }
      checkpoint.packedSize = info.size
      checkpoint.size = skipsPresent ? 0 : GzipReader.statedLength(descriptor, size: info.size) ?? 0
      checkpoint.phase = skipsPresent ? .finished : .draining
    }
    let start =
      isGzip
      ? 0 : candidate.start ?? (skipsPresent ? ContentCheck.lineEnd(descriptor, before: info.size) ?? info.size : 0)
    if start > 0, start <= info.size {
      let length = Int(min(start, Int64(Fingerprint.maximumLength)))
      if let marker = ContentCheck.fingerprint(descriptor, start - Int64(length), length),
        ContentCheck.takeHead(descriptor, length, into: &checkpoint)
      {
        checkpoint.offset = start
        checkpoint.marker = marker
      }
    } else if !isGzip {
      _ = ContentCheck.takeHead(
        descriptor, Int(min(info.size, Int64(Fingerprint.maximumLength))), into: &checkpoint)
    }
    let file = TrackedFile(checkpoint, source: candidate.source)
    if let earlier = families[candidate.family], !earlier.isForgotten {
      file.predecessor = earlier
      file.checkpoint.predecessor = earlier.id
      file.prunePredecessors()
    }
    if isGzip { file.quietSince = elapsed }
    // A rotated file without a path of its own is done as soon as it has been read and stays quiet.
    if candidate.slot == nil, !isGzip {
      file.checkpoint.phase = .draining
      file.quietSince = elapsed
    }
    files.append(file)
    markChanged(file)
    events.append(.discovered(file.checkpoint))
    return file
  }

  /// The file that was at the path before, when this is the same log under a new inode: an editor or a restore wrote it
  /// anew and nothing else has the old one. So much content must be equal that two logs that begin alike are no match.
  private func adopted(_ candidate: Candidate) -> TrackedFile? {
    guard let old = candidate.slot?.previous, !old.isForgotten, old.slot == nil,
      old.isUnreachable || old.missingSince != nil,
      old.checkpoint.offset >= 4_096,
      ContentCheck.continues(old.checkpoint, at: candidate.location, size: candidate.info.size)
    else { return nil }
    byKey[old.checkpoint.identity.key] = nil
    openFiles.close(old)
    old.checkpoint.identity = FileIdentity(candidate.info)
    old.checkpoint.phase = .active
    old.checkpoint.size = candidate.info.size
    old.checkpoint.modified = candidate.info.modified
    old.seenEnd = old.checkpoint.offset
    old.skipping = nil
    old.held = nil
    relocate(old, to: candidate.location, path: candidate.path)
    markChanged(old)
    return old
  }
}

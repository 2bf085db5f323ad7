import Domain

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
    let birth = identity.birth == 0 ? file.checkpoint.modified : identity.birth
    search(
      formerLocation, family: formerPath, source: file.source, bornAfter: birth,
      mark: RotatedName(file.checkpoint.location.name))
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
      for sibling in siblings(in: live.directory).rotated(from: live.name) where !sibling.name.isCompressed {
        guard byKey[sibling.info.key] == nil, !known.contains(sibling.info.key),
          directories[sibling.path.directory]?.slots[sibling.path.name] == nil
        else { continue }
        let birth = sibling.info.origin
        guard birth >= search.bornAfter, sibling.info.modified >= search.bornAfter else { continue }
        if birth == search.bornAfter, search.mark == nil || !RotatedName.isOlder(search.mark, sibling.name) {
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
    let copy = findCopy(of: file)
    events.append(.truncated(fileID: file.id, source: before.source, path: before.path, copy: copy?.path))
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
    } else {
      gap(
        file, to: max(file.seenEnd, before.size, before.offset),
        "the file was cut in place and no copy of it was found; lines written just before may be missing")
      search(live, family: before.path, source: file.source, bornAfter: before.modified, mark: nil)
      forget(file)
    }
    return slot
  }

  private func findCopy(of file: TrackedFile) -> (path: TailPath, info: FileInfo)? {
    let checkpoint = file.checkpoint
    let born = checkpoint.identity.birth
    return siblings(in: checkpoint.location.directory).rotated(from: checkpoint.location.name)
      .filter { sibling in
        !sibling.name.isCompressed && byKey[sibling.info.key] == nil && sibling.info.birth >= born
          && ContentCheck.continues(checkpoint, at: sibling.path, size: sibling.info.size)
      }
      .max { ($0.info.origin, $0.info.size) < ($1.info.origin, $1.info.size) }
      .map { ($0.path, $0.info) }
  }
}

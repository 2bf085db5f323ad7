import CPosix
import Domain
import Glibc

/// Reading lines.
extension Tailer {
  private enum Step {
    case delivered(mayHaveMore: Bool)
    case skipped
    case idle
  }

  /// The most that one call passes over without delivering, in reads.
  private static let skippedReadsPerCall = 64

  /// Delivers the next stretch of whole lines, newlines included, of some file that has any; files take turns, and the
  /// rotated files of a log come before the newer ones. The bytes are valid only during the call.
  ///
  /// `body` gives the number of bytes that it took, which end a line: the offset advances only so far, and the rest is
  /// offered again together with what follows it, so that a record of several lines is counted whole. Of what is offered
  /// as ``ChunkInfo/isFinal``, everything counts as taken. When `body` throws, the stretch counts as not delivered.
  ///
  /// - Parameter isWanted: whether the files of a source, given by its index, are looked at.
  /// - Returns: what was done; `caughtUp` when no file has a line to read.
  public func readNext<Failure: Error>(
    of isWanted: (Int) -> Bool = { _ in true }, _ body: (ChunkInfo, RawSpan) throws(Failure) -> Int
  ) throws(Failure) -> ReadOutcome {
    var left = queue.count
    while left > 0, let file = queue.popFirst() {
      left -= 1
      if file.isForgotten || file.isSuspect || file.refusal != nil {
        file.isQueued = false
        continue
      }
      if !file.isRegistered || file.isBlocked || !isWanted(file.source) {
        queue.append(file)
        continue
      }
      file.isQueued = false
      let step: Step
      do throws(Failure) {
        step = try read(file, body)
      } catch {
        enqueue(file)
        throw error
      }
      switch step {
      case .delivered(let mayHaveMore):
        if mayHaveMore { enqueue(file) }
        return .delivered
      case .skipped:
        enqueue(file)
        return .skipped
      case .idle:
        // It was found elsewhere and is tried there at once.
        if file.isQueued, file.descriptor < 0 { left += 1 }
        file.prunePredecessors()
      }
    }
    return .caughtUp
  }

  private func read<Failure: Error>(
    _ file: TrackedFile, _ body: (ChunkInfo, RawSpan) throws(Failure) -> Int
  ) throws(Failure) -> Step {
    let descriptor: Int32
    do {
      descriptor = try openFiles.open(file)
    } catch {
      cannotRead(file, error)
      return .idle
    }
    let isGzip = file.checkpoint.packedSize != nil
    if isGzip {
      guard let reader = gzipReader(file) else {
        enqueue(file)
        return .idle
      }
      let from = (file.skipping?.position ?? file.checkpoint.offset) - Int64(Fingerprint.maximumLength)
      if !reader.advance(to: max(0, from), descriptor, atMost: Tailer.skippedBytesPerCall) { return .skipped }
    }
    if let skipping = file.skipping { return skip(file, skipping, descriptor) }
    let offset = file.checkpoint.offset
    let before = file.checkpoint.marker.length
    let base = offset - Int64(before)
    let longest = max(options.chunkSize, options.maximumLineLength + 1, Fingerprint.maximumLength)
    let usual = max(options.chunkSize, offset == 0 ? Fingerprint.maximumLength : 0)
    let wanted = file.untakenReads > 0 || file.held != nil ? longest : usual
    // What is before the offset is read along, to see that it is what was read before.
    var count = pread(file, descriptor, before + wanted, base)
    guard count >= before else {
      if count >= 0, isGzip, file.gzip?.state != .complete {
        reachedEndOfCompressed(file, descriptor, seen: offset)
      } else if count >= 0 {
        suspect(file)
      }
      return .idle
    }
    guard Fingerprint(UnsafeRawBufferPointer(rebasing: buffer[..<before])) == file.checkpoint.marker else {
      suspect(file)
      return .idle
    }
    file.verifiedSize = max(file.checkpoint.size, base + Int64(count))
    guard count > before else {
      reachedEnd(file, descriptor, seen: offset)
      return .idle
    }
    if offset == 0 {
      if let since = file.emptySince, file.checkpoint.phase == .active {
        file.emptySince = nil
        noteFirstContent(of: file, emptySince: since)
      }
      let head = file.checkpoint.head
      let isSame = { Fingerprint(UnsafeRawBufferPointer(rebasing: self.buffer[..<head.length])) == head }
      guard isGzip || head.length <= count && isSame() else {
        suspect(file)
        return .idle
      }
      if !isGzip, HeadInspection.isGzip(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
        return becomesGzip(file)
      }
      if let reason = HeadInspection.refusal(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
        file.refusal = reason
        openFiles.close(file)
        events.append(.refused(source: file.checkpoint.source, path: file.checkpoint.path, reason: reason))
        return .idle
      }
      if buffer[0] == 0 {
        return skip(file, .zeros(to: isGzip ? 0 : leeway_file_next_data(descriptor, 0)), descriptor)
      }
    }
    var isShort = count < before + wanted
    var end = leeway_last_newline(buffer.baseAddress?.advanced(by: before), count - before)
    if end < 0, !isShort {
      count = pread(file, descriptor, before + longest, base)
      guard count > before else { return .idle }
      isShort = count < before + longest
      end = leeway_last_newline(buffer.baseAddress?.advanced(by: before), count - before)
      if end < 0, !isShort {
        return skip(file, .line(to: offset + Int64(count - before)), descriptor)
      }
    }
    let fresh = count - before
    let takesRest = file.takesRest && isShort
    let length = takesRest ? fresh : Int(end) + 1
    let offered = offset + Int64(length)
    let isDue = file.held.map { $0.isDue && offered <= $0.end } ?? false
    let isFinal = takesRest || isShort && (isFinishing || isDue) || !isShort && file.untakenReads > 1
    guard length > 0, isFinal || !isShort || offered > file.held?.end ?? 0 else {
      reachedEnd(file, descriptor, seen: offset + Int64(fresh))
      return .idle
    }
    // A file that was cut and grew again while it was being read gave bytes of two ages.
    let proof = min(count, Fingerprint.maximumLength)
    let first = Fingerprint(UnsafeRawBufferPointer(rebasing: buffer[..<proof]))
    guard isGzip || ContentCheck.fingerprint(descriptor, base, proof) == first else {
      suspect(file)
      return .idle
    }
    let info = ChunkInfo(
      fileID: file.id, source: file.source, path: file.checkpoint.path, startOffset: offset, endOffset: offered,
      isUnterminated: takesRest && end + 1 < Int64(fresh), isFinal: isFinal)
    readBuffer.delivered = before..<(before + length)
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[readBuffer.delivered])
    let claimed = try body(info, bytes.bytes)
    let taken = isFinal ? length : wholeLines(bytes, claimed)
    file.held = taken < length && isShort ? TrackedFile.Held(end: offered) : nil
    file.untakenReads = taken == 0 && !isShort ? file.untakenReads + 1 : 0
    if taken > 0 {
      advance(file, bufferBase: base, to: before + taken)
      file.lastRead = now
    }
    if isShort { reachedEnd(file, descriptor, seen: offset + Int64(fresh)) }
    guard taken > 0 else { return isShort ? .idle : .skipped }
    return .delivered(mayHaveMore: !isShort)
  }

  /// What was an empty file has become a gzip file, which is taken up anew: it may be what another file has become.
  private func becomesGzip(_ file: TrackedFile) -> Step {
    forget(file)
    needsReconcile = true
    return .idle
  }

  /// How much of the whole lines in the bytes lies within a claim.
  private func wholeLines(_ bytes: UnsafeRawBufferPointer, _ claimed: Int) -> Int {
    claimed >= bytes.count ? bytes.count : Int(leeway_last_newline(bytes.baseAddress, max(0, claimed))) + 1
  }

  /// Moves the offset to a place in the buffer, which begins at `bufferBase` in the file.
  private func advance(_ file: TrackedFile, bufferBase: Int64, to end: Int) {
    let limit = Fingerprint.maximumLength
    if bufferBase == 0 {
      file.checkpoint.setHead(UnsafeRawBufferPointer(rebasing: buffer[..<min(end, limit)]))
    }
    file.checkpoint.marker = Fingerprint(UnsafeRawBufferPointer(rebasing: buffer[max(0, end - limit)..<end]))
    file.checkpoint.offset = bufferBase + Int64(end)
    file.checkpoint.marks.add(file.checkpoint.marker, at: file.checkpoint.offset)
    file.seenEnd = file.checkpoint.offset
    file.checkpoint.size = max(file.checkpoint.size, file.seenEnd)
    file.toldError = nil
    file.staleRounds = 0
    markChanged(file)
  }

  private func reachedEnd(_ file: TrackedFile, _ descriptor: Int32, seen: Int64) {
    if file.checkpoint.packedSize != nil { return reachedEndOfCompressed(file, descriptor, seen: seen) }
    file.seenEnd = seen
    file.toldError = nil
    file.staleRounds = 0
    // The time of the last write that was read: copies made later hold all of it.
    guard file.descriptor == descriptor, let info = FileInfo.of(descriptor: descriptor) else { return }
    file.checkpoint.modified = info.modified
    if info.size > seen {
      file.checkpoint.size = info.size
      enqueue(file)
    } else {
      file.checkpoint.size = max(seen, file.checkpoint.offset)
    }
    if file.takesRest, seen == file.checkpoint.offset { finish(file) }
  }

  /// Passes over an overlong line, or NULs where a writer went on at its old offset after its file had been cut.
  private func skip(_ file: TrackedFile, _ skip: TrackedFile.Skip, _ descriptor: Int32) -> Step {
    var position = skip.position
    for _ in 0..<Tailer.skippedReadsPerCall {
      let count = pread(file, descriptor, options.chunkSize, position)
      guard count > 0 else {
        if count == 0 { ended(file, skip, at: position, descriptor) }
        return .idle
      }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      switch skip {
      case .line:
        let newline = Int(leeway_first_newline(bytes.baseAddress, count))
        if newline >= 0 {
          dropLine(file, to: position + Int64(newline))
          resume(file, at: position + Int64(newline) + 1, descriptor)
          return .skipped
        }
      case .zeros:
        if let data = bytes.firstIndex(where: { $0 != 0 }) {
          gap(file, to: position + Int64(data), "only NUL bytes: the file was cut while its writer kept its offset")
          resume(file, at: position + Int64(data), descriptor)
          return .skipped
        }
      }
      position += Int64(count)
      switch skip {
      case .line: file.skipping = .line(to: position)
      case .zeros:
        let isGzip = file.checkpoint.packedSize != nil
        file.skipping = .zeros(to: isGzip ? position : max(position, leeway_file_next_data(descriptor, position)))
      }
      position = file.skipping?.position ?? position
    }
    return .skipped
  }

  private func ended(_ file: TrackedFile, _ skip: TrackedFile.Skip, at position: Int64, _ descriptor: Int32) {
    file.skipping = skip
    reachedEnd(file, descriptor, seen: position)
    guard file.takesRest else { return }
    switch skip {
    case .line: dropLine(file, to: position)
    case .zeros: gap(file, to: position, "only NUL bytes")
    }
    resume(file, at: position, descriptor)
    finish(file)
  }

  private func dropLine(_ file: TrackedFile, to end: Int64) {
    events.append(
      .lineTooLong(
        OverlongLine(
          fileID: file.id, source: file.checkpoint.source, path: file.checkpoint.path, offset: file.checkpoint.offset,
          length: end - file.checkpoint.offset)))
  }

  /// Goes on reading lines at an offset that was not delivered to.
  private func resume(_ file: TrackedFile, at offset: Int64, _ descriptor: Int32) {
    let length = Int(min(offset, Int64(Fingerprint.maximumLength)))
    guard let marker = fingerprint(file, descriptor, offset - Int64(length), length) else {
      return suspect(file)
    }
    if file.checkpoint.head.length < length, !takeHead(file, descriptor, length) {
      return suspect(file)
    }
    file.skipping = nil
    file.checkpoint.marker = marker
    file.checkpoint.offset = offset
    file.checkpoint.size = max(file.checkpoint.size, offset)
    file.seenEnd = offset
    markChanged(file)
  }

  private func fingerprint(_ file: TrackedFile, _ descriptor: Int32, _ offset: Int64, _ length: Int) -> Fingerprint? {
    guard let reader = file.gzip else { return ContentCheck.fingerprint(descriptor, offset, length) }
    return withUnsafeTemporaryAllocation(byteCount: max(1, length), alignment: 8) { bytes in
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<length])
      return reader.read(part, descriptor, at: offset) == Int64(length)
        ? Fingerprint(UnsafeRawBufferPointer(part)) : nil
    }
  }

  private func takeHead(_ file: TrackedFile, _ descriptor: Int32, _ length: Int) -> Bool {
    guard file.checkpoint.packedSize != nil else {
      return ContentCheck.takeHead(descriptor, length, into: &file.checkpoint)
    }
    let head = GzipReader.head(descriptor, maximum: length).bytes
    head.withUnsafeBytes { file.checkpoint.setHead($0) }
    return head.count == length
  }

  /// Reads into the buffer; -1 after an error, which has been dealt with.
  private func pread(_ file: TrackedFile, _ descriptor: Int32, _ length: Int, _ offset: Int64) -> Int {
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(length, buffer.count)])
    let count =
      file.gzip?.read(room, descriptor, at: offset)
      ?? leeway_file_read(descriptor, room.baseAddress, room.count, offset)
    if count < 0 {
      openFiles.close(file)
      cannotRead(file, SystemError(code: Int32(truncatingIfNeeded: -count)))
      return -1
    }
    return Int(count)
  }

  private func cannotRead(_ file: TrackedFile, _ error: SystemError) {
    if error.isMissing || error.code == ESTALE || error.code == ELOOP {
      if let slot = file.slot, slot.isLink {
        let present = location(of: slot)
        if present != file.checkpoint.location {
          relocate(file, to: present, path: slot.path)
          return enqueue(file)
        }
      }
      // Another file has the name by now: a reconcile finds this one by its identity. When that helps nothing, the file
      // is tried again every second instead of at once.
      file.staleRounds += 1
      if file.staleRounds <= 3 {
        needsReconcile = true
        return
      }
    }
    guard file.toldError != "\(error)" else { return }
    file.toldError = "\(error)"
    events.append(.denied(source: file.checkpoint.source, path: file.checkpoint.path, reason: "\(error)"))
  }

  private func suspect(_ file: TrackedFile) {
    file.isSuspect = true
    needsReconcile = true
  }
}

import CNcurses
import Glibc
public import Screen

/// The terminal while the dashboard has it: draws surfaces, waits for keys and signals, and puts everything back.
///
/// Text reaches the terminal only as the cells of a surface. All methods belong to the thread that opened the session
/// (ncurses has one state a process). Whatever ends the process, except SIGKILL, gives the terminal back: `close()`,
/// `deinit`, `exit`, and handlers for crashes.
public final class TerminalSession {
  /// What a call of ``draw(_:theme:)`` did.
  public enum DrawResult: Hashable, Sendable {
    /// The difference was written, in one write of so many bytes.
    case drawn(bytes: Int)
    /// Nothing had changed, nothing was written.
    case unchanged
    /// The line is stalled: draw again later.
    case stalled
    /// The session is closed or its terminal gone.
    case gone
  }

  /// Counts since the session was opened.
  public struct Statistics: Hashable, Sendable {
    /// Frames that were written.
    public var frames = 0
    /// Frames that showed nothing new.
    public var unchangedFrames = 0
    /// Frames that a stalled line did not take.
    public var stalledFrames = 0
    /// Bytes of all frames.
    public var bytes = 0
  }

  /// The terminal's columns and rows.
  public private(set) var size: Size
  /// The glyphs to draw with. Surfaces are shown in ASCII when this is the ASCII set, whatever they hold.
  public let glyphs: GlyphSet
  /// How many colours are used.
  public let depth: ColorDepth
  /// What was drawn so far.
  public private(set) var statistics = Statistics()

  private let profile: TerminalProfile
  private let colors: TerminalColors
  private var decoder = KeyDecoder()
  private var shown: Surface?
  private var shownTheme: Theme?
  private var looks: [Role: (attributes: UInt32, pair: Int32)] = [:]
  private var isOpen = true
  private var isGone = false

  /// Takes the terminal that is standard input and output.
  public init(options: TerminalOptions = TerminalOptions()) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    let isUTF8 = leeway_use_locale(options.glyphs.map { $0 != .ascii } ?? false)
    profile = try TerminalProfile(isUTF8: isUTF8) { name in getenv(name).map { String(cString: $0) } }
    let result = leeway_open(
      profile.type, STDIN_FILENO, STDOUT_FILENO, profile.modesOn, profile.modesOff, profile.restore)
    switch Int(result) {
    case 0: break
    case LEEWAY_OPEN_UNKNOWN_TYPE: throw .typeUnknown(profile.type)
    case LEEWAY_OPEN_TOO_SIMPLE: throw .typeTooSimple(profile.type)
    case LEEWAY_OPEN_ALREADY: throw .alreadyOpen
    default: throw .unavailable
    }
    glyphs = options.glyphs ?? profile.glyphs
    let colorCount = Int(leeway_color_count())
    depth = min(profile.depth(colorCount: colorCount), options.depth ?? .trueColor)
    colors = TerminalColors(depth: depth, colorCount: colorCount)
    size = Size(columns: 80, rows: 24)
    readSize()
  }

  deinit {
    close()
  }

  /// Gives the terminal back; safe to call again.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    leeway_close()
  }

  /// Shows a surface: what differs from the frame before goes out in one write, and nothing when nothing differs. A
  /// surface of another size than the terminal's is cut off or leaves the rest blank.
  @discardableResult
  public func draw(_ surface: Surface, theme: Theme) -> DrawResult {
    guard isOpen, !isGone else { return .gone }
    let next = glyphs == .ascii ? surface.inASCII() : surface
    if shownTheme == theme, shown == next {
      statistics.unchangedFrames += 1
      return .unchanged
    }
    guard leeway_is_writable() else {
      statistics.stalledFrames += 1
      return .stalled
    }
    if shownTheme != theme { adopt(theme) }
    put(next)
    shown = next
    let written = leeway_flush(profile.framePrefix, profile.frameSuffix)
    switch written {
    case 1...:
      statistics.frames += 1
      statistics.bytes += written
      return .drawn(bytes: written)
    case 0:
      statistics.unchangedFrames += 1
      return .unchanged
    case -2:
      // Part of the frame is out, so what the terminal shows is unknown.
      redraw()
      statistics.stalledFrames += 1
      return .stalled
    default:
      isGone = true
      return .gone
    }
  }

  /// Paints everything anew with the next ``draw(_:theme:)``.
  public func redraw() {
    shown = nil
    if isOpen { leeway_repaint() }
  }

  /// Puts text into the clipboard of the terminal that the operator sits at (OSC 52), its first 64 KiB. Whether the
  /// terminal takes it cannot be known; false where it is known not to, or where the line takes nothing.
  @discardableResult
  public func copy(_ text: String) -> Bool {
    guard isOpen, !isGone, profile.isModern else { return false }
    return send(ClipboardSequence.bytes(text))
  }

  /// Asks for a look by the given sequence; a terminal that knows no desktop notifications ignores them.
  public func call(_ sequence: AttentionSequence, _ text: String) {
    guard isOpen, !isGone, sequence == .bell || profile.isModern else { return }
    _ = send(sequence.bytes(text))
  }

  /// Writes a whole sequence; false where the line takes nothing.
  private func send(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      var entry = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
      guard poll(&entry, 1, 1_000) > 0 else { break }
      // The descriptor may be blocking: no more than what a line's buffer has room for when it is writable.
      let length = min(1_024, bytes.count - offset)
      let written = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress.map { $0 + offset }, length) }
      if written < 0, errno == EINTR || errno == EAGAIN { continue }
      guard written > 0 else { break }
      offset += written
    }
    // A sequence that was cut off would swallow the next frame; the terminal's state is unknown then.
    if offset < bytes.count { redraw() }
    return offset == bytes.count
  }

  /// Waits for keys, signals or the wake descriptor, at most the given time (nil: for ever), and returns what
  /// happened; nothing when the time is over. A stop signal is obeyed here: the process stops with the terminal given
  /// back, and the call returns `resumed` when it goes on. Once the terminal is gone every call reports `hangup`, at
  /// most one a second, so that a caller that goes on cannot spin.
  public func wait(timeoutMilliseconds: Int? = nil, wakeDescriptor: Int32? = nil) -> [TerminalEvent] {
    guard isOpen else { return [.hangup] }
    var timeout = timeoutMilliseconds.map { min(max($0, 0), Int(Int32.max)) }
    let patience = decoder.patienceMilliseconds
    if let patience { timeout = min(timeout ?? patience, patience) }
    if isGone { timeout = 1_000 }
    let ready = leeway_wait(wakeDescriptor ?? -1, Int32(timeout ?? -1), !isGone)
    var events: [TerminalEvent] = []
    if ready & Int32(LEEWAY_READY_SIGNAL) != 0 { handleSignals(&events) }
    if ready & Int32(LEEWAY_READY_INPUT) != 0 {
      readKeys(&events)
    } else if ready & Int32(LEEWAY_READY_HANGUP) != 0 {
      isGone = true
    }
    if ready == 0, patience != nil { events += decoder.flush().map { .key($0) } }
    if ready & Int32(LEEWAY_READY_WAKE) != 0 { events.append(.wake) }
    if isGone, !events.contains(.hangup) { events.append(.hangup) }
    return events
  }

  /// Gives the terminal back and stops the process, as control-Z does; returns when it goes on.
  public func suspend() {
    guard isOpen, !isGone else { return }
    leeway_suspend()
    shown = nil
    readSize()
  }

  private func readKeys(_ events: inout [TerminalEvent]) {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = leeway_read(&buffer, buffer.count)
    if count < 0 {
      isGone = true
    } else {
      events += decoder.feed(buffer[..<count]).map { .key($0) }
    }
  }

  private func handleSignals(_ events: inout [TerminalEvent]) {
    var hasSuspended = false
    // The pipe is bounded, the loop still more so.
    for _ in 0..<256 {
      switch Int(leeway_next_signal()) {
      case 0: return
      case LEEWAY_SIGNAL_RESIZE:
        let before = size
        readSize()
        if size != before { events.append(.key(.resize(size))) }
      case LEEWAY_SIGNAL_TERMINATE: events.append(.terminate)
      case LEEWAY_SIGNAL_HANGUP: events.append(.hangup)
      case LEEWAY_SIGNAL_INTERRUPT: events.append(.interrupt)
      case LEEWAY_SIGNAL_SUSPEND:
        suspend()
        hasSuspended = true
        events.append(.resumed)
      case LEEWAY_SIGNAL_CONTINUE where !hasSuspended:
        leeway_reclaim()
        shown = nil
        readSize()
        events.append(.resumed)
      default: break
      }
    }
  }

  private func readSize() {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard leeway_size(&columns, &rows) else { return }
    let actual = Size(columns: Int(columns), rows: Int(rows))
    guard actual != size || shown == nil else { return }
    size = actual
    shown = nil
    leeway_resize(Int32(size.columns), Int32(size.rows))
  }

  private func adopt(_ theme: Theme) {
    looks = [:]
    for (index, role) in Role.allCases.enumerated() {
      let look = theme[role]
      let foreground = colors.foreground(look.foreground)
      var attributes = look.attributes
      if foreground.isBright { attributes.insert(.bold) }
      var pair = Int32(0)
      if depth != .mono, look.foreground != nil || look.background != nil {
        pair = Int32(index + 1)
        if !leeway_set_pair(pair, Int32(foreground.index), Int32(colors.background(look.background))) { pair = 0 }
      }
      looks[role] = (UInt32(attributes.rawValue), pair)
    }
    shownTheme = theme
    shown = nil
  }

  private func put(_ next: Surface) {
    let before = shown?.size == next.size ? shown : nil
    var scalars: [UInt32] = []
    for y in 0..<size.rows {
      let old = before?.row(y) ?? []
      let new = next.row(y)
      if before != nil, old == new { continue }
      for x in 0..<size.columns {
        let cell = x < new.count ? new[new.startIndex + x] : .blank
        if cell.isContinuation { continue }
        if before != nil, x < old.count, old[old.startIndex + x] == cell { continue }
        let look = looks[cell.style.role] ?? (0, 0)
        scalars.removeAll(keepingCapacity: true)
        for scalar in cell.glyph.unicodeScalars { scalars.append(scalar.value) }
        let attributes = look.attributes | UInt32(cell.style.attributes.rawValue)
        leeway_put(
          Int32(y), Int32(x), scalars, Int32(scalars.count), Int32(cell.width), attributes, look.pair)
      }
    }
    if let cursor = next.cursor, cursor.x < size.columns, cursor.y < size.rows {
      leeway_cursor(Int32(cursor.y), Int32(cursor.x))
    } else {
      leeway_cursor(-1, -1)
    }
  }
}

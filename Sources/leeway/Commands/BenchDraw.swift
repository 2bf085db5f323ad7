import ArgumentParser
import CPosix
import Dashboard
import Domain
import Engine
import Rehearsal
import Screen
import Storage

/// `leeway bench draw`: how fast the screens are taken from a store and drawn.
struct BenchDraw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "How fast the screens are taken from a store and drawn.",
    discussion: """
      Reads FILE, or the recorded night of the demo, into a store of its own, and draws every screen at 80x24, 120x40 and
      200x50: how long a snapshot takes, how long a frame, and how many bytes of ANSI text a whole frame is. A terminal
      is not needed; what goes to one is only what has changed.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: "A file to collect first.", completion: .file())
  var file: String?

  @Option(help: "How many frames are drawn of each screen; the fastest tenth counts.")
  var frames = 50

  private static let screens: [(name: String, keys: [Key])] = [
    ("overview", []), ("drift", [.char("2")]), ("incidents", [.char("3")]), ("traces", [.char("4")]),
    ("assess", [.char("5")]), ("audit", [.char("6")]),
  ]

  func run() throws {
    let scratch = try OutputFile.temporaryDirectory("leeway-bench")
    defer { OutputFile.removeDirectory(scratch) }
    let store = try Store(directory: scratch + "/state", mode: .readWrite)
    let collector = try Collector(store: store, options: CollectorOptions(paths: try paths(in: scratch))) {
      StandardError.line($0)
    }
    try collector.runOnce()
    var report: [JSON] = []
    for (name, keys) in BenchDraw.screens {
      for (columns, rows) in [(80, 24), (120, 40), (200, 50)] {
        report.append(try measure(name, keys, Size(columns: columns, rows: rows), store))
      }
    }
    StandardOutput.json([
      "schema": 1, "bench": "draw", "frames": JSON(frames), "screens": .array(report),
      "peak_mb": JSON(Measured.peakMegabytes),
    ])
  }

  private func paths(in scratch: String) throws -> [String] {
    if let file { return [file] }
    var names: Set<String> = []
    for line in Rehearsal.recordedNight() {
      try OutputFile.append(line.bytes, to: scratch + "/" + line.file.name)
      names.insert(line.file.name)
    }
    return names.sorted().map { scratch + "/" + $0 }
  }

  private func measure(_ name: String, _ keys: [Key], _ size: Size, _ store: Store) throws -> JSON {
    let now = SystemWallClock().now()
    var projector = Projector(store: store, actor: nil, collecting: .readOnly)
    var model = Model(snapshot: try projector.snapshot(now: now), size: size)
    for key in keys {
      for case .show(let request) in update(&model, .key(key)) { projector.board = request }
    }
    let count = max(1, min(10_000, frames))
    let snapshots = try times(max(1, count / 10)) { _ = update(&model, .snapshot(try projector.snapshot(now: now))) }
    var surface = Surface(size)
    let drawn = times(count) { surface = render(model, size: size, now: now) }
    let bytes = ANSIExporter.export(surface, theme: .leewayDark, depth: .c256).utf8.count
    return [
      "screen": .string(name), "size": .string("\(size.columns)x\(size.rows)"),
      "snapshot_ms": JSON(snapshots), "draw_ms": JSON(drawn),
      "frames_per_second": JSON(Int(1_000 / max(drawn, 1e-6))), "ansi_bytes": JSON(bytes),
    ]
  }

  /// The milliseconds of the fastest tenth: the others were disturbed by what else the machine does.
  private func times(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
    var seconds: [Double] = []
    for _ in 0..<count {
      let start = leeway_monotonic_seconds()
      try body()
      seconds.append(leeway_monotonic_seconds() - start)
    }
    return (seconds.sorted()[count / 10] * 1_000_000).rounded() / 1_000
  }
}

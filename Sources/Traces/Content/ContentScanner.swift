/// Finds every marker in a text in one pass: the automaton of Aho and Corasick (1975) over bytes, letters folded to
/// lower case, runs of white space taken as one space.
///
/// The time is linear in the text, whatever it holds, and nothing is allocated unless something is found.
struct ContentScanner: Sendable {
  /// What was found, at which byte it ends.
  struct Hit {
    var marker: Int
    var end: Int
  }

  /// What a text holds.
  struct Marks {
    var flags: Marker.Kinds = []
    /// The markers that need a closer look, in order of their ends, at most ``hitLimit``.
    var hits: [Hit] = []
  }

  static let hitLimit = 64
  static let shared = ContentScanner(Marker.all)

  private let markers: [Marker]
  private var classes = [UInt8](repeating: 0, count: 256)
  /// The next state by state and class; the high bit says that markers end there.
  private var next: [UInt16] = []
  /// The markers that end in a state: its own, and those of the states that it falls back to.
  private var endings: [[UInt16]] = []
  private static let accepting: UInt16 = 0x8000

  init(_ markers: [Marker]) {
    self.markers = markers
    var classCount: UInt8 = 2
    for byte in [0x20, 0x09, 0x0A, 0x0D] { classes[byte] = 1 }
    for byte in Set(markers.flatMap { Array($0.text.utf8) }).sorted() where classes[Int(byte)] == 0 && classCount < 64 {
      classes[Int(byte)] = classCount
      if byte >= 0x61, byte <= 0x7A { classes[Int(byte) - 0x20] = classCount }
      classCount += 1
    }
    build()
  }

  private mutating func build() {
    var tree: [[Int]] = [[Int](repeating: -1, count: 64)]
    endings = [[]]
    for (index, marker) in markers.enumerated() {
      var state = 0
      for byte in marker.text.utf8 {
        let step = Int(classes[Int(byte)])
        if tree[state][step] < 0 {
          tree.append([Int](repeating: -1, count: 64))
          endings.append([])
          tree[state][step] = tree.count - 1
        }
        state = tree[state][step]
      }
      endings[state].append(UInt16(index))
    }
    var fallback = [Int](repeating: 0, count: tree.count)
    var queue: [Int] = []
    for step in 0..<64 {
      if tree[0][step] > 0 { queue.append(tree[0][step]) } else { tree[0][step] = 0 }
    }
    var position = 0
    while position < queue.count {
      let state = queue[position]
      position += 1
      endings[state] += endings[fallback[state]]
      for step in 0..<64 {
        let child = tree[state][step]
        if child < 0 {
          tree[state][step] = tree[fallback[state]][step]
        } else {
          fallback[child] = tree[fallback[state]][step]
          queue.append(child)
        }
      }
    }
    next = tree.flatMap { row in
      row.map { UInt16($0) | (endings[$0].isEmpty ? 0 : ContentScanner.accepting) }
    }
  }

  /// Scans a text.
  func scan(_ text: String) -> Marks {
    var text = text
    return text.withUTF8 { scan($0) }
  }

  func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Marks {
    var marks = Marks()
    classes.withUnsafeBufferPointer { classes in
      next.withUnsafeBufferPointer { next in
        var state = 0
        var wasSpace = false
        for index in 0..<bytes.count {
          let step = Int(classes[Int(bytes[index])])
          if step == 1 {
            if wasSpace { continue }
            wasSpace = true
          } else {
            wasSpace = false
          }
          let entry = next[state << 6 | step]
          state = Int(entry & ~ContentScanner.accepting)
          if entry & ContentScanner.accepting != 0 { take(state, index + 1, &marks) }
        }
      }
    }
    return marks
  }

  private func take(_ state: Int, _ end: Int, _ marks: inout Marks) {
    for marker in endings[state] {
      let kind = markers[Int(marker)].kind
      marks.flags.insert(kind)
      if !kind.isDisjoint(with: .located), marks.hits.count < ContentScanner.hitLimit {
        marks.hits.append(Hit(marker: Int(marker), end: end))
      }
    }
  }
}

import Screen
import Testing

@Suite("Surface")
struct SurfaceTests {
  @Test func `text is clipped at the right edge and the columns used are told`() {
    var surface = Surface(columns: 5, rows: 2)
    expectEqual(surface.write("abcdefgh", x: 2, y: 0), 3)
    expectEqual(surface.write("abc", x: 0, y: 1, maxWidth: 2), 2)
    #expect(surface.lines == ["  abc", "ab"])
  }

  @Test func `a wide character is never halved`() {
    var surface = Surface(columns: 4, rows: 1)
    expectEqual(surface.write("a漢字", x: 0, y: 0), 3)
    #expect(surface.lines == ["a漢"])
    #expect(surface[1, 0].width == 2)
    #expect(surface[2, 0].isContinuation)
    surface.write("x", x: 2, y: 0)
    #expect(surface.lines == ["a x"])
    #expect(surface[1, 0].width == 1)
  }

  @Test func `the first half of a wide character takes the second with it`() {
    var surface = Surface(columns: 4, rows: 1)
    surface.write("漢z", x: 0, y: 0)
    surface.write("b", x: 0, y: 0)
    #expect(surface.lines == ["b z"])
    #expect(!surface[1, 0].isContinuation)
  }

  @Test func `places outside are ignored`() {
    var surface = Surface(columns: 3, rows: 1)
    expectEqual(surface.write("abc", x: 0, y: 1), 0)
    expectEqual(surface.write("abc", x: 3, y: 0), 0)
    expectEqual(surface.write("abc", x: Int.max, y: 0), 0)
    expectEqual(surface.write("abc", x: Int.min, y: 0), 0)
    surface.fill(Rect(x: -5, y: -5, width: 100, height: 2), "x")
    surface.setStyle(Style(.alarm), in: Rect(x: Int.max, y: 0, width: Int.max, height: 1))
    #expect(surface.lines == [""])
    expectEqual(surface.write("abcd", x: -2, y: 0), 4)
    #expect(surface.lines == ["cd"])
  }

  @Test func `nothing drawn in a clipped part leaves it`() {
    var surface = Surface(columns: 6, rows: 3)
    surface.clipped(to: Rect(x: 1, y: 1, width: 3, height: 1)) { part in
      part.fill(Rect(x: -9, y: -9, width: 99, height: 99), "#")
      part.write("abcdef", x: 1, y: 0)
      part.setCursor(Surface.Position(x: 2, y: 0))
      part.clipped(to: Rect(x: 2, y: 0, width: 9, height: 9)) { inner in
        #expect(inner.bounds == Rect(x: 0, y: 0, width: 1, height: 1))
        inner.write("zz", x: 0, y: 0)
      }
    }
    #expect(surface.lines == ["", " #az", ""])
    #expect(surface.cursor == Surface.Position(x: 3, y: 1))
  }

  @Test func `surfaces are equal when they show the same`() {
    var left = Surface(columns: 3, rows: 1)
    var right = Surface(columns: 3, rows: 1)
    left.write("a", x: 0, y: 0, style: Style(.warn))
    #expect(left != right)
    right.write("a", x: 0, y: 0)
    #expect(left != right)
    right.setStyle(Style(.warn), in: Rect(x: 0, y: 0, width: 1, height: 1))
    #expect(left == right)
    right.setCursor(Surface.Position(x: 0, y: 0))
    #expect(left != right)
  }

  @Test func `the ASCII form keeps every column`() {
    var surface = Surface(columns: 20, rows: 1)
    surface.write("■ é漢▂⣿│ ok", x: 0, y: 0)
    let ascii = surface.inASCII()
    #expect(ascii.lines == ["# e? :@| ok"])
    #expect(ascii[4, 0].width == 1)
    #expect(ascii.lines.allSatisfy { $0.allSatisfy(\.isASCII) })
  }

  @Test(arguments: 0..<50 as Range<UInt64>) func `any scalars give cells that fill their row exactly`(seed: UInt64) {
    var random = Seeded(state: seed)
    var text = String.UnicodeScalarView()
    for _ in 0..<60 {
      let value = UInt32.random(in: 0...(Bool.random(using: &random) ? 0x3FF : 0x1FFFF), using: &random)
      if let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
    var surface = Surface(columns: 40, rows: 1)
    surface.write(String(text), x: 0, y: 0)
    var column = 0
    while column < 40 {
      let cell = surface[column, 0]
      #expect(cell.width == 1 || cell.width == 2)
      if cell.width == 2 { #expect(surface[column + 1, 0].isContinuation) }
      #expect(cell.glyph.unicodeScalars.count <= 5)
      #expect(cell.glyph.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
      column += Int(max(cell.width, 1))
    }
  }
}

/// For calls that change their receiver, which the macro cannot take apart.
private func expectEqual(_ left: Int, _ right: Int, at location: SourceLocation = #_sourceLocation) {
  #expect(left == right, sourceLocation: location)
}

/// SplitMix64, for repeatable random text.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

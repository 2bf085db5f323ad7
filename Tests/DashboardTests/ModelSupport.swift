import Dashboard
import Domain
import Screen

/// A model of the fixture at a size.
func model(_ columns: Int, _ rows: Int, _ snapshot: Snapshot = Fixture.snapshot) -> Model {
  Model(snapshot: snapshot, size: Size(columns: columns, rows: rows))
}

extension Model {
  /// Presses keys one after the other; every character is a key of its own.
  @discardableResult
  mutating func press(_ keys: String) -> [Command] {
    keys.flatMap { update(&self, .key($0 == "\n" ? .enter : $0 == "\t" ? .tab : .char($0))) }
  }

  /// Presses one key.
  @discardableResult
  mutating func press(_ key: Key) -> [Command] { update(&self, .key(key)) }

  /// What is on the screen.
  func text(_ columns: Int, _ rows: Int, glyphs: Glyphs = .unicode) -> [String] {
    render(self, size: Size(columns: columns, rows: rows), now: now, glyphs: glyphs).lines
  }

  /// What the bottom row says.
  var footer: String { text(120, 40).last ?? "" }
}

extension [Command] {
  /// The acts among them.
  var acts: [(id: CommandID, act: IncidentAct)] {
    compactMap { if case .act(let id, let act) = $0 { (id, act) } else { nil } }
  }
}

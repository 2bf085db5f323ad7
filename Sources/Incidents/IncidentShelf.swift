/// Incidents in the order of their numbers, in pieces, so that changing one in a copied book copies one piece only.
struct IncidentShelf: Sendable {
  private static let pieceSize = 64
  private var pieces: [[Incident]] = []
  private(set) var count = 0

  subscript(index: Int) -> Incident {
    // Reading one field copies no incident.
    _read { yield pieces[index / IncidentShelf.pieceSize][index % IncidentShelf.pieceSize] }
    _modify { yield &pieces[index / IncidentShelf.pieceSize][index % IncidentShelf.pieceSize] }
  }

  mutating func append(_ incident: Incident) {
    if count % IncidentShelf.pieceSize == 0 {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(IncidentShelf.pieceSize)
    }
    pieces[pieces.count - 1].append(incident)
    count += 1
  }

  var last: Incident? { pieces.last?.last }

  var all: [Incident] { Array(pieces.joined()) }

  func first(where matches: (Incident) -> Bool) -> Incident? {
    for piece in pieces {
      if let found = piece.first(where: matches) { return found }
    }
    return nil
  }

  func forEach(_ body: (Incident) -> Void) {
    for piece in pieces { piece.forEach(body) }
  }
}

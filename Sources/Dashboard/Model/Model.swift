public import Domain
public import Screen

/// The state of the screen; only ``update(_:_:)`` changes it.
public struct Model: Equatable, Sendable {
  /// What is shown; does not change while frozen.
  public internal(set) var snapshot: Snapshot { didSet { snapshotNumber += 1 } }
  /// How many snapshots, or changes of one, have been shown.
  var snapshotNumber = 0
  var queueRows = QueueRows()
  /// The rules whose incidents are rows of their own also in a storm.
  var unfoldedRules: Set<String> = []
  /// Incidents that a storm does not fold, since they were marked, or selected, as rows of their own.
  var pinnedRows: Set<Int> = []
  /// The newest snapshot while the view is frozen.
  var held: Snapshot?
  /// When the view was frozen; nil while it is live.
  public internal(set) var frozenAt: Timestamp?
  /// Wall time of the last tick or snapshot.
  public internal(set) var now: Timestamp
  /// The size that keys such as tab and page down reckon with.
  public internal(set) var size: Size
  /// Which screen is shown.
  public internal(set) var place = Place.overview
  /// The panel that fills the screen, by the screen it belongs to.
  var overviewZoom: Panel?
  var incidentZoom: Panel?
  /// The focused panel of each screen.
  var overviewFocus = Panel.incidents
  var incidentFocus = Panel.timeline
  /// The zoomed and the focused panel of each board.
  var boardZoom: [Board: Panel] = [:]
  var boardFocus: [Board: Panel] = [:]
  /// The label whose segments the drift screen shows; nil for all labels.
  var driftLabel: String?
  /// The newest incident that attention was asked for, or that was there from the start; nil before the first snapshot.
  var calledFor: Int?
  /// When attention was asked for last.
  var calledAt: Timestamp?
  /// The incidents that are marked, for acts on all of them.
  var marked: Set<Int> = []
  /// What is chosen on the trace screen.
  var trace = TraceState()
  /// The selected rows.
  var cursors: [Panel: Cursor] = [:]
  /// How far panels without a cursor are scrolled from where they rest.
  var scrolls: [Panel: Int] = [:]
  /// What the rows of a panel must match.
  var filters: [Panel: String] = [:]
  /// What keys go to, when not to the screen.
  var editing: Editing?
  /// The forms that were begun and not saved, by incident.
  var forms: [Int: ActionForm] = [:]
  /// The lines that were begun and not recorded.
  var promptDrafts: [Prompt.Key: String] = [:]
  /// The acts that have been sent and not answered.
  var pending: [CommandID: IncidentAct] = [:]
  /// The acts about no incident that have been sent and not answered.
  var pendingDesk: [CommandID: DeskAct] = [:]
  /// The acknowledgement that can still be taken back.
  var undoOffer: UndoOffer?
  /// What the last act led to.
  var line: MessageLine?
  /// Whether the list of keys covers the screen, and how far it is scrolled.
  var helpScroll: Int?
  /// Set once the operator was warned that leaving drops a draft.
  var isLeaving = false
  var nextCommand = 1
  /// While the first incidents come in and no key was pressed, the queue's cursor stays at its top, until that has
  /// stood for ``settlingTime``.
  var settlesUntil: Timestamp?

  /// A model that shows a snapshot on the overview.
  public init(snapshot: Snapshot, size: Size) {
    self.snapshot = snapshot
    self.size = size
    now = snapshot.takenAt
    if snapshot.incidents.isEmpty { settlesUntil = now + Model.settlingTime }
    keepQueueRows()
    anchorIncidentCursor()
  }

  /// How long the worst incident of a dashboard that began without any must stand before the cursor is pinned to it.
  static let settlingTime = Duration.seconds(10)

  /// Whether the view stands still.
  public var isFrozen: Bool { frozenAt != nil }

  /// The incident that is open or selected, which single-letter acts go to.
  public var currentIncident: IncidentRow? {
    if case .incident(let number) = place { return incident(number) }
    guard focus == .incidents else { return nil }
    let rows = incidentRows
    return rows.indices.contains(cursorIndex(.incidents)) ? rows[cursorIndex(.incidents)] : nil
  }

  /// The number of the incident whose screen is shown.
  public var openIncident: Int? {
    if case .incident(let number) = place { number } else { nil }
  }

  /// The incident with a number, if the snapshot has it.
  func incident(_ number: Int) -> IncidentRow? { snapshot.incidents.first { $0.number == number } }

  /// The newest known snapshot, also while the view is frozen.
  var newest: Snapshot { held ?? snapshot }

  /// The panel that fills the present screen.
  var zoom: Panel? {
    get {
      switch place {
      case .overview: overviewZoom
      case .incident: incidentZoom
      case .board(let board): boardZoom[board]
      }
    }
    set {
      switch place {
      case .overview: overviewZoom = newValue
      case .incident: incidentZoom = newValue
      case .board(let board): boardZoom[board] = newValue
      }
    }
  }

  /// The panel that moves and filters go to.
  var focus: Panel {
    get {
      switch place {
      case .overview: zoom ?? overviewFocus
      case .incident: zoom ?? incidentFocus
      case .board(let board): zoom ?? boardFocus[board] ?? visiblePanels.first ?? board.mainPanel
      }
    }
    set {
      switch place {
      case .overview: overviewFocus = newValue
      case .incident: incidentFocus = newValue
      case .board(let board): boardFocus[board] = newValue
      }
    }
  }

  /// Whether this operator may act at all.
  var mayAct: Bool { snapshot.collecting != .readOnly && snapshot.operatorName != nil }

  /// The act on an incident that has not been answered yet.
  func pendingAct(on number: Int) -> IncidentAct? {
    pending.sorted { $0.key.rawValue < $1.key.rawValue }.last { $0.value.number == number }?.value
  }
}

/// What keys go to, when not to the screen.
enum Editing: Equatable, Sendable {
  case prompt(Prompt)
  case form(ActionForm)
}

/// An acknowledgement that can be taken back.
struct UndoOffer: Equatable, Sendable {
  var number: Int
  var revision: Int
  var until: Timestamp
}

/// What the bottom line says instead of the keys.
struct MessageLine: Equatable, Sendable {
  enum Tone: Sendable {
    case info
    case good
    case bad
  }

  var tone: Tone
  var text: String
  var at: Timestamp

  /// How long good news stays; bad news stays until the next key.
  static let lifetime = Duration.seconds(8)
}

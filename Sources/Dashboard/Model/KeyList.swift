/// Every key and what it does, for the list that `?` shows.
enum KeyList {
  struct Entry: Sendable {
    var keys: String
    var text: String
  }

  static let all: [Entry] = [
    Entry(keys: "1 2 3", text: "overview, drift, incidents"),
    Entry(keys: "4 5 6", text: "traces, assessments, audit trail"),
    Entry(keys: "n N s v r i", text: "on drift: column; segments; versions; review; its incident"),
    Entry(keys: "h l f F b d i", text: "on a run: fold, next finding, mark and compare, its incident"),
    Entry(keys: "r w", text: "on assessments: record a result, put one off"),
    Entry(keys: "v", text: "on the audit trail: does it hold?"),
    Entry(keys: "p", text: "how the five practices stand, and what each asks for"),
    Entry(keys: "tab shift-tab", text: "next, previous panel"),
    Entry(keys: "j k ↓ ↑", text: "next, previous row"),
    Entry(keys: "g G Home End", text: "first, last row"),
    Entry(keys: "PgUp PgDn", text: "a page up, down"),
    Entry(keys: "⏎", text: "open the incident, or the panel at full size"),
    Entry(keys: "esc", text: "back; on the overview drop the panel's filter"),
    Entry(keys: "z", text: "panel at full size and back"),
    Entry(keys: "/", text: "filter the panel's rows (fuzzy; ! inverts)"),
    Entry(keys: "space", text: "freeze the view and back to live"),
    Entry(keys: "a", text: "acknowledge the incident"),
    Entry(keys: "v V", text: "mark the incident for acts on several; drop all marks"),
    Entry(keys: "u", text: "take the acknowledgement back, for 10 s"),
    Entry(keys: "c", text: "new action, with the effect it is to have"),
    Entry(keys: "m", text: "new containment: the harm is stopped"),
    Entry(keys: "x", text: "next step of the runbook, or of the action, is done"),
    Entry(keys: "n", text: "note into the timeline"),
    Entry(keys: "A", text: "assign, or take it yourself"),
    Entry(keys: "R", text: "resolve, with a reason"),
    Entry(keys: "d", text: "dismiss, with a verdict and a reason"),
    Entry(keys: "C", text: "close a resolved incident, with a verdict and a reason"),
    Entry(keys: "l h", text: "in a storm: show the incidents of a folded row, fold them again"),
    Entry(keys: "y", text: "copy the row"),
    Entry(keys: "ctrl-l", text: "draw everything again"),
    Entry(keys: "ctrl-z", text: "back to the shell for a while"),
    Entry(keys: "?", text: "this list"),
    Entry(keys: "q", text: "back; on the overview leave"),
  ]
}

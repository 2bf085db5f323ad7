/// What comes from the keyboard, and the few other things that the terminal says in the same stream.
public enum Key: Hashable, Sendable {
  /// A printable character.
  case char(Character)
  /// Return.
  case enter
  /// Escape.
  case escape
  /// Tab.
  case tab
  /// Shift-tab.
  case backTab
  /// Cursor up.
  case up
  /// Cursor down.
  case down
  /// Cursor left.
  case left
  /// Cursor right.
  case right
  /// Home.
  case home
  /// End.
  case end
  /// Page up.
  case pageUp
  /// Page down.
  case pageDown
  /// Backspace.
  case backspace
  /// Delete.
  case delete
  /// Insert.
  case insert
  /// A letter, or one of `@ \ ] ^ _` or space, with control; letters are lower-case.
  case ctrl(Character)
  /// A function key, from 1.
  case function(Int)
  /// Text that was pasted, as the terminal sent it; at most 64 KiB.
  case paste(String)
  /// The terminal has a new size.
  case resize(Size)
  /// The terminal window has the keyboard.
  case focusIn
  /// The terminal window has lost the keyboard.
  case focusOut
}

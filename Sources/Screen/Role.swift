/// What a piece of the screen means; a theme gives every role its colours and attributes.
public enum Role: String, CaseIterable, Hashable, Sendable {
  /// Ordinary text.
  case foreground
  /// Labels and rows where all is well.
  case dim
  /// Titles and current values.
  case title
  /// The rules that separate panels.
  case rule
  /// The focused panel's title and rule, and information that is neither good nor bad.
  case focus
  /// A key that works here.
  case key
  /// A verdict that is good; never an ordinary row.
  case ok
  /// A warning.
  case warn
  /// An alarm.
  case alarm
  /// Somebody has acknowledged it.
  case acknowledged
  /// No recent data.
  case stale
  /// Waiting for verification.
  case verify
  /// Samples of a technical metric.
  case sparkTechnical
  /// Samples of a business metric.
  case sparkBusiness
  /// A deployment.
  case deploy
  /// The selected row.
  case selection
  /// The alarm badge of the top line.
  case badgeAlarm
  /// The warning badge of the top line.
  case badgeWarn
  /// The top line.
  case header
  /// The empty part of a gauge.
  case gaugeTrack
  /// A gauge's or graph's warning limit.
  case limitWarn
  /// A gauge's or graph's alarm limit.
  case limitAlarm
  /// Text that is being typed.
  case input
  /// Something that was refused or went wrong.
  case error
}

import Screen

/// Text from the environment in messages.
enum SafeText {
  /// The text in quotes, at most 40 columns, without anything that a terminal would obey.
  static func quoted(_ text: String) -> String {
    "'" + SanitisedText.string(text.truncated(toWidth: 40)) + "'"
  }
}

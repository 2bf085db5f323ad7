/// The reference of the configuration, written from the tables that the strict reader reads by.
public enum ConfigurationReference {
  /// A Markdown page: every section, key, type, default and meaning.
  public static var markdown: String {
    var page = """
      # Configuration

      `leeway.yaml` is YAML, read strictly: every key below and no other, each with a value of its type. `leeway config
      check` reports every mistake at once with its line and column, `leeway config init FILE…` writes a first
      configuration for the files it is given, `leeway config show` prints what is in effect. This page is generated:
      `leeway config docs`.

      Durations are a number and a unit (`ms s m h d w`, also `1h30m`). Texts that YAML would read as something else
      (`no`, `010`) need quotes. Anchors and aliases are refused. A field path is the names down to a value, joined by
      dots (`user.id`); a predicate is a question about one record (`status >= 500 and not tenant in ['t0']`), a
      condition compares aggregates with numbers ([RULES.md](RULES.md)).


      """
    for section in ConfigurationSchema.all {
      page += "## \(section.title)\n\n\(section.purpose)\n\n| key | type | default | meaning |\n|---|---|---|---|\n"
      for key in section.keys {
        let standard = key.isRequired ? "**required**" : key.standard.map(shown) ?? "–"
        let note = key.isUnused ? " *Checked, but not evaluated yet.*" : ""
        page += "| `\(key.name)` | \(cell(key.shape.words)) | \(standard) | \(cell(key.meaning))\(note) |\n"
      }
      page += "\n"
    }
    while page.hasSuffix("\n\n") { page.removeLast() }
    return page
  }

  /// Values in code, sentences as they are.
  private static func shown(_ standard: String) -> String {
    standard.contains(" ") || standard.contains("`") ? cell(standard) : "`\(standard)`"
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}

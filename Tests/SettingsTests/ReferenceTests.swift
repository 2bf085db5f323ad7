import Domain
import Foundation
import Measures
import Redaction
import Settings
import Testing

@Suite struct ReferenceTests {
  @Test func `The reference page is what the tables say`() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/configuration.md")
    if ProcessInfo.processInfo.environment["LEEWAY_RECORD"] == "1" {
      try ConfigurationReference.markdown.write(to: page, atomically: true, encoding: .utf8)
    }
    let kept = try String(contentsOf: page, encoding: .utf8)
    #expect(kept == ConfigurationReference.markdown, "LEEWAY_RECORD=1 swift test writes it anew")
  }

  @Test func `What is in effect, written as YAML, says the same`() throws {
    let yaml =
      ConfigurationTests.full
      + "\nredact: [{ field: user.email, action: hash }, { pattern: '/SUP-[0-9]+/', action: drop }, "
      + "{ pattern: ipv4, action: mask }]"
    let first = try #require(ConfigurationLoader.load(yaml: yaml, file: "leeway.yaml").0)
    let text = YAMLWriter.text(first.document)
    let (loaded, problems) = ConfigurationLoader.load(yaml: text, file: "leeway.yaml")
    #expect(problems.filter(\.isError).map(\.description) == [], "\(text)")
    var second = try #require(loaded)
    #expect(second.document == first.document)
    #expect(second.redaction.rules.count == 3)
    // What was left out is written out.
    for index in second.metrics.indices where first.metrics[index].aspect == nil {
      second.metrics[index].aspect = nil
    }
    #expect(second.metrics == first.metrics && second.sources == first.sources && second.incidents == first.incidents)
  }

  @Test(
    "A text keeps being a text",
    arguments: [
      "no", "off", "010", "", "~", "a: b", "# x", "*x", "- a", "a\nb", "\u{1B}[1m", "1h", "é", "x y", "{", "'", "\"",
      "1",
    ])
  func scalars(text: String) throws {
    let yaml = "service: \(YAMLWriter.scalar(text.isEmpty ? "x" : text))\n"
    let (loaded, problems) = ConfigurationLoader.load(yaml: yaml, file: "c.yaml")
    #expect(loaded?.service == (text.isEmpty ? "x" : text), "\(yaml) \(problems)")
  }

  @Test func `A template is valid, whatever is missing, and so is each explained key`() throws {
    let template = ConfigurationTemplate(
      Configuration(file: "leeway.yaml", service: "chat"), heading: ["By hand."], remarks: [:]
    ).yaml
    #expect(ConfigurationLoader.load(yaml: template, file: "c.yaml").1 == [])
    #expect(template.split(separator: "\n").filter { !$0.hasPrefix("#") } == ["service: chat"], "\(template)")
    // Every commented-out key ends in a sentence.
    for line in template.split(separator: "\n") where line.hasPrefix("#   ") {
      #expect(line.contains("# ") && line.hasSuffix(".") || line.hasSuffix(")"), "\(line)")
    }
  }
}

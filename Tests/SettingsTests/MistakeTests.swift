import Domain
import Settings
import Testing

/// One mistake a case, each with its exact message.
@Suite struct MistakeTests {
  private func errors(_ yaml: String) -> [String] {
    let (loaded, problems) = ConfigurationLoader.load(yaml: yaml, file: "c.yaml")
    let errors = problems.filter(\.isError).map(\.description)
    #expect((loaded == nil) == !errors.isEmpty)
    return errors
  }

  @Test(
    "Mistakes in the file as a whole",
    arguments: [
      ("", "c.yaml:1:1: error: the file is empty; expected at least 'service: <name>'"),
      ("[a]", "c.yaml:1:1: error: the configuration is a list; expected a mapping of keys and values"),
      ("theme: auto", "c.yaml:1:1: error: the configuration has no 'service'; expected 'service', which is required"),
      ("service: ''", "c.yaml:1:10: error: 'service' is empty; expected a text"),
      ("service: [x]", "c.yaml:1:10: error: 'service' is a list; expected a text"),
      ("service: 010", "c.yaml:1:10: error: 'service' is 010, which is no text; expected quotes: \"010\""),
      (
        "service: a\nservice: b",
        "c.yaml:2:1: error: the key 'service' is there more than once in the same mapping; expected it once"
      ),
      ("service: a\n? [x]\n: y", "c.yaml:2:3: error: a key is not a single word; expected a key such as 'name'"),
      (
        "service: &x a\ntheme: *x",
        "c.yaml:2:8: error: an alias; expected the value written out, or quotes around text that begins with '*'"
      ),
      (
        "service: a\nevaluate: soon",
        "c.yaml:2:11: error: 'evaluate' is 'soon'; expected a duration above 0 such as 10s, 5m or 1h30m"
      ),
      (
        "service: a\nincidents: { ack_ttl: 0s }",
        "c.yaml:2:23: error: 'ack_ttl' is '0s'; expected a duration above 0 such as 10s, 5m or 1h30m"
      ),
      (
        "service: a\nincidents: { auto_resolve: yes }",
        "c.yaml:2:28: error: 'auto_resolve' is 'yes'; expected true or false"
      ),
      (
        "service: a\nincidents: { two_person_close: alrm }",
        "c.yaml:2:32: error: 'two_person_close' is 'alrm'; expected 'alarm' (did you mean it?) or another of notice, warn, alarm"
      ),
      (
        "service: a\nnotify: { hook: [page-oncall] }",
        "c.yaml:2:17: error: 'hook' does not begin with a program's absolute path; expected [/usr/local/bin/page-oncall, --team, ai]; no shell reads it"
      ),
      (
        "service: a\nnotify: { hook: [/bin/true], timeout: 10m }",
        "c.yaml:2:39: error: 'timeout' is longer than five minutes; expected a duration up to 5m"
      ),
      ("service: a\nsources: x", "c.yaml:2:10: error: 'sources' is a single value; expected a list, […]"),
      (
        "service: a\nslos: [{ name: x, good: \"a == 1\", objective: 99 }]",
        "c.yaml:2:35: error: 'objective' is 99.0; expected a share above 0 and below 1"
      ),
      (
        "service: a\nheartbeats: [{ source: x }]",
        "c.yaml:2:16: error: no source is named 'x'; expected a source under 'sources'"
      ),
    ])
  func whole(yaml: String, message: String) {
    #expect(errors(yaml) == [message])
  }

  @Test func `Text that is not YAML has its place`() {
    let found = errors("service: a\nsources: [ {name: x\n")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("c.yaml:3:1: error: not YAML: ") == true, "\(found)")
  }

  @Test(
    "Mistakes in a source",
    arguments: [
      ("{ paths: [x] }", "c.yaml:3:5: error: a source has no 'name'; expected 'name', which is required"),
      ("{ name: s }", "c.yaml:3:5: error: a source has no 'paths'; expected 'paths', which is required"),
      ("{ name: s, paths: x }", "c.yaml:3:23: error: 'paths' is a single value; expected a list, […]"),
      (
        "{ name: s, paths: [x], fromat: csv }",
        "c.yaml:3:28: error: unknown key 'fromat' in a source; expected 'format' (did you mean it?)"
      ),
      (
        "{ name: s, paths: [x], zzz: 1 }",
        "c.yaml:3:28: error: unknown key 'zzz' in a source; expected one of name, paths, format, time, pattern, record_start, timezone, start, labels, stale_after, label_limit, redact, join, canary"
      ),
      (
        "{ name: s, paths: [x], start: middle }",
        "c.yaml:3:35: error: 'start' is 'middle'; expected one of beginning, end"
      ),
      ("{ name: s, paths: [x], time: \"a..b\" }", "c.yaml:3:37: error: 'time': found '.'; expected a name"),
      (
        "{ name: s, paths: [x], labels: [a] }",
        "c.yaml:3:36: error: 'labels' is a list; expected a mapping of names to fields"
      ),
      (
        "{ name: s, paths: [x], labels: { tenant: } }",
        "c.yaml:3:38: error: the label 'tenant' has no field; expected a field"
      ),
      (
        "{ name: s, paths: [off] }",
        "c.yaml:3:24: error: a path is off, which YAML reads as true or false; expected quotes: \"off\""
      ),
    ])
  func source(text: String, message: String) {
    #expect(errors("service: a\nsources:\n  - \(text)\n") == [message])
  }

  @Test func `An unknown format lists the known ones, the likely one first`() {
    let found = errors("service: a\nsources:\n  - { name: s, paths: [x], format: jsonnl }\n")
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix(
        "c.yaml:3:36: error: 'format' is 'jsonnl'; expected 'jsonl' (did you mean it?) or another of auto,")
        == true, "\(found)")
  }

  @Test(
    "Mistakes in a metric",
    arguments: [
      ("{ name: m, source: s }", "c.yaml:4:5: error: a metric has no 'kind'; expected 'kind', which is required"),
      (
        "{ name: m, source: t, kind: counter }",
        "c.yaml:4:16: error: no source is named 't'; expected 's' (did you mean it?)"
      ),
      (
        "{ name: m, source: s, kind: count }",
        "c.yaml:4:33: error: 'kind' is 'count'; expected 'counter' (did you mean it?) or another of counter, gauge, distribution, ratio, category"
      ),
      (
        "{ name: m, source: s, kind: gauge }",
        "c.yaml:4:27: error: a metric of kind gauge has no 'field'; expected the field to read"
      ),
      (
        "{ name: m, source: s, kind: ratio }",
        "c.yaml:4:27: error: a metric of kind ratio has no 'where'; expected which records count, such as where: \"status >= 500\""
      ),
      (
        "{ name: m, source: s, kind: ratio, where: 'a == ''x'' and b = 1' }",
        "c.yaml:4:65: error: 'where': found '='; expected '=='"
      ),
      (
        "{ name: m, source: s, kind: ratio, where: \"a == \\\"x\\\" and b = 1\" }",
        "c.yaml:4:65: error: 'where': found '='; expected '=='"
      ),
      (
        "{ name: m, source: s, kind: counter, of: \"a == 1\" }",
        "c.yaml:4:42: error: 'of' in a metric of kind counter; expected 'of' only for kind ratio"
      ),
      (
        "{ name: m, source: s, kind: counter, tolerance: { of: p95, warn: 1 } }",
        "c.yaml:4:59: error: 'of' is 'p95', which a metric of kind counter has not; expected one of count, rate, sum, mean"
      ),
      (
        "{ name: m, source: s, kind: counter, tolerance: { min_n: 5 } }",
        "c.yaml:4:53: error: a tolerance has no mark; expected 'warn', 'alarm' or both"
      ),
      (
        "{ name: m, source: s, kind: counter, tolerance: { warn: 010 } }",
        "c.yaml:4:61: error: 'warn' is '010'; expected a number without leading zeros, underscores, colons or 0x"
      ),
      (
        "{ name: m, source: s, kind: counter, tolerance: { warn: \"1\" } }",
        "c.yaml:4:61: error: 'warn' is '1'; expected a number"
      ),
      (
        "{ name: m, source: s, kind: counter, tolerance: { warn: 1, min_n: 1.5 } }",
        "c.yaml:4:71: error: 'min_n' is '1.5'; expected a whole number, 0 or more"
      ),
      (
        "{ name: m, source: s, kind: counter, drift: { } }",
        "c.yaml:4:42: error: a metric of kind counter has no shape that could drift; expected 'drift' only for kind distribution or category"
      ),
    ])
  func metric(text: String, message: String) {
    let yaml = "service: a\nsources: [{ name: s, paths: [x] }]\nmetrics:\n  - \(text)\n"
    #expect(errors(yaml) == [message])
  }

  @Test(
    "Mistakes in a rule",
    arguments: [
      (
        "{ when: \"count() over 60s > 1\" }",
        "c.yaml:4:5: error: a rule has no 'name'; expected 'name', which is required"
      ),
      ("{ name: r }", "c.yaml:4:5: error: a rule has no 'when'; expected 'when', which is required"),
      ("{ name: r, when: \"count() > 1\" }", "c.yaml:4:31: error: 'when': found '>'; expected 'over' and a duration"),
      (
        "{ name: r, when: count() over 60s }",
        "c.yaml:4:38: error: 'when': found the end; expected a comparison (== != < <= > >=)"
      ),
      (
        "{ name: r, when: \"burn_rate(x) over 60s > 1\" }",
        "c.yaml:4:22: error: rule r: no objective under 'slos' is named 'x', which burn_rate needs"
      ),
      (
        "{ name: r, when: \"count() over 60s > 1\", clear: 5 }",
        "c.yaml:4:53: error: 'clear': found '5'; expected a comparison (== != < <= > >=)"
      ),
      (
        "{ name: r, when: \"count() over 60s > 1\", severity: critical }",
        "c.yaml:4:56: error: 'severity' is 'critical'; expected one of notice, warn, alarm"
      ),
      (
        "{ name: r, when: \"count() over 60s > 1\", source: q }",
        "c.yaml:4:22: error: rule r: no source is named 'q'; the sources are: s"
      ),
      (
        "{ name: r, when: \"count() over 60s > 1\", by: [a, a] }",
        "c.yaml:4:54: error: 'by' names 'a' twice; expected it once"
      ),
      (
        "{ name: \"rule:x\", when: \"count() over 60s > 1\" }",
        "c.yaml:4:7: error: the rule's name begins with 'rule:'; expected another name; that is Leeway's"
      ),
    ])
  func rule(text: String, message: String) {
    let found = errors("service: a\nsources: [{ name: s, paths: [x] }]\nrules:\n  - \(text)\n")
    #expect(found == [message])
  }

  @Test func `Names that are taken are told`() {
    let yaml = """
      service: a
      sources: [{ name: s, paths: [x] }, { name: s, paths: [z] }]
      metrics: [{ name: m, source: s, kind: counter }, { name: m, source: s, kind: counter }]
      """
    #expect(
      errors(yaml) == [
        "c.yaml:2:38: error: another source is named 's' already; expected a name of its own",
        "c.yaml:3:52: error: another metric is named 'm' already; expected a name of its own",
      ])
  }

  @Test func `An identity label that changes within an episode is a warning`() {
    let yaml = """
      service: a
      sources: [{ name: s, paths: [x] }]
      rules: [{ name: r, when: "count() over 60s > 1", by: [model_version] }]
      """
    let (loaded, problems) = ConfigurationLoader.load(yaml: yaml, file: "c.yaml")
    #expect(loaded != nil)
    #expect(problems.map { "\($0.line):\($0.column) \($0.isError)" } == ["3:55 false"])
  }

  @Test(
    "Text made to exhaust a reader is refused",
    arguments: [
      String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
      String(repeating: "? ", count: 100_000), "service: " + String(repeating: "{a: ", count: 5_000),
      (0..<2_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      String(repeating: "x", count: (1 << 20) + 1),
      "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
      "service: a\nsources: [" + String(repeating: "1,", count: 60_000) + "]",
      "service: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    ])
  func hostile(yaml: String) {
    let (loaded, problems) = ConfigurationLoader.load(yaml: yaml, file: "c.yaml")
    #expect(loaded == nil)
    #expect(problems.count == 1)
  }

  @Test("No text makes the loader trap, and each problem has a place", arguments: UInt64(1)...30)
  func fuzz(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let original = Array(ConfigurationTests.full.unicodeScalars)
    let noise = Array(" \n\t:-[]{}'\"#&*!|>%@`?,é\u{0}\u{7}~0x".unicodeScalars)
    for _ in 0..<20 {
      var scalars = original
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: 0..<scalars.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: scalars.remove(at: index)
        case 1: scalars.insert(noise.randomElement(using: &random) ?? " ", at: index)
        default: scalars[index] = noise.randomElement(using: &random) ?? " "
        }
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      let (loaded, problems) = ConfigurationLoader.load(yaml: text, file: "c.yaml")
      #expect((loaded == nil) == problems.contains(where: \.isError))
      #expect(problems.allSatisfy { $0.line >= 1 && $0.column >= 1 })
    }
  }
}

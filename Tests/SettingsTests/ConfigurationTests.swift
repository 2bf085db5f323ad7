import Detection
import Domain
import Expressions
import Incidents
import Measures
import Settings
import Testing

@Suite struct ConfigurationTests {
  static let full = """
    service: prod-assistant
    store: { sqlite: leeway.db }
    sources:
      - { name: inference, paths: ["/var/log/llm/inference*.jsonl", "logs/*.jsonl"], format: auto,
          time: ts, start: beginning,
          labels: { model: model, version: model_version, tenant: tenant } }
      - { name: agents, paths: ["/var/log/otel/*.jsonl"] }
    metrics:
      - name: latency
        source: inference
        kind: distribution                    # counter | gauge | distribution | ratio | category
        field: latency_ms
        unit: ms
        aspect: technical
        owner: serving-team
        why: "users leave above 2 s"
        tolerance: { of: p95, warn: 800, alarm: 1500, min_n: 50 }
        validated_by: latency-canary
      - { name: refusals, source: inference, kind: ratio, where: "finish_reason in ['refusal','content_filter']", aspect: safety }
      - { name: prompt_tokens, source: inference, kind: distribution, field: tokens_in, drift: { reference: week-46, warn: 0.1, alarm: 0.25, tau: 0.02, stratify: hour } }
    drift: { false_pages_per_week: 1, min_rows: 50 }
    evaluate: 10s
    values:
      - { name: "does not refuse the harmless", metric: over_refusal, owner: safety, tolerance: { warn: 0.02, alarm: 0.05 }, check_every: 24h }
    rules:
      - name: guardrail-fail-open
        when: "ratio(guardrail.status in ['guardrail_failed_to_respond','not_run']) over 120s > 0.01"
        min_n: 20
        by: [tenant]
        for: 0s
        keep_firing_for: 2m
        clear: "< 0.005"
        severity: alarm
        category: safety_control_failure
        runbook: runbooks/guardrail.md
        owasp: [LLM01]
    slos: [{ name: harm-free, good: "eval.harm_label == 'ok'", objective: 0.999, window: 30d }]
    heartbeats: [{ source: inference, every: 60s, stale_after: 180s }]
    policy: policy.yaml
    assessments: [{ name: red-team tool abuse, kind: red-team, every: 90d, owner: safety }]
    incidents: { ack_ttl: 30m, reopen_window: 30m, two_person_close: alarm }
    notify: { hook: [/usr/local/bin/page-oncall, --team, ai], timeout: 20s, severity: warn }
    theme: auto
    """

  @Test func `Every part of a full configuration is read`() throws {
    let (loaded, problems) = ConfigurationLoader.load(yaml: ConfigurationTests.full, file: "etc/leeway.yaml")
    #expect(problems.filter(\.isError).map(\.description) == [])
    let configuration = try #require(loaded)
    #expect(configuration.service == "prod-assistant" && configuration.store == "leeway.db")
    #expect(configuration.sources.map(\.name) == ["inference", "agents"])
    #expect(
      configuration.sources[0].paths.map(\.resolved) == ["/var/log/llm/inference*.jsonl", "etc/logs/*.jsonl"])
    #expect(configuration.sources[0].time?.description == "ts")
    #expect(configuration.sources[0].labels.map(\.name) == ["model", "version", "tenant"])
    #expect(configuration.metrics.map(\.kind) == [.distribution, .ratio, .distribution])
    #expect(
      configuration.metrics[0].tolerance == Tolerance(of: .quantile(0.95), warn: 800, alarm: 1_500, minimumCount: 50))
    #expect(configuration.metrics[0].labels.map(\.path.description) == ["model", "model_version", "tenant"])
    #expect(configuration.metrics[2].drift?.reference == "week-46")
    let rule = try #require(configuration.rules.first)
    #expect(rule.minimumCount == 20 && rule.by == ["tenant"] && rule.keepFiringFor == .seconds(120))
    #expect(rule.clear?.description == "< 0.005" && rule.severity == .alarm && rule.owasp == ["LLM01"])
    #expect(
      configuration.heartbeats == [Heartbeat(source: "inference", every: .seconds(60), staleAfter: .seconds(180))])
    #expect(configuration.policy?.resolved == "etc/policy.yaml")
    #expect(
      configuration.incidents.twoPersonClose == .alarm && configuration.incidents.ackTimeToLive == .seconds(1_800))
    #expect(configuration.notify.hook == ["/usr/local/bin/page-oncall", "--team", "ai"])
    #expect(configuration.notify.timeout == .seconds(20) && configuration.notify.severity == .warn)
    #expect(configuration.objectives.first?.window == .seconds(30 * 86_400))
    #expect(configuration.metrics.last?.drift?.stratify == .hour)
    #expect(configuration.assessments.first?.every == .seconds(90 * 86_400))
    #expect(
      configuration.ruleSet.definitions.map(\.name) == [
        "guardrail-fail-open", "slo:harm-free:fast", "slo:harm-free:slow", "slo:harm-free:drip",
      ])
  }

  @Test func `What is read but not acted on is said plainly, as are gaps in metrics`() {
    let (_, problems) = ConfigurationLoader.load(yaml: ConfigurationTests.full, file: "leeway.yaml")
    #expect(
      problems.map(\.what) == [
        "the metric 'refusals' has no owner, no why, no tolerance", "the metric 'prompt_tokens' has no owner, no why",
        "no metric is named 'over_refusal', so the value is not measured",
      ])
  }

  @Test func `A service alone is a configuration`() throws {
    let (loaded, problems) = ConfigurationLoader.load(yaml: "service: chat\n", file: "leeway.yaml")
    #expect(problems.isEmpty)
    #expect(try #require(loaded).evaluate == .seconds(10))
  }

  @Test func `All problems are told at once, in the order of their places`() {
    let yaml = "service: no\nsources:\n  - { name: a, paths: [] }\nevaluate: 7s\nthem: dark\n"
    let (loaded, problems) = ConfigurationLoader.load(yaml: yaml, file: "c.yaml")
    #expect(loaded == nil)
    #expect(
      problems.map(\.description) == [
        "c.yaml:1:10: error: 'service' is no, which YAML reads as true or false; expected quotes: \"no\"",
        "c.yaml:3:16: error: 'paths' is empty; expected at least one file or pattern",
        "c.yaml:4:1: error: 'evaluate' is 7s; expected a multiple of 10s, at most 1h",
        "c.yaml:5:1: error: unknown key 'them' in the configuration; expected 'theme' (did you mean it?)",
      ])
  }
}

extension Rehearsal {
  /// The configuration (YAML) that watches the rehearsed service's files in `directory`.
  ///
  /// Limits are set so that the calm service crosses none of them and each scripted fault crosses its own. With
  /// `quiet`, for the recorded night with its few requests a minute, windows are longer and minimum counts smaller.
  public static func configuration(directory: String, quiet: Bool = false) -> String {
    let many = quiet ? 120 : 200
    return sources(directory) + metrics(many: many) + rules(many: many, quiet: quiet)
      + (quiet ? "policy: policy.yaml\n" : "")
  }

  private static func sources(_ directory: String) -> String {
    func path(_ file: RehearsedFile) -> String {
      quoted(directory.isEmpty || directory == "." ? file.name : directory + "/" + file.name)
    }
    return """
      # What Leeway watches of the rehearsed assistant.
      service: prod-assistant
      sources:
        - name: inference
          paths: [\(path(.inference))]
          time: ts
          start: beginning
          labels: { model: model, version: model_version, tenant: tenant }
        - name: feedback
          paths: [\(path(.feedback))]
          time: ts
          start: beginning
          labels: { tenant: tenant }
        - name: evaluations
          paths: [\(path(.evaluations))]
          time: ts
          start: beginning
          labels: { version: model_version, suite: suite }
        - name: agents
          paths: [\(path(.traces))]
          format: otlp
          start: beginning
        - name: gpu
          paths: [\(path(.gpu))]
          time: ts
          start: beginning
          labels: { host: host }

      """
  }

  private static func rules(many: Int, quiet: Bool) -> String {
    let window = quiet ? "5m" : "120s"
    let longWindow = quiet ? "10m" : "5m"
    let fewest = quiet ? 12 : 20
    let stale = quiet ? "every: 60s, stale_after: 180s" : "every: 30s, stale_after: 60s"
    return """
      drift: { false_pages_per_week: 1, min_rows: 50 }
      evaluate: 10s
      rules:
        - name: guardrail-fail-open
          title: "guardrail fails open: requests go unscreened"
          source: inference
          when: "ratio(guardrail.status in ['guardrail_failed_to_respond','not_run']) over \(window) > 0.01"
          min_n: \(fewest)
          by: [tenant]
          for: 0s
          keep_firing_for: 2m
          clear: "< 0.005"
          severity: alarm
          category: safety_control_failure
          owasp: [LLM01]
        - name: latency-p95
          title: "p95 latency over its limit"
          source: inference
          when: "p95(latency_ms) over \(window) > 1700"
          min_n: \(many / 2)
          for: 20s
          keep_firing_for: 1m
          clear: "< 1500"
          severity: warn
          category: performance
        - name: error-ratio
          title: "requests fail with server errors"
          source: inference
          when: "ratio(http_status >= 500) over \(window) > 0.025"
          min_n: \(many / 2)
          for: 10s
          keep_firing_for: 1m
          clear: "< 0.015"
          severity: alarm
          category: performance
        - name: refusals-rise
          title: "refusals rise: harmless requests are turned away"
          source: inference
          when: "ratio(finish_reason in ['refusal','content_filter']) over \(longWindow) > 0.055"
          min_n: \(many)
          for: 30s
          keep_firing_for: 2m
          clear: "< 0.045"
          severity: warn
          category: harmful_output
        - name: agent-loop
          title: "agent loop finding: the same call again and again"
          source: agents
          when: "count(detector == 'LOOP_REPEAT' and tier == 'incident') over 5m > 0"
          by: [agent]
          for: 0s
          keep_firing_for: 1m
          severity: alarm
          category: misuse
          owasp: [LLM06]
      heartbeats:
        - { source: inference, \(stale) }
        - { source: gpu, \(stale) }
      values:
        - { name: "does not refuse the harmless", metric: refusals, owner: safety-team, tolerance: { warn: 0.045, alarm: 0.1 }, check_every: 24h }
        - { name: "never answers unscreened", metric: guardrail_failures, owner: safety-team, tolerance: { warn: 0.005, alarm: 0.01 }, check_every: 24h }
        - { name: "solves what people came for", metric: resolved_alone, owner: support-lead, tolerance: { warn: 0.65, alarm: 0.58 }, check_every: 24h }
      assessments:
        - { name: "red-team: tool abuse", kind: red-team, every: 90d, owner: safety-team }
        - { name: refusal suite, kind: evaluation, every: 7d, owner: evaluation-team }
        - { name: impact assessment, kind: impact, every: 180d, owner: product-owner }
        - { name: do the rules work, kind: rule-effectiveness, every: 30d, owner: serving-team }
      incidents: { ack_ttl: 30m, reopen_window: 30m, two_person_close: alarm }
      theme: auto

      """
  }

  private static func metrics(many: Int) -> String {
    """
    metrics:
      - { name: requests, source: inference, kind: counter, unit: requests, aspect: technical, owner: serving-team, why: "how much the service has to do" }
      - { name: latency, source: inference, kind: distribution, field: latency_ms, unit: ms, aspect: technical, owner: serving-team, why: "users leave above 2 s", tolerance: { of: p95, warn: 1500, alarm: 1700, min_n: \(many / 2) } }
      - { name: errors, source: inference, kind: ratio, where: "http_status >= 500", aspect: technical, owner: serving-team, why: "failed requests are lost customers", tolerance: { warn: 0.015, alarm: 0.025, min_n: \(many / 2) } }
      - { name: cache_hits, source: inference, kind: ratio, where: "cache_hit == true", aspect: technical, owner: serving-team, why: "a cold cache doubles the cost" }
      - { name: gpu_util, source: gpu, kind: gauge, field: gpu_util, unit: "%", aspect: technical, owner: serving-team, why: "no headroom above 95 %", tolerance: { of: max, warn: 95, alarm: 99 } }
      - { name: queue_depth, source: gpu, kind: gauge, field: queue_depth, unit: requests, aspect: technical, owner: serving-team, why: "a growing queue precedes slowness", tolerance: { of: max, warn: 80, alarm: 120 } }
      - { name: prompt_tokens, source: inference, kind: distribution, field: tokens_in, unit: tokens, aspect: technical, owner: prompt-team, why: "a template that grows costs money and attention", drift: { reference: auto, warn: 0.1, alarm: 0.25 } }
      - { name: answer_tokens, source: inference, kind: distribution, field: tokens_out, unit: tokens, aspect: quality, owner: prompt-team, why: "longer is rarely better", drift: { reference: auto, warn: 0.1, alarm: 0.25 } }
      - { name: cost_per_request, source: inference, kind: distribution, field: cost_usd, unit: USD, aspect: business, owner: finance, why: "the margin is thin", tolerance: { of: mean, warn: 0.0017, alarm: 0.003, min_n: \(many) } }
      - { name: spend, source: inference, kind: counter, field: cost_usd, unit: USD, aspect: business, owner: finance, why: "what the service costs" }
      - { name: resolved_alone, source: inference, kind: ratio, where: "resolved == true", aspect: business, owner: support-lead, why: "every escalation costs ten minutes of a person", tolerance: { warn: 0.65, alarm: 0.58, min_n: \(many) } }
      - { name: csat, source: feedback, kind: distribution, field: rating, unit: stars, aspect: business, owner: support-lead, why: "what users say", tolerance: { of: mean, warn: 4.0, alarm: 3.7, min_n: 30 } }
      - { name: refusals, source: inference, kind: ratio, where: "finish_reason in ['refusal','content_filter']", aspect: safety, owner: safety-team, why: "refusing the harmless is a failure too", tolerance: { warn: 0.045, alarm: 0.1, min_n: \(many) } }
      - { name: finish_reason, source: inference, kind: category, field: finish_reason, aspect: safety, owner: safety-team, why: "a shift in how answers end is a change of behaviour", drift: { reference: auto, warn: 0.1, alarm: 0.25 } }
      - { name: guardrail_failures, source: inference, kind: ratio, where: "guardrail.status in ['guardrail_failed_to_respond','not_run']", aspect: safety, owner: safety-team, why: "an unscreened answer is an uncontrolled one", tolerance: { warn: 0.005, alarm: 0.01, min_n: 20 } }
      - { name: evaluations_passed, source: evaluations, kind: ratio, where: "passed == true", aspect: quality, owner: evaluation-team, why: "the suites stand for what we promise", tolerance: { warn: 0.945, alarm: 0.88, min_n: 40 } }
      - { name: agent_runs, source: agents, kind: counter, where: "kind == 'run'", unit: runs, aspect: technical, owner: agent-team, why: "how much the agents have to do" }
      - { name: agent_steps, source: agents, kind: distribution, field: steps, where: "kind == 'run'", unit: steps, aspect: technical, owner: agent-team, why: "a run that grows is losing its way" }
      - { name: agent_findings, source: agents, kind: counter, where: "kind == 'finding'", unit: findings, aspect: safety, owner: agent-team, why: "what the detectors saw" }

    """
  }

  private static func quoted(_ text: String) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      default:
        let value = scalar.value
        if value < 0x20 || value == 0x7F {
          let digits = String(value, radix: 16)
          output += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
        } else {
          output.unicodeScalars.append(scalar)
        }
      }
    }
    return output + "\""
  }
}

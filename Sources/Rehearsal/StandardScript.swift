extension FaultScript {
  /// The script of `leeway demo`. Times are relative to the live start; an hour of history comes before it.
  ///
  /// | time | fault | what an operator sees |
  /// |---|---|---|
  /// | −48:00, 6 min | requests 2.2 times slower, then fixed | a hump in p95 latency; `latency-p95` fired and resolved |
  /// | −22:00 | release m-2.4.1 replaces m-2.4.0 | deploy mark; prompt length PSI over 0.25; refusals 3 % → 7 %, `refusals-rise` |
  /// | −6:00, 10 min | guardrail of tenant harbour fails open in 6.5 % | `guardrail-fail-open` is open on the first screen |
  /// | +0:20 | search-agent repeats one call 9 times | finding LOOP_REPEAT, then `agent-loop` |
  /// | +0:45, 4 min | requests up to 2.2 times slower | p95 climbs over its limit for a minute, `latency-p95` |
  /// | +1:30, 4 min | gpu.jsonl is silent | GPU utilisation and queue depth go stale, heartbeat fires |
  /// | +16:00 | release m-2.4.2 takes the longer template back | deploy mark; drift and refusals recover |
  /// | +8:00, then every 8 min | loop, upstream errors, fail-open, slowness, silence, each varied | the same, other agents and tenants; `error-ratio` |
  public static let standard = FaultScript(
    once: [
      ScriptedFault(
        at: .seconds(-2_880), lasts: .seconds(360), fault: .slow(factor: 2.2),
        operatorSees: "a hump in p95 latency; latency-p95 fired and resolved in the history"),
      ScriptedFault(
        at: .seconds(-1_320), lasts: .zero, fault: .deploy(.drifting),
        operatorSees: "deploy mark m-2.4.1; prompt length drifts past PSI 0.25; refusals-rise fires at 7 %"),
      ScriptedFault(
        at: .seconds(-360), lasts: .seconds(600), fault: .guardrailFailsOpen(tenant: "harbour", share: 0.065),
        operatorSees: "guardrail-fail-open for tenant harbour is open on the first screen"),
      ScriptedFault(
        at: .seconds(20), lasts: .zero, fault: .agentLoop(agent: "search-agent", repeats: 9),
        operatorSees: "search-agent repeats a call 9 times: LOOP_REPEAT up to tier incident, agent-loop fires"),
      ScriptedFault(
        at: .seconds(45), lasts: .seconds(240), fault: .slow(factor: 2.2),
        operatorSees: "p95 latency climbs over its limit within a minute; latency-p95 fires"),
      ScriptedFault(
        at: .seconds(90), lasts: .seconds(240), fault: .silence(of: .gpu),
        operatorSees: "gpu.jsonl goes stale after a minute: its metrics show no data, the heartbeat fires"),
      ScriptedFault(
        at: .seconds(960), lasts: .zero, fault: .deploy(.repaired),
        operatorSees: "deploy mark m-2.4.2; prompt length and refusals return to where they were"),
    ],
    cycle: [
      ScriptedFault(
        at: .seconds(20), lasts: .zero, fault: .agentLoop(agent: "refund-agent", repeats: 9),
        operatorSees: "another agent loops: LOOP_REPEAT, agent-loop fires"),
      ScriptedFault(
        at: .seconds(60), lasts: .seconds(150), fault: .upstreamErrors(share: 0.06),
        operatorSees: "6 % of requests fail with 502 or 504: error-ratio fires"),
      ScriptedFault(
        at: .seconds(150), lasts: .seconds(150), fault: .guardrailFailsOpen(tenant: "lantern", share: 0.055),
        operatorSees: "guardrail-fail-open fires for another tenant"),
      ScriptedFault(
        at: .seconds(240), lasts: .seconds(150), fault: .slow(factor: 2.2),
        operatorSees: "p95 latency climbs over its limit; latency-p95 fires"),
      ScriptedFault(
        at: .seconds(300), lasts: .seconds(120), fault: .silence(of: .gpu),
        operatorSees: "gpu.jsonl goes stale, the heartbeat fires"),
    ],
    cycleStart: .seconds(480), cycleLength: .seconds(480))

  /// The script of the recorded night in `SampleData`: forty minutes, times relative to their beginning.
  ///
  /// | time | fault | what an operator sees |
  /// |---|---|---|
  /// | 14:00 | release m-2.4.1 replaces m-2.4.0 | deploy mark; prompt length drifts; refusals rise |
  /// | 22:00, 8 min | guardrail of tenant harbour fails open in 30 % | `guardrail-fail-open` |
  /// | 27:00 | search-agent repeats one call 9 times | finding LOOP_REPEAT, `agent-loop` |
  /// | 30:00, 6 min | requests up to 2.5 times slower | `latency-p95` |
  public static let night = FaultScript(
    once: [
      ScriptedFault(
        at: .seconds(840), lasts: .zero, fault: .deploy(.drifting),
        operatorSees: "deploy mark m-2.4.1; prompt length drifts, refusals rise"),
      ScriptedFault(
        at: .seconds(1_320), lasts: .seconds(480), fault: .guardrailFailsOpen(tenant: "harbour", share: 0.3),
        operatorSees: "guardrail-fail-open fires for tenant harbour"),
      ScriptedFault(
        at: .seconds(1_620), lasts: .zero, fault: .agentLoop(agent: "search-agent", repeats: 9),
        operatorSees: "search-agent repeats a call 9 times: LOOP_REPEAT, agent-loop fires"),
      ScriptedFault(
        at: .seconds(1_800), lasts: .seconds(360), fault: .slow(factor: 2.5),
        operatorSees: "p95 latency climbs over its limit; latency-p95 fires"),
    ])
}

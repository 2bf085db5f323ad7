import Decoding

/// One small run in each format, in the shapes that the formats' own tools write; all contents are made up.
enum TraceSamples {
  static let claude = [
    #"{"type":"summary","summary":"s","leafUuid":"u9"}"#,
    """
    {"type":"user","timestamp":"2026-01-05T10:00:00Z","parentUuid":null,"sessionId":"s-1","version":"2.0.1",\
    "uuid":"u1","message":{"role":"user","content":"list the files"}}
    """,
    """
    {"type":"assistant","timestamp":"2026-01-05T10:00:04Z","parentUuid":"u1","sessionId":"s-1","version":"2.0.1",\
    "uuid":"u2","message":{"id":"m1","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[\
    {"type":"text","text":"I look."}],"usage":{"input_tokens":10,"cache_read_input_tokens":90,"output_tokens":5}}}
    """,
    """
    {"type":"assistant","timestamp":"2026-01-05T10:00:05Z","parentUuid":"u2","sessionId":"s-1","version":"2.0.1",\
    "uuid":"u3","message":{"id":"m1","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[\
    {"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}],"stop_reason":"tool_use",\
    "usage":{"input_tokens":10,"cache_read_input_tokens":90,"output_tokens":25}}}
    """,
    """
    {"type":"user","timestamp":"2026-01-05T10:00:07Z","parentUuid":"u3","sessionId":"s-1","version":"2.0.1",\
    "uuid":"u4","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,\
    "content":[{"type":"text","text":"no such directory"}]}]}}
    """,
  ]

  static let stream = [
    #"{"type":"system","subtype":"init","session_id":"s-2","tools":["Bash","Read"],"model":"claude-x"}"#,
    """
    {"type":"assistant","session_id":"s-2","message":{"id":"m","model":"claude-x","content":[{"type":"tool_use",\
    "id":"t","name":"Bash","input":{"command":"ls"}}],"usage":{"input_tokens":2,"output_tokens":9}}}
    """,
    """
    {"type":"user","session_id":"s-2","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":"a"}]}}
    """,
    """
    {"type":"result","subtype":"success","is_error":false,"duration_ms":4000,"result":"ok","session_id":"s-2",\
    "total_cost_usd":0.1}
    """,
  ]

  static let codex = [
    #"{"timestamp":"2026-01-05T10:00:00Z","type":"session_meta","payload":{"id":"c-1","cli_version":"0.46.0"}}"#,
    """
    {"timestamp":"2026-01-05T10:00:01Z","type":"turn_context","payload":{"approval_policy":"never",\
    "sandbox_policy":{"mode":"read-only"},"model":"gpt-5-codex"}}
    """,
    """
    {"timestamp":"2026-01-05T10:00:03Z","type":"response_item","payload":{"type":"function_call","name":"shell",\
    "arguments":"{\\"command\\": [\\"ls\\"]}","call_id":"k"}}
    """,
    """
    {"timestamp":"2026-01-05T10:00:04Z","type":"event_msg","payload":{"type":"token_count","info":{\
    "total_token_usage":{"input_tokens":100,"output_tokens":20},"last_token_usage":{"input_tokens":100,\
    "cached_input_tokens":40,"output_tokens":20}}}}
    """,
    """
    {"timestamp":"2026-01-05T10:00:05Z","type":"response_item","payload":{"type":"function_call_output","call_id":"k",\
    "output":"{\\"output\\": \\"denied\\", \\"metadata\\": {\\"exit_code\\": 1}}"}}
    """,
    """
    {"timestamp":"2026-01-05T10:00:07Z","type":"response_item","payload":{"type":"message","role":"assistant",\
    "content":[{"type":"output_text","text":"I may not."}]}}
    """,
  ]

  static let openAIAgents = [
    #"{"object":"trace","id":"trace_1","workflow_name":"w","group_id":"thread_7"}"#,
    """
    {"object":"trace.span","id":"span_2","trace_id":"trace_1","parent_id":"span_1",\
    "started_at":"2026-01-05T10:00:01.5+00:00","ended_at":"2026-01-05T10:00:02+00:00","span_data":{"type":"function",\
    "name":"lookup","input":"{\\"id\\": 7}","output":"none"},"error":{"message":"timeout"}}
    """,
    """
    {"object":"trace.span","id":"span_3","trace_id":"trace_1","parent_id":"span_1",\
    "started_at":"2026-01-05T10:00:02+00:00","ended_at":"2026-01-05T10:00:02+00:00","span_data":{"type":"guardrail",\
    "name":"pii","triggered":true},"error":null}
    """,
    """
    {"object":"trace.span","id":"span_4","trace_id":"trace_1","parent_id":"span_1",\
    "started_at":"2026-01-05T10:00:02+00:00","ended_at":"2026-01-05T10:00:02+00:00","span_data":{"type":"handoff",\
    "from_agent":"triage","to_agent":"billing"},"error":null}
    """,
    """
    {"object":"trace.span","id":"span_1","trace_id":"trace_1","parent_id":null,\
    "started_at":"2026-01-05T10:00:00+00:00","ended_at":"2026-01-05T10:00:03+00:00","span_data":{"type":"agent",\
    "name":"triage","tools":["lookup"]},"error":null}
    """,
  ]

  static let langfuse = [
    """
    {"trace":{"id":"t1","sessionId":"ses","userId":"u","version":"3","scores":[{"name":"toxicity","value":0.8}]},\
    "observations":[{"id":"o2","traceId":"t1","parentObservationId":"o1","type":"TOOL","name":"get_weather",\
    "startTime":"2026-01-05T10:00:01Z","endTime":"2026-01-05T10:00:02Z","input":"{\\"city\\": \\"Tokyo\\"}",\
    "output":"sunny","level":"ERROR","statusMessage":"late","metadata":"{\\"attributes\\":{}}"},\
    {"id":"o3","traceId":"t1","parentObservationId":"o1","type":"GENERATION","name":"response","model":"gpt-4o",\
    "startTime":"2026-01-05T10:00:02Z","endTime":"2026-01-05T10:00:03Z","input":[{"role":"user","content":"hi"}],\
    "output":{"role":"assistant","content":"hello"},"usageDetails":{"input":9,"output":3},"totalCost":0.5},\
    {"id":"o1","traceId":"t1","parentObservationId":null,"type":"AGENT","name":"helper",\
    "startTime":"2026-01-05T10:00:00Z","endTime":"2026-01-05T10:00:04Z","totalCost":0}]}
    """
  ]

  static let langSmith = [
    """
    {"post":[{"id":"11111111-1111-1111-1111-111111111111","trace_id":"11111111-1111-1111-1111-111111111111",\
    "dotted_order":"20260105T100000000000Z11111111-1111-1111-1111-111111111111","name":"ChatOpenAI","run_type":"llm",\
    "start_time":1767607200000,"session_name":"default","extra":{"metadata":{"ls_provider":"openai",\
    "ls_model_name":"o1-mini","thread_id":"th"}},"inputs":{"messages":[{"role":"user","content":"hi"}]}}]}
    """,
    """
    {"patch":[{"dotted_order":"20260105T100000000000Z11111111-1111-1111-1111-111111111111","end_time":1767607201500,\
    "outputs":{"choices":[{"message":{"role":"assistant","content":"yo"},"finish_reason":"stop"}],\
    "usage_metadata":{"input_tokens":43,"output_tokens":19,"output_token_details":{"reasoning":12}}}}]}
    """,
  ]

  static let liteLLM = [
    """
    {"id":"x","litellm_call_id":"c-4","trace_id":"tr","session_id":"s","call_type":"acompletion","status":"failure",\
    "response_cost":0.02,"prompt_tokens":7,"completion_tokens":0,"startTime":1767607200.5,"endTime":1767607201.25,\
    "model":"gpt-4o","custom_llm_provider":"openai","metadata":{"user_api_key_alias":"team-a"},"messages":[],\
    "response":{},"error_str":"RateLimitError: 429","error_information":{"error_code":"429",\
    "error_class":"RateLimitError"},"guardrail_information":[{"guardrail_name":"pii",\
    "guardrail_status":"guardrail_failed_to_respond"}]}
    """
  ]

  static let inspect = [
    """
    {"version":2,"status":"success","eval":{"run_id":"r","task":"ctf","task_version":1,"model":"openai/gpt-4o"},\
    "samples":[{"id":1,"epoch":1,"input":"q","scores":{"match":{"value":"I"}},"attachments":{"h":"long text"},\
    "output":{"choices":[{"message":{"role":"assistant","content":"flag"}}]},"events":[\
    {"event":"span_begin","id":"S1","name":"solver","type":"agent","timestamp":"2026-01-05T10:00:00Z"},\
    {"event":"model","span_id":"S1","model":"openai/gpt-4o","timestamp":"2026-01-05T10:00:01Z","retries":2,\
    "input":[{"role":"user","content":"attachment://h"}],"tools":[{"name":"bash"}],"output":{"time":1.5,"usage":{\
    "input_tokens":10,"output_tokens":4},"choices":[{"message":{"role":"assistant","content":"","tool_calls":[\
    {"id":"k","function":"bash","arguments":{"cmd":"ls"}}]},"stop_reason":"tool_calls"}]}},\
    {"event":"approval","span_id":"S1","timestamp":"2026-01-05T10:00:03Z","approver":"human","decision":"reject",\
    "call":{"id":"k","function":"bash"}},\
    {"event":"tool","span_id":"S1","id":"k","function":"bash","arguments":{"cmd":"ls"},"result":"",\
    "error":{"type":"approval","message":"no"},"timestamp":"2026-01-05T10:00:03Z","completed":"2026-01-05T10:00:04Z"},\
    {"event":"sample_limit","type":"token","message":"too many","limit":5,"timestamp":"2026-01-05T10:00:05Z"},\
    {"event":"span_end","id":"S1","timestamp":"2026-01-05T10:00:05Z"}]}]}
    """
  ]

  static let sweAgent = [
    """
    {"environment":"main","trajectory":[{"action":"find_file a.py\\n","observation":"Found 1","response":"I search.",\
    "thought":"I search.","execution_time":0.25},{"action":"python a.py","observation":"Traceback (most recent call \
    last):\\n","response":"I run."}],"history":[{"role":"system","content":"s","agent":"main"}],\
    "info":{"exit_status":"submitted","model_stats":{"instance_cost":0.5,"tokens_sent":900,"tokens_received":80}}}
    """
  ]

  static let miniSWEAgent = [
    """
    [{"role":"system","content":"s"},{"role":"user","content":"fix it"},{"role":"assistant","content":"I look.\\n\\n\
    ```bash\\nls -la\\n```"},{"role":"user","content":"<returncode>2</returncode>\\n<output>\\nno\\n</output>"}]
    """
  ]

  static let atif = [
    """
    {"schema_version":"ATIF-v1.4","session_id":"ses","agent":{"name":"ops","version":"1.0","model_name":"m"},\
    "steps":[{"step_id":1,"timestamp":"2026-01-05T10:00:00Z","source":"user","message":"check disk"},\
    {"step_id":2,"timestamp":"2026-01-05T10:00:02Z","source":"agent","message":"","tool_calls":[{"tool_call_id":"c1",\
    "function_name":"df","arguments":{"path":"/"}}],"observation":{"results":[{"source_call_id":"c1",\
    "content":"91%"}]},"metrics":{"prompt_tokens":520,"completion_tokens":80,"cost_usd":0.25}}]}
    """
  ]

  static let console = """
    {
        "name": "execute_tool search",
        "context": {"trace_id": "0x2e6f8239f8d54d7e48a66d2169968d1f", "span_id": "0x3e68bdf25e3747a5"},
        "kind": "SpanKind.INTERNAL",
        "parent_id": "0x05ecc5d0b7c7caa7",
        "start_time": "2026-01-05T10:00:01.012185Z",
        "end_time": "2026-01-05T10:00:01.012196Z",
        "status": {"status_code": "ERROR", "description": "boom"},
        "attributes": {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"},
        "resource": {"attributes": {"service.name": "unknown_service:python", "service.version": "7"}}
    }
    {
        "name": "invoke_agent demo",
        "context": {"trace_id": "0x2e6f8239f8d54d7e48a66d2169968d1f", "span_id": "0x05ecc5d0b7c7caa7"},
        "kind": "SpanKind.INTERNAL",
        "parent_id": null,
        "start_time": "2026-01-05T10:00:00Z",
        "end_time": "2026-01-05T10:00:02Z",
        "status": {"status_code": "UNSET"},
        "attributes": {"gen_ai.operation.name": "invoke_agent"}
    }

    """

  static let phoenix = [
    """
    {"id":"U3Bhbg==","name":"lookup","context":{"trace_id":"2e6f8239f8d54d7e48a66d2169968d1f",\
    "span_id":"3e68bdf25e3747a5"},"span_kind":"TOOL","parent_id":null,"start_time":"2026-01-05T10:00:00Z",\
    "end_time":"2026-01-05T10:00:01Z","status_code":"OK","attributes":{"tool.name":"lookup",\
    "input":{"value":"{\\"id\\": 1}"},"output.value":"found"}}
    """
  ]

  static let whoAndWhen = [
    """
    {"question_ID":"q1","question":"how many?","ground_truth":"8","mistake_agent":"Excel_Expert","mistake_step":"2",\
    "history":[{"role":"human","content":"how many?"},{"role":"assistant","name":"Excel_Expert","content":"run this"},\
    {"role":"user","name":"Computer_terminal","content":"exitcode: 1 (execution failed)"},\
    {"role":"Orchestrator (-> WebSurfer)","content":"look it up"}]}
    """
  ]

  static let tauBench = [
    """
    {"task_id":3,"reward":0.0,"trial":1,"info":{},"traj":[{"role":"system","content":"policy"},{"role":"user",\
    "content":"cancel"},{"role":"assistant","content":null,"tool_calls":[{"id":"k","type":"function",\
    "function":{"name":"get_user","arguments":"{\\"id\\": \\"mia\\"}"}}]},{"role":"tool","tool_call_id":"k",\
    "name":"get_user","content":"Error: not found"},{"role":"assistant","content":"Sorry."}]}
    """
  ]

  /// The samples as lines, by format.
  static let all: [(format: LogFormat, lines: [String])] = [
    (.otlp, DialectRun.Dialect.allCases.map(DialectRun.batch)), (.claudeCode, claude), (.claudeCode, stream),
    (.codex, codex), (.openAIAgents, openAIAgents), (.langfuse, langfuse), (.langSmith, langSmith),
    (.liteLLM, liteLLM), (.inspect, inspect), (.sweAgent, sweAgent), (.sweAgent, miniSWEAgent), (.atif, atif),
    (.otelConsole, phoenix), (.whoAndWhen, whoAndWhen), (.tauBench, tauBench),
  ]
}

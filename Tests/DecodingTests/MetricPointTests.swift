import Decoding
import Domain
import Testing

@Suite struct OTLPMetricTests {
  private func points(_ metrics: String, resource: String = "{}") -> [MetricPoint] {
    let text = #"{"resourceMetrics":[{"resource":\#(resource),"scopeMetrics":[{"metrics":[\#(metrics)]}]}]}"#
    return OTLPExportDecoder().decode(Array(text.utf8)).points
  }

  @Test func `numbers are read as text and as numbers, and what says nothing is passed over`() {
    let gauge = """
      {"name":"g","unit":"ms","gauge":{"dataPoints":[
        {"timeUnixNano":"1763900000000000000","asInt":"5"},{"time_unix_nano":1763900000000000000,"as_double":2},
        {"asDouble":"NaN"},{"flags":1,"asInt":"9"},{"asInt":7}]}}
      """
    let found = points(gauge.split(separator: "\n").joined())
    #expect(found.map(\.value) == [.gauge(5), .gauge(2), .gauge(7)])
    #expect(found.map(\.at?.nanoseconds) == [1_763_900_000_000_000_000, 1_763_900_000_000_000_000, nil])
    #expect(found.allSatisfy { $0.unit == "ms" && $0.name == "g" })
  }

  @Test func `attributes are labels, and the writer tells streams apart that look alike`() {
    let sum = #"""
      {"name":"s","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":"1","attributes":[\#
      {"key":"model","value":{"stringValue":"m"}},{"key":"n","value":{"intValue":"3"}}]}]}}
      """#.replacing("\\#\n", with: "")
    func resource(_ instance: String) -> String {
      #"{"attributes":[{"key":"service.name","value":{"stringValue":"chat"}},{"key":"service.instance.id","value":{"stringValue":"\#(instance)"}}]}"#
    }
    let first = points(sum, resource: resource("a"))
    let second = points(sum, resource: resource("b"))
    #expect(first.map(\.labels.description) == ["model=m,n=3,service.name=chat"])
    #expect(first.map(\.labels) == second.map(\.labels) && first.map(\.stream) != second.map(\.stream))
    #expect(first.map(\.isDelta) == [false] && first.map(\.value) == [.sum(1, isMonotonic: true)])
    #expect(points(sum, resource: resource("a")) == first)
  }

  @Test func `an exponential histogram's buckets are powers of its base`() throws {
    let text =
      #"{"name":"h","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{"count":"3","sum":10,"scale":0,"zeroCount":"1","positive":{"offset":1,"bucketCounts":["0","2"]},"min":0,"max":5}]}}"#
    let point = try #require(points(text).first)
    guard case .histogram(let histogram) = point.value else {
      Issue.record("no histogram")
      return
    }
    #expect(point.isDelta)
    #expect(histogram.ranges.map(\.lower) == [0, 4] && histogram.ranges.map(\.upper) == [0, 8])
    #expect(histogram.ranges.map(\.count) == [1, 2] && histogram.sum == 10)
  }

  @Test func `a summary becomes its count, its sum and its quantiles`() {
    let text =
      #"{"name":"q","summary":{"dataPoints":[{"count":"4","sum":8.5,"quantileValues":[{"quantile":0.5,"value":2}]}]}}"#
    let found = points(text)
    #expect(found.map(\.name) == ["q_count", "q_sum", "q"])
    #expect(found.last?.labels.description == "quantile=0.5" && found.last?.value == .gauge(2))
  }

  @Test(arguments: [
    #"{"name":"h","histogram":{"dataPoints":[{"count":"2","bucketCounts":["1"],"explicitBounds":[1,2]}]}}"#,
    #"{"name":"h","histogram":{"dataPoints":[{"count":"2","bucketCounts":["1","1","0"],"explicitBounds":[2,1]}]}}"#,
    #"{"name":"h","histogram":{"dataPoints":[{"bucketCounts":["-1","1"],"explicitBounds":[1]}]}}"#,
    #"{"name":"h","exponentialHistogram":{"dataPoints":[{"count":"1","scale":99,"positive":{"bucketCounts":["1"]}}]}}"#,
    #"{"name":"h","exponentialHistogram":{"dataPoints":[{"count":"1","positive":{"offset":9223372036854775807,"bucketCounts":["1"]}}]}}"#,
    #"{"name":"","gauge":{"dataPoints":[{"asInt":"1"}]}}"#, #"{"name":"g","gauge":{"dataPoints":{}}}"#, "[]", "3",
  ])
  func `points that contradict themselves are passed over`(text: String) {
    #expect(points(text).isEmpty)
  }
}

@Suite struct HistogramTests {
  private func histogram(_ counts: [Int], sum: Double? = nil) -> Histogram? {
    Histogram(bounds: [1, 2], counts: counts, count: counts.reduce(0, +), sum: sum)
  }

  @Test func `what was added is the difference, and less than before is a new start`() throws {
    let earlier = try #require(histogram([1, 2, 3], sum: 10))
    let later = try #require(histogram([1, 4, 3], sum: 13))
    let added = try #require(later.added(since: earlier))
    #expect(added.counts == [1: 2] && added.count == 2 && added.sum == 3)
    #expect(earlier.added(since: later) == nil)
    #expect(
      try #require(Histogram(bounds: [1, 3], counts: [1, 4, 3], count: 8, sum: nil)).added(since: earlier) == nil)
  }

  @Test func `readings at different scales are compared at the coarser one`() throws {
    let fine = try #require(
      Histogram(scale: 1, zeroCount: 0, positive: [0: 1, 1: 1, 2: 1], negative: [-1: 1], count: 4, sum: nil))
    let coarse = try #require(
      Histogram(scale: 0, zeroCount: 1, positive: [0: 2, 1: 4], negative: [-1: 1], count: 8, sum: nil))
    let added = try #require(coarse.added(since: fine))
    #expect(added.counts == [1: 3] && added.negative.isEmpty && added.zeroCount == 1 && added.count == 4)
  }

  @Test func `open ends are the values' ends where they are known`() throws {
    var open = try #require(histogram([1, 0, 1]))
    #expect(open.ranges.map(\.lower) == [0, 2] && open.ranges.map(\.upper) == [1, 2])
    (open.minimum, open.maximum) = (0.5, 9)
    #expect(open.ranges.map(\.lower) == [0.5, 2] && open.ranges.map(\.upper) == [1, 9])
    let none = try #require(Histogram(bounds: [], counts: [], count: 4, sum: 8))
    #expect(none.ranges.map(\.lower) == [2] && none.ranges.map(\.count) == [4])
  }
}

@Suite struct PrometheusReaderTests {
  private func read(_ text: String) -> (points: [MetricPoint], malformed: Int, samples: Int) {
    var reader = PrometheusReader()
    let bytes = Array(text.utf8)
    var all: (points: [MetricPoint], malformed: Int, samples: Int) = ([], 0, 0)
    var start = 0
    while let family = reader.next(bytes.span.bytes, from: start, isFinal: true) {
      #expect(family.next > start)
      all.points += family.points
      all.malformed += family.malformed
      all.samples += family.samples
      start = family.next
    }
    #expect(start == bytes.count)
    return all
  }

  // After the text that prometheus_client writes for vLLM's metrics.
  static let page = """
    # HELP vllm:running Number of requests.
    # TYPE vllm:running gauge
    vllm:running{engine="0",model_name="a \\"b\\""} 8.0
    # TYPE vllm:success_total counter
    vllm:success_total{reason="stop"} 120.0 1763900000000
    # TYPE vllm:success_created gauge
    vllm:success_created{reason="stop"} 1.763900000e+09
    # TYPE vllm:ttft_seconds histogram
    vllm:ttft_seconds_bucket{le="0.1"} 4.0
    vllm:ttft_seconds_bucket{le="1.0"} 48.0 # {trace_id="x"} 0.5
    vllm:ttft_seconds_bucket{le="+Inf"} 50.0
    vllm:ttft_seconds_count 50.0
    vllm:ttft_seconds_sum 11.5
    no sample
    untyped 3
    nothing NaN

    """

  @Test func `families become points, colons underscores`() throws {
    let found = read(PrometheusReaderTests.page)
    #expect(found.points.map(\.name) == ["vllm_running", "vllm_success_total", "vllm_ttft_seconds", "untyped"])
    #expect(found.points[0].labels.description == "engine=0,model_name=a \"b\"" && found.points[0].value == .gauge(8))
    #expect(found.points[1].value == .sum(120, isMonotonic: true))
    #expect(found.points[1].at == Timestamp(seconds: 1_763_900_000))
    guard case .histogram(let histogram) = found.points[2].value else {
      Issue.record("no histogram")
      return
    }
    #expect(histogram.counts == [0: 4, 1: 44, 2: 2] && histogram.sum == 11.5 && histogram.count == 50)
    #expect(found.malformed == 1 && found.samples == 10)
  }

  @Test func `OpenMetrics gives the same streams, seconds, and the start of each`() {
    let text = """
      # TYPE vllm:success counter
      vllm_success_total{reason="stop"} 120.0 1763900000.5
      vllm_success_created{reason="stop"} 1.7639e+09
      # EOF

      """
    let found = read(text)
    #expect(found.points.map(\.name) == ["vllm_success_total"])
    #expect(found.points.first?.at == Timestamp(nanoseconds: 1_763_900_000_500_000_000))
    #expect(found.points.first?.start == Timestamp(seconds: 1_763_900_000))
    let plain = read(PrometheusReaderTests.page).points
    #expect(found.points.first?.stream == plain[1].stream)
  }

  @Test func `samples without a time are of the last scrape that is told`() {
    let text = "# scraped_at 2026-11-23T03:12:44Z\na_total 1\n# scraped_at 1795403574\na_total 2\n"
    let found = read(text).points
    #expect(found.map(\.at?.seconds) == [1_795_403_564, 1_795_403_574])
    #expect(found.map(\.value) == [.sum(1, isMonotonic: true), .sum(2, isMonotonic: true)])
  }

  @Test func `a family waits for its last sample`() {
    var reader = PrometheusReader()
    let page = Array(PrometheusReaderTests.page.utf8)
    let cut = Array(page.prefix(page.count - 60))
    var start = 0
    var points = 0
    while let family = reader.next(cut.span.bytes, from: start, isFinal: false) {
      points += family.points.count
      start = family.next
    }
    #expect(points == 2)
    #expect(String(decoding: cut[start...].prefix(24), as: UTF8.self) == "# TYPE vllm:ttft_seconds")
  }
}

@Suite struct OTLPLogTests {
  @Test func `a log record's fields are named by paths`() {
    let text =
      #"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"chat"}}]},"scopeLogs":[{"scope":{"name":"eval"},"logRecords":[{"timeUnixNano":1763900000000000001,"severityNumber":17,"eventName":"gen_ai.evaluation.result","traceId":"5B8EFFF798038103D269B633813FC60C","body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"3"}}]}},"attributes":[{"key":"gen_ai.evaluation.score.value","value":{"doubleValue":4.5}},{"key":"kind","value":{"stringValue":"mine"}},{"key":"a..b","value":{"boolValue":true}},{"key":"x","value":{"intValue":1}},{"key":"x.y","value":{"intValue":2}}]},{"observedTimeUnixNano":"5","body":{"stringValue":"plain"}}]}]}]}"#
    let logs = OTLPExportDecoder().decode(Array(text.utf8)).logs.map(JSON.object)
    #expect(logs.count == 2)
    let log = logs.first ?? .null
    #expect(log["ts"]?.integer == 1_763_900_000_000_000_001 && log["kind"] == "log")
    #expect(log["event"] == "gen_ai.evaluation.result" && log["severity"] == "ERROR")
    #expect(log["trace_id"] == "5b8efff798038103d269b633813fc60c" && log["body"]?["a"] == 3)
    #expect(log["gen_ai"]?["evaluation"]?["score"]?["value"]?.double == 4.5)
    #expect(log["resource"]?["service"]?["name"] == "chat" && log["scope"] == "eval")
    #expect(log["a..b"] == true && log["x"]?["y"] == 2)
    #expect(logs.last?["ts"] == 5 && logs.last?["body"] == "plain")
  }
}

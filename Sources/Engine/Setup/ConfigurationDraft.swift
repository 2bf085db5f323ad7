import Decoding
import Detection
public import Domain
import Expressions
import Measures
import Settings

/// A first configuration for some files: what `leeway config init` writes.
public struct ConfigurationDraft {
  /// The beginning of a file.
  public struct Sample {
    /// The path as it was named.
    public var path: String
    /// The first bytes.
    public var head: [UInt8]

    /// Creates a sample.
    public init(path: String, head: [UInt8]) {
      self.path = path
      self.head = head
    }
  }

  /// The configuration as commented YAML.
  public private(set) var yaml: String

  /// Looks at the files' first bytes and writes sources, metrics, rules and heartbeats for them; `now` completes times
  /// without a year.
  public init(_ samples: [Sample], now: Timestamp) {
    let options = CollectorOptions(paths: samples.map(\.path))
    var configuration = Configuration(file: "leeway.yaml", service: options.service)
    var remarks: [String: [String: [String]]] = [:]
    for (sample, named) in zip(samples, options.sources) {
      var source = named
      let plan = SourceSetupPlan(
        source: source, configuration: nil, prefix: options.sources.count > 1 ? source.name + "." : "")
      let recognition = plan.recognise(head: sample.head, path: sample.path, reference: now)
      let format = recognition.format
      source.format = format.format.rawValue
      if !SourceDefinition.formats.contains(source.format) { source.format = "auto" }
      let dialect = format.dialect.map { " (\($0))" } ?? ""
      var words = [
        "\(format.format.rawValue)\(dialect), \(Int((format.confidence * 100).rounded())) % sure: \(format.reason)"
      ]
      if let setup = try? plan.setup(recognition) {
        source.format = format.isReadable ? source.format : setup.decoder.rawValue
        source.time = setup.decoder == .otlp ? nil : setup.time
        source.labels = setup.metrics.first?.labels ?? []
        configuration.metrics += setup.metrics.map { metric in
          var metric = metric
          metric.drift?.reference = nil
          return metric
        }
        let shipped = setup.rules.definitions.map(\.name).filter {
          !$0.hasPrefix("drift:") && !$0.hasPrefix("missing:")
        }
        words.append("shipped rules that apply: \(shipped.isEmpty ? "none" : shipped.joined(separator: ", "))")
        if !setup.blind.isEmpty {
          let missing = setup.blind.map { "\($0.rule) (no \($0.missing))" }
          words.append("shipped rules that cannot: \(missing.joined(separator: ", "))")
        }
      } else {
        words.append("its lines cannot be read yet: nothing is measured")
      }
      remarks["sources", default: [:]][source.name] = words.map(ConfigurationDraft.oneLine)
      configuration.sources.append(source)
      configuration.heartbeats.append(
        Heartbeat(source: source.name, every: .seconds(60), staleAfter: .seconds(180)))
    }
    let heading = [
      "Written by `leeway config init`. `leeway config check` reports every mistake at once.",
      "A metric needs an owner, a why and a tolerance: nobody but you knows them, so the check warns until they are here.",
    ]
    yaml = ConfigurationTemplate(configuration, heading: heading, remarks: remarks).yaml
  }

  /// A comment has one line, whatever a file's text put into it.
  private static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }
}

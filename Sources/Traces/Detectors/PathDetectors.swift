import Domain

/// Which tools a run used, in which order: for the comparison of many runs.
struct PathMemory: Hashable, Sendable {
  static let toolLimit = 30
  static let transitionLimit = 96
  static let trigramLimit = 96
  /// The place of tools beyond the limit.
  static let other = toolLimit
  /// The place before the first and after the last call.
  static let outside = toolLimit + 1

  /// The tools by name, in order of their first call.
  var tools: [String] = []
  /// How often one place followed another: `from << 24 | to << 16 | count`.
  var transitions: [UInt32] = []
  /// Three places in a row, each once: `first << 16 | second << 8 | third`.
  var trigrams: [UInt32] = []
  var last = outside
  var beforeLast = outside

  mutating func add(_ tool: String) {
    var place = tools.firstIndex(of: tool) ?? PathMemory.other
    if place == PathMemory.other, tools.count < PathMemory.toolLimit {
      place = tools.count
      tools.append(tool.boundedIdentifier(64))
    }
    step(to: place)
    beforeLast = last
    last = place
  }

  /// The path with the step to its end.
  var closed: PathMemory {
    var path = self
    path.step(to: PathMemory.outside)
    return path
  }

  private mutating func step(to place: Int) {
    let key = UInt32(last) << 24 | UInt32(place) << 16
    if let index = transitions.firstIndex(where: { $0 & 0xFFFF_0000 == key }) {
      if transitions[index] & 0xFFFF < 0xFFFF { transitions[index] += 1 }
    } else if transitions.count < PathMemory.transitionLimit {
      transitions.append(key | 1)
    }
    let trigram = UInt32(beforeLast) << 16 | UInt32(last) << 8 | UInt32(place)
    if trigrams.count < PathMemory.trigramLimit, !trigrams.contains(trigram) { trigrams.append(trigram) }
  }

  func name(_ place: Int) -> String {
    place < tools.count ? tools[place] : place == PathMemory.outside ? "" : "…"
  }
}

/// Notes each tool call for DRIFT_TOOLMIX and the like, and whether the latest answer refuses, for REFUSAL_RATE.
enum PathRecorder: StepDetector {
  static func observe(
    _ span: TraceSpan, _ context: StepContext, _ run: inout AgentRun, _ findings: inout [Finding]
  ) {
    guard !context.isLate else { return }
    if span.operation == .tool {
      run.memory.path.add(span.tool ?? span.name)
    } else if span.operation == .model, span.outputText != nil {
      run.memory.isRefusal = context.output.flags.contains(.refusal)
    }
  }
}

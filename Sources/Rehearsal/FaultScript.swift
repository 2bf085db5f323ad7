import Domain

/// Something that goes wrong, or changes, in the rehearsed service.
public enum Fault: Hashable, Sendable {
  /// Requests take longer by a factor, approached over a minute.
  case slow(factor: Double)
  /// A release replaces the one before over two minutes; it stays.
  case deploy(ModelRelease)
  /// The guardrail of one tenant does not answer in a share of requests, which pass unscreened.
  case guardrailFailsOpen(tenant: String, share: Double)
  /// A share of requests fails with 502 or 504.
  case upstreamErrors(share: Double)
  /// An agent repeats the same call, with the same result, in one run.
  case agentLoop(agent: String, repeats: Int)
  /// Nothing is written to a file.
  case silence(of: RehearsedFile)
}

/// A fault with its place in time.
public struct ScriptedFault: Hashable, Sendable {
  /// When it begins, relative to the live start, or to the cycle's start for faults that repeat.
  public var at: Duration
  /// How long it lasts; zero for what happens at once or stays.
  public var lasts: Duration
  /// What goes wrong.
  public var fault: Fault
  /// The rule or view that shows it, and how.
  public var operatorSees: String

  /// Creates a scripted fault.
  public init(at: Duration, lasts: Duration, fault: Fault, operatorSees: String) {
    self.at = at
    self.lasts = lasts
    self.fault = fault
    self.operatorSees = operatorSees
  }
}

/// Which faults happen when: a list of single faults, then a cycle that repeats with variations for as long as the
/// rehearsal runs.
public struct FaultScript: Hashable, Sendable {
  /// The faults that happen once, times relative to the live start.
  public var once: [ScriptedFault]
  /// The faults of a cycle, times relative to the cycle's start.
  public var cycle: [ScriptedFault]
  /// When the first cycle begins, relative to the live start.
  public var cycleStart: Duration
  /// How long a cycle takes.
  public var cycleLength: Duration

  /// Creates a script.
  public init(
    once: [ScriptedFault], cycle: [ScriptedFault] = [], cycleStart: Duration = .zero,
    cycleLength: Duration = .seconds(480)
  ) {
    self.once = once
    self.cycle = cycle
    self.cycleStart = cycleStart
    self.cycleLength = max(.seconds(60), cycleLength)
  }

  /// Nothing goes wrong.
  public static let calm = FaultScript(once: [])

  /// The faults that touch a stretch of time relative to the live start, in order of their beginning.
  ///
  /// Repetitions vary: the tenant and the agent move on from cycle to cycle, and factors and lengths change a little.
  public func faults(from first: Duration, to last: Duration) -> [ScriptedFault] {
    var found = once.filter { $0.at <= last && ($0.at + $0.lasts >= first || $0.isLasting) }
    if !cycle.isEmpty, last >= cycleStart {
      let length = cycleLength.inSeconds
      let longest = cycle.map { ($0.at + $0.lasts).inSeconds }.max() ?? 0
      let from = Int(min(1e9, max(0, ((first - cycleStart).inSeconds - longest) / length - 1)))
      let to = Int(min(1e9, max(0, (last - cycleStart).inSeconds / length)))
      for number in from...max(from, to) {
        for fault in cycle {
          var concrete = fault.varied(cycle: number)
          concrete.at = cycleStart + .seconds(Double(number) * length) + concrete.at
          if concrete.at <= last, concrete.at + concrete.lasts >= first { found.append(concrete) }
        }
      }
    }
    return found.sorted { $0.at < $1.at }
  }
}

extension ScriptedFault {
  /// Whether what it changes stays.
  var isLasting: Bool { if case .deploy = fault { true } else { false } }

  func varied(cycle number: Int) -> ScriptedFault {
    var copy = self
    switch fault {
    case .slow(let factor):
      copy.fault = .slow(factor: factor + 0.15 * Double(number % 3))
    case .guardrailFailsOpen(let tenant, let share):
      let tenants = Tenant.all.map(\.name)
      let first = tenants.firstIndex(of: tenant) ?? 0
      copy.fault = .guardrailFailsOpen(tenant: tenants[(first + number) % tenants.count], share: share)
    case .agentLoop(let agent, let repeats):
      let agents = AgentProfile.all.filter(\.recordsContent).map(\.name)
      let first = agents.firstIndex(of: agent) ?? 0
      copy.fault = .agentLoop(agent: agents[(first + number) % agents.count], repeats: repeats + number % 4)
    case .upstreamErrors, .deploy: break
    case .silence: copy.lasts += .seconds(20 * (number % 3))
    }
    return copy
  }
}

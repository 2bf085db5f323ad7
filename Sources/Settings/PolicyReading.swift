import Domain
import Expressions
public import Traces

/// Reads policy files: what agents may do, and what models cost, in YAML or JSON.
public enum PolicyLoader {
  /// Reads a policy file of at most 1 MiB.
  ///
  /// - Parameters:
  ///   - text: the file's text; JSON is YAML too.
  ///   - file: the file's path as it was named, for messages.
  /// - Returns: the policies, nil when there are errors; and all problems in the order of their places.
  public static func load(_ text: String, file: String) -> (PolicySet?, [ConfigurationProblem]) {
    var problems = ProblemList(file: file)
    let root: Element?
    do {
      root = try YAMLText.compose(text)
    } catch {
      problems.error(error.position, error.what, expected: error.expected)
      return (nil, problems.sorted)
    }
    guard let root else {
      problems.error(
        Position(line: 1, column: 1), "the file is empty", expected: "'agents', 'default' or 'prices'")
      return (nil, problems.sorted)
    }
    var reading = PolicyReading(lines: SourceLines(text), problems: problems)
    let set = reading.read(root)
    return (reading.problems.hasErrors ? nil : set, reading.problems.sorted)
  }
}

/// One pass over a policy file's elements.
struct PolicyReading {
  let lines: SourceLines
  var problems: ProblemList

  mutating func read(_ root: Element) -> PolicySet? {
    guard var top = SectionReader(root, PolicySchema.top, &problems) else { return nil }
    let fallback = top.element("default").flatMap { policy($0, name: "default") }
    let agents = members("agents", &top).compactMap { policy($0.value, name: $0.key) }
    var prices: [String: ModelPrice] = [:]
    for member in members("prices", &top) {
      if let price = price(member.value, model: member.key) { prices[member.key] = price }
    }
    top.finish(&problems)
    return PolicySet(agents: agents, fallback: fallback, prices: prices)
  }

  private mutating func members(_ key: String, _ section: inout SectionReader) -> [Element.Member] {
    guard let element = section.element(key) else { return [] }
    guard case .mapping(let members) = element.content else {
      problems.error(element.position, "'\(key)' is \(element.kind)", expected: "a mapping of names")
      return []
    }
    return members
  }

  private mutating func price(_ element: Element, model: String) -> ModelPrice? {
    guard var section = SectionReader(element, PolicySchema.price(model), &problems) else { return nil }
    let input = amount("input_per_mtok", &section)
    let output = amount("output_per_mtok", &section)
    section.finish(&problems)
    return ModelPrice(inputPerMillion: input ?? 0, outputPerMillion: output ?? 0)
  }

  private mutating func policy(_ element: Element, name: String) -> AgentPolicy? {
    guard var section = SectionReader(element, PolicySchema.agent(name), &problems) else { return nil }
    var policy = AgentPolicy(name: name)
    if section.element("allowed_tools") != nil { policy.allowedTools = names("allowed_tools", &section) }
    if section.element("write_scope") != nil {
      policy.writeScope = section.texts("write_scope", &problems).map(PathScope.init)
    }
    if section.element("egress_allow") != nil {
      policy.egressAllow = section.list("egress_allow", &problems).compactMap { element in
        guard let text = Scalars.text(element, "a host", &problems) else { return nil }
        guard let pattern = HostPattern(text) else {
          problems.error(
            element.position, "'\(text)' is no host", expected: "a host such as api.example.com, or *.example.com")
          return nil
        }
        return pattern
      }
    }
    policy.writeTools = names("write_tools", &section)
    policy.sendTools = names("send_tools", &section)
    policy.deniedCommands = section.list("denied_commands", &problems).compactMap { denied($0) }
    policy.budgets = budgets(&section)
    for member in members("limits", &section) where isTool(member) { policy.limits[member.key] = limits(member) }
    for member in members("requires", &section) where isTool(member) { policy.requires[member.key] = required(member) }
    section.finish(&problems)
    return policy
  }

  /// Whether a key names a tool; a `*` may stand only at the end.
  private mutating func isTool(_ member: Element.Member) -> Bool {
    if !member.key.isEmpty, !member.key.dropLast().contains("*") { return true }
    problems.error(
      member.position, "'\(member.key)' is no tool", expected: "a name, or its beginning and a '*'")
    return false
  }

  /// Names of tools; a `*` may stand only at the end.
  private mutating func names(_ key: String, _ section: inout SectionReader) -> [String] {
    section.list(key, &problems).compactMap { element in
      guard let text = Scalars.text(element, "a tool in '\(key)'", &problems) else { return nil }
      guard !text.isEmpty, !text.dropLast().contains("*") else {
        problems.error(element.position, "'\(text)' is no tool", expected: "a name, or its beginning and a '*'")
        return nil
      }
      return text
    }
  }

  private mutating func denied(_ element: Element) -> AgentPolicy.DeniedCommand? {
    guard let text = Scalars.text(element, "a denied command", &problems) else { return nil }
    do {
      return AgentPolicy.DeniedCommand(text: text, pattern: try TextPattern(text))
    } catch {
      problems.error(
        element.position, "the pattern cannot be used: \(error.reason)", expected: "a POSIX extended regular expression"
      )
      return nil
    }
  }

  private mutating func budgets(_ section: inout SectionReader) -> AgentPolicy.Budgets {
    var budgets = AgentPolicy.Budgets()
    guard var reader = section.section("budgets", PolicySchema.budgets, &problems) else { return budgets }
    budgets.steps = amount("steps", &reader)
    budgets.tokens = amount("tokens", &reader)
    budgets.usd = amount("usd", &reader)
    budgets.seconds = amount("seconds", &reader)
    budgets.idleSeconds = amount("idle_seconds", &reader)
    reader.finish(&problems)
    return budgets
  }

  /// A number above 0, or 0 for a price.
  private mutating func amount(_ key: String, _ section: inout SectionReader) -> Double? {
    guard let value = section.number(key, &problems) else { return nil }
    let isPrice = key.hasSuffix("_per_mtok")
    guard value > 0 || (isPrice && value == 0) else {
      problems.error(section.place(key), "'\(key)' is \(value)", expected: isPrice ? "0 or more" : "above 0")
      return nil
    }
    return value
  }

  private mutating func limits(_ member: Element.Member) -> [ArgumentLimit] {
    let elements: [Element]
    if case .sequence(let list) = member.value.content { elements = list } else { elements = [member.value] }
    return elements.compactMap { limit($0, of: member.key) }
  }

  private mutating func limit(_ element: Element, of tool: String) -> ArgumentLimit? {
    guard case .scalar(let text, let style) = element.content else {
      problems.error(
        element.position, "a limit of '\(tool)' is \(element.kind)", expected: "a condition such as \"amount <= 200\"")
      return nil
    }
    let predicate: Predicate
    do {
      predicate = try PredicateParser.parse(text)
    } catch {
      problems.error(
        lines.position(ofColumn: error.column, in: text, style, at: element.position),
        "a limit of '\(tool)': found \(error.found)", expected: error.expected)
      return nil
    }
    do {
      return try ArgumentLimit(text: text, predicate: predicate)
    } catch {
      problems.error(element.position, "a limit of '\(tool)': \(error.reason)", expected: "another pattern")
      return nil
    }
  }

  private mutating func required(_ member: Element.Member) -> [String] {
    let elements: [Element]
    if case .sequence(let list) = member.value.content { elements = list } else { elements = [member.value] }
    return elements.compactMap { Scalars.text($0, "what '\(member.key)' requires", &problems) }
  }
}

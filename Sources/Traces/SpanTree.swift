import Domain

/// The spans of a run as a tree, parents before children, siblings in the order of their start.
///
/// A span whose parent is not there is a root; a span that is its own ancestor, as hostile traces have it, is cut loose.
public struct SpanTree: Sendable {
  /// A span in the tree.
  public struct Node: Sendable {
    /// The index of the step that it stands for.
    public var step: Int
    /// The index of the enclosing node; nil for a root.
    public var parent: Int?
    /// How deep it lies, at most ``SpanTree/depthLimit``.
    public var depth: Int
    /// How many nodes below belong to it.
    public var below = 0
    /// Whether the run could not have ended sooner unless the span had.
    public var isCritical = false
    /// Tokens of it and of all below; nil when none is recorded. Where a span and spans below it both tell, the larger
    /// counts: agents often repeat the sum of their calls.
    public var tokens: Int?
    /// Cost of it and of all below, likewise.
    public var costUSD: Double?
    /// For the last call of a loop's first turn, how many turns follow each other; 1 otherwise.
    public var repeats = 1
    /// Whether it belongs to a later turn.
    public var isRepeat = false
  }

  /// Spans deeper than this are drawn as if they were siblings.
  public static let depthLimit = 64
  /// So many equal calls in a row, or turns of a loop, are told as one.
  public static let repeatsFolded = 3
  /// How many calls a loop may have.
  public static let longestLoop = 4

  /// The nodes in the order in which they are listed.
  public private(set) var nodes: [Node] = []

  /// Builds the tree of a run's steps.
  public init(_ steps: [RunStep]) {
    let places = Dictionary(
      steps.enumerated().map { ($1.spanID, $0) }, uniquingKeysWith: { first, _ in first })
    var children: [Int: [Int]] = [:]
    var roots: [Int] = []
    for index in steps.indices {
      if let parent = steps[index].parentID.flatMap({ places[$0] }), parent != index {
        children[parent, default: []].append(index)
      } else {
        roots.append(index)
      }
    }
    func order(_ indices: [Int]) -> [Int] {
      indices.sorted { (steps[$0].start, $0) < (steps[$1].start, $1) }
    }
    var isListed = Array(repeating: false, count: steps.count)
    nodes.reserveCapacity(steps.count)
    list(order(roots), children, order, &isListed)
    // What no root leads to lies on a circle: it is cut at its earliest span.
    while let loose = order(steps.indices.filter { !isListed[$0] }).first { list([loose], children, order, &isListed) }
    addUp(steps)
    markRepeats(steps)
    markCritical(steps)
  }

  private mutating func list(
    _ roots: [Int], _ children: [Int: [Int]], _ order: ([Int]) -> [Int], _ isListed: inout [Bool]
  ) {
    var waiting = roots.reversed().map { (step: $0, parent: Int?.none, depth: 0) }
    while let next = waiting.popLast() {
      guard !isListed[next.step] else { continue }
      isListed[next.step] = true
      let place = nodes.count
      nodes.append(Node(step: next.step, parent: next.parent, depth: next.depth))
      let depth = min(SpanTree.depthLimit, next.depth + 1)
      for child in order(children[next.step] ?? []).reversed() { waiting.append((child, place, depth)) }
    }
  }

  private mutating func addUp(_ steps: [RunStep]) {
    var tokens = Array(repeating: Int?.none, count: nodes.count)
    var costs = Array(repeating: Double?.none, count: nodes.count)
    for place in nodes.indices.reversed() {
      let step = steps[nodes[place].step]
      let own =
        step.inputTokens == nil && step.outputTokens == nil
        ? nil : (step.inputTokens ?? 0).addingReportingOverflow(step.outputTokens ?? 0).partialValue
      nodes[place].tokens = [own, tokens[place]].compactMap { $0 }.max()
      nodes[place].costUSD = [step.costUSD, costs[place]].compactMap { $0 }.max()
      guard let parent = nodes[place].parent else { continue }
      nodes[parent].below += nodes[place].below + 1
      if let sum = nodes[place].tokens {
        tokens[parent] = (tokens[parent] ?? 0).addingReportingOverflow(sum).partialValue
      }
      if let sum = nodes[place].costUSD { costs[parent] = (costs[parent] ?? 0) + sum }
    }
  }

  /// Equal calls that follow each other directly, and loops of up to ``longestLoop`` calls with at least one tool among
  /// them; without anything below them.
  private mutating func markRepeats(_ steps: [RunStep]) {
    func isSame(_ left: Int, _ right: Int) -> Bool {
      let (one, other) = (steps[nodes[left].step], steps[nodes[right].step])
      return nodes[left].parent == nodes[right].parent && nodes[left].below == 0 && nodes[right].below == 0
        && one.operation == other.operation && one.name == other.name && one.isError == other.isError
        && (one.operation == .model || one.arguments == other.arguments)
    }
    var first = 0
    while first < nodes.count {
      var folded = 0
      for length in 1...SpanTree.longestLoop where folded == 0 {
        var end = first + length
        while end < nodes.count, isSame(end - length, end) { end += 1 }
        let turns = (end - first) / length
        let hasTool = nodes[first..<min(nodes.count, first + length)].contains { steps[$0.step].operation == .tool }
        guard turns >= SpanTree.repeatsFolded, hasTool else { continue }
        nodes[first + length - 1].repeats = turns
        for place in first + length..<first + turns * length { nodes[place].isRepeat = true }
        folded = turns * length
      }
      first += max(1, folded)
    }
  }

  /// From the root that ends last downwards: of the children that had ended by then, the one that ended last kept its
  /// parent from ending sooner; before that one's start, the one that ended last before it; and so on.
  private mutating func markCritical(_ steps: [RunStep]) {
    func end(_ place: Int) -> Timestamp { steps[nodes[place].step].end ?? steps[nodes[place].step].start }
    var childrenOf: [Int: [Int]] = [:]
    var roots: [Int] = []
    for place in nodes.indices {
      if let parent = nodes[place].parent { childrenOf[parent, default: []].append(place) } else { roots.append(place) }
    }
    guard let last = roots.max(by: { (end($0), $1) < (end($1), $0) }) else { return }
    var waiting = [last]
    while let place = waiting.popLast() {
      nodes[place].isCritical = true
      var limit = end(place)
      for child in (childrenOf[place] ?? []).sorted(by: { (end($0), $0) > (end($1), $1) }) where end(child) <= limit {
        waiting.append(child)
        limit = steps[nodes[child].step].start
      }
    }
  }
}

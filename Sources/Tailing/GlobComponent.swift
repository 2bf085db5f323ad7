/// One name in a pattern: what a shell matches within a path, over bytes.
struct GlobComponent: Hashable {
  private enum Element: Hashable {
    case byte(UInt8)
    case any
    case star
    case set(Set<UInt8>, negated: Bool)
  }

  private var elements: [Element] = []
  /// The name when the component has no wildcard.
  private(set) var literal: [UInt8]?
  /// Whether it is `**`: any number of directories.
  let isDeep: Bool

  init(_ text: some Collection<UInt8>) {
    let bytes = Array(text)
    isDeep = bytes == Array("**".utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "*"):
        if elements.last != .star { elements.append(.star) }
      case UInt8(ascii: "?"):
        elements.append(.any)
      case UInt8(ascii: "\\") where index < bytes.count:
        elements.append(.byte(bytes[index]))
        index += 1
      case UInt8(ascii: "["):
        if let (set, next) = GlobComponent.set(in: bytes, at: index) {
          elements.append(set)
          index = next
        } else {
          elements.append(.byte(byte))
        }
      default:
        elements.append(.byte(byte))
      }
    }
    var name: [UInt8] = []
    for element in elements {
      guard case .byte(let byte) = element else { return }
      name.append(byte)
    }
    literal = name
  }

  private static func set(in bytes: [UInt8], at start: Int) -> (Element, Int)? {
    var index = start
    var negated = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "!") || bytes[index] == UInt8(ascii: "^") {
      negated = true
      index += 1
    }
    let first = index
    var members: Set<UInt8> = []
    while index < bytes.count, bytes[index] != UInt8(ascii: "]") || index == first {
      if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "-"), bytes[index + 2] != UInt8(ascii: "]") {
        if bytes[index] <= bytes[index + 2] { members.formUnion(bytes[index]...bytes[index + 2]) }
        index += 3
      } else {
        members.insert(bytes[index])
        index += 1
      }
    }
    return index < bytes.count ? (.set(members, negated: negated), index + 1) : nil
  }

  /// Whether a name matches; a leading dot only matches a dot.
  func matches(_ name: UnsafeRawBufferPointer) -> Bool {
    if name.first == UInt8(ascii: "."), elements.first != .byte(UInt8(ascii: ".")) { return false }
    var element = 0
    var position = 0
    var retry: (element: Int, position: Int)?
    while position < name.count {
      if element < elements.count {
        if elements[element] == .star {
          retry = (element + 1, position)
          element += 1
          continue
        }
        if accepts(elements[element], name[position]) {
          element += 1
          position += 1
          continue
        }
      }
      // Only the last star needs to give way: what an earlier one could take, the last can too.
      guard let back = retry else { return false }
      retry = (back.element, back.position + 1)
      element = back.element
      position = back.position + 1
    }
    return elements[element...].allSatisfy { $0 == .star }
  }

  private func accepts(_ element: Element, _ byte: UInt8) -> Bool {
    switch element {
    case .byte(let expected): byte == expected
    case .any, .star: true
    case .set(let members, let negated): members.contains(byte) != negated
    }
  }
}

import Foundation
import Screen
import Testing

@Suite struct ThemeFileTests {
  /// The roles of the theme file beside the sources, read line by line: `  role: { fg: "#…", c256: n, c16: n, attr: … }`.
  private static func roles() throws -> [String: RoleStyle] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Themes/leeway-dark.yaml")
    let names: [String: Attributes] = ["bold": .bold, "reverse": .reverse, "underline": .underline]
    var roles: [String: RoleStyle] = [:]
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      guard line.hasPrefix("  "), let open = line.firstIndex(of: "{"), let end = line.lastIndex(of: "}") else {
        continue
      }
      let role = line[..<open].filter { $0.isLetter }
      let body = line[line.index(after: open)..<end]
      func value(_ key: String) -> String? {
        guard let start = body.range(of: "\(key): ")?.upperBound else { return nil }
        let rest = body[start...]
        let stop = rest.first == "[" ? rest.firstIndex(of: "]") : rest.firstIndex(of: ",")
        return String(rest[..<(stop ?? rest.endIndex)]).filter { !" []\"".contains($0) }
      }
      var color: ThemeColor?
      if let hex = value("fg") {
        color = ThemeColor(
          try #require(RGB(hex: hex)), c256: UInt8(value("c256") ?? ""),
          c16: UInt8(value("c16") ?? ""))
      }
      var attributes: Attributes = []
      for name in (value("attr") ?? "").split(separator: ",") {
        attributes.formUnion(try #require(names[String(name)], "unknown attribute \(name)"))
      }
      roles[role] = RoleStyle(color, attributes)
    }
    return roles
  }

  @Test("the shipped theme file says what is built in, role by role")
  func fileEqualsBuiltIn() throws {
    let roles = try Self.roles()
    #expect(roles.count >= 20)
    for (name, style) in roles {
      let role = try #require(Role.allCases.first { "\($0)" == name }, "no role \(name)")
      #expect(Theme.leewayDark[role] == style, "\(name)")
    }
    for role in Role.allCases where Theme.leewayDark[role] != RoleStyle() {
      #expect(roles["\(role)"] != nil, "the file lacks \(role)")
    }
  }
}

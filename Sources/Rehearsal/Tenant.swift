/// A customer of the rehearsed service; all names are made up.
struct Tenant: Hashable, Sendable {
  var name: String
  var bytes: [UInt8]
  /// Share of the traffic.
  var share: Double
  /// Factor on the length of its prompts.
  var promptFactor: Double

  init(_ name: String, share: Double, promptFactor: Double) {
    self.name = name
    bytes = Array(name.utf8)
    self.share = share
    self.promptFactor = promptFactor
  }

  static let all = [
    Tenant("harbour", share: 0.24, promptFactor: 1), Tenant("orchard", share: 0.21, promptFactor: 0.9),
    Tenant("lantern", share: 0.18, promptFactor: 1.15), Tenant("quarry", share: 0.14, promptFactor: 1),
    Tenant("meadow", share: 0.13, promptFactor: 0.85), Tenant("foundry", share: 0.10, promptFactor: 1.2),
  ]
}
